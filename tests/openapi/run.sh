#!/bin/sh
# Runs a script of this folder: run.sh SCRIPT ARGUMENTS. Ends with 69 and a reason where it cannot be run.
set -u

here=$(cd "$(dirname "$0")" && pwd)
[ -f "$here/node_modules/.installed" ] || {
    echo "the packages are not installed: tests/fhir-server/install.sh ../openapi" >&2
    exit 69
}
node=$("$here/../fhir-server/start.sh" --node) || exit 69
script=$1
shift
# shellcheck disable=SC2086 # a program and its flag
exec $node "$here/$script" "$@"
