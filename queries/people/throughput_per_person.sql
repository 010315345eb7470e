--! title      = "Throughput per active person"
--! question   = "Do more cases get done per person, or do only more people do them?"
--! definition = "Cases whose last event ended in the period (month unless another granularity is asked for, UTC), divided by the people who did at least one event in it; a log does not say which cases are still open, so a case counts as finished at its last event. People are known resources but for events that a program did; where the log does not say it (column `automated`), everybody counts as a person. Whether somebody works part-time is not known. With fewer than 5 people the quotient is null, so that it says nothing about one of them. Periods without events are listed, except in gaps of more than 10 years, which stay gaps. Nothing if no event in view names a resource."
--! unit       = "cases, people, cases per person"
--! source     = ["cases", "events"]
--! grain      = "one row per period (UTC), from the first to the last event by a person"
--! params     = { granularity = "month|day|week|quarter|year" }
--! columns    = { period = "date", cases = "count", people = "count", per_person = "number" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["per_person"] }
--! cases      = "end={period}..{period+}"
WITH worked AS (
    SELECT
        period_start(ended_at, CAST($granularity AS VARCHAR)) AS period,
        count(DISTINCT resource_id) AS people
    FROM events
    WHERE ended_at IS NOT NULL AND resource_id IS NOT NULL AND automated IS NOT TRUE
    GROUP BY period_start(ended_at, CAST($granularity AS VARCHAR))
),
finished AS (
    SELECT period_start(ended_at, CAST($granularity AS VARCHAR)) AS period, count(*) AS cases
    FROM cases
    WHERE ended_at IS NOT NULL
    GROUP BY period_start(ended_at, CAST($granularity AS VARCHAR))
),
followed AS (
    SELECT period, lead(period) OVER (ORDER BY period) AS next_period
    FROM worked
),
-- Periods in which nothing happened count too: without them a gap would look like a steady flow. But a date that is
-- ten years off stands for "never" or is a fault, and must not add thousands of empty ones.
filled AS (
    SELECT unnest(periods(period, next_period, CAST($granularity AS VARCHAR))) AS period
    FROM followed
)
SELECT
    p.period,
    coalesce(f.cases, 0) AS cases,
    coalesce(w.people, 0) AS people,
    CASE WHEN w.people >= 5 THEN CAST(coalesce(f.cases, 0) AS DOUBLE) / w.people END AS per_person
FROM filled AS p
LEFT JOIN worked AS w ON w.period = p.period
LEFT JOIN finished AS f ON f.period = p.period
ORDER BY p.period
