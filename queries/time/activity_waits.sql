--! title      = "Waiting before activities"
--! question   = "Which activity do cases wait for longest?"
--! definition = "Time from the end of the event before to the start of the activity in the same case, below zero counted as 0; mean, median and 90th percentile are exact, type 7. First activities of cases have no wait."
--! unit       = "seconds"
--! source     = ["events"]
--! grain      = "one row per activity that follows another"
--! columns    = { activity = "category", waits = "count", total_s = "duration_s", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["total_s"] }
--! cases      = "with={activity}"
WITH waits AS (
    SELECT
        next_activity_id,
        count(*) AS waits,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE wait_us IS NOT NULL
    GROUP BY next_activity_id
)
SELECT
    activity_name(next_activity_id) AS activity,
    waits,
    wait['total_s'] AS total_s,
    wait['mean_s'] AS mean_s,
    wait['median_s'] AS median_s,
    wait['p90_s'] AS p90_s
FROM waits
ORDER BY total_s DESC, next_activity_id
