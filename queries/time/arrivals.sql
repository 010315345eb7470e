--! title      = "Arrivals per week"
--! question   = "How many cases arrive each week?"
--! definition = "Cases by the ISO week (UTC) of their first start. Cases that began before the log does count from their first event in it. A week without cases is 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) of case start, from the first to the last"
--! columns    = { week = "date", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "week", y = ["cases"] }
WITH weekly AS (
    SELECT week_start(started_at) AS week, count(*) AS cases
    FROM cases
    WHERE started_at IS NOT NULL
    GROUP BY week_start(started_at)
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
