--! title      = "Arrivals"
--! question   = "How many cases arrive, week by week?"
--! definition = "Cases by the period (ISO week unless another granularity is asked for, UTC) of their first start. Cases that began before the log does count from their first event in it. A period without cases is 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per period (UTC) of case start, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "period", y = ["cases"] }
--! cases      = "start={period}..{period+}"
WITH started AS (
    SELECT period_start(started_at, CAST($granularity AS VARCHAR)) AS period
    FROM cases
    WHERE started_at IS NOT NULL
),
counted AS (
    SELECT period, count(*) AS cases
    FROM started
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
    coalesce(counted.cases, 0) AS cases
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
