#!/bin/sh
# Makes the Python environment of the peers, once. PEERS_VENV says where (default: target/peers-venv).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv=${PEERS_VENV:-$here/../../target/peers-venv}

if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
# Nothing is fetched when everything is there in the pinned version.
if ! "$venv/bin/python" - "$here/requirements.txt" <<'PYTHON'
import sys
from importlib.metadata import PackageNotFoundError, version

for line in open(sys.argv[1], encoding="utf-8"):
    name, _, pinned = line.strip().partition("==")
    try:
        if version(name) != pinned:
            sys.exit(1)
    except PackageNotFoundError:
        sys.exit(1)
PYTHON
then
    "$venv/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
fi
echo "$venv/bin/python"
