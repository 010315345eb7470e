--! title      = "Work in progress"
--! question   = "How many cases are under way at the end of each week?"
--! definition = "Cases that have started but not ended at the end of the period (ISO week unless another granularity is asked for, UTC): arrivals minus departures up to then. A case counts as ended at its last event, so the newest periods are too low. A period in which nothing starts or ends is listed too, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per period (UTC), from the first start to the last end"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", started = "count", ended = "count", in_progress = "count" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["in_progress"] }
--! cases      = "intersecting={period+}..{period+}"
WITH moves AS (
    SELECT period_start(started_at, CAST($granularity AS VARCHAR)) AS period, 1 AS started, 0 AS ended
    FROM cases
    WHERE started_at IS NOT NULL
    UNION ALL
    SELECT period_start(ended_at, CAST($granularity AS VARCHAR)) AS period, 0 AS started, 1 AS ended
    FROM cases
    WHERE ended_at IS NOT NULL
),
counted AS (
    SELECT period, sum(started) AS started, sum(ended) AS ended
    FROM moves
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
    coalesce(started, 0) AS started,
    coalesce(ended, 0) AS ended,
    -- Up to and including the period: what came in minus what went out.
    sum(coalesce(started, 0) - coalesce(ended, 0))
        OVER (ORDER BY filled.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_progress
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
