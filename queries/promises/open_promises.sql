--! title      = "Promises that are running"
--! question   = "What has to be done next, and what is late already?"
--! definition = "Promises about time that are not done in open cases, by when they are due: at the end of the log there was `left_s` of time by the clock of the wall, below zero where they are late already. The end of the log is its latest event in view."
--! unit       = "seconds"
--! source     = ["promises", "cases"]
--! grain      = "one row per promise and case, the most urgent first"
--! columns    = { case_id = "category", promise_id = "category", activity = "category", due_at = "timestamp", left_s = "duration_s", state = "category" }
--! additive   = false
--! cases      = "id={case_id}"
WITH clock AS (
    SELECT max(CAST(ended_at AS BIGINT)) AS now_us FROM cases
)
SELECT
    p.case_id,
    p.promise_id,
    p.activity,
    p.due_at,
    CAST(CAST(p.due_at AS BIGINT) - c.now_us AS DOUBLE) / 1e6 AS left_s,
    p.state
FROM clock AS c
CROSS JOIN promises AS p
WHERE p.done_at IS NULL
ORDER BY p.due_at NULLS LAST, p.case_idx, p.promise_id
