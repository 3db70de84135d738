#!/bin/sh
# Line and branch coverage of the pure modules, as counted by gcovr. Branches that only exceptions can take are
# left out: they are made by the compiler, not by us. Usage: report.sh <build folder>
set -eu
build=$1
for module in base fhir eligibility mappings wording cds-hooks; do
    printf '%-16s ' "$module"
    gcovr --root . --object-directory "$build" --filter "$module/" --exclude-throw-branches \
        --exclude-unreachable-branches --print-summary 2>/dev/null |
        awk '/^lines:/ { printf "lines %s  ", $2 } /^branches:/ { printf "branches %s\n", $2 }'
done
