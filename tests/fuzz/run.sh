#!/bin/sh
# run.sh <build folder> [seconds]: runs every fuzz target of the build for that long, as many at a time as there are
# processors, and fails if one of them found something.
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-30}
here=$(cd "$(dirname "$0")" && pwd)
targets=$(find "$build/bin" -name '*_fuzz' -type f -perm -u+x | sort)
[ -n "$targets" ] || { echo "no fuzz target in $build/bin: build the target 'fuzzers' first" >&2; exit 1; }
echo "$targets" | xargs -P "$(nproc)" -n 1 "$here/run_one.sh" "$build/fuzz" "$seconds"
