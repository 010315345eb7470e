#!/usr/bin/env bash
# Runs all tests. Installs what is missing on a fresh Debian machine that has a Rust toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

# Built outside the checkout, so that a fresh clone does not begin from nothing.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/throughline/target}"

need() { # need COMMAND PACKAGE: SQLite and the allocator are compiled from C
    command -v "$1" >/dev/null && return
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "$2"
}
need cc build-essential
need mount mount
need chromium chromium # the browser tests

cargo test --locked "$@"
