#!/usr/bin/env bash
# Walks README.md as a newcomer does: the walk with curl beside the demo, the lines that the demo prints, the commands that
# look after it, and production in six commands on PostgreSQL. Every request must be answered with success, and with something.
#
#   tests/readme.sh     the program is DISNAKER_BIN, or else it is built
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/demo.sh
source tests/demo.sh

heading='the start of the demo'
leave() {
    if (($? != 0)); then
        printf 'readme: FAILED in %s, after:\n' "$heading" >&2
        tail -c 1000 "$work/answers" >&2
    fi
    demo_clean_up
}

# section HEADING: prints the shell lines of a section.
section() {
    awk -v heading="## $1" '/^## /{here = ($0 == heading)} /^ *```/{code = here && /```sh$/; next} code' README.md
}

# What the lines call. An empty page is no answer: a newcomer would see nothing.
disnaker() { "$DISNAKER_BIN" "$@"; }
curl() {
    local answer
    answer=$(command curl --show-error --fail-with-body "$@") || {
        printf 'readme: %s\n' "$answer" >&2
        return 1
    }
    [[ -n $answer && $answer != '{"data":[]'* ]] || {
        printf 'readme: nothing in the answer: %s\n' "$answer" >&2
        return 1
    }
    echo >>"$work/requests"
    printf '%s\n' "$answer"
}
# Serves until the client that was made has had its token.
serve() {
    local id secret status=0
    read -r id secret < <(sed -n 's/^client_[a-z]*=//p' "$work/answers" | xargs)
    # The program itself and not the function, whose shell would be the one that is ended.
    "$DISNAKER_BIN" serve 2>>"$work/answers" &
    for _ in {1..100}; do
        if disnaker health 2>/dev/null; then break; fi
        sleep 0.1
    done
    command curl -sf "http://$DISNAKER_LISTEN/oauth/token" -u "$id:$secret" -d grant_type=client_credentials || status=$?
    kill $!
    wait $! || true
    return "$status"
}

# walk HEADING LINES: runs lines, each `curl` of which must have asked once.
walk() {
    heading=$1
    : >"$work/requests"
    (eval "$2") >"$work/answers"
    [[ $(wc -l <"$work/requests") == $(grep -c 'curl -s' <<<"$2") && -s $work/answers ]]
    printf 'readme: %s: %d requests\n' "$heading" "$(wc -l <"$work/requests")"
}

demo_scratch readme
trap leave EXIT
: >"$work/answers"
demo_start "$work"

lines=$(section 'A walk with curl' && section 'From the first draft to the card' && section 'From a class to the funnel' &&
    section 'A dispute from registration to settlement' && section 'Verify a receipt yourself')
lines=${lines//http:\/\/127.0.0.1:8080/$DISNAKER_PUBLIC_URL}
walk 'the walk with curl' "${lines//cargo run -q --/disnaker}"
walk 'what the demo prints' "$(grep -E '^([A-Z_]+=|curl )' "$work/page")"

disnaker journal checkpoint >/dev/null
lines=$(section 'Looking after it')
lines=${lines// DIR / $work/backup }
walk 'looking after it' "${lines// FILE / $DISNAKER_DATA_DIR/checkpoints.jsonl }"
demo_stop

postgres_start
export DISNAKER_DATA_DIR=$work/production
lines=$(section 'Production in six commands')
lines=${lines//postgres:*\/disnaker /$POSTGRES_URL }
lines=${lines//\/run\/secrets/$work}
walk 'production in six commands' "${lines/disnaker serve/serve}"
