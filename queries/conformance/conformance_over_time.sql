--! title      = "Conformance over time"
--! question   = "Do more or fewer cases follow the official flow?"
--! definition = "Of the finished cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC) and of which it is known, the share without a difference that is not accepted. A period without cases is listed with 0 cases and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, share"
--! source     = ["conformance"]
--! grain      = "one row per period (UTC) of case end, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", of_cases = "count", cases = "count", share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["share"] }
--! cases      = "end={period}..{period+}"
WITH ended AS (
    SELECT
        period_start(ended_at, CAST($granularity AS VARCHAR)) AS period,
        conforms
    FROM conformance
    WHERE ended_at IS NOT NULL AND state = 'finished' AND conforms IS NOT NULL
),
counted AS (
    SELECT period, count(*) AS of_cases, count(*) FILTER (WHERE conforms) AS cases
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
    coalesce(of_cases, 0) AS of_cases,
    coalesce(cases, 0) AS cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
