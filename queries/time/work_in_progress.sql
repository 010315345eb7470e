--! title      = "Work in progress"
--! question   = "How many cases are under way at the end of each week?"
--! definition = "Cases that have started but not ended at the end of the ISO week (UTC): arrivals minus departures up to then. A case counts as ended at its last event, so the newest weeks are too low."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) in which a case starts or ends"
--! columns    = { week = "date", started = "count", ended = "count", in_progress = "count" }
--! additive   = false
--! chart      = { kind = "line", x = "week", y = ["in_progress"] }
WITH moves AS (
    SELECT date_trunc('week', started_at) AS week, 1 AS started, 0 AS ended
    FROM cases
    WHERE started_at IS NOT NULL
    UNION ALL
    SELECT date_trunc('week', ended_at) AS week, 0 AS started, 1 AS ended
    FROM cases
    WHERE ended_at IS NOT NULL
),
weekly AS (
    SELECT week, sum(started) AS started, sum(ended) AS ended
    FROM moves
    GROUP BY week
)
SELECT
    CAST(week AS DATE) AS week,
    started,
    ended,
    -- Up to and including the week: what came in minus what went out.
    sum(started - ended) OVER (ORDER BY week ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_progress
FROM weekly
ORDER BY week
