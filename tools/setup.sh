#!/bin/sh
# Installs what the sandboxes need beyond a JDK and Maven: bubblewrap. Safe to run again. Without it the server takes the
# namespaces of util-linux, so nothing here is fatal.
set -eu

if [ "$(uname -s)" != Linux ]; then
    echo "setup: sandboxes need Linux; elsewhere only local.sandbox=process works, for trusted code" >&2
    exit 0
fi
if command -v bwrap > /dev/null 2>&1; then
    echo "setup: bubblewrap is there: $(bwrap --version)"
    exit 0
fi
if command -v apt-get > /dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    if DEBIAN_FRONTEND=noninteractive apt-get install -y bubblewrap >&2 \
        || { apt-get update >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y bubblewrap >&2; }; then
        echo "setup: bubblewrap is installed: $(bwrap --version)"
        exit 0
    fi
    echo "setup: bubblewrap could not be installed" >&2
else
    echo "setup: install the package bubblewrap as root (Debian, Ubuntu: apt-get install -y bubblewrap)" >&2
fi
if command -v unshare > /dev/null 2>&1 && command -v setpriv > /dev/null 2>&1; then
    echo "setup: until then the server takes the sandbox of util-linux (namespaces)" >&2
else
    echo "setup: util-linux (unshare, setpriv) is missing too, so no sandbox works" >&2
fi
