"""Measures DuckDB, Polars and PM4Py on one CSV, lays the product's own numbers beside theirs, and prints the ratios.

    peers.py CSV --out RESULT.json [--product LINES.jsonl] [--runs 5] [--threads 2] [--folder DIR]

Each run is a fresh process (jobs.py). See README.md for what the jobs are and how to read the table.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import psutil

HERE = Path(__file__).parent
PEERS = ["duckdb", "polars", "pm4py"]
JOBS = ["import", "map", "map_sorted", "variants", "stats"]
PRODUCT = "throughline"
# PM4Py holds the whole log as objects; beyond this it is not measured.
PM4PY_ROWS = 1_200_000
PM4PY_RUNS = 3

Result = dict[str, object]


def once(engine: str, job: str, csv: Path, folder: Path, threads: int) -> Result:
    """One run in a fresh process."""
    command = [sys.executable, HERE / "jobs.py", engine, job, csv, folder, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        raise RuntimeError(f"{engine} {job}: {done.stderr.strip().splitlines()[-1:]}")
    # PM4Py greets on standard output; the result is the last line.
    return json.loads(done.stdout.splitlines()[-1])


def measure(engine: str, job: str, csv: Path, folder: Path, threads: int, runs: int) -> Result:
    """All runs of one job: times in milliseconds, the highest peak of the memory, and the answer."""
    results = [once(engine, job, csv, folder, threads) for _ in range(runs)]
    times = [round(result["ms"], 1) for result in results]
    median = statistics.median(times)
    print(f"{engine:>8} {job:<11} {median:>10.1f} ms", file=sys.stderr)
    return {
        "job": job,
        "engine": engine,
        "ms": times,
        "median_ms": median,
        "load_ms": round(statistics.median(result["load_ms"] for result in results), 1),
        "peak_mb": round(max(result["peak_mb"] for result in results), 1),
        "answer": results[-1]["answer"],
    }


def measure_peers(arguments: argparse.Namespace) -> list[Result]:
    """All peers and jobs. After their imports all of them read the Parquet that DuckDB's import sorted."""
    results = []
    rows = 0
    for engine in PEERS:
        for job in JOBS:
            runs = arguments.runs
            if engine == "pm4py":
                if job == "map_sorted" or rows > PM4PY_ROWS:
                    continue
                runs = min(runs, PM4PY_RUNS)
            folder = arguments.folder / (engine if job == "import" else "duckdb")
            folder.mkdir(parents=True, exist_ok=True)
            results.append(measure(engine, job, arguments.csv, folder, arguments.threads, runs))
            rows = max(rows, results[-1]["answer"].get("rows", 0))
    return results


def disagreements(results: list[Result]) -> list[str]:
    """Engines whose answer differs from DuckDB's: then the times mean nothing."""
    known = {result["job"]: result["answer"] for result in results if result["engine"] == "duckdb"}
    found = []
    for result in results:
        expected = known.get(result["job"], {})
        for name, value in result.get("answer", {}).items():
            if name in expected and abs(value - expected[name]) > 1 + abs(expected[name]) * 1e-9:
                found.append(f"{result['engine']} {result['job']}: {name} is {value}, not {expected[name]}")
    return found


def read_product(path: Path | None) -> list[Result]:
    """The product's lines: {"job": …, "ms": […], "peak_mb": …}; other lines are not ours and are passed over."""
    results = []
    for line in path.read_text(encoding="utf-8").splitlines() if path else []:
        try:
            result = json.loads(line)
        except ValueError:
            continue
        if isinstance(result, dict) and {"job", "ms"} <= result.keys():
            times = result["ms"] if isinstance(result["ms"], list) else [result["ms"]]
            results.append(result | {"engine": PRODUCT, "ms": times, "median_ms": statistics.median(times)})
    # Its one way to the map stands against both of the peers'.
    if not any(result["job"] == "map_sorted" for result in results):
        results += [result | {"job": "map_sorted"} for result in results if result["job"] == "map"]
    return results


def table(results: list[Result]) -> str:
    """Medians as Markdown, and how many times as long as the product each peer took."""
    by_key = {(result["job"], result["engine"]): result for result in results}
    engines = [engine for engine in [PRODUCT, *PEERS] if any(result["engine"] == engine for result in results)]
    lines = ["| job | " + " | ".join(engines) + " |", "|---" * (len(engines) + 1) + "|"]
    for job in JOBS:
        own = by_key.get((job, PRODUCT))
        cells = []
        for engine in engines:
            result = by_key.get((job, engine))
            if result is None:
                cells.append("–")
                continue
            cell = f"{result['median_ms']:,.0f} ms"
            if own and engine != PRODUCT and own["median_ms"]:
                cell += f" (×{result['median_ms'] / own['median_ms']:.2f})"
                # The others read the stored file within their time; who loads it first is shown both ways.
                if result.get("load_ms"):
                    whole = result["median_ms"] + result["load_ms"]
                    cell += f", with reading {whole:,.0f} ms (×{whole / own['median_ms']:.2f})"
            if result.get("peak_mb"):
                cell += f", {result['peak_mb']:,.0f} MB"
            cells.append(cell)
        lines.append(f"| {job} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine() -> Result:
    """What the numbers were measured on."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": psutil.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "load_average": [round(load, 2) for load in psutil.getloadavg()],
        "python": platform.python_version(),
        "versions": {engine: version(engine) for engine in PEERS},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path, help="case_id,activity,timestamp,resource")
    parser.add_argument("--out", type=Path, required=True, help="JSON file with all numbers")
    parser.add_argument("--product", type=Path, help="JSON lines of the product's own benchmark")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="folder for the sorted Parquet")
    arguments = parser.parse_args()
    arguments.folder = arguments.folder or arguments.out.with_suffix(".parquet")
    results = read_product(arguments.product) + measure_peers(arguments)
    wrong = disagreements(results)
    report = {"csv": arguments.csv.name, "machine": machine(), "results": results, "disagreements": wrong}
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\n{arguments.csv.name}\n\n{table(results)}")
    for line in wrong:
        print(f"disagreement: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
