--! title      = "Promises that are running"
--! question   = "What has to be done next, and what is late already?"
--! definition = "What `max_time` rules still wait for in open cases, by when it is due: at the end of the log there was `left_s` of time by the clock of the wall, below zero where it is late already, and 0 where no working time has passed since it was due. The state is that at the end of the log, the time left that at the latest event in view. The promise of a step itself (`sla`, cut-off, due day) is not here, since nobody knows when it is to begin."
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
    CAST(CASE
        WHEN p.state = 'running' AND CAST(p.due_at AS BIGINT) < c.now_us THEN 0
        ELSE CAST(p.due_at AS BIGINT) - c.now_us
    END AS DOUBLE) / 1e6 AS left_s,
    p.state
FROM clock AS c
CROSS JOIN promises AS p
WHERE p.done_at IS NULL
ORDER BY p.due_at NULLS LAST, p.case_idx, p.promise_id
