#!/bin/sh
# Makes a base image out of what this machine has: sh deploy/images/base.sh FOLDER
# A Java runtime made of the JDK's modules that the images need, the C library below it, and BusyBox for the filter's shell.
# Leaves FOLDER/base.tar, which any registry's image with a Java 17 runtime and a shell can stand in for (build.sh --base).
# Needs a JDK with jmods (JAVA_HOME), Podman, and the packages busybox-static and binutils.
set -eu

out=$1
mkdir -p "$out"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -d "$jdk/jmods" ] || { echo "base: $jdk is no JDK with jmods; set JAVA_HOME" >&2; exit 1; }

mkdir -p "$root/bin" "$root/etc" "$root/opt" "$root/lib64" "$root/tmp" "$root/usr"
chmod 1777 "$root/tmp"
ln -s ../bin "$root/usr/bin"
"$jdk/bin/jlink" --output "$root/opt/java" --strip-debug --no-header-files --no-man-pages --add-modules \
    java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.net,jdk.unsupported
# Classes of the JDK itself come from an archive, which halves the start.
"$root/opt/java/bin/java" -Xshare:dump > /dev/null
ln -s /opt/java/bin/java "$root/bin/java"

# The C library: the loader, and what the runtime's own libraries name.
find "$root/opt/java" -type f \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + 2> /dev/null \
    | sed -n -e 's/.* => \(\/[^ ]*\) .*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\) .*/\1/p' | sort -u \
    | while read -r library; do
        case $library in "$root"*) continue ;; esac
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done

# Names of files in UTF-8.
mkdir -p "$root/usr/lib/locale"
cp -r /usr/lib/locale/C.utf8 "$root/usr/lib/locale/"

cp "$(command -v busybox)" "$root/bin/busybox"
"$root/bin/busybox" --list | while read -r applet; do
    [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0::/:/bin/sh\nc2d:x:10001:10001::/tmp:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nc2d:x:10001:\n' > "$root/etc/group"

tar -C "$root" --owner=0 --group=0 --numeric-owner --sort=name --mtime=@0 -cf "$out/root.tar" .
podman import -q --change 'ENV PATH=/bin' --change 'ENV LC_ALL=C.UTF-8' --change 'ENV JAVA_HOME=/opt/java' --change 'USER 10001:10001' \
    "$out/root.tar" "localhost/c2d-base:$$" > /dev/null
rm -f "$out/base.tar" "$out/root.tar"
podman save -q --format docker-archive -o "$out/base.tar" "localhost/c2d-base:$$"
podman rmi "localhost/c2d-base:$$" > /dev/null
echo "base: $out/base.tar"
