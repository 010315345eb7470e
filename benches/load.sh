#!/usr/bin/env bash
# The API under load: 32 connections on map and stats, from the cache and computed each time. Prints p50, p99 and errors.
# Usage: benches/load.sh FILE.csv [SECONDS]
set -euo pipefail
file=${1:?name a CSV file}
seconds=${2:-10}
cd "$(dirname "$0")/.."
command -v wrk >/dev/null || { apt-get update -qq && apt-get install -y -qq wrk; }
cargo build --release --locked
program=${CARGO_TARGET_DIR:-target}/release/throughline
data=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; wait; rm -rf "$data"' EXIT
"$program" import "$file" --flow load --data "$data" >/dev/null
"$program" serve --data "$data" --listen 127.0.0.1:0 >"$data/out" 2>"$data/err" &
server=$!
for _ in $(seq 100); do grep -q 'tl_' "$data/out" "$data/err" && grep -qh 'http://' "$data/out" "$data/err" && break; sleep 0.1; done
token=$(grep -oh 'tl_[A-Za-z0-9_-]*' "$data/out" "$data/err" | head -1)
address=$(grep -ohE 'http://[0-9.]+:[0-9]+' "$data/out" "$data/err" | head -1)
for what in map stats; do
    for mode in cached uncached; do
        headers=(-H "Authorization: Bearer $token")
        [ "$mode" = cached ] || headers+=(-H "Cache-Control: no-store")
        echo "== $what, $mode"
        wrk -t2 -c32 -d"${seconds}s" --timeout 60s --latency "${headers[@]}" "$address/api/v1/flows/load/$what" |
            grep -E '50%|99%|Requests/sec|Non-2xx|Socket errors|requests in' || true
    done
done
