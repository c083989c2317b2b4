#!/bin/sh
# Writes the files of a small image as a tar: sh image.sh FILE PROGRAM...
# Programs of this machine with the libraries that they load. So a sandbox can be tried without a registry.
set -eu
file=$1
shift
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir "$root/bin" "$root/tmp" "$root/etc"
for program in "$@"; do
    from=$(command -v "$program")
    cp -L "$from" "$root/bin/$program"
    ldd "$from" 2> /dev/null | sed -n 's|^.*[[:blank:]]\(/[^ ]*\) (0x.*$|\1|p' | while read -r library; do
        mkdir -p "$root${library%/*}"
        [ -e "$root$library" ] || cp -L "$library" "$root$library"
    done
done
tar -C "$root" --owner=0 --group=0 -cf "$file" .
