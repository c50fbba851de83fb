#!/usr/bin/env bash
# The demo on a free port of 127.0.0.1, for scripts that ask it over HTTP. Source this file, then:
#
#   demo_scratch NAME                # sets work: a directory that goes, with the demo, when the script ends
#   demo_start DIRECTORY [postgres]  # exports DISNAKER_PUBLIC_URL and what `disnaker token` needs; the log is DIRECTORY/log
#
# The program is DISNAKER_BIN, or else it is built, and DISNAKER_BIN set.

# shellcheck source=tests/postgres.sh
source "$(dirname "${BASH_SOURCE[0]}")/postgres.sh"

DEMO_PID='' work=''

demo_scratch() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/disnaker-$1.XXXXXX")
    trap demo_clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

demo_clean_up() {
    demo_stop
    rm -rf "$work"
}

demo_start() {
    local directory=$1 engine=${2:-sqlite} port
    if [[ -z ${DISNAKER_BIN:-} ]]; then
        cargo build --quiet --locked --bin disnaker || return 1
        DISNAKER_BIN=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug/disnaker
        export DISNAKER_BIN
    fi
    rm -rf "$directory/data"
    unset DATABASE_URL
    if [[ $engine == postgres ]]; then
        postgres_start || return 1
        export DATABASE_URL=$POSTGRES_URL
    fi
    port=$(postgres_free_port)
    export DISNAKER_DATA_DIR=$directory/data DISNAKER_LISTEN=127.0.0.1:$port DISNAKER_PUBLIC_URL=http://127.0.0.1:$port
    export DISNAKER_RATE_LIMITS=off DISNAKER_LOG=warn DISNAKER_DRAIN_SECONDS=0
    "$DISNAKER_BIN" demo >"$directory/page" 2>"$directory/log" &
    DEMO_PID=$!
    for _ in {1..600}; do
        if "$DISNAKER_BIN" health 2>/dev/null; then return 0; fi
        kill -0 "$DEMO_PID" 2>/dev/null || break
        sleep 0.2
    done
    cat "$directory/log" >&2
    return 1
}

# Prints the NIB of the company that the demo's examples use.
demo_company() { sed -n 's/^# company_admin, \([0-9]*\)$/\1/p' "$DISNAKER_DATA_DIR/../page"; }

# Stops the service and its database. Safe to call at any moment, and more than once.
demo_stop() {
    if [[ -n $DEMO_PID ]]; then
        kill "$DEMO_PID" 2>/dev/null || true
        wait "$DEMO_PID" 2>/dev/null || true
        DEMO_PID=''
    fi
    postgres_stop
}
