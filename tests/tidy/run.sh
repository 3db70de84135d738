#!/bin/sh
# clang-tidy over the product's own sources. Usage: run.sh <build folder with compile_commands.json>
set -eu
build=$1
git ls-files 'src/*.cpp' 'fhir/*.cpp' 'mappings/*.cpp' 'cds-hooks/*.cpp' |
    xargs -P "$(nproc)" -n 2 clang-tidy-14 --quiet -p "$build" 2>tidy-summary.log || {
    cat tidy-summary.log
    rm -f tidy-summary.log
    exit 1
}
rm -f tidy-summary.log
echo "clang-tidy: no finding"
