--! title      = "Throughput per week"
--! question   = "How many cases are finished each week?"
--! definition = "Cases by the ISO week (UTC) of their last end. A log does not say which cases are still open; a case counts as finished at its last event."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) of case end, from the first to the last"
--! columns    = { week = "date", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "week", y = ["cases"] }
WITH weekly AS (
    SELECT date_trunc('week', ended_at) AS week, count(*) AS cases
    FROM cases
    WHERE ended_at IS NOT NULL
    GROUP BY date_trunc('week', ended_at)
),
-- Weeks in which nothing happened count too: without them a gap would look like a steady flow.
weeks AS (
    SELECT unnest(generate_series(min(week), max(week), INTERVAL '7 days')) AS week
    FROM weekly
)
SELECT
    CAST(weeks.week AS DATE) AS week,
    coalesce(weekly.cases, 0) AS cases
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
