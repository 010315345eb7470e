--! title      = "Time to first response"
--! question   = "How long does a case wait until a person first takes it up?"
--! definition = "From the first start of a case to the earliest start of an event, other than its first one, that a person did, by the clock; an automatic acknowledgement is no response. By the period (ISO week unless another granularity is asked for, UTC) in which the response came. Median and 90th percentile, exact, type 7; the tail needs n >= 29 cases to be bounded, below that p90 is null. Cases that nobody has answered yet are in none of the periods. A log that does not say which events a program did (column `automated`) has no rows. A period without responses is listed with 0, except in gaps of more than 10 years, which stay gaps."
--! unit       = "cases, seconds"
--! source     = ["cases", "events"]
--! grain      = "one row per period (UTC) of the response, from the first to the last"
--! params     = { granularity = "week|day|month|quarter|year" }
--! columns    = { period = "date", cases = "count", median_s = "duration_s", p90_s = "duration_s", mean_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "line", x = "period", y = ["median_s", "p90_s"] }
WITH answered AS (
    SELECT case_idx, min(coalesce(started_at, ended_at)) AS answered_at
    FROM events
    WHERE NOT automated AND position > 0
    GROUP BY case_idx
),
responses AS (
    SELECT
        period_start(a.answered_at, CAST($granularity AS VARCHAR)) AS period,
        CAST(a.answered_at AS BIGINT) - CAST(c.started_at AS BIGINT) AS response_us
    FROM answered AS a
    JOIN cases AS c ON c.case_idx = a.case_idx
    WHERE a.answered_at IS NOT NULL
),
measured AS (
    SELECT period, count(*) AS cases, duration_stats(response_us) AS response
    FROM responses
    GROUP BY period
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
    response['median_s'] AS median_s,
    CASE WHEN cases >= 29 THEN response['p90_s'] END AS p90_s,
    response['mean_s'] AS mean_s
FROM filled
LEFT JOIN measured ON filled.period = measured.period
ORDER BY period
