--! title      = "Work in progress"
--! question   = "How many cases are under way at the end of each week?"
--! definition = "Cases that have started but not ended at the end of the ISO week (UTC): arrivals minus departures up to then. A case counts as ended at its last event, so the newest weeks are too low. A week in which nothing starts or ends is listed too, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC), from the first start to the last end"
--! columns    = { week = "date", started = "count", ended = "count", in_progress = "count" }
--! additive   = false
--! chart      = { kind = "line", x = "week", y = ["in_progress"] }
WITH moves AS (
    SELECT week_start(started_at) AS week, 1 AS started, 0 AS ended
    FROM cases
    WHERE started_at IS NOT NULL
    UNION ALL
    SELECT week_start(ended_at) AS week, 0 AS started, 1 AS ended
    FROM cases
    WHERE ended_at IS NOT NULL
),
weekly AS (
    SELECT week, sum(started) AS started, sum(ended) AS ended
    FROM moves
    GROUP BY week
),
followed AS (
    SELECT week, lead(week) OVER (ORDER BY week) AS next_week
    FROM weekly
),
-- Weeks in which nothing happened count too: without them a gap would look like a steady flow. But a date that is
-- ten years off stands for "never" or is a fault, and must not add thousands of empty weeks.
weeks AS (
    SELECT
        unnest(generate_series(
            week,
            CASE WHEN next_week <= week + INTERVAL '10 years' THEN next_week - INTERVAL '7 days' ELSE week END,
            INTERVAL '7 days'
        )) AS week
    FROM followed
)
SELECT
    weeks.week,
    coalesce(started, 0) AS started,
    coalesce(ended, 0) AS ended,
    -- Up to and including the week: what came in minus what went out.
    sum(coalesce(started, 0) - coalesce(ended, 0))
        OVER (ORDER BY weeks.week ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_progress
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
