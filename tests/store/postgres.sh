#!/bin/sh
# A PostgreSQL of one's own for tests: one folder, one Unix socket in it, no network.
# Usage: postgres.sh start|stop|crash|drop FOLDER       (start makes the cluster when there is none)
set -eu
action=$1
folder=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$bin" ]; then
    echo "skipped: PostgreSQL is not installed"
    exit 0
fi

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

case "$action" in
start)
    if [ ! -d "$folder/data" ]; then
        mkdir -p "$folder"
        [ "$(id -u)" -ne 0 ] || chown postgres "$folder"
        as_owner "$bin/initdb" -D "$folder/data" -U trialcds -A trust -E UTF8 --no-sync > /dev/null
        as_owner sh -c "cat >> '$folder/data/postgresql.conf'" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
END
    fi
    as_owner "$bin/pg_ctl" -s -w -D "$folder/data" -l "$folder/log" start
    ;;
stop) as_owner "$bin/pg_ctl" -s -w -D "$folder/data" -m fast stop ;;
crash) as_owner "$bin/pg_ctl" -s -w -D "$folder/data" -m immediate stop ;;
drop)
    as_owner "$bin/pg_ctl" -s -w -D "$folder/data" -m immediate stop || true
    rm -rf "$folder"
    ;;
*)
    echo "usage: $0 start|stop|crash|drop FOLDER" >&2
    exit 64
    ;;
esac
