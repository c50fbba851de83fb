#!/usr/bin/env bash
# Shows that ready-made generators make working clients of the document: openapi-python-client, and openapi-typescript with
# openapi-fetch. Each client lists vacancies and files a vacancy report with the demo, and the TypeScript compiler checks
# the second one's program. Then a card is issued, and verified without the service. Generators and clients are kept under the target
# directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/demo.sh
source tests/demo.sh
# shellcheck source=tests/tools.sh
source tests/tools.sh

PYTHON_CLIENT=openapi-python-client==0.29.1
PYTHON_JWT='pyjwt[crypto]==2.10.1'
TYPESCRIPT_CLIENT=(openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 @types/node@20.19.24)

root=$PWD
demo_scratch clients

tools_pip "$PYTHON_CLIENT" "$PYTHON_JWT"
python=$TOOLS
tools_npm "${TYPESCRIPT_CLIENT[@]}"
typescript=$TOOLS

demo_start "$work"
DISNAKER_TOKEN=$("$DISNAKER_BIN" token --role company_hr --company "$(demo_company)")
export DISNAKER_TOKEN

(
    cd "$work"
    "$python/bin/openapi-python-client" generate --path "$root/openapi/openapi.json" --meta none \
        --output-path disnaker_client --config "$root/openapi/clients/python.yaml" --fail-on-warning >python.log || {
        cat python.log >&2
        exit 1
    }
    PYTHONPATH=. "$python/bin/python" "$root/openapi/clients/file_report.py"
)

# A card of somebody invented: its code is verified, and no more once the card is revoked.
officer=$("$DISNAKER_BIN" token --role placement_officer --office 36.72)
post() { # TOKEN PATH [BODY]: the answer
    local body=()
    if [[ $# -gt 2 ]]; then body=(--header 'Content-Type: application/json' --data "$3"); fi
    curl --fail-with-body --silent --show-error --request POST --header "Authorization: Bearer $1" "${body[@]}" "$DISNAKER_PUBLIC_URL$2"
}
field() { "$python/bin/python" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
verify() { "$python/bin/python" openapi/clients/verify_ak1.py "$@"; }
example='import json, sys; print(json.dumps(json.load(sys.stdin)["paths"]["/v1/job-seekers"]["post"]["requestBody"]["content"]["application/json"]["example"]))'
person=$(post "$officer" /v1/job-seekers "$("$python/bin/python" -c "$example" <openapi/openapi.json | sed 's/"consents": \[[^]]*\]/"consents": []/')" | field id)
post "$officer" "/v1/job-seekers/$person/submit" >/dev/null
post "$officer" "/v1/job-seekers/$person/verify" >/dev/null
card=$(post "$officer" "/v1/job-seekers/$person/ak1-cards" | field id)
post "$officer" "/v1/ak1-cards/$card/sign" '{"name": "Pengantar Contoh"}' >/dev/null
code=$(post "$officer" "/v1/ak1-cards/$card/print" | field code)
verify keep "$DISNAKER_PUBLIC_URL" "$work"
verify check "$work" "$code"
post "$officer" "/v1/ak1-cards/$card/revoke" '{"reason": "Dicabut untuk dicoba"}' >/dev/null
# The list is read anew after a minute at the latest.
for _ in {1..70}; do
    verify keep "$DISNAKER_PUBLIC_URL" "$work"
    verify check "$work" "$code" >/dev/null 2>&1 || break
    sleep 1
done
if verify check "$work" "$code" >/dev/null 2>&1; then
    echo 'the revoked card still verifies' >&2
    exit 1
fi

# The program stands beside the packages, where the compiler and Node.js look for them.
cp openapi/clients/file-report.ts "$typescript/"
cd "$typescript"
npm pkg set type=module >/dev/null
./node_modules/.bin/openapi-typescript "$root/openapi/openapi.json" --output schema.d.ts >"$work/typescript.log" 2>&1 || {
    cat "$work/typescript.log" >&2
    exit 1
}
./node_modules/.bin/tsc --strict --target es2022 --module nodenext --skipLibCheck file-report.ts
node file-report.js
