--! title      = "Promises kept over time"
--! question   = "Are promises kept more often than before?"
--! definition = "Of the promises about time of the official flow that fell due in the period (ISO week unless another granularity is asked for, UTC), the share that was met, with its 95 % confidence interval (Wilson); see `sla_attainment` for what counts. What was still running at the end of the log is left out, and so is what has no due time. A period in which nothing fell due is listed with 0 and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "promises, share"
--! source     = ["promises"]
--! grain      = "one row per period (UTC) of due times, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", promises = "count", met = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["share"] }
WITH due AS (
    SELECT period_start(due_at, CAST($granularity AS VARCHAR)) AS period, state
    FROM promises
    WHERE due_at IS NOT NULL AND state <> 'running'
),
counted AS (
    SELECT period, count(*) AS promises, count(*) FILTER (WHERE state = 'met') AS met
    FROM due
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
    coalesce(counted.promises, 0) AS promises,
    coalesce(counted.met, 0) AS met,
    CAST(counted.met AS DOUBLE) / counted.promises AS share,
    wilson(counted.met, counted.promises)['low'] AS low_share,
    wilson(counted.met, counted.promises)['high'] AS high_share
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
