--! title      = "Cycle time"
--! question   = "How long does a case take from its first to its last event?"
--! definition = "Last end minus first start of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC); a log does not say which cases are still open, so a case counts as finished at its last event. Median and 90th percentile, exact, type 7. The tail needs n >= 29 cases to be bounded, below that p90 is null. A period without cases is listed with 0 cases, except in gaps of more than 10 years, which stay gaps."
--! unit       = "seconds"
--! source     = ["cases"]
--! grain      = "one row per period (UTC) of case end, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", median_s = "duration_s", p90_s = "duration_s", mean_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["median_s", "p90_s"] }
--! cases      = "end={period}..{period+}"
WITH ended AS (
    SELECT period_start(ended_at, CAST($granularity AS VARCHAR)) AS period, cycle_us
    FROM cases
    WHERE ended_at IS NOT NULL
),
measured AS (
    SELECT period, count(*) AS cases, duration_stats(cycle_us) AS cycle
    FROM ended
    GROUP BY period
),
followed AS (
    SELECT period, lead(period) OVER (ORDER BY period) AS next_period
    FROM measured
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
    cycle['median_s'] AS median_s,
    CASE WHEN cases >= 29 THEN cycle['p90_s'] END AS p90_s,
    cycle['mean_s'] AS mean_s
FROM filled
LEFT JOIN measured ON filled.period = measured.period
ORDER BY period
