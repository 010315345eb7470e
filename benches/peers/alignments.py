"""Optimal alignments, held against PM4Py's on real logs with models, in one run on one machine.

    alignments.py LOGS_FOLDER BENCH_PROGRAM [--runs 3]

LOGS_FOLDER has a folder for each log with an `oracle.json` that names its file and its models. Every log is written as one
plain CSV first, so that both sides read the same rows. PM4Py's time is that of the alignments alone, the log in memory and
the net made; ours is that of the whole answer about deviations on the stored version. Mean fitness must be the same.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

# Read when PM4Py is imported: its bars are no result.
os.environ["TQDM_DISABLE"] = "1"

import pandas as pd
import pm4py

SAME = 1e-6


def read(folder: Path, oracle: dict) -> pd.DataFrame:
    """The log as the oracle read it: case, activity, time in the order of its events."""
    path = folder / oracle["file"]
    if ".xes" in path.name:
        log = pm4py.read_xes(str(path))
        names = ("case:concept:name", "concept:name", "time:timestamp")
    else:
        options = oracle["read_with"]["options"]
        of = {name: options[at + 1] for at, name in enumerate(options[:-1]) if name.startswith("--")}
        raw = path
        if path.suffix == ".zip":
            archive = zipfile.ZipFile(path)
            raw = archive.open(archive.namelist()[0])
        log = pd.read_csv(raw, keep_default_na=False, dtype=str)
        names = (of["--case"], of["--activity"], of["--timestamp"])
        day_first = log[names[2]].str.match(r"\d{1,2}/").any()
        log[names[2]] = pd.to_datetime(log[names[2]], utc=True, dayfirst=bool(day_first), format="mixed")
    if oracle.get("primary") == "complete_only":
        words = {name: set(log[name].dropna().astype(str).str.lower().unique()) for name in log.columns}
        lifecycle = next(name for name, of in words.items() if of == {"start", "complete"})
        log = log[log[lifecycle].str.lower() == "complete"]
    plain = pd.DataFrame({"case_id": log[names[0]], "activity": log[names[1]]})
    if names[2] in log:
        plain["timestamp"] = log[names[2]]
        plain = plain.sort_values("timestamp", kind="stable")
    # Only the order counts here, and nothing is as exact about it as whole seconds.
    plain["timestamp"] = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(range(len(plain)), unit="s")
    return plain


def theirs(log: pd.DataFrame, model: Path) -> tuple[float, float]:
    """Milliseconds and mean fitness of PM4Py."""
    if model.suffix == ".bpmn":
        net, start, end = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(model)))
    else:
        net, start, end = pm4py.read_pnml(str(model))
    named = pm4py.format_dataframe(log, case_id="case_id", activity_key="activity", timestamp_key="timestamp")
    begin = time.perf_counter()
    found = pm4py.conformance_diagnostics_alignments(named, net, start, end)
    return (time.perf_counter() - begin) * 1000, statistics.fmean(one["fitness"] for one in found)


def ours(program: Path, csv: Path, model: Path, runs: int) -> tuple[float, float]:
    """Milliseconds and mean fitness of the product."""
    command = [program, csv, "--runs", str(runs), "--official", model]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = json.loads(done.stdout.splitlines()[-1])
    return statistics.median(line["ms"]), line["mean_fitness"]


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("logs", type=Path)
    words.add_argument("program", type=Path)
    words.add_argument("--runs", type=int, default=3)
    asked = words.parse_args()
    sums = [0.0, 0.0]
    differ = 0
    print("| log | model | PM4Py | throughline | |\n|---|---|---|---|---|")
    for path in sorted(asked.logs.glob("*/oracle.json")):
        oracle = json.loads(path.read_text())
        known = {name: of.get("alignments") for name, of in (oracle.get("models") or {}).items()}
        finished = {name: of for name, of in known.items() if of and "average_trace_fitness" in of}
        if not known:
            continue
        log = read(path.parent, oracle)
        with tempfile.TemporaryDirectory() as folder:
            csv = Path(folder) / "log.csv"
            log.to_csv(csv, index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
            for name in known:
                model = path.parent / name
                own, fitness = ours(asked.program, csv, model, asked.runs)
                if name not in finished:
                    print(f"| {path.parent.name} | {name} | not finished in five minutes | {own:,.0f} ms | |", flush=True)
                    continue
                their, expected = theirs(log, model)
                sums = [sums[0] + their, sums[1] + own]
                same = abs(fitness - expected) <= SAME
                differ += not same
                said = f"×{their / own:,.0f}" if same else f"mean fitness {fitness} and {expected}"
                print(f"| {path.parent.name} | {name} | {their:,.0f} ms | {own:,.1f} ms | {said} |", flush=True)
    print(f"| all | | {sums[0]:,.0f} ms | {sums[1]:,.0f} ms | ×{sums[0] / sums[1]:,.0f} |")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
