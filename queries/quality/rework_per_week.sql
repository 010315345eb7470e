--! title      = "Cases with rework per week"
--! question   = "Does rework become more or less?"
--! definition = "Of the cases whose last event ended in the week, the share in which at least one activity occurs at least twice; a log does not say which cases are still open, so a case counts as finished at its last event. A week without cases is listed with 0 cases and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, share"
--! source     = ["cases", "variants"]
--! grain      = "one row per ISO week (UTC) of case end, from the first to the last"
--! columns    = { week = "date", cases = "count", reworked = "count", share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "week", y = ["share"] }
WITH weekly AS (
    SELECT
        week_start(c.ended_at) AS week,
        count(*) AS cases,
        count(*) FILTER (WHERE cardinality(v.repeated_ids) > 0) AS reworked
    FROM cases AS c
    JOIN variants AS v ON v.variant_id = c.variant_id
    WHERE c.ended_at IS NOT NULL
    GROUP BY week_start(c.ended_at)
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
    coalesce(reworked, 0) AS reworked,
    CAST(reworked AS DOUBLE) / NULLIF(cases, 0) AS share
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
