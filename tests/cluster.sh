#!/usr/bin/env bash
# A PostgreSQL server of one test's own, which obeys it over standard input: `kill` ends the server without warning,
# `start` brings it back. Prints its URL, and `ok` after each command; goes away when its standard input ends.
set -euo pipefail
# shellcheck source=tests/postgres.sh
source "$(dirname "${BASH_SOURCE[0]}")/postgres.sh"
trap postgres_stop EXIT

# The server may die, the machine does not: what was handed to the system is safe without fsync, but a commit must be.
postgres_start -c synchronous_commit=on -c full_page_writes=on
printf '%s\n' "$POSTGRES_URL"
# The very command line, as the server itself wrote it down.
server=()
eval "server=($(<"$POSTGRES_DIR/data/postmaster.opts"))"

address=${POSTGRES_URL#*@}
address=${address%%/*}
answers() { (: <"/dev/tcp/${address%:*}/${address#*:}") 2>/dev/null; }

kill_server() {
    kill -9 "$(head -n 1 "$POSTGRES_DIR/data/postmaster.pid")"
    while answers; do sleep 0.02; done
}

# Sessions of the dead server hold its shared memory for a moment: it is tried again.
start_server() {
    local attempt
    for attempt in {1..100}; do
        postgres_as_user "${server[@]}" >>"$POSTGRES_DIR/server.log" 2>&1 &
        while kill -0 $! 2>/dev/null; do
            if answers && postgres_as_user "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" status >/dev/null 2>&1; then
                return 0
            fi
            sleep 0.02
        done
        sleep 0.1
    done
    postgres_say "the server did not come back after $attempt attempts"
    postgres_log_tail
    return 1
}

while read -r command; do
    case $command in
        kill) kill_server ;;
        start) start_server ;;
        *) postgres_say "unknown command: $command" && exit 1 ;;
    esac
    echo ok
done
