--! title      = "Flow efficiency"
--! question   = "Which part of the time that a case takes is it really worked on?"
--! definition = "Flow efficiency, also called process cycle efficiency: the touch time of all cases divided by their cycle time (a ratio of sums, not a mean of ratios), by the clock. The touch time of a case is the time in which at least one of its events was under way, from start to end: what overlaps counts once. The rest of its cycle time is waiting. Only cases of which every event has a start of its own are measured (`cases` of `of_cases`); null in a log without a column of start times."
--! unit       = "cases, seconds, share"
--! source     = ["cases", "events"]
--! grain      = "one row"
--! columns    = { cases = "count", of_cases = "count", touch_s = "duration_s", waiting_s = "duration_s", cycle_s = "duration_s", efficiency_share = "share" }
--! additive   = false
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
        count(*) AS cases,
        sum(coalesce(u.touch_us, m.touch_us)) AS touch_us,
        sum(CAST(c.cycle_us AS DECIMAL(38, 0))) AS cycle_us
    FROM measured AS m
    JOIN cases AS c ON c.case_idx = m.case_idx
    LEFT JOIN united AS u ON u.case_idx = m.case_idx
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
