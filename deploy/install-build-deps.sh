#!/bin/sh
# Installs the Debian packages that building needs, if any is missing; with "check" also those of the tests that need
# no server, with "all" those of every test, with "bench" those of measuring the service beside others.
# Usage: install-build-deps.sh build|check|all|bench
set -eu

build="g++ cmake ninja-build libcpprest-dev libboost-dev libssl-dev rapidjson-dev libsimdjson-dev
libexpected-dev prometheus-cpp-dev libsqlite3-dev libpq-dev libcli11-dev libhowardhinnant-date-dev libicu-dev curl jq"
check="libgtest-dev libgmock-dev librapidcheck-dev zlib1g-dev clang-format-14"
tests="libbenchmark-dev ccache mold clang-14 libclang-rt-14-dev clang-tidy-14 gcovr python3
postgresql nginx cmark-gfm slowhttptest chromium"
peers="wrk nginx python3 libbenchmark-dev"

# The tests' FHIR server and the peer of the benchmark run on Node.js. Debian has it in two packages; a Node.js from
# elsewhere brings npm along and conflicts with Debian's.
if ! command -v npm > /dev/null; then
    tests="$tests nodejs npm"
    peers="$peers nodejs npm"
fi

case "${1:-}" in
build) wanted=$build ;;
check) wanted="$build $check" ;;
all) wanted="$build $check $tests" ;;
bench) wanted="$build $peers" ;;
*)
    echo "usage: $0 build|check|all|bench" >&2
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
