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
    SELECT unnest(pair_stats(activity_id, next_activity_id, wait_us, activity_first, edge_first)) AS pair
    FROM events
)
SELECT
    activity_name(pair['from_id']) AS from_activity,
    activity_name(pair['to_id']) AS to_activity,
    pair['pairs'] AS pairs,
    pair['cases'] AS cases,
    pair['wait']['mean_s'] AS mean_s,
    pair['wait']['median_s'] AS median_s,
    pair['wait']['p90_s'] AS p90_s,
    pair['wait']['min_s'] AS min_s,
    pair['wait']['max_s'] AS max_s,
    coalesce(pair['wait']['negative'], 0) AS overlaps
FROM pairs
WHERE pair['to_id'] IS NOT NULL
ORDER BY pairs DESC, pair['from_id'], pair['to_id']
