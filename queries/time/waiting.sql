--! title      = "Waiting between activities"
--! question   = "Between which two activities is most time lost?"
--! definition = "Time from the end of an activity to the start of the next one in the same case, below zero counted as 0 (those are the overlaps); total, median and 90th percentile (exact, type 7) by pair, and the pair's share of all waiting. The tail needs n >= 29 pairs to be bounded, below that p90 is null."
--! unit       = "seconds, share"
--! source     = ["events"]
--! grain      = "one row per pair of consecutive activities"
--! columns    = { from_activity = "category", to_activity = "category", pairs = "count", total_s = "duration_s", share = "share", median_s = "duration_s", p90_s = "duration_s", overlaps = "count" }
--! additive   = false
--! chart      = { kind = "bars", x = "from_activity > to_activity", y = ["total_s"] }
--! cases      = "directly={from_activity}>{to_activity}"
WITH pairs AS (
    SELECT unnest(pair_stats(activity_id, next_activity_id, wait_us, activity_first, edge_first)) AS pair
    FROM events
)
SELECT
    activity_name(pair['from_id']) AS from_activity,
    activity_name(pair['to_id']) AS to_activity,
    pair['wait']['n'] AS pairs,
    pair['wait']['total_s'] AS total_s,
    pair['wait']['total_s'] / NULLIF(sum(pair['wait']['total_s']) OVER (), 0) AS share,
    pair['wait']['median_s'] AS median_s,
    CASE WHEN pair['wait']['n'] >= 29 THEN pair['wait']['p90_s'] END AS p90_s,
    coalesce(pair['wait']['negative'], 0) AS overlaps
FROM pairs
WHERE pair['wait']['n'] > 0
ORDER BY total_s DESC, pair['from_id'], pair['to_id']
