--! title      = "Handoffs over time"
--! question   = "Do cases pass from hand to hand more or less often than before?"
--! definition = "Consecutive events of a case whose resources are both known and differ, divided by the cases, of the cases whose last event ended in the period (ISO week unless another granularity is asked for, UTC); a log does not say which cases are still open, so a case counts as finished at its last event. Nothing if no event in view names a resource. A period without cases is listed with 0 cases, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, handoffs, handoffs per case"
--! source     = ["cases", "events"]
--! grain      = "one row per period (UTC) of case end, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", handoffs = "count", per_case = "number" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["per_case"] }
--! cases      = "end={period}..{period+}"
WITH handed AS (
    SELECT case_idx, count(*) AS handoffs
    FROM events
    WHERE resource_id <> next_resource_id
    GROUP BY case_idx
),
named AS (
    SELECT count(resource_id) AS events FROM events
),
ended AS (
    SELECT
        period_start(c.ended_at, CAST($granularity AS VARCHAR)) AS period,
        coalesce(h.handoffs, 0) AS handoffs
    FROM named
    CROSS JOIN cases AS c
    LEFT JOIN handed AS h ON h.case_idx = c.case_idx
    WHERE c.ended_at IS NOT NULL AND named.events > 0
),
counted AS (
    SELECT period, count(*) AS cases, sum(handoffs) AS handoffs
    FROM ended
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
    coalesce(cases, 0) AS cases,
    coalesce(handoffs, 0) AS handoffs,
    CAST(handoffs AS DOUBLE) / NULLIF(cases, 0) AS per_case
FROM filled
LEFT JOIN counted ON filled.period = counted.period
ORDER BY period
