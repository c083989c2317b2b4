#!/bin/sh
# The sandbox of Docker and Podman: sh container.sh TRY-FOLDER NAME LIMIT GRACE ENGINE RUN-WORDS...
# ENGINE is the command's words with blanks between. Runs the container in the foreground and exits with the algorithm's own
# code; the container stays for the sweep to remove. What the client says goes to `engine.err`, which becomes `refused` where
# the container was never started. `oom` says that the kernel killed something of it for its memory; Podman's monitor leaves
# a file of that name too, in the folder where its client was called, though its client does not always tell.
set -uf
cd "$1" || exit 1
name=$2 limit=$3 grace=$4 engine=$5
shift 5
# shellcheck disable=SC2086
timeout -k "$grace" "$limit" $engine run "$@" 2> engine.err
code=$?
if [ ! -e logs/.ended ]; then
    # The first process did not see the end. The client's own codes and the algorithm's are the same numbers, and a client
    # that was told to end before its container began says 0: only the container's state tells them apart.
    # shellcheck disable=SC2086
    state=$(timeout 30 $engine container inspect --format '{{.State.Status}} {{.State.OOMKilled}} {{.State.StartedAt}}' "$name" \
        2> /dev/null)
    case $state in
        "" | *" 0001-"*)
            case $code in
                0) code=137 ;;
                125 | 126 | 127) mv engine.err refused ;;
            esac
            ;;
        "exited true "*) : > oom ;;
        "exited "*) ;;
        *) [ "$code" = 0 ] && code=137 ;;
    esac
fi
[ -e logs/.out-of-memory ] && : > oom
exit "$code"
