--! title      = "Activity frequency"
--! question   = "What is done, and how often?"
--! definition = "Events by activity, and the number of cases in which the activity occurs at least once."
--! unit       = "events, cases"
--! source     = ["events"]
--! grain      = "one row per activity"
--! columns    = { activity = "category", events = "count", cases = "count" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["events"] }
--! cases      = "with={activity}"
SELECT
    activity_name(activity_id) AS activity,
    count(*) AS events,
    -- Each case marks the first event of an activity, so counting marks counts cases.
    count(*) FILTER (WHERE activity_first) AS cases
FROM events
GROUP BY activity_id
ORDER BY events DESC, activity_id
