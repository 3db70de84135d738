#!/bin/sh
# run_one.sh <folder for what it finds> <seconds> <fuzz target>: runs the target for that long and prints what it
# said. Seeds: corpus/<target>/ beside this file, and JSONTestSuite where ../shared is present. What is found new is
# kept in <folder>/<target>/ only; a finding ends the run with its status and leaves the input there.
set -eu
seconds=$2
target=$3
name=$(basename "$target")
work=$1/$name
seed=${TRIALCDS_SEED:-20261122}
here=$(cd "$(dirname "$0")" && pwd)
suite=$here/../../../shared/corpora/json-test-suite/test_parsing
mkdir -p "$work/corpus"
set -- "$work/corpus" # the first is the one that libFuzzer writes to
[ -d "$here/corpus/$name" ] && set -- "$@" "$here/corpus/$name"
case $name in
http_fuzz | jwt_fuzz | date_fuzz) ;; # do not read JSON
*) [ -d "$suite" ] && set -- "$@" "$suite" ;;
esac
status=0
"$target" -max_total_time="$seconds" -seed="$seed" -timeout=10 -max_len=8192 -artifact_prefix="$work/" -print_final_stats=1 \
    -verbosity=0 -print_funcs=0 "$@" > "$work/log" 2>&1 || status=$?
echo "$name: $seconds s with TRIALCDS_SEED=$seed, exit code $status"
cat "$work/log"
[ "$status" = 0 ] || exit 255 # and xargs starts no further one
