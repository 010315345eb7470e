--! title      = "Straight-through cases over time"
--! question   = "Do more cases go through without anybody touching them?"
--! definition = "Straight-through or no-touch rate: of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC) and of which it is known, the share in which a program did every event, with its 95 % confidence interval (Wilson); a log does not say which cases are still open, so a case counts as finished at its last event. One event that a person did settles a case; where none is known to be by a person and the log does not say of some events who did them (column `automated`), the case is left out. A log that says it of no case has no rows. A period without such cases is listed with 0 and no share, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, share"
--! source     = ["cases", "events"]
--! grain      = "one row per period (UTC) of case end, from the first to the last known"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", of_cases = "count", cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["share"] }
WITH by_case AS (
    SELECT
        case_idx,
        count(*) AS events,
        count(automated) AS known,
        count(*) FILTER (WHERE NOT automated) AS manual
    FROM events
    GROUP BY case_idx
),
counted AS (
    SELECT
        period_start(c.ended_at, CAST($granularity AS VARCHAR)) AS period,
        count(*) AS of_cases,
        count(*) FILTER (WHERE b.manual = 0) AS cases
    FROM by_case AS b
    JOIN cases AS c ON c.case_idx = b.case_idx
    WHERE c.ended_at IS NOT NULL AND (b.manual > 0 OR b.known = b.events)
    GROUP BY period_start(c.ended_at, CAST($granularity AS VARCHAR))
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
    coalesce(of_cases, 0) AS of_cases,
    coalesce(cases, 0) AS cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
