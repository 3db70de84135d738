#!/bin/sh
# Installs the Debian packages that building (with "all" also testing, with "bench" also measuring the service beside
# others) needs, if any is missing.
# Usage: install-build-deps.sh build|all|bench
set -eu

build="g++ cmake ninja-build libcpprest-dev libboost-dev libssl-dev rapidjson-dev libsimdjson-dev
libexpected-dev prometheus-cpp-dev libsqlite3-dev libpq-dev libcli11-dev libhowardhinnant-date-dev libicu-dev curl"
tests="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev zlib1g-dev ccache mold
clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 gcovr python3
postgresql nginx cmark-gfm slowhttptest"
peers="wrk nginx python3 libbenchmark-dev"

# The tests' FHIR server and the peer of the benchmark run on Node.js. Debian has it in two packages; a Node.js from
# elsewhere brings npm along and conflicts with Debian's.
if ! command -v npm > /dev/null; then
    tests="$tests nodejs npm"
    peers="$peers nodejs npm"
fi

case "${1:-}" in
build) wanted=$build ;;
all) wanted="$build $tests" ;;
bench) wanted="$build $peers" ;;
*)
    echo "usage: $0 build|all|bench" >&2
    exit 64
    ;;
esac

missing=""
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=""
[ "$(id -u)" -eq 0 ] || root="sudo"
echo "Installing:$missing"
$root apt-get update -q
# shellcheck disable=SC2086 # one word per package
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -q --no-install-recommends $missing
