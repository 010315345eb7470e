--! title      = "Flow efficiency over time"
--! question   = "Does the part of the time in which a case is worked on grow?"
--! definition = "Flow efficiency, also called process cycle efficiency: the touch time of all cases divided by their cycle time (a ratio of sums, not a mean of ratios), by the clock, of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC); a log does not say which cases are still open, so a case counts as finished at its last event. What overlaps counts once. Only cases of which every event has a start of its own are measured (`cases`); a log without a column of start times has no rows. A period without such cases is listed with 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, seconds, share"
--! source     = ["cases", "events"]
--! grain      = "one row per period (UTC) of case end, from the first to the last measured"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", touch_s = "duration_s", cycle_s = "duration_s", efficiency_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["efficiency_share"] }
WITH timed AS (
    SELECT
        case_idx,
        count(*) AS events,
        count(started_at) AS starts,
        bool_or(coalesce(wait_us < 0, false)) AS overlaps,
        sum(CASE
            WHEN started_at < ended_at
                THEN CAST(CAST(ended_at AS BIGINT) - CAST(started_at AS BIGINT) AS DECIMAL(38, 0))
            ELSE CAST(0 AS DECIMAL(38, 0))
        END) AS touch_us
    FROM events
    GROUP BY case_idx
),
measured AS (
    SELECT case_idx, overlaps, touch_us
    FROM timed
    WHERE starts = events
),
-- Few cases overlap, and only for these the order of events has to be walked. Events are in the order of their ends, so
-- of each one counts what lies before all starts that come later.
overlapping AS (
    SELECT
        e.case_idx,
        CAST(e.started_at AS BIGINT) AS started_us,
        CAST(e.ended_at AS BIGINT) AS ended_us,
        min(CAST(e.started_at AS BIGINT)) OVER (
            PARTITION BY e.case_idx ORDER BY e.position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next_us
    FROM events AS e
    WHERE e.case_idx IN (SELECT case_idx FROM measured WHERE overlaps)
),
united AS (
    SELECT
        case_idx,
        sum(CAST(greatest(0, least(ended_us, coalesce(next_us, ended_us)) - started_us) AS DECIMAL(38, 0))) AS touch_us
    FROM overlapping
    GROUP BY case_idx
),
summed AS (
    SELECT
        period_start(c.ended_at, CAST($granularity AS VARCHAR)) AS period,
        count(*) AS cases,
        CAST(sum(coalesce(u.touch_us, m.touch_us)) AS DOUBLE) AS touch_us,
        CAST(sum(CAST(c.cycle_us AS DECIMAL(38, 0))) AS DOUBLE) AS cycle_us
    FROM measured AS m
    JOIN cases AS c ON c.case_idx = m.case_idx
    LEFT JOIN united AS u ON u.case_idx = m.case_idx
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
