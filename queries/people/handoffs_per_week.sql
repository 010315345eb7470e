--! title      = "Handoffs per case and week"
--! question   = "Do cases pass from hand to hand more or less often than before?"
--! definition = "Consecutive events of a case whose resources are both known and differ, divided by the cases, of the cases whose last event ended in the week; a log does not say which cases are still open, so a case counts as finished at its last event. Nothing if no event in view names a resource. A week without cases is listed with 0 cases, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, handoffs, handoffs per case"
--! source     = ["cases", "events"]
--! grain      = "one row per ISO week (UTC) of case end, from the first to the last"
--! columns    = { week = "date", cases = "count", handoffs = "count", per_case = "number" }
--! additive   = false
--! chart      = { kind = "line", x = "week", y = ["per_case"] }
WITH handed AS (
    SELECT case_idx, count(*) AS handoffs
    FROM events
    WHERE resource_id <> next_resource_id
    GROUP BY case_idx
),
named AS (
    SELECT count(resource_id) AS events FROM events
),
weekly AS (
    SELECT
        week_start(c.ended_at) AS week,
        count(*) AS cases,
        coalesce(sum(h.handoffs), 0) AS handoffs
    FROM cases AS c
    CROSS JOIN named
    LEFT JOIN handed AS h ON h.case_idx = c.case_idx
    WHERE c.ended_at IS NOT NULL AND named.events > 0
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
    coalesce(handoffs, 0) AS handoffs,
    CAST(handoffs AS DOUBLE) / NULLIF(cases, 0) AS per_case
FROM weeks
LEFT JOIN weekly ON weeks.week = weekly.week
ORDER BY week
