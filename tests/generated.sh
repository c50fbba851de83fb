#!/usr/bin/env bash
# Generated requests: schemathesis against the demo, on SQLite and PostgreSQL, as an office's admin and as a company's,
# with all its checks, the stateful phase too. Fails where anything is found, or where fewer cases ran than asked.
#
#   tests/generated.sh [sqlite] [postgres]
#
# DISNAKER_CASES  cases on each engine (10000)
# DISNAKER_SEED   seed of the first round (1); each further round adds one
# DISNAKER_BIN    the program; else it is built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/postgres.sh
source tests/postgres.sh

SCHEMATHESIS=4.32.5

cases=${DISNAKER_CASES:-10000}
seed=${DISNAKER_SEED:-1}
engines=("$@")
if ((${#engines[@]} == 0)); then engines=(sqlite postgres); fi
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
tools=$target/schemathesis-$SCHEMATHESIS
work=$(mktemp -d "${TMPDIR:-/tmp}/disnaker-generated.XXXXXX")
service=''

stop_service() {
    if [[ -n $service ]]; then
        kill "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
        service=''
    fi
}
clean_up() {
    stop_service
    postgres_stop
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ ! -x $tools/bin/schemathesis ]]; then
    rm -rf "$tools"
    if ! { python3 -m venv "$tools" &&
        "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS"; }; then
        rm -rf "$tools"
        echo "generated requests: schemathesis $SCHEMATHESIS can't be installed; it needs python3 with venv, and PyPI" >&2
        exit 1
    fi
fi
program=${DISNAKER_BIN:-$target/debug/disnaker}
if [[ -z ${DISNAKER_BIN:-} ]]; then cargo build --quiet --locked --bin disnaker; fi

# Prints what is at a path of the API.
get() { curl -s -H "Authorization: Bearer $DISNAKER_TOKEN" "$DISNAKER_PUBLIC_URL/v1/$1"; }

# Writes the ids of a list of the API as a dictionary; an id that nobody has where the caller sees none.
ids() {
    get "$1?limit=20${2:-}" | python3 -c '
import json, sys
rows = json.load(sys.stdin).get("data") or [{"id": "00000000-0000-0000-0000-000000000000"}]
for row in rows:
    print(json.dumps(row["id"]))' >"$work/$1.dict"
}

# Prints the first id of a dictionary.
first() { head -n 1 "$work/$1.dict" | tr -d '"'; }

# Starts the demo on an engine.
start_service() {
    local port
    rm -rf "$work/data"
    unset DATABASE_URL
    if [[ $1 == postgres ]]; then
        postgres_start
        export DATABASE_URL=$POSTGRES_URL
    fi
    port=$(postgres_free_port)
    export DISNAKER_DATA_DIR=$work/data DISNAKER_LISTEN=127.0.0.1:$port DISNAKER_PUBLIC_URL=http://127.0.0.1:$port
    export DISNAKER_RATE_LIMITS=off DISNAKER_LOG=warn DISNAKER_DRAIN_SECONDS=0
    "$program" demo >"$work/page" 2>"$work/log" &
    service=$!
    for _ in {1..600}; do
        if "$program" health 2>/dev/null; then return; fi
        kill -0 "$service" 2>/dev/null || break
        sleep 0.2
    done
    cat "$work/log" >&2
    return 1
}

# One run as a role; prints what was found and adds its cases to `ran`.
round() {
    local role=$1 place=$2 value=$3 examples=$4 status=0 here list
    DISNAKER_TOKEN=$("$program" token --role "$role" "$place" "$value")
    export DISNAKER_TOKEN
    ids companies
    DISNAKER_OWN_COMPANY=$(first companies)
    ids vacancies "&company_id=$DISNAKER_OWN_COMPANY"
    DISNAKER_OWN_VACANCY=$(first vacancies)
    for list in vacancy-reports placement-reports placements clients grants; do ids "$list"; done
    DISNAKER_OWN_GRANTS=$(get 'grants?limit=100' | python3 -c '
import json, sys
me = json.loads(sys.argv[1])["subject"]
print(*(row["id"] for row in json.load(sys.stdin)["data"] if row["subject"] == me))' "$(get me)")
    export DISNAKER_OWN_COMPANY DISNAKER_OWN_VACANCY DISNAKER_OWN_GRANTS
    cp tests/generated/schemathesis.toml tests/generated/checks.py "$work/"
    (cd "$work" && "$tools/bin/schemathesis" run "$DISNAKER_PUBLIC_URL/openapi.json" \
        --checks all --max-examples "$examples" --seed "$((seed + rounds))") >"$work/out" 2>&1 || status=$?
    here=$(sed -n 's/^ *\([0-9]\+\) generated.*/\1/p' "$work/out")
    ran=$((ran + ${here:-0}))
    printf '%s as %s: %s cases, seed %s, %s s so far\n' "$engine" "$role" "${here:-no}" "$((seed + rounds))" "$SECONDS"
    if ((status != 0)); then
        cat "$work/out" >&2
        grep -v '"level":"INFO"' "$work/log" | tail -n 20 >&2 || true
        return "$status"
    fi
    if [[ -z $here || $here == 0 ]]; then
        cat "$work/out" >&2
        return 1
    fi
}

for engine in "${engines[@]}"; do
    ran=0 rounds=0
    start_service "$engine"
    # What a run sends beyond the examples of an operation is about the same each time; long runs get more examples.
    examples=$((cases / 500 + 5))
    while ((ran < cases)); do
        round office_admin --office 36.72 "$examples"
        nib=$(sed -n 's/^# company_admin, \([0-9]*\)$/\1/p' "$work/page")
        round company_admin --company "$nib" "$examples"
        rounds=$((rounds + 1))
    done
    stop_service
    postgres_stop
    if grep -q 'a request failed on our side' "$work/log"; then
        cat "$work/log" >&2
        exit 1
    fi
    printf '%s: %s cases, nothing found, %s s so far\n' "$engine" "$ran" "$SECONDS"
done
