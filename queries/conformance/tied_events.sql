--! title      = "Events whose order is not known"
--! question   = "Which events have the time of the event before them, so that their order is only that of the file?"
--! definition = "Events whose end is that of the event before them in the same case. Where all events of an activity are at midnight (UTC), its source knows days only: of two events of one day, neither is known to be the earlier if one of them is of such an activity."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per such event; position counts from 0 within the case"
--! columns    = { case_idx = "count", position = "count" }
--! additive   = false
--! internal   = true
WITH clocked AS (
    -- Microseconds since 1970, and since midnight: all years have them.
    SELECT
        case_idx,
        position,
        activity_id,
        CAST(ended_at AS BIGINT) AS at_us,
        (CAST(ended_at AS BIGINT) % 86400000000 + 86400000000) % 86400000000 AS of_day_us
    FROM events
),
dated AS (
    SELECT activity_id, max(of_day_us) = 0 AS days_only
    FROM clocked
    GROUP BY activity_id
),
timed AS (
    SELECT
        c.case_idx,
        c.position,
        c.at_us,
        c.at_us - c.of_day_us AS day_us,
        d.days_only,
        lag(c.at_us) OVER (PARTITION BY c.case_idx ORDER BY c.position) AS before_us,
        lag(c.at_us - c.of_day_us) OVER (PARTITION BY c.case_idx ORDER BY c.position) AS before_day_us,
        lag(d.days_only) OVER (PARTITION BY c.case_idx ORDER BY c.position) AS before_days_only
    FROM clocked AS c
    JOIN dated AS d ON d.activity_id = c.activity_id
)
SELECT case_idx, position
FROM timed
WHERE at_us = before_us OR ((days_only OR before_days_only) AND day_us = before_day_us)
ORDER BY case_idx, position
