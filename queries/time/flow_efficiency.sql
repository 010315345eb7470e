--! title      = "Flow efficiency"
--! question   = "Which part of the time that a case takes is it really worked on?"
--! definition = "Flow efficiency, also called process cycle efficiency: the touch time of all cases divided by their cycle time (a ratio of sums, not a mean of ratios), by the clock. The touch time of a case is the time in which at least one of its events was under way, from start to end: what overlaps counts once. The rest of its cycle time is waiting. Only cases of which every event has a start of its own are measured (`cases` of `of_cases`); null in a log without a column of start times."
--! unit       = "cases, seconds, share"
--! source     = ["cases", "case_touch"]
--! grain      = "one row"
--! columns    = { cases = "count", of_cases = "count", touch_s = "duration_s", waiting_s = "duration_s", cycle_s = "duration_s", efficiency_share = "share" }
--! additive   = false
WITH summed AS (
    SELECT
        count(*) AS cases,
        sum(CAST(t.touch_us AS DECIMAL(38, 0))) AS touch_us,
        sum(CAST(c.cycle_us AS DECIMAL(38, 0))) AS cycle_us
    FROM case_touch AS t
    JOIN cases AS c ON c.case_idx = t.case_idx
),
total AS (
    SELECT count(*) AS of_cases FROM cases
)
SELECT
    cases,
    of_cases,
    CAST(touch_us AS DOUBLE) / 1e6 AS touch_s,
    CAST(cycle_us - touch_us AS DOUBLE) / 1e6 AS waiting_s,
    CAST(cycle_us AS DOUBLE) / 1e6 AS cycle_s,
    CAST(touch_us AS DOUBLE) / NULLIF(CAST(cycle_us AS DOUBLE), 0) AS efficiency_share
FROM summed
CROSS JOIN total
