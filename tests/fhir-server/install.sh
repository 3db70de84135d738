#!/bin/sh
# Installs what the FHIR server of the tests is made of: exactly what package-lock.json names, once. Without a
# registry (or without npm) it says so and ends well: those tests are then skipped in words.
set -u

cd "$(dirname "$0")" || exit 1
stamp=node_modules/.installed
[ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && exit 0

command -v npm > /dev/null || {
    echo "tests/fhir-server: npm is not installed; its tests will be skipped" >&2
    exit 0
}

# A Node too old for the packages is kept out of the way by the one of the optional packages (185 MB).
omit=--omit=optional
./start.sh --has-node || omit=
log=$(mktemp)
# shellcheck disable=SC2086 # nothing, or one word
if npm ci $omit --no-audit --no-fund --ignore-scripts > "$log" 2>&1; then
    cp package-lock.json "$stamp"
else
    tail -n 5 "$log" >&2
    echo "tests/fhir-server: the packages could not be installed; its tests will be skipped" >&2
fi
rm -f "$log"
