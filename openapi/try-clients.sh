#!/usr/bin/env bash
# Shows that ready-made generators make working clients of the document: openapi-python-client, and openapi-typescript with
# openapi-fetch. Each client lists vacancies and files a vacancy report with the demo, and the TypeScript compiler checks
# the second one's program. Generators and clients are kept under the target directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/demo.sh
source tests/demo.sh
# shellcheck source=tests/tools.sh
source tests/tools.sh

PYTHON_CLIENT=openapi-python-client==0.29.1
TYPESCRIPT_CLIENT=(openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 @types/node@20.19.24)

root=$PWD
demo_scratch clients

tools_pip "$PYTHON_CLIENT"
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
