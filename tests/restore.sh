#!/usr/bin/env bash
# Walks BACKUP.md and UPGRADING.md with the program alone, on the demo's data, on both engines: a backup while it serves, a restore
# in a fresh place, doctor, verification against checkpoints kept elsewhere, and then the restored installation goes on.
#
#   tests/restore.sh [PROGRAM]      target/debug/disnaker where none is named
#
# PostgreSQL is a throwaway server of tests/postgres.sh, with its own pg_dump and pg_restore. Without one, SQLite alone is tried
# and the script exits 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/postgres.sh
source tests/postgres.sh

program=${1:-${CARGO_TARGET_DIR:-target}/debug/disnaker}
program=$(readlink -f "$program")
place=$(mktemp -d "${TMPDIR:-/tmp}/disnaker-restore.XXXXXX")
server=''

stop_serving() {
    if [[ -n $server ]]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=''
    fi
}
leave() {
    stop_serving
    postgres_stop
    rm -rf "$place"
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf 'restore: %s\n' "$*"; }
die() {
    printf 'restore: FAILED: %s\n' "$*" >&2
    if [[ -s $place/serve.log ]]; then tail -n 20 "$place/serve.log" >&2; fi
    exit 1
}

# Only what this script sets counts.
while IFS= read -r name; do unset "$name"; done < <(compgen -e DISNAKER_)
unset DATABASE_URL
DISNAKER_LISTEN=127.0.0.1:$(postgres_free_port)
export DISNAKER_LISTEN DISNAKER_PUBLIC_URL=http://$DISNAKER_LISTEN
export DISNAKER_RATE_LIMITS=off DISNAKER_DRAIN_SECONDS=0 DISNAKER_LOG=warn
api=http://$DISNAKER_LISTEN

# serve COMMAND: starts the service and waits until it is ready.
serve() {
    "$program" "$1" >"$place/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 600); do
        if curl -sf "$api/readyz" >/dev/null; then return 0; fi
        kill -0 "$server" 2>/dev/null || die "$1 ended"
        sleep 0.2
    done
    die "$1 did not become ready"
}

# json PATH: a value of the JSON on standard input, as `["data"][0]["id"]`.
json() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }
get() { curl -sf "$api$1" -H "Authorization: Bearer $officer"; }
# What the installation knows: a NIK behind its encryption, a search, labour demand, the newest event.
reveal() { curl -sf -X POST "$api/v1/placements/$placement/reveal" -H "Authorization: Bearer $officer" \
    -H 'Content-Type: application/json' -d '{"purpose": "Pemeriksaan pemulihan data"}' | json '["nik"]'; }
facts() {
    get "/v1/placements/$placement"
    get '/v1/vacancies?q=operator&limit=5'
    get '/v1/labour-demand?group_by=company&office=36.72'
}

# walk BACKUP RESTORE: the walk, with the engine's own way to back up into $place/backup and to restore from there.
walk() {
    local nik before after copy
    serve demo
    officer=$("$program" token --role placement_officer --office 36.72)
    placement=$(get '/v1/placements?limit=100' | python3 -c \
        'import json, sys; print(next(row["id"] for row in json.load(sys.stdin)["data"] if row["nik"]))')
    nik=$(reveal)
    [[ $nik =~ ^[0-9]{16}$ ]] || die 'no NIK to be found again'
    before=$(facts)
    "$program" journal checkpoint
    # What an outsider keeps: the checkpoints, and the keys to verify them with.
    curl -sf "$api/.well-known/jwks.json" >"$place/jwks.json"
    "$1"
    cp "$DISNAKER_DATA_DIR/checkpoints.jsonl" "$place/outside.jsonl"
    stop_serving
    say 'backed up while it served; restoring in a fresh place'

    "$2"
    "$program" doctor || die 'the doctor is not content with the restored installation'
    "$program" journal verify --checkpoints "$place/outside.jsonl"
    (unset DISNAKER_KEY_FILE && "$program" journal verify --checkpoints "$place/outside.jsonl" --jwks "$place/jwks.json")
    serve serve
    after=$(facts)
    [[ $after == "$before" ]] || die 'the restored installation answers otherwise'
    [[ $(reveal) == "$nik" ]] || die 'the restored installation reads another NIK'
    say 'a token from before, the NIK, the search and the sums are the same; going on'

    copy=$(curl -sf "$api/v1/companies" -H "Authorization: Bearer $("$program" token --role anyone)" \
        -H 'Content-Type: application/json' -d '{"nib": "'"$(date +%s)"'000", "name": "PT Contoh Pulih", "legal_form": "pt",
        "sector": "C", "region": "36.72", "address": "Jalan Contoh 5",
        "contact": {"name": "Bagian Personalia", "email": "hrd@contoh-pulih.example"}}' | json '["id"]')
    curl -sf -X POST "$api/v1/companies/$copy/verify" -H "Authorization: Bearer $officer" >/dev/null || die 'no write'
    stop_serving
    "$program" journal checkpoint
    "$program" journal verify --checkpoints "$DISNAKER_DATA_DIR/checkpoints.jsonl"
    "$program" journal verify --checkpoints "$place/outside.jsonl"
    "$program" doctor >/dev/null || die 'the doctor is not content after going on'
    say 'it went on, and everything still follows'
}

# SQLite -----------------------------------------------------------------------------------------

backup_sqlite() {
    "$program" backup "$place/backup"
    if "$program" backup "$place/backup" 2>/dev/null; then die 'a second backup into the same directory'; fi
}
restore_sqlite() {
    export DISNAKER_DATA_DIR=$place/restored
    mkdir -m 700 "$DISNAKER_DATA_DIR"
    cp -p "$place/backup/"* "$DISNAKER_DATA_DIR"
}

say 'SQLite'
export DISNAKER_DATA_DIR=$place/data
walk backup_sqlite restore_sqlite
rm -rf "$place/backup" "$place/restored" "$place/data"

# PostgreSQL -------------------------------------------------------------------------------------

tool() { "$POSTGRES_BIN/$1" "${@:2}"; }
database() { printf '%s/%s' "${POSTGRES_URL%/*}" "$1"; }

backup_postgres() {
    mkdir -m 700 "$place/backup"
    # The checkpoints first: what the copied file has, the database that is dumped after it has too.
    cp "$DISNAKER_DATA_DIR/checkpoints.jsonl" "$place/backup"
    cp -p "$DISNAKER_KEY_FILE" "$place/backup"
    tool pg_dump --format=custom --file="$place/backup/disnaker.dump" "$DATABASE_URL"
    if "$program" backup "$place/other" 2>/dev/null; then die 'disnaker backup on PostgreSQL'; fi
}
restore_postgres() {
    export DISNAKER_DATA_DIR=$place/restored DATABASE_URL
    mkdir -m 700 "$DISNAKER_DATA_DIR"
    cp -p "$place/backup/"*.json* "$DISNAKER_DATA_DIR"
    export DISNAKER_KEY_FILE=$DISNAKER_DATA_DIR/keys.json
    DATABASE_URL=$(database restored)
    tool psql -q "$POSTGRES_URL" -c 'CREATE DATABASE restored'
    tool pg_restore --exit-on-error --no-owner --dbname="$DATABASE_URL" "$place/backup/disnaker.dump"
}

say 'PostgreSQL'
# shellcheck disable=SC2119 # No setting of its own.
postgres_start || die 'half of the proof is missing: there is no PostgreSQL'
tool psql -q "$POSTGRES_URL" -c 'CREATE DATABASE demo'
export DISNAKER_DATA_DIR=$place/data DISNAKER_KEY_FILE=$place/data/keys.json
DATABASE_URL=$(database demo)
export DATABASE_URL
walk backup_postgres restore_postgres
say 'both engines restored, verified and went on'
