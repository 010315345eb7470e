--! title      = "Throughput per week"
--! question   = "How many cases are finished each week?"
--! definition = "Cases by the ISO week (UTC) of their last end. A log does not say which cases are still open; a case counts as finished at its last event. A week without cases is 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) of case end, from the first to the last"
--! columns    = { week = "date", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "week", y = ["cases"] }
WITH weekly AS (
    SELECT week_start(ended_at) AS week, count(*) AS cases
    FROM cases
    WHERE ended_at IS NOT NULL
    GROUP BY week_start(ended_at)
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
    coalesce(weekly.cases, 0) AS cases
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
