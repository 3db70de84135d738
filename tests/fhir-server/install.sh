#!/bin/sh
# Installs what the FHIR server of the tests is made of, or the packages of another folder of tests (install.sh
# ../openapi): exactly what package-lock.json names, once. Without a registry (or without npm) it says so and ends
# well: those tests are then skipped in words.
set -u

start=$(cd "$(dirname "$0")" && pwd)/start.sh
cd "$(dirname "$0")/${1:-.}" || exit 1
folder=tests/$(basename "$PWD")
stamp=node_modules/.installed
[ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && exit 0

command -v npm > /dev/null || {
    echo "$folder: npm is not installed; its tests will be skipped" >&2
    exit 0
}

# A Node too old for the packages is kept out of the way by the one of the optional packages (185 MB).
omit=--omit=optional
"$start" --has-node || omit=
log=$(mktemp)
# shellcheck disable=SC2086 # nothing, or one word
if npm ci $omit --no-audit --no-fund --ignore-scripts > "$log" 2>&1; then
    cp package-lock.json "$stamp"
else
    tail -n 5 "$log" >&2
    echo "$folder: the packages could not be installed; its tests will be skipped" >&2
fi
rm -f "$log"
