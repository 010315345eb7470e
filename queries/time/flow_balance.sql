--! title      = "Flow balance"
--! question   = "Is more work coming in than going out?"
--! definition = "Arrivals minus throughput, divided by arrivals, in each period (ISO week unless another granularity is asked for, UTC), and for all periods up to it (`cumulative_share`). Above zero work piles up, below zero it is worked off. Arrivals are counted by first start, throughput by last end; a log does not say which cases are still open, so a case counts as finished at its last event, and the newest periods look better than they are. Cases that began before the log does count from their first event in it. Null where nothing has arrived. Gaps of more than 10 years stay gaps."
--! unit       = "cases, share"
--! source     = ["cases"]
--! grain      = "one row per period (UTC), from the first start to the last end"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", arrivals = "count", throughput = "count", balance_share = "share", cumulative_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["balance_share", "cumulative_share"] }
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
summed AS (
    SELECT
        f.period,
        coalesce(c.arrivals, 0) AS arrivals,
        coalesce(c.throughput, 0) AS throughput,
        sum(coalesce(c.arrivals, 0))
            OVER (ORDER BY f.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS all_arrivals,
        sum(coalesce(c.throughput, 0))
            OVER (ORDER BY f.period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS all_throughput
    FROM filled AS f
    LEFT JOIN counted AS c ON c.period = f.period
)
SELECT
    period,
    arrivals,
    throughput,
    CAST(arrivals - throughput AS DOUBLE) / NULLIF(arrivals, 0) AS balance_share,
    CAST(all_arrivals - all_throughput AS DOUBLE) / NULLIF(all_arrivals, 0) AS cumulative_share
FROM summed
ORDER BY period
