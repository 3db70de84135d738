#!/bin/sh
# run.sh <build folder> [seconds]: runs every fuzz target of the build for that long, one after the other.
# Seeds: corpus/<target>/ beside this file, and JSONTestSuite where ../shared is present. What is found new is kept
# in the build folder only. The first finding ends the run with its status and leaves the input in
# <build folder>/fuzz/<target>/.
set -eu
build=$(cd "$1" && pwd)
seconds=${2:-30}
here=$(cd "$(dirname "$0")" && pwd)
suite=$here/../../../shared/corpora/json-test-suite/test_parsing
found=0
for target in "$build"/bin/*_fuzz; do
    [ -x "$target" ] || continue
    found=1
    name=$(basename "$target")
    work=$build/fuzz/$name
    mkdir -p "$work/corpus"
    set -- "$work/corpus" # the first is the one that libFuzzer writes to
    [ -d "$here/corpus/$name" ] && set -- "$@" "$here/corpus/$name"
    case $name in
    http_fuzz | jwt_fuzz | date_fuzz) ;; # do not read JSON
    *) [ -d "$suite" ] && set -- "$@" "$suite" ;;
    esac
    echo "$name: $seconds s"
    "$target" -max_total_time="$seconds" -timeout=10 -max_len=8192 -artifact_prefix="$work/" -print_final_stats=1 \
        -verbosity=0 -print_funcs=0 "$@"
done
[ "$found" = 1 ] || { echo "no fuzz target in $build/bin: build the target 'fuzzers' first" >&2; exit 1; }
