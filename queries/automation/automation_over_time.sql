--! title      = "Automation rate over time"
--! question   = "Do programs do more of the work than before?"
--! definition = "Of the events that ended in the period (ISO week unless another granularity is asked for, UTC) and of which it is known who did them, the share that a program did, with its 95 % confidence interval (Wilson). It is known from a column of the log (`automated`); a log without one has no rows. A period without such events is listed with 0 and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "events, share"
--! source     = ["events"]
--! grain      = "one row per period (UTC), from the first to the last known event"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", known_events = "count", automated_events = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["share"] }
WITH counted AS (
    SELECT
        period_start(ended_at, CAST($granularity AS VARCHAR)) AS period,
        count(*) AS known_events,
        count(*) FILTER (WHERE automated) AS automated_events
    FROM events
    WHERE ended_at IS NOT NULL AND automated IS NOT NULL
    GROUP BY period_start(ended_at, CAST($granularity AS VARCHAR))
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
    coalesce(known_events, 0) AS known_events,
    coalesce(automated_events, 0) AS automated_events,
    CAST(automated_events AS DOUBLE) / NULLIF(known_events, 0) AS share,
    wilson(automated_events, known_events)['low'] AS low_share,
    wilson(automated_events, known_events)['high'] AS high_share
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
