#!/bin/sh
# Builds one target of the release and says on one line how far it is; what the compiler says goes to a file, whose
# end is shown if it fails.
# Usage: build-quietly.sh LOG JOBS TARGET
set -eu

log=$1
jobs=$2
target=$3

mkdir -p "$(dirname "$log")"
: > "$log"

fail() {
    printf '\nThe build failed. The end of %s:\n\n' "$log" >&2
    tail -n 30 "$log" >&2
    exit 1
}

cmake --preset release -DTRIALCDS_BENCH=OFF >> "$log" 2>&1 || fail
cmake --build build/release -j "$jobs" --target "$target" >> "$log" 2>&1 &
build=$!
trap 'kill "$build" 2> /dev/null; exit 130' INT TERM

# "[12/345]" of Ninja's last line, where somebody is looking
if [ -t 1 ]; then
    while kill -0 "$build" 2> /dev/null; do
        step=$(sed -n 's/^\[\([0-9]*\/[0-9]*\)\].*/\1/p' "$log" | tail -n 1)
        printf '\rBuilding %s (log: %s) ' "${step:-...}" "$log"
        sleep 1
    done
    printf '\r\033[K'
else
    echo "Building (log: $log)"
fi
wait "$build" || fail
