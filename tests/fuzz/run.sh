#!/bin/sh
# run.sh <build folder> [seconds]: runs every fuzz target of the build for that long, one after the other.
# The corpus is kept in the build folder; JSONTestSuite seeds it where ../shared is present. The first finding
# ends the run with its status and leaves the input in <build folder>/fuzz/<target>/.
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-60}
seeds=$(cd "$(dirname "$0")/../.." && pwd)/../shared/corpora/json-test-suite/test_parsing
found=0
for target in "$build"/bin/*_fuzz; do
    [ -x "$target" ] || continue
    found=1
    work=$build/fuzz/$(basename "$target")
    mkdir -p "$work/corpus"
    set -- "$work/corpus"
    [ -d "$seeds" ] && set -- "$@" "$seeds"
    echo "$(basename "$target"): $seconds s"
    "$target" -max_total_time="$seconds" -max_len=8192 -artifact_prefix="$work/" -print_final_stats=1 \
        -verbosity=0 -print_funcs=0 "$@"
done
[ "$found" = 1 ] || { echo "no fuzz target in $build/bin: build the target 'fuzzers' first" >&2; exit 1; }
