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
    clear_line
    printf 'The build failed. The end of %s:\n\n' "$log" >&2
    tail -n 30 "$log" >&2
    exit 1
}

clear_line() {
    [ ! -t 1 ] || printf '\r\033[K'
}

# "[12/345]" of the log's last line that has it, every second, where somebody is looking
show_progress() {
    while sleep 1; do
        step=$(sed -n 's/^\[\([0-9]*\/[0-9]*\)\].*/\1/p' "$log" | tail -n 1)
        printf '\rBuilding %s (log: %s) ' "${step:-...}" "$log"
    done
}

# The build stays in the foreground, so that Ctrl-C reaches it.
if [ -t 1 ]; then
    show_progress &
    progress=$!
    trap 'kill "$progress"' EXIT
    trap 'exit 130' INT TERM
else
    echo "Building (log: $log)"
fi
cmake --preset release -DTRIALCDS_BENCH=OFF >> "$log" 2>&1 || fail
cmake --build build/release -j "$jobs" --target "$target" >> "$log" 2>&1 || fail
clear_line
