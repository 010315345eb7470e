--! title      = "Activities and what follows them"
--! question   = "How often is each activity done, in how many cases, and what comes after it?"
--! definition = "As `directly_follows`, with a row for each activity that cases end with; first events: those that are the first of their activity in their case."
--! unit       = "events, cases, seconds"
--! source     = ["events"]
--! grain      = "one row per pair of activities, and per activity with nothing after it"
--! columns    = { from_activity = "category", to_activity = "category", pairs = "count", cases = "count", first_events = "count", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s", min_s = "duration_s", max_s = "duration_s", overlaps = "count" }
--! additive   = false
--! internal   = true
WITH pairs AS (
    SELECT unnest(pair_stats(activity_id, next_activity_id, wait_us, activity_first, edge_first)) AS pair
    FROM events
)
SELECT
    activity_name(pair['from_id']) AS from_activity,
    activity_name(pair['to_id']) AS to_activity,
    pair['pairs'] AS pairs,
    pair['cases'] AS cases,
    pair['first_events'] AS first_events,
    pair['wait']['mean_s'] AS mean_s,
    pair['wait']['median_s'] AS median_s,
    pair['wait']['p90_s'] AS p90_s,
    pair['wait']['min_s'] AS min_s,
    pair['wait']['max_s'] AS max_s,
    coalesce(pair['wait']['negative'], 0) AS overlaps
FROM pairs
ORDER BY pairs DESC, pair['from_id'], pair['to_id']
