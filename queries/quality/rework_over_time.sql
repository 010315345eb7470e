--! title      = "Rework over time"
--! question   = "Does rework become more or less?"
--! definition = "Of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC), the share in which at least one activity occurs at least twice; a log does not say which cases are still open, so a case counts as finished at its last event. A period without cases is listed with 0 cases and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, share"
--! source     = ["cases", "variants"]
--! grain      = "one row per period (UTC) of case end, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", reworked = "count", share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["share"] }
--! cases      = "end={period}..{period+}"
WITH ended AS (
    SELECT
        period_start(c.ended_at, CAST($granularity AS VARCHAR)) AS period,
        cardinality(v.repeated_ids) > 0 AS repeats
    FROM cases AS c
    JOIN variants AS v ON v.variant_id = c.variant_id
    WHERE c.ended_at IS NOT NULL
),
counted AS (
    SELECT period, count(*) AS cases, count(*) FILTER (WHERE repeats) AS reworked
    FROM ended
    GROUP BY period
),
followed AS (
    SELECT period, lead(period) OVER (ORDER BY period) AS next_period
    FROM counted
),
-- Periods in which nothing happened count too: without them a gap would look like a steady flow. But a date that is
-- ten years off stands for "never" or is a fault, and must not add thousands of empty ones.
filled AS (
    SELECT unnest(periods(period, next_period, CAST($granularity AS VARCHAR))) AS period
    FROM followed
)
SELECT
    filled.period,
    coalesce(cases, 0) AS cases,
    coalesce(reworked, 0) AS reworked,
    CAST(reworked AS DOUBLE) / NULLIF(cases, 0) AS share
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
