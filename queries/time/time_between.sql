--! title      = "Time between two activities"
--! question   = "How long does it take from one activity to another?"
--! definition = "From the end of the first `first` of a case to the start of the next `second` after it, whatever lies in between; below zero counts as 0. Cases that do not have both in this order are left out. Median and 90th percentile are exact, type 7."
--! unit       = "seconds, cases"
--! source     = ["events"]
--! grain      = "one row per duration that occurs, with the figures of all"
--! params     = { first = "text", second = "text" }
--! columns    = { between_s = "duration_s", cases = "count", all_cases = "count", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "histogram", x = "between_s", y = ["cases"] }
WITH firsts AS (
    -- Each case marks the first event of an activity.
    SELECT case_idx, position, ended_at
    FROM events
    WHERE activity = CAST($first AS VARCHAR) AND activity_first AND ended_at IS NOT NULL
),
seconds AS (
    SELECT case_idx, position, coalesce(started_at, ended_at) AS began_at
    FROM events
    WHERE activity = CAST($second AS VARCHAR) AND ended_at IS NOT NULL
),
nearest AS (
    SELECT firsts.case_idx, firsts.ended_at, min(seconds.position) AS position
    FROM firsts
    JOIN seconds ON seconds.case_idx = firsts.case_idx AND seconds.position > firsts.position
    GROUP BY firsts.case_idx, firsts.ended_at
),
spans AS (
    SELECT CAST(seconds.began_at AS BIGINT) - CAST(nearest.ended_at AS BIGINT) AS span_us
    FROM nearest
    JOIN seconds ON seconds.case_idx = nearest.case_idx AND seconds.position = nearest.position
),
counted AS (
    SELECT CASE WHEN span_us < 0 THEN 0 ELSE span_us END AS span_us, count(*) AS cases
    FROM spans
    GROUP BY CASE WHEN span_us < 0 THEN 0 ELSE span_us END
),
totals AS (
    SELECT count(*) AS all_cases, duration_stats(span_us) AS span
    FROM spans
)
SELECT
    CAST(span_us AS DOUBLE) / 1e6 AS between_s,
    cases,
    all_cases,
    span['mean_s'] AS mean_s,
    span['median_s'] AS median_s,
    span['p90_s'] AS p90_s
FROM counted
CROSS JOIN totals
ORDER BY between_s
