#!/bin/sh
# The sandbox of Docker and Podman: sh container.sh TRY-FOLDER NAME LIMIT GRACE ENGINE RUN-WORDS...
# ENGINE is the command's words with blanks between. Runs the container in the foreground and exits with the algorithm's own
# code; the container stays for the sweep to remove. What the client says goes to `engine.err`, which becomes `refused` where
# the container was never started; `oom` says that the kernel killed something of it for its memory.
set -uf
cd "$1" || exit 1
name=$2 limit=$3 grace=$4 engine=$5
shift 5
# shellcheck disable=SC2086
timeout -k "$grace" "$limit" $engine run "$@" 2> engine.err
code=$?
case $code in
    125 | 126 | 127 | 137)
        # The client's own codes and the algorithm's are the same numbers: only the container's state tells them apart.
        # shellcheck disable=SC2086
        state=$($engine container inspect --format '{{.State.OOMKilled}} {{.State.StartedAt}}' "$name" 2> /dev/null)
        case $code:$state in
            137:true*) : > oom ;;
            137:*) ;;
            *: | *:*" 0001-"*) mv engine.err refused ;;
        esac
        ;;
esac
[ -e logs/.out-of-memory ] && : > oom
exit "$code"
