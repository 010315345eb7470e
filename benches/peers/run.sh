#!/bin/sh
# Measures the product and its peers on each CSV and prints the ratios: run.sh CSV...
#   THROUGHLINE_BENCH  command that is given the CSV and prints {"job":"map","ms":[...],"peak_mb":...} per line
#                      (default: cargo bench --bench engine --; "none" leaves the product out)
#   PEERS_VENV         the Python environment (default: target/peers-venv)
#   PEERS_OUT          folder for the results (default: target/peers)
#   PEERS_RUNS         runs of each job (default: 5)
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$here/../..
out=${PEERS_OUT:-$root/target/peers}
bench=${THROUGHLINE_BENCH:-cargo bench --bench engine --}

if [ $# -eq 0 ]; then
    echo "error: no CSV given" >&2
    echo "hint: cargo run --release --example generate -- --events 1000000 --columns slim -o orders.csv" >&2
    exit 2
fi
python=$("$here/setup.sh")
mkdir -p "$out"

status=0
for csv in "$@"; do
    file=$(CDPATH= cd -- "$(dirname -- "$csv")" && pwd)/$(basename -- "$csv")
    name=$(basename -- "$csv")
    name=${name%%.*}
    set -- "$file" --out "$out/$name.json" --runs "${PEERS_RUNS:-5}"
    if [ "$bench" != none ]; then
        # The command may have arguments of its own, so it is split at its blanks.
        # shellcheck disable=SC2086
        if (cd "$root" && $bench "$file") >"$out/$name.product.jsonl"; then
            set -- "$@" --product "$out/$name.product.jsonl"
        else
            echo "note: the product's benchmark failed on $name; the peers are measured alone" >&2
        fi
    fi
    "$python" "$here/peers.py" "$@" || status=1
done
exit $status
