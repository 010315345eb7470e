--! title      = "Activities that cases end with"
--! question   = "Where do cases end?"
--! definition = "Number of cases by the activity of their last event (order: end time, then position in the source)."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per last activity"
--! columns    = { activity = "category", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "activity", y = ["cases"] }
--! cases      = "ends={activity}"
SELECT
    activity_name(last_activity_id) AS activity,
    count(*) AS cases
FROM cases
GROUP BY last_activity_id
ORDER BY cases DESC, last_activity_id
