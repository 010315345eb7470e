--! title      = "Check by Little's law"
--! question   = "Do work in progress, throughput and cycle time fit together, as they do in a steady flow?"
--! definition = "Mean number of cases in progress over the time of the period (ISO week unless another granularity is asked for, UTC), beside throughput per day times mean cycle time (days) of the cases that ended in it (`expected`), and the ratio of the two. Little's law makes the ratio 1 only where the flow is steady: `steady` is true if arrivals and throughput differ by at most a tenth of the larger, and the mean age of the cases in progress at the end of the period by at most a tenth from that at its beginning. Elsewhere the ratio proves nothing: it is a gut check, no forecast. A case counts as ended at its last event. Null where nothing ended."
--! unit       = "cases, cases per day, seconds, ratio"
--! source     = ["cases"]
--! grain      = "one row per period (UTC), from the first start to the last end"
--! params     = { granularity = "month|day|week|quarter|year" }
--! columns    = { period = "date", mean_in_progress = "number", throughput_per_day = "number", mean_cycle_s = "duration_s", expected = "number", ratio = "number", steady = "boolean" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["mean_in_progress", "expected"] }
WITH moves AS (
    -- Sums of microseconds of many cases outgrow 64 bits.
    SELECT
        period_start(started_at, CAST($granularity AS VARCHAR)) AS period,
        1 AS arrived,
        0 AS ended,
        CAST(CAST(started_at AS BIGINT) AS DECIMAL(38, 0)) AS arrived_us,
        CAST(0 AS DECIMAL(38, 0)) AS ended_us,
        CAST(0 AS DECIMAL(38, 0)) AS ended_began_us
    FROM cases
    WHERE ended_at IS NOT NULL
    UNION ALL
    SELECT
        period_start(ended_at, CAST($granularity AS VARCHAR)) AS period,
        0 AS arrived,
        1 AS ended,
        CAST(0 AS DECIMAL(38, 0)) AS arrived_us,
        CAST(CAST(ended_at AS BIGINT) AS DECIMAL(38, 0)) AS ended_us,
        CAST(CAST(started_at AS BIGINT) AS DECIMAL(38, 0)) AS ended_began_us
    FROM cases
    WHERE ended_at IS NOT NULL
),
counted AS (
    SELECT
        period,
        sum(arrived) AS arrived,
        sum(ended) AS ended,
        sum(arrived_us) AS arrived_us,
        sum(ended_us) AS ended_us,
        sum(ended_began_us) AS ended_began_us
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
measured AS (
    SELECT
        f.period,
        CAST(CAST(CAST(f.period AS INT) AS BIGINT) * 86400000000 AS DECIMAL(38, 0)) AS from_us,
        CAST(CAST(CAST(period_end(f.period, CAST($granularity AS VARCHAR)) AS INT) AS BIGINT) * 86400000000
            AS DECIMAL(38, 0)) AS to_us,
        coalesce(c.arrived, 0) AS arrived,
        coalesce(c.ended, 0) AS ended,
        coalesce(c.arrived_us, 0) AS arrived_us,
        coalesce(c.ended_us, 0) AS ended_us,
        coalesce(c.ended_began_us, 0) AS ended_began_us
    FROM filled AS f
    LEFT JOIN counted AS c ON c.period = f.period
),
running AS (
    -- How many are in progress at the end of the period, and the sum of the instants at which they began.
    SELECT
        period,
        from_us,
        to_us,
        arrived,
        ended,
        arrived_us,
        ended_us,
        ended_began_us,
        sum(arrived - ended) OVER (ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open,
        sum(arrived_us - ended_began_us)
            OVER (ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open_began_us
    FROM measured
),
weighed AS (
    SELECT
        period,
        arrived,
        ended,
        CAST(to_us - from_us AS DOUBLE) AS length_us,
        -- What was there before is there all the time; what comes adds the rest of it, what goes takes that away.
        CAST(open - arrived + ended AS DOUBLE) * CAST(to_us - from_us AS DOUBLE)
            + (CAST(arrived AS DOUBLE) * CAST(to_us AS DOUBLE) - CAST(arrived_us AS DOUBLE))
            - (CAST(ended AS DOUBLE) * CAST(to_us AS DOUBLE) - CAST(ended_us AS DOUBLE)) AS busy_us,
        CAST(ended_us - ended_began_us AS DOUBLE) / NULLIF(ended, 0) AS mean_cycle_us,
        CAST(to_us AS DOUBLE) - CAST(open_began_us AS DOUBLE) / NULLIF(open, 0) AS age_us,
        CAST(from_us AS DOUBLE)
            - CAST(open_began_us - arrived_us + ended_began_us AS DOUBLE) / NULLIF(open - arrived + ended, 0)
            AS age_before_us
    FROM running
),
compared AS (
    SELECT
        period,
        busy_us / length_us AS mean_in_progress,
        CAST(ended AS DOUBLE) / (length_us / 86400e6) AS throughput_per_day,
        mean_cycle_us / 1e6 AS mean_cycle_s,
        CAST(ended AS DOUBLE) / length_us * mean_cycle_us AS expected,
        abs(arrived - ended) * 10 <= greatest(arrived, ended)
            AND coalesce(abs(age_us - age_before_us) <= 0.1 * age_before_us, false) AS steady
    FROM weighed
)
SELECT
    period,
    mean_in_progress,
    throughput_per_day,
    mean_cycle_s,
    expected,
    mean_in_progress / NULLIF(expected, 0) AS ratio,
    steady
FROM compared
ORDER BY period
