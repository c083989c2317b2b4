#!/bin/sh
# The sandbox built with util-linux alone: sh namespaces.sh TRY-FOLDER USER GROUP LIMIT GRACE COMMAND
# Runs as process 1 of fresh mount, pid, network, ipc and uts namespaces. Mounts a new root that holds the system's
# programs read-only, /data, /tmp and little else, moves into it, and runs the command there as an ordinary user without
# capabilities. USER - means that the caller's own user stays.
set -eu
cd "$1"
user=$2 group=$3 limit=$4 grace=$5 command=$6 try=$PWD
# What fails before the algorithm begins is the machine's fault, not the algorithm's.
trap ': > "$try/unmade"' EXIT

readonly_bind() {
    mount --bind "$1" "$2"
    # In a user namespace flags that the source is mounted with must be given again.
    mount -o remount,bind,ro "$2" 2>/dev/null \
        || mount -o remount,bind,ro,nosuid,nodev "$2" 2>/dev/null \
        || mount -o remount,bind,ro,nosuid,nodev,noexec "$2"
}

mkdir -p root
mount -t tmpfs -o size=1m,mode=0755 tmpfs root
mkdir root/usr root/proc root/dev root/etc root/tmp root/data root/old
readonly_bind /usr root/usr
for d in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$d" ]; then
        ln -s "$(readlink "/$d")" "root/$d"
    elif [ -d "/$d" ]; then
        mkdir "root/$d"
        readonly_bind "/$d" "root/$d"
    fi
done
for f in ld.so.cache localtime alternatives; do
    if [ -d "/etc/$f" ]; then
        mkdir "root/etc/$f"
        readonly_bind "/etc/$f" "root/etc/$f"
    elif [ -f "/etc/$f" ]; then
        : > "root/etc/$f"
        readonly_bind "$(readlink -f "/etc/$f")" "root/etc/$f"
    fi
done
for d in null zero full random urandom; do
    : > "root/dev/$d"
    mount --bind "/dev/$d" "root/dev/$d"
done
ln -s /proc/self/fd root/dev/fd
mount -t proc -o nosuid,nodev,noexec proc root/proc
mkdir root/data/inputs root/data/ddos root/data/transformations root/data/outputs root/data/logs
for d in inputs ddos transformations; do
    readonly_bind "$(readlink -f "$d")" "root/data/$d"
done
mount --bind outputs root/data/outputs
mount --bind logs root/data/logs
readonly_bind log root/data/logs/algorithm.log
mount --bind tmp root/tmp
cd root
pivot_root . old
cd /
umount -l /old
rmdir /old
mount -o remount,bind,ro /

if [ "$user" = - ]; then
    # Root of this user namespace is the caller's own user outside; the algorithm gets a namespace below it, in which it
    # is nobody and, once it runs a program, without capabilities.
    drop="unshare --user --map-user=65534 --map-group=65534 setpriv"
else
    drop="setpriv --reuid $user --regid $group --clear-groups --bounding-set=-all"
fi
cd /tmp
unset OLDPWD
trap - EXIT
# Process 1 takes no signal that it has no handler for, so the command is a child that a stop can reach.
# shellcheck disable=SC2086
$drop --inh-caps=-all --no-new-privs timeout -k "$grace" "$limit" sh -c "$command" &
wait $!
exit $?
