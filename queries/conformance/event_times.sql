--! title      = "Times of events"
--! question   = "When was each event?"
--! definition = "Ends of events by case and position; in a log without times there are none."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per event with a time; position counts from 0 within the case"
--! columns    = { case_idx = "count", position = "count", ended_at = "timestamp" }
--! additive   = false
--! internal   = true
SELECT case_idx, position, ended_at
FROM events
WHERE ended_at IS NOT NULL
ORDER BY case_idx, position
