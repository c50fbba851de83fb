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
# shellcheck source=tests/demo.sh
source tests/demo.sh
# shellcheck source=tests/tools.sh
source tests/tools.sh

SCHEMATHESIS=4.32.5

cases=${DISNAKER_CASES:-10000}
seed=${DISNAKER_SEED:-1}
engines=("$@")
if ((${#engines[@]} == 0)); then engines=(sqlite postgres); fi
demo_scratch generated

# One run as a role: adds its cases to `ran`, or prints what was found.
round() {
    local role=$1 place=$2 value=$3 token own status=0 here
    token=$("$DISNAKER_BIN" token --role "$role" "$place" "$value")
    cp tests/generated/* "$work/"
    own=$(cd "$work" && python3 words.py "$DISNAKER_PUBLIC_URL" "$token")
    # shellcheck disable=SC2086 # three variables, without a space in any
    (cd "$work" && env DISNAKER_TOKEN="$token" $own "$TOOLS/bin/schemathesis" run "$DISNAKER_PUBLIC_URL/openapi.json" \
        --checks all --max-examples "$examples" --seed "$seed") >"$work/out" 2>&1 || status=$?
    here=$(sed -n 's/^ *\([0-9]\+\) generated.*/\1/p' "$work/out")
    if ((status != 0)) || [[ -z $here ]]; then
        cat "$work/out" >&2
        tail -n 20 "$work/log" >&2
        return 1
    fi
    ran=$((ran + here))
    printf '[%4d s] %s as %s: %s cases, seed %s\n' "$SECONDS" "$engine" "$role" "$here" "$seed"
}

tools_pip "schemathesis==$SCHEMATHESIS"
for engine in "${engines[@]}"; do
    ran=0
    # What a run sends beside the random examples is about the same each time, so that long runs get more of these.
    examples=$((cases / 1000 + 5))
    demo_start "$work" "$engine"
    while ((ran < cases)); do
        round office_admin --office 36.72
        round company_admin --company "$(demo_company)"
        seed=$((seed + 1))
    done
    demo_stop
    if grep -F 'a request failed on our side' "$work/log" >&2; then exit 1; fi
    printf '[%4d s] %s: %s cases, nothing found\n' "$SECONDS" "$engine" "$ran"
done
