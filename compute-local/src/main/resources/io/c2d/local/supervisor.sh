#!/bin/sh
# Supervises one try of one step: sh supervisor.sh TRY-FOLDER HEAD-BYTES TAIL-BYTES PREPARED
# Started detached, in a session of its own, so it outlives the server. The lock on `lock` says that it lives; `started`
# that the try has begun and may never begin again; `exit`, renamed into place, how it ended. The sandbox never inherits
# descriptor 9, or a leftover process of the algorithm would look like a living supervisor.
set -u
cd "$1" || exit 1
exec 9>>lock
# Of several that were launched for one try the first to come here takes what it was given; the others leave no trace.
flock -n 9 || { rm -rf "./$4"; exit 0; }
(set -C; : > started) 2>/dev/null || { rm -rf "./$4"; exit 0; }
mv "./$4"/* . || exit 1
rmdir "./$4"

# Writes "PID START-TIME BOOT" of a process, so that its id is never mistaken for a later one's. Field 22 of stat is the
# start time; the name before it may hold blanks, so count from behind its closing bracket.
record() {
    stat=$(cat "/proc/$1/stat" 2>/dev/null 9>&-)
    into=$2 pid=$1
    set -- ${stat##*) }
    printf '%s %s %s\n' "$pid" "${20:-0}" "$(cat /proc/sys/kernel/random/boot_id 9>&-)" > "$into.new"
    mv "$into.new" "$into" 9>&-
}
record $$ supervisor

mkfifo output || exit 1
# An append-only file with the head and the tail of what the algorithm prints; nothing that it prints can fill the disk.
{
    stdbuf -o0 head -c "$2" >> log
    tail -c "$3" > log.tail
    if [ -s log.tail ]; then
        printf '\n[... the middle of the output was left out ...]\n' >> log
        cat log.tail >> log
    fi
    rm -f log.tail
} 9>&- < output &
capper=$!

sh ./run 9>&- < /dev/null > output 2>&1 &
first=$!
record $first process
begun=$(cut -d. -f1 /proc/uptime)

wait "$first"
code=$?

oom=0
while read -r group; do
    events="$group/memory.oom_control"
    [ -f "$group/memory.events" ] && events="$group/memory.events"
    if [ -f "$events" ]; then
        kills=$(sed -n 's/^oom_kill //p' "$events")
        [ "${kills:-0}" -gt 0 ] && oom=1
    fi
    # What the algorithm left running ends with it; the group can go when its last process has. Files of cgroups have size
    # 0 whatever is in them, so only a read tells.
    tries=0
    while members=$(cat "$group/cgroup.procs" 2>/dev/null) && [ -n "$members" ] && [ $tries -lt 100 ]; do
        # shellcheck disable=SC2086
        kill -KILL $members 2>/dev/null
        tries=$((tries + 1))
        sleep 0.02
    done
    rmdir "$group" 2>/dev/null
done < cgroups
# A sandbox may know it, where the group was another's.
[ -e oom ] && oom=1
# What could not be swept now is swept when the try is removed.
sh ./sweep 9>&- > /dev/null 2>&1 && rm -f sweep

wait "$capper"
rm -f output
ran=$(($(cut -d. -f1 /proc/uptime) - begun))
printf '%s %s %s\n' "$code" "$ran" "$oom" > exit.new
sync exit.new log 2>/dev/null || sync
mv exit.new exit
sync . 2>/dev/null
