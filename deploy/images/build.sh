#!/bin/sh
# Builds the two images as tars, without a daemon: sh deploy/images/build.sh [--base IMAGE] [--out FOLDER]
#   --base   what both stand on: a registry's image, or tar:///path of a saved one; it has Java 17 as `java`, /bin/sh and a
#            C library. Without it a base is made of this machine's JDK (base.sh), which asks no registry.
#   --out    where the tars go: c2d-worker.tar and c2d-server.tar; target/images if not given.
# Needs JDK 17, Maven, gcc, and Podman for the worker's class-data archive and for the base (tools/setup.sh installs them).
set -eu
cd "$(dirname "$0")/../.."

base='' out=$PWD/target/images
while [ $# -gt 0 ]; do
    case $1 in
        --base) base=$2 ;;
        --out) out=$2 ;;
        *) sed -n '2,7s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
version=$(sed -n '/<artifactId>compute-parent</,$s/.*<version>\(.*\)<\/version>.*/\1/p' pom.xml | head -1)

if [ -z "$base" ]; then
    sh deploy/images/base.sh "$out"
    base=tar://$out/base.tar
fi

# The launcher goes into images that are not ours, so it brings all that it needs.
files=$(mktemp -d)
work=$(mktemp -d)
trained=localhost/c2d-training:$$
server=
trap 'kill $server 2> /dev/null || true; rm -rf "$files" "$work"; podman rmi -f "$trained" > /dev/null 2>&1 || true' EXIT
chmod 755 "$files"
mkdir -p "$files/c2d"
gcc -static -O2 -s -Wall -Wextra -Wshadow -Werror -o "$files/c2d/launch" compute-worker/src/main/c/launch.c

# $1: worker or server.
image() {
    mvn -B -ntp -q -Dquick -Dmaven.test.skip=true "-P$1-image" -pl "compute-$1" -am package \
        -Dimage.base="$base" -Dimage.files="$files"
}

# What the flags of this machine's kernel and of a container's own limits allow; no limit of them matters here.
run() {
    podman --cgroup-manager=cgroupfs run --rm --runtime runc --network host --user 0:0 \
        --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@"
}

# The worker starts for each step anew, so the classes that it loads come from an archive. The archive knows its jars by path
# and time, so it is made inside of the image, by the image's own Java, out of what two real steps load.
train() {
    java deploy/images/TrainingServer.java > "$work/port" &
    server=$!
    while [ ! -s "$work/port" ]; do
        kill -0 "$server" || { echo "build: the training server did not start" >&2; exit 1; }
        sleep 0.1
    done
    port=$(cat "$work/port")
    job=0123456789abcdef0123456789abcdef
    for step in stage-in publish; do
        mkdir -p "$work/$step/results/outputs" "$work/$step/results/logs"
        echo x > "$work/$step/results/outputs/x"
        echo x > "$work/$step/results/logs/algorithm.log"
        [ $step = publish ] || rm -rf "$work/$step/results"
        cat > "$work/$step.json" << TASK
{"format": 1, "step": {"job": "$job", "attempt": 1, "stage": 0, "kind": "$step", "try": 1},
 "workflow": {"stages": [{"index": 0,
    "input": [{"id": "did:op:1", "index": 0, "url": ["http://127.0.0.1:$port/x"]}],
    "algorithm": {"id": "did:op:2", "rawcode": "x",
        "container": {"image": "x", "tag": "1", "entrypoint": "sh \$ALGO"}}}]},
 "downloads": {"allowedNetworks": ["127.0.0.0/8"], "maxFileBytes": 1000000},
 "outputs": true, "filtered": false, "instances": 1, "logBytes": 1000000, "maxOutputBytes": 1000000,
 "upload": {"target": "http://127.0.0.1:$port/u", "token": "x"}}
TASK
        run -v "$work:/train" -v "$work/$step:/data" --entrypoint java "$1" -Xshare:off \
            -XX:DumpLoadedClassList="/train/$step.list" -cp @/app/jib-classpath-file io.c2d.worker.WorkerMain \
            "$step" "/train/$step.json" > "$work/$step.log" 2>&1 \
            || { cat "$work/$step.log" >&2; echo "build: the training run of $step failed" >&2; exit 1; }
    done
    sort -u "$work"/*.list > "$work/all"
    mkdir -p "$files/app"
    run -v "$work:/train" -v "$files/app:/made" --entrypoint java "$1" -Xshare:dump \
        -XX:SharedClassListFile=/train/all -XX:SharedArchiveFile=/made/classes.jsa \
        -cp @/app/jib-classpath-file > "$work/dump.log" 2>&1 \
        || { cat "$work/dump.log" >&2; echo "build: the class-data archive could not be made" >&2; exit 1; }
    chmod 644 "$files/app/classes.jsa"
    kill "$server"
    server=
}

image worker
# Under a name of this build's own: another one may run beside it.
loaded=$(podman load -q -i compute-worker/target/jib-image.tar | sed 's/^Loaded image[^:]*: //')
podman tag "$loaded" "$trained"
train "$trained"
image worker
mv compute-worker/target/jib-image.tar "$out/c2d-worker.tar"
image server
mv compute-server/target/jib-image.tar "$out/c2d-server.tar"
echo "build: $out/c2d-worker.tar (c2d-worker:$version)"
echo "build: $out/c2d-server.tar (c2d-server:$version)"
