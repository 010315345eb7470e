--! title      = "Events at the same time"
--! question   = "Which events have the time of the event before them, so that their order is only that of the file?"
--! definition = "Events whose end is that of the event before them in the same case."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per such event; position counts from 0 within the case"
--! columns    = { case_idx = "count", position = "count" }
--! additive   = false
--! internal   = true
WITH timed AS (
    SELECT
        case_idx,
        position,
        ended_at,
        lag(ended_at) OVER (PARTITION BY case_idx ORDER BY position) AS before
    FROM events
)
SELECT case_idx, position
FROM timed
WHERE ended_at = before
ORDER BY case_idx, position
