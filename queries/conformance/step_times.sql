--! title      = "How long a step took, each time"
--! question   = "How long after the event before it was a step done, and when?"
--! definition = "From the end of the event before it in the case to the end of the event; for the first event of a case from its own start, null where the log has none. Below zero counts as 0."
--! unit       = "seconds"
--! source     = ["events"]
--! grain      = "one row per event with the activity"
--! params     = { step = "text" }
--! columns    = { case_idx = "count", position = "count", took_s = "duration_s", ended_at = "timestamp" }
--! additive   = false
--! internal   = true
WITH done AS (
    SELECT case_idx, position, started_at, ended_at
    FROM events
    WHERE activity = CAST($step AS VARCHAR)
),
before AS (
    -- An event knows what comes next, so the events before are found without walking the order again.
    SELECT case_idx, position + 1 AS position, ended_at
    FROM events
    WHERE next_activity = CAST($step AS VARCHAR)
),
timed AS (
    SELECT
        done.case_idx,
        done.position,
        done.ended_at,
        CAST(done.ended_at AS BIGINT) - CAST(coalesce(before.ended_at, done.started_at) AS BIGINT) AS took_us
    FROM done
    LEFT JOIN before ON before.case_idx = done.case_idx AND before.position = done.position
)
SELECT
    case_idx,
    position,
    CAST(CASE WHEN took_us < 0 THEN 0 ELSE took_us END AS DOUBLE) / 1e6 AS took_s,
    ended_at
FROM timed
ORDER BY case_idx, position
