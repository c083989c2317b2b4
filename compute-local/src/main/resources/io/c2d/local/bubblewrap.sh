#!/bin/sh
# The sandbox built with bubblewrap: sh bubblewrap.sh TRY-FOLDER USER GROUP LIMIT GRACE COMMAND
# For root it runs in a mount namespace of its own: the folders are bound below /mnt first, since the ordinary user that
# root becomes before bubblewrap starts may not be able to reach them where they are. USER - means that the caller's own
# user stays. Never --die-with-parent: Linux ties that to the starting thread.
set -eu
cd "$1"
user=$2 group=$3 limit=$4 grace=$5 command=$6
base=$PWD drop="" try=$PWD
# What fails before bubblewrap takes over is the machine's fault, not the algorithm's; what fails in it is told by its code alone.
trap ': > "$try/unmade"' EXIT
for d in inputs ddos transformations outputs logs tmp; do
    [ -d "$d/" ]
done
if [ "$user" != - ]; then
    mount -t tmpfs -o size=64k,mode=0755 tmpfs /mnt
    for d in inputs ddos transformations outputs logs tmp; do
        mkdir "/mnt/$d"
        mount --bind "$(readlink -f "$d")" "/mnt/$d"
    done
    : > /mnt/log
    mount --bind log /mnt/log
    base=/mnt
    drop="setpriv --reuid $user --regid $group --clear-groups"
fi
links=""
for d in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$d" ]; then
        links="$links --symlink $(readlink "/$d") /$d"
    elif [ -d "/$d" ]; then
        links="$links --ro-bind /$d /$d"
    fi
done
nested=""
bwrap --help 2>&1 | grep -q -- --disable-userns && nested=--disable-userns
cd /
unset OLDPWD
# shellcheck disable=SC2086
exec $drop bwrap --unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try $nested \
    --new-session --ro-bind /usr /usr $links \
    --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /etc/localtime /etc/localtime \
    --ro-bind-try /etc/alternatives /etc/alternatives --proc /proc --dev /dev --remount-ro /dev \
    --bind "$base/tmp" /tmp --dir /data \
    --ro-bind "$base/inputs" /data/inputs --ro-bind "$base/ddos" /data/ddos \
    --ro-bind "$base/transformations" /data/transformations \
    --bind "$base/outputs" /data/outputs --bind "$base/logs" /data/logs \
    --ro-bind "$base/log" /data/logs/algorithm.log --remount-ro / --chdir /tmp \
    -- timeout -k "$grace" "$limit" sh -c "$command"
