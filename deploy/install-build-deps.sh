#!/bin/sh
# Installs the Debian packages that building (and, with "all", testing) needs, if any is missing.
# Usage: install-build-deps.sh build|all
set -eu

build="g++ cmake ninja-build libcpprest-dev libboost-dev libssl-dev rapidjson-dev libsimdjson-dev
libexpected-dev prometheus-cpp-dev libsqlite3-dev libpq-dev libcli11-dev libhowardhinnant-date-dev curl"
tests="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev zlib1g-dev ccache mold
clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 gcovr python3
postgresql nginx cmark-gfm"

# The tests' FHIR server runs on Node.js. Debian has it in two packages; a Node.js from elsewhere brings npm along
# and conflicts with Debian's.
command -v npm > /dev/null || tests="$tests nodejs npm"

case "${1:-}" in
build) wanted=$build ;;
all) wanted="$build $tests" ;;
*)
    echo "usage: $0 build|all" >&2
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
