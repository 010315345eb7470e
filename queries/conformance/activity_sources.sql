--! title      = "Sources of activities"
--! question   = "Which system records each activity?"
--! definition = "Events by activity and system; events without a system are left out."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per activity and system, of each activity the system with most of its events first"
--! columns    = { activity = "category", system = "category", events = "count" }
--! additive   = true
--! internal   = true
SELECT activity, system, count(*) AS events
FROM events
WHERE system IS NOT NULL
GROUP BY activity, system
ORDER BY activity, events DESC, system
