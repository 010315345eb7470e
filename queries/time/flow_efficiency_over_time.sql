--! title      = "Flow efficiency over time"
--! question   = "Does the part of the time in which a case is worked on grow?"
--! definition = "Flow efficiency, also called process cycle efficiency: the touch time of all cases divided by their cycle time (a ratio of sums, not a mean of ratios), by the clock, of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC); a log does not say which cases are still open, so a case counts as finished at its last event. What overlaps counts once. Only cases of which every event has a start of its own are measured (`cases`); a log without a column of start times has no rows. A period without such cases is listed with 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, seconds, share"
--! source     = ["cases", "case_touch"]
--! grain      = "one row per period (UTC) of case end, from the first to the last measured"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", touch_s = "duration_s", cycle_s = "duration_s", efficiency_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["efficiency_share"] }
WITH summed AS (
    SELECT
        period_start(c.ended_at, CAST($granularity AS VARCHAR)) AS period,
        count(*) AS cases,
        CAST(sum(CAST(t.touch_us AS DECIMAL(38, 0))) AS DOUBLE) AS touch_us,
        CAST(sum(CAST(c.cycle_us AS DECIMAL(38, 0))) AS DOUBLE) AS cycle_us
    FROM case_touch AS t
    JOIN cases AS c ON c.case_idx = t.case_idx
    GROUP BY period_start(c.ended_at, CAST($granularity AS VARCHAR))
),
followed AS (
    SELECT period, lead(period) OVER (ORDER BY period) AS next_period
    FROM summed
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
    touch_us / 1e6 AS touch_s,
    cycle_us / 1e6 AS cycle_s,
    touch_us / NULLIF(cycle_us, 0) AS efficiency_share
FROM filled
LEFT JOIN summed ON filled.period = summed.period
ORDER BY period
