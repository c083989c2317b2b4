# The first process of a container: sh -c THIS c2d COMMAND ADDRESS-SPACE-KIB
# Hands a SIGTERM on to all others, since process 1 takes none that it has no handler for; tells in the logs folder that the
# kernel killed something for its memory, which neither Docker nor Podman does for a child, and that it saw the end; keeps the
# exit code. Builtins alone: the image needs no more than sh. Its stderr joins stdout, so that what the client says itself
# stays apart.
exec 2>&1
[ "$2" = 0 ] || ulimit -v "$2"
told=0
trap 'told=1; kill -TERM -1' TERM
# The shell of the line outlives what it runs, which may have something to write when it is told to end; nothing after it
# begins any more.
sh -c "trap 'exit 143' TERM; $1" &
child=$!
wait "$child"
code=$?
while [ "$told" = 1 ]; do
    told=0
    wait "$child"
    again=$?
    [ "$again" = 127 ] || code=$again
done
# Without a limit of memory the files that are seen here may be another group's.
if [ "$2" = 0 ]; then
    for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
        if [ -r "$file" ]; then
            while read -r key value; do
                [ "$key" = oom_kill ] && [ "$value" -gt 0 ] && : > "$LOGS/.out-of-memory"
            done < "$file"
        fi
    done
fi
: > "$LOGS/.ended"
exit "$code"
