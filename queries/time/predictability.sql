--! title      = "Predictability"
--! question   = "How far do slow cases lie from the typical one, so that a promise can be kept?"
--! definition = "The 85th percentile of cycle time divided by its median, of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC): 1 would be always the same, 3 means that a promise kept in 85 of 100 cases has to allow three times the typical time. A log does not say which cases are still open, so a case counts as finished at its last event. Exact, type 7. With fewer than 29 cases the tail is not bounded: n is too small, and the percentile and the ratio are null; the ratio is null too where the median is 0. A period without cases is listed with 0 cases, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, seconds, ratio"
--! source     = ["cases"]
--! grain      = "one row per period (UTC) of case end, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", median_s = "duration_s", p85_s = "duration_s", p85_to_median = "number" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["p85_to_median"] }
--! cases      = "end={period}..{period+}"
WITH ended AS (
    -- A case that ends before it starts took no time.
    SELECT
        period_start(ended_at, CAST($granularity AS VARCHAR)) AS period,
        CASE WHEN cycle_us < 0 THEN 0 ELSE cycle_us END AS cycle_us
    FROM cases
    WHERE ended_at IS NOT NULL
),
ranked AS (
    -- Type 7 in whole numbers: the percentile lies at place 0.85 (n - 1), of which this is a hundredfold. The engine's own
    -- percentile_cont rounds the way between two neighbours.
    SELECT
        period,
        cycle_us,
        row_number() OVER (PARTITION BY period ORDER BY cycle_us) - 1 AS place,
        85 * (count(*) OVER (PARTITION BY period) - 1) AS wanted
    FROM ended
),
found AS (
    SELECT
        period,
        count(*) AS cases,
        duration_stats(cycle_us)['median_s'] AS median_s,
        max(wanted) AS wanted,
        max(cycle_us) FILTER (WHERE place = wanted / 100) AS below_us,
        max(cycle_us) FILTER (WHERE place = (wanted + 99) / 100) AS above_us
    FROM ranked
    GROUP BY period
),
measured AS (
    SELECT
        period,
        cases,
        median_s,
        (CAST(below_us AS DOUBLE) + CAST(above_us - below_us AS DOUBLE) * CAST(wanted % 100 AS DOUBLE) / 100) / 1e6 AS p85_s
    FROM found
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
    median_s,
    CASE WHEN cases >= 29 THEN p85_s END AS p85_s,
    CASE WHEN cases >= 29 THEN p85_s / NULLIF(median_s, 0) END AS p85_to_median
FROM filled
LEFT JOIN measured ON filled.period = measured.period
ORDER BY period
