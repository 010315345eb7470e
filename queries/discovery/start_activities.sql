--! title      = "Activities that cases start with"
--! question   = "Where do cases start?"
--! definition = "Number of cases by the activity of their first event (order: end time, then position in the source)."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per first activity"
--! columns    = { activity = "category", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "activity", y = ["cases"] }
--! cases      = "starts={activity}"
SELECT
    activity_name(first_activity_id) AS activity,
    count(*) AS cases
FROM cases
GROUP BY first_activity_id
ORDER BY cases DESC, first_activity_id
