--! title      = "Timeline"
--! question   = "What happened in these cases, event by event?"
--! definition = "Events in order (end time, then position in the source), with the wait until the next one started (below zero counted as 0)."
--! unit       = "seconds"
--! source     = ["events"]
--! grain      = "one row per event"
--! columns    = { case_id = "category", activity = "category", started_at = "timestamp", ended_at = "timestamp", resource = "category", role = "category", system = "category", wait_s = "duration_s", source_line = "count" }
--! additive   = false
--! internal   = true
SELECT case_id, activity, started_at, ended_at, resource, role, system, wait_s, source_line
FROM events
ORDER BY case_idx, position
