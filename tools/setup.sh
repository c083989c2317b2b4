#!/bin/sh
# Installs what the sandboxes need beyond a JDK and Maven: bubblewrap, and Podman with runc for jobs' own images; and what the
# images for Kubernetes are built with: a C compiler, BusyBox and binutils. Safe to run again. Without them the server takes the
# namespaces of util-linux, and the tests of containers and of the launcher are skipped, so nothing here is fatal.
set -eu

if [ "$(uname -s)" != Linux ]; then
    echo "setup: sandboxes need Linux; elsewhere only local.sandbox=process works, for trusted code" >&2
    exit 0
fi
install() {
    command -v apt-get > /dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 \
        || { apt-get update >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2; }
}

if command -v bwrap > /dev/null 2>&1 || install bubblewrap; then
    echo "setup: bubblewrap is there: $(bwrap --version)"
else
    echo "setup: install the package bubblewrap as root (Debian, Ubuntu: apt-get install -y bubblewrap)" >&2
    if command -v unshare > /dev/null 2>&1 && command -v setpriv > /dev/null 2>&1; then
        echo "setup: until then the server takes the sandbox of util-linux (namespaces)" >&2
    else
        echo "setup: util-linux (unshare, setpriv) is missing too" >&2
    fi
fi

# runc, since crun, which Podman takes by itself, refuses machines that mount both kinds of control groups.
if command -v podman > /dev/null 2>&1 || install podman runc uidmap; then
    echo "setup: Podman is there: $(podman --version)"
else
    echo "setup: for jobs' own images install Podman as root (Debian, Ubuntu: apt-get install -y podman runc uidmap)" >&2
fi

if { command -v gcc && command -v busybox && command -v objcopy; } > /dev/null 2>&1 \
    || install gcc libc6-dev busybox-static binutils; then
    echo "setup: what builds the images is there: $(gcc --version | head -n 1)"
else
    echo "setup: for the images install gcc, libc6-dev, busybox-static and binutils as root" >&2
fi
