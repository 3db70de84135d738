#!/bin/sh
# run.sh <build folder with compile_commands.json> [all]: clang-tidy over the product's own sources, with "all" also
# the checks that .clang-tidy leaves out because they take half of all checks' time and have little to find here
# (tests/architecture looks for reserved identifiers itself).
# The analyzer gives up a function after 30,000 steps instead of 225,000: a few functions with very many paths took
# half of all the time.
set -eu
build=$1
checks=""
[ "${2:-}" != all ] || checks="bugprone-assert-side-effect,\
bugprone-infinite-loop,\
bugprone-multiple-statement-macro,\
bugprone-not-null-terminated-result,\
bugprone-reserved-identifier,\
bugprone-sizeof-expression,\
bugprone-stringview-nullptr,\
bugprone-suspicious-semicolon,\
bugprone-suspicious-string-compare,\
bugprone-unused-raii,\
performance-type-promotion-in-math-fn,\
performance-unnecessary-value-param,\
readability-redundant-control-flow"
git ls-files 'base/*.cpp' 'fhir/*.cpp' 'eligibility/*.cpp' 'mappings/*.cpp' 'wording/*.cpp' 'cds-hooks/*.cpp' \
    'src/*.cpp' 'cds-hooks-check/*.cpp' |
    xargs -P "$(nproc)" -n 2 clang-tidy-14 --quiet -p "$build" --checks="$checks" \
        --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=30000 \
        2>"$build/tidy-summary.log" || {
    cat "$build/tidy-summary.log"
    rm -f "$build/tidy-summary.log"
    exit 1
}
rm -f "$build/tidy-summary.log"
echo "clang-tidy: no finding"
