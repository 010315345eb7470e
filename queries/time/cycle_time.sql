--! title      = "Cycle time per week"
--! question   = "How long does a case take from its first to its last event?"
--! definition = "Last end minus first start of the cases whose last event ended in the week; a log does not say which cases are still open, so a case counts as finished at its last event. Median and 90th percentile, exact, type 7. The tail needs n >= 29 cases to be bounded, below that p90 is null. A week without cases is listed with 0 cases, except in gaps of more than 10 years, which stay gaps."
--! unit       = "seconds"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) of case end, from the first to the last"
--! columns    = { week = "date", cases = "count", median_s = "duration_s", p90_s = "duration_s", mean_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "line", x = "week", y = ["median_s", "p90_s"] }
WITH weekly AS (
    SELECT
        week_start(ended_at) AS week,
        count(*) AS cases,
        duration_stats(cycle_us) AS cycle
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
    coalesce(cases, 0) AS cases,
    cycle['median_s'] AS median_s,
    CASE WHEN cases >= 29 THEN cycle['p90_s'] END AS p90_s,
    cycle['mean_s'] AS mean_s
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
