--! title      = "Arrivals and throughput per day"
--! question   = "How many cases arrive per day, how many are finished, and which of the two is faster?"
--! definition = "Arrival rate: cases whose first start lies in the period (ISO week unless another granularity is asked for, UTC), divided by its days. Throughput: cases whose last event ended in it, divided by the same days; a log does not say which cases are still open, so a case counts as finished at its last event, and cases that began before the log does count from their first event in it. The log has only a part of its first and of its last period (`whole` is false), so they have counts and no rates. A period in which nothing starts or ends is listed too, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, days, cases per day"
--! source     = ["cases"]
--! grain      = "one row per period (UTC), from the first start to the last end"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", days = "count", arrivals = "count", throughput = "count", arrivals_per_day = "number", throughput_per_day = "number", whole = "boolean" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["arrivals_per_day", "throughput_per_day"] }
WITH moves AS (
    SELECT period_start(started_at, CAST($granularity AS VARCHAR)) AS period, 1 AS arrivals, 0 AS throughput
    FROM cases
    WHERE started_at IS NOT NULL
    UNION ALL
    SELECT period_start(ended_at, CAST($granularity AS VARCHAR)) AS period, 0 AS arrivals, 1 AS throughput
    FROM cases
    WHERE ended_at IS NOT NULL
),
counted AS (
    SELECT period, sum(arrivals) AS arrivals, sum(throughput) AS throughput
    FROM moves
    GROUP BY period
),
extent AS (
    SELECT CAST(min(started_at) AS BIGINT) AS first_us, CAST(max(ended_at) AS BIGINT) AS last_us
    FROM cases
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
),
measured AS (
    -- Days since 1970: all years have them.
    SELECT
        period,
        CAST(CAST(period AS INT) AS BIGINT) AS first_day,
        CAST(CAST(period_end(period, CAST($granularity AS VARCHAR)) AS INT) AS BIGINT) AS day_after
    FROM filled
),
known AS (
    SELECT
        m.period,
        m.day_after - m.first_day AS days,
        coalesce(c.arrivals, 0) AS arrivals,
        coalesce(c.throughput, 0) AS throughput,
        m.first_day * 86400000000 >= e.first_us AND m.day_after * 86400000000 <= e.last_us AS whole
    FROM measured AS m
    CROSS JOIN extent AS e
    LEFT JOIN counted AS c ON c.period = m.period
)
SELECT
    period,
    days,
    arrivals,
    throughput,
    CASE WHEN whole THEN CAST(arrivals AS DOUBLE) / days END AS arrivals_per_day,
    CASE WHEN whole THEN CAST(throughput AS DOUBLE) / days END AS throughput_per_day,
    whole
FROM known
ORDER BY period
