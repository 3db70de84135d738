#!/bin/sh
# Starts the server: start.sh TOKEN [PORT]. With --has-node it only tells whether the Node on the PATH will do,
# with --check whether the server could be started, with --node it names the Node to be used.
# The packages need the global WebSocket, which Node has behind a flag since 20.10 and without one since 22.
# Ends with 69 and a reason where it cannot be started.
set -u

cd "$(dirname "$0")" || exit 1
version=$(node --version 2> /dev/null | tr -d v)
major=${version%%.*}
minor=${version#*.}
minor=${minor%%.*}

node=""
if [ "${major:-0}" -ge 22 ]; then
    node="node"
elif [ "${major:-0}" -eq 20 ] && [ "$minor" -ge 10 ] || [ "${major:-0}" -eq 21 ]; then
    node="node --experimental-websocket"
fi
[ "${1:-}" = "--has-node" ] && exec test -n "$node"

for own in node_modules/node-linux-*/bin/node; do
    [ -n "$node" ] || [ ! -x "$own" ] || node=$own
done
[ -n "$node" ] || {
    echo "no Node.js 20.10 or later" >&2
    exit 69
}
[ "${1:-}" = "--node" ] && {
    [ "$node" = "${node#node_modules}" ] || node=$PWD/$node
    echo "$node"
    exit 0
}
[ -f node_modules/.installed ] || {
    echo "the packages are not installed: tests/fhir-server/install.sh" >&2
    exit 69
}
[ "${1:-}" = "--check" ] && exit 0
# shellcheck disable=SC2086 # a program and its flag
[ "${1:-}" = "--run" ] && exec $node "$2"
# shellcheck disable=SC2086
exec $node server.mjs "$@"
