"""The same jobs in DuckDB, Polars and PM4Py, each as its own documentation would have it done.

A job takes the CSV, the folder of sorted Parquet files and a number of threads, and gives back an answer: a few
numbers by which peers.py sees that all engines did the same work. Run as a program, this file does one job once and
prints one JSON object: the time of the work without the start of Python and the imports, and the peak of the memory.

    jobs.py ENGINE JOB CSV PARQUET_FOLDER THREADS
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

Answer = dict[str, float]
SORTED_FILE = "events.parquet"


class Clock:
    """Measures the work, and the loading apart from it where an engine has to hold the log in memory first."""

    def __init__(self) -> None:
        self.begin = time.perf_counter()
        self.load_ms = 0.0

    def loaded(self) -> None:
        """Loading ends here, the work begins."""
        now = time.perf_counter()
        self.load_ms = (now - self.begin) * 1000
        self.begin = now

    def ms(self) -> float:
        """Milliseconds of work until now."""
        return (time.perf_counter() - self.begin) * 1000


Job = Callable[[Path, Path, int], tuple[Clock, Answer]]


# --- DuckDB ---------------------------------------------------------------------------------------------------------

DUCKDB_IMPORT = """
COPY (
    SELECT *, row_number() OVER (ORDER BY case_id, "timestamp", line) AS position
    FROM (SELECT *, row_number() OVER () AS line FROM read_csv('{csv}'))
    ORDER BY position
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""

# By case and time, whatever the order of the file: the way that the documentation shows.
DUCKDB_PAIRS = """
SELECT activity AS source,
       lead(activity) OVER same_case AS target,
       epoch_ms(lead("timestamp") OVER same_case) - epoch_ms("timestamp") AS ms
FROM read_parquet('{parquet}/*.parquet')
WINDOW same_case AS (PARTITION BY case_id ORDER BY position)
"""

# Trusting the order of the file: lag over an empty window streams, and is the fastest that DuckDB can do.
DUCKDB_PAIRS_SORTED = """
SELECT CASE WHEN case_id = lag(case_id) OVER () THEN lag(activity) OVER () END AS source,
       activity AS target,
       epoch_ms("timestamp") - epoch_ms(lag("timestamp") OVER ()) AS ms
FROM read_parquet('{parquet}/*.parquet')
"""

DUCKDB_MAP = """
SELECT source, target, count(*), avg(ms), quantile_cont(ms, [0.5, 0.9]), min(ms), max(ms)
FROM ({pairs}) WHERE source IS NOT NULL AND target IS NOT NULL
GROUP BY source, target ORDER BY 3 DESC, 1, 2
"""

DUCKDB_CASES = """
CREATE TEMP TABLE cases AS
SELECT case_id, list(activity ORDER BY position) AS variant,
       epoch_ms(max("timestamp")) - epoch_ms(min("timestamp")) AS ms
FROM read_parquet('{parquet}/*.parquet') GROUP BY case_id
"""

DUCKDB_VARIANTS = """
SELECT variant, count(*), avg(ms), quantile_cont(ms, [0.5, 0.9])
FROM cases GROUP BY variant ORDER BY 2 DESC, 1
"""

DUCKDB_STATS = [
    """SELECT count(*), count(DISTINCT activity), count(DISTINCT resource), min("timestamp"), max("timestamp")
       FROM read_parquet('{parquet}/*.parquet')""",
    """SELECT count(*), count(DISTINCT variant), avg(ms), quantile_cont(ms, [0.5, 0.9, 0.95]), min(ms), max(ms)
       FROM cases""",
    "SELECT variant[1], count(*) FROM cases GROUP BY 1 ORDER BY 2 DESC, 1",
    "SELECT variant[-1], count(*) FROM cases GROUP BY 1 ORDER BY 2 DESC, 1",
    """SELECT activity, count(*) FROM (
           SELECT activity FROM read_parquet('{parquet}/*.parquet') GROUP BY case_id, activity HAVING count(*) > 1
       ) GROUP BY 1 ORDER BY 2 DESC, 1""",
]


def duckdb_job(job: str) -> Job:
    import duckdb

    def run(csv: Path, parquet: Path, threads: int) -> tuple[Clock, Answer]:
        clock = Clock()
        base = duckdb.connect(config={"threads": threads})
        places = {"csv": csv, "parquet": parquet, "target": parquet / SORTED_FILE}

        def ask(sql: str) -> list[tuple]:
            return base.execute(sql.format(**places)).fetchall()

        if job == "import":
            return clock, {"rows": ask(DUCKDB_IMPORT)[0][0]}
        if job in ("map", "map_sorted"):
            pairs = DUCKDB_PAIRS if job == "map" else DUCKDB_PAIRS_SORTED
            edges = ask(DUCKDB_MAP.replace("{pairs}", pairs))
            return clock, map_answer([(edge[2], *edge[4]) for edge in edges])
        ask(DUCKDB_CASES)
        if job == "variants":
            return clock, variants_answer([(row[1], *row[3]) for row in ask(DUCKDB_VARIANTS)])
        events, cases, starts, ends, rework = (ask(sql) for sql in DUCKDB_STATS)
        return clock, stats_answer(events[0][:3], cases[0][0], cases[0][1], cases[0][3][1], starts, ends, rework)

    return run


# --- Polars ---------------------------------------------------------------------------------------------------------


def polars_job(job: str) -> Job:
    import polars as pl

    def run(csv: Path, parquet: Path, _threads: int) -> tuple[Clock, Answer]:
        clock = Clock()
        if job == "import":
            return clock, polars_import(pl, csv, parquet)
        log = pl.scan_parquet(parquet / "*.parquet")
        ms = pl.col("timestamp").dt.epoch("ms").alias("ms")
        spread = [
            pl.col("ms").mean().alias("mean"),
            pl.col("ms").quantile(0.5, "linear").alias("median"),
            pl.col("ms").quantile(0.9, "linear").alias("p90"),
            pl.col("ms").min().alias("least"),
            pl.col("ms").max().alias("most"),
        ]
        if job in ("map", "map_sorted"):
            pairs = polars_pairs(pl, log.select("case_id", "activity", ms), trust_file_order=job == "map_sorted")
            edges = pairs.group_by("source", "target").agg(pl.len().alias("count"), *spread)
            found = edges.sort(["count", "source", "target"], descending=[True, False, False]).collect()
            return clock, map_answer(found.select("count", "median", "p90").rows())
        cases = log.group_by("case_id").agg(
            pl.col("activity").str.join("\t").alias("variant"),
            (pl.col("timestamp").max() - pl.col("timestamp").min()).dt.total_milliseconds().alias("ms"),
            pl.col("activity").first().alias("first"),
            pl.col("activity").last().alias("last"),
        )
        if job == "variants":
            variants = cases.group_by("variant").agg(pl.len().alias("cases"), *spread)
            found = variants.sort(["cases", "variant"], descending=[True, False]).collect()
            return clock, variants_answer(found.select("cases", "median", "p90").rows())
        return clock, polars_stats(pl, log, cases)

    return run


def polars_pairs(pl, log, trust_file_order: bool):
    after = pl.col("activity", "ms").shift(-1)
    if trust_file_order:
        # The next row is the next event, unless the case ends.
        same_case = pl.col("case_id") == pl.col("case_id").shift(-1)
        pairs = log.with_columns(after.name.prefix("next_"), same_case.alias("same")).filter("same")
    else:
        pairs = log.with_columns(after.over("case_id").name.prefix("next_")).filter(pl.col("next_ms").is_not_null())
    duration = pl.col("next_ms") - pl.col("ms")
    return pairs.select(pl.col("activity").alias("source"), pl.col("next_activity").alias("target"), duration.alias("ms"))


def polars_import(pl, csv: Path, parquet: Path) -> Answer:
    log = pl.scan_csv(csv, try_parse_dates=True).sort(["case_id", "timestamp"], maintain_order=True)
    log.with_row_index("position").sink_parquet(parquet / SORTED_FILE, compression="zstd")
    return {"rows": pl.scan_parquet(parquet / SORTED_FILE).select(pl.len()).collect().item()}


def polars_stats(pl, log, cases) -> Answer:
    counted = lambda column: cases_found.group_by(column).len().sort(["len", column], descending=[True, False]).rows()
    events_plan = log.select(
        pl.len().alias("events"),
        pl.col("activity").n_unique().alias("activities"),
        pl.col("resource").n_unique().alias("resources"),
        pl.col("timestamp").min().alias("first_at"),
        pl.col("timestamp").max().alias("last_at"),
    )
    repeated = log.group_by("case_id", "activity").len().filter(pl.col("len") > 1)
    rework_plan = repeated.group_by("activity").agg(pl.len().alias("cases")).sort(["cases", "activity"])
    events, cases_found, rework = pl.collect_all([events_plan, cases, rework_plan])
    times = cases_found.select(
        pl.col("variant").n_unique().alias("variants"),
        pl.col("ms").mean().alias("mean"),
        *[pl.col("ms").quantile(rank, "linear").alias(f"q{rank}") for rank in (0.5, 0.9, 0.95)],
        pl.col("ms").min().alias("least"),
        pl.col("ms").max().alias("most"),
    ).row(0)
    starts, ends = counted("first"), counted("last")
    return stats_answer(events.row(0)[:3], cases_found.height, times[0], times[3], starts, ends, rework.rows())


# --- PM4Py ----------------------------------------------------------------------------------------------------------


def pm4py_job(job: str) -> Job:
    import pandas
    import pm4py
    from pm4py.statistics.traces.generic.pandas import case_statistics

    keys = {"case_id": "case_id", "activity_key": "activity", "timestamp_key": "timestamp"}

    def run(csv: Path, parquet: Path, _threads: int) -> tuple[Clock, Answer]:
        clock = Clock()
        if job == "import":
            log = pm4py.format_dataframe(pandas.read_csv(csv), **keys)
            return clock, {"rows": len(log)}
        log = pm4py.format_dataframe(pandas.read_parquet(parquet), **keys)
        clock.loaded()
        if job == "map":
            counts, _, _ = pm4py.discover_dfg(log)
            times, _, _ = pm4py.discover_performance_dfg(log, perf_aggregation_key="all")
            # PM4Py has no percentile here: the median is its own, the ninetieth is left out.
            return clock, map_answer([(counts[pair], times[pair]["median"] * 1000, None) for pair in counts])
        if job == "variants":
            found = case_statistics.get_variants_df_with_case_duration(log)
            # Lists cannot be grouped by, tuples can.
            paths = pandas.Series([tuple(path) for path in found["variant"]], index=found.index, dtype=object)
            by_variant = found["caseDuration"].groupby(paths)
            rows = zip(by_variant.size(), by_variant.median() * 1000, by_variant.quantile(0.9) * 1000)
            by_variant.mean()
            return clock, variants_answer(list(rows))
        starts, ends = pm4py.get_start_activities(log), pm4py.get_end_activities(log)
        durations = pandas.Series(pm4py.get_all_case_durations(log))
        variants = pm4py.get_variants_as_tuples(log)
        rework = pm4py.get_rework_cases_per_activity(log)
        log["timestamp"].agg(["min", "max"])
        durations.agg(["mean", "min", "max"])
        quantiles = durations.quantile([0.5, 0.9, 0.95])
        counts = (len(log), log["activity"].nunique(), log["resource"].nunique())
        repeated = [pair for pair in rework.items() if pair[1] > 0]
        ninetieth = quantiles[0.9] * 1000
        cases = len(durations)
        return clock, stats_answer(counts, cases, len(variants), ninetieth, starts.items(), ends.items(), repeated)

    return run


# --- Answers, to see that all engines did the same work ---------------------------------------------------------------


def map_answer(edges: list[tuple]) -> Answer:
    """From (count, median in ms, ninetieth percentile in ms) of each pair."""
    answer = {"edges": len(edges), "pairs": sum(edge[0] for edge in edges), "medians_s": total(edges, 1)}
    return answer if any(edge[2] is None for edge in edges) else answer | {"p90s_s": total(edges, 2)}


def variants_answer(variants: list[tuple]) -> Answer:
    """From (cases, median in ms, ninetieth percentile in ms) of each variant."""
    cases = sum(variant[0] for variant in variants)
    return {"variants": len(variants), "cases": cases, "medians_s": total(variants, 1), "p90s_s": total(variants, 2)}


def stats_answer(counts, cases, variants, p90_ms, starts, ends, rework) -> Answer:
    """From (events, activities, resources) and the lists of (activity, cases)."""
    events, activities, resources = counts
    lists = {"starts": starts, "ends": ends, "rework": rework}
    return {
        "events": events,
        "activities": activities,
        "resources": resources,
        "cases": cases,
        "variants": variants,
        "p90_s": round(p90_ms / 1000),
        **{name: sum(row[1] for row in rows) for name, rows in lists.items()},
    }


def total(rows: list[tuple], column: int) -> int:
    """The sum of a column of milliseconds, in whole seconds."""
    return round(sum(float(row[column]) for row in rows) / 1000)


ENGINES: dict[str, Callable[[str], Job]] = {"duckdb": duckdb_job, "polars": polars_job, "pm4py": pm4py_job}


def main() -> None:
    engine, job, csv, parquet, threads = sys.argv[1:6]
    # Polars reads the number of its threads when it is imported.
    os.environ["POLARS_MAX_THREADS"] = threads
    run = ENGINES[engine](job)
    clock, answer = run(Path(csv), Path(parquet), int(threads))
    ms = clock.ms()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    answer = {name: int(value) for name, value in answer.items()}
    print(json.dumps({"ms": ms, "load_ms": clock.load_ms, "peak_mb": peak_mb, "answer": answer}))


if __name__ == "__main__":
    main()
