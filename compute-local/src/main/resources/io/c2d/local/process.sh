#!/bin/sh
# No sandbox: sh process.sh TRY-FOLDER USER GROUP LIMIT GRACE COMMAND
# For trusted code on a developer's machine. The folders come through INPUTS, OUTPUTS, LOGS and ALGO.
set -eu
cd "$1"
limit=$4 grace=$5 command=$6
cd "$OUTPUTS"
unset OLDPWD
exec timeout -k "$grace" "$limit" sh -c "$command"
