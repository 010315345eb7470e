--! title      = "Touch time by activity"
--! question   = "How long is an activity worked on, where somebody works on it?"
--! definition = "Touch time, also called processing or service time: end minus start of the events that have a start of their own, by the clock (below zero counted as 0); what overlaps counts for each event, so this is effort. Median and 90th percentile are exact, type 7; the tail needs n >= 29 events to be bounded, below that p90 is null. It is never inferred from gaps between events: an activity without recorded starts has none, and a log without a column of start times has no rows."
--! unit       = "events, seconds"
--! source     = ["events"]
--! grain      = "one row per activity with a recorded start"
--! columns    = { activity = "category", events = "count", timed_events = "count", total_s = "duration_s", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["total_s"] }
--! cases      = "with={activity}"
WITH touched AS (
    SELECT
        activity_id,
        count(*) AS events,
        count(started_at) AS timed_events,
        duration_stats(CAST(ended_at AS BIGINT) - CAST(started_at AS BIGINT)) AS touch
    FROM events
    GROUP BY activity_id
)
SELECT
    activity_name(activity_id) AS activity,
    events,
    timed_events,
    touch['total_s'] AS total_s,
    touch['mean_s'] AS mean_s,
    touch['median_s'] AS median_s,
    CASE WHEN timed_events >= 29 THEN touch['p90_s'] END AS p90_s
FROM touched
WHERE timed_events > 0
ORDER BY total_s DESC, activity_id
