--! title = "Touch time of cases"
--! grain = "one row per case of which every event has a start of its own"
--! [columns]
--! case_idx = "count"
--! touch_us = "count"
--! [about]
--! case_idx = "Number of the case within this version of the log"
--! touch_us = "Microseconds in which at least one of its events was under way, from start to end: what overlaps counts once"
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
)
SELECT
    m.case_idx,
    CAST(coalesce(u.touch_us, m.touch_us) AS BIGINT) AS touch_us
FROM measured AS m
LEFT JOIN united AS u ON u.case_idx = m.case_idx
