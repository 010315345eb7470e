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
    SELECT
        activity_id,
        next_activity_id,
        count(*) AS pairs,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE wait_us IS NOT NULL
    GROUP BY activity_id, next_activity_id
)
SELECT
    activity_name(activity_id) AS from_activity,
    activity_name(next_activity_id) AS to_activity,
    pairs,
    wait['total_s'] AS total_s,
    wait['total_s'] / NULLIF(sum(wait['total_s']) OVER (), 0) AS share,
    wait['median_s'] AS median_s,
    CASE WHEN pairs >= 29 THEN wait['p90_s'] END AS p90_s,
    coalesce(wait['negative'], 0) AS overlaps
FROM pairs
ORDER BY total_s DESC, activity_id, next_activity_id
