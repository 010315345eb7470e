--! title      = "What follows what"
--! question   = "Which activity comes directly after which, how often, and how long does it take?"
--! definition = "Pairs of consecutive events of a case. Duration: from the end of the first to the start of the second, below zero counted as 0 (those are the overlaps); exact quantiles, type 7; null in a log without times."
--! unit       = "pairs, cases, seconds"
--! source     = ["events"]
--! grain      = "one row per pair of activities"
--! columns    = { from_activity = "category", to_activity = "category", pairs = "count", cases = "count", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s", min_s = "duration_s", max_s = "duration_s", overlaps = "count" }
--! additive   = false
--! cases      = "directly={from_activity}>{to_activity}"
WITH pairs AS (
    -- One packed number groups faster than two.
    SELECT
        edge_id,
        count(*) AS pairs,
        count(*) FILTER (WHERE edge_first) AS cases,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE edge_id IS NOT NULL
    GROUP BY edge_id
),
unpacked AS (
    SELECT
        CAST(edge_id >> 32 AS INT) AS from_id,
        CAST(edge_id & 4294967295 AS INT) AS to_id,
        pairs,
        cases,
        wait
    FROM pairs
)
SELECT
    activity_name(from_id) AS from_activity,
    activity_name(to_id) AS to_activity,
    pairs,
    cases,
    wait['mean_s'] AS mean_s,
    wait['median_s'] AS median_s,
    wait['p90_s'] AS p90_s,
    wait['min_s'] AS min_s,
    wait['max_s'] AS max_s,
    coalesce(wait['negative'], 0) AS overlaps
FROM unpacked
ORDER BY pairs DESC, from_id, to_id
