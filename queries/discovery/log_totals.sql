--! title      = "What the log holds"
--! question   = "How many events, cases, paths and people are there, and how long do cases take?"
--! definition = "Counts over all cases in view. Cycle time: last end minus first start of a case, exact quantiles with linear interpolation (Hyndman-Fan type 7); null in a log without times."
--! unit       = "cases, events, seconds"
--! source     = ["cases"]
--! grain      = "one row"
--! columns    = { cases = "count", events = "count", variants = "count", first_at = "timestamp", last_at = "timestamp", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s", p95_s = "duration_s", min_s = "duration_s", max_s = "duration_s" }
--! additive   = false
WITH totals AS (
    SELECT
        count(*) AS cases,
        coalesce(sum(events), 0) AS events,
        count(DISTINCT variant_id) AS variants,
        -- The time of an event that has a start and an end is its end.
        min(first_event_at) AS first_at,
        max(ended_at) AS last_at,
        duration_stats(cycle_us) AS cycle
    FROM cases
)
SELECT
    cases,
    events,
    variants,
    first_at,
    last_at,
    cycle['mean_s'] AS mean_s,
    cycle['median_s'] AS median_s,
    cycle['p90_s'] AS p90_s,
    cycle['p95_s'] AS p95_s,
    cycle['min_s'] AS min_s,
    cycle['max_s'] AS max_s
FROM totals
