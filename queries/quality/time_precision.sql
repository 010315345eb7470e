--! title      = "Precision of times"
--! question   = "How exactly are times recorded?"
--! definition = "The coarsest unit of which all ends of the activity's events are whole multiples, in UTC: where it is the day, its source records days only, and neither the order within a day nor a duration below one is known. Days that were recorded in another zone show as hours or minutes. `midnight_events` end at midnight (UTC), with their share of the activity's events with a time. Nothing in a log without times."
--! unit       = "events, share"
--! source     = ["events"]
--! grain      = "one row per activity"
--! columns    = { activity = "category", events = "count", precision = "category", midnight_events = "count", midnight_share = "share" }
--! additive   = false
--! cases      = "with={activity}"
WITH clocked AS (
    -- Microseconds since 1970: all years have them.
    SELECT activity_id, CAST(ended_at AS BIGINT) AS at_us
    FROM events
    WHERE ended_at IS NOT NULL
),
measured AS (
    SELECT
        activity_id,
        count(*) AS events,
        count(*) FILTER (WHERE at_us % 86400000000 = 0) AS midnight_events,
        bool_and(at_us % 3600000000 = 0) AS hours,
        bool_and(at_us % 60000000 = 0) AS minutes,
        bool_and(at_us % 1000000 = 0) AS seconds,
        bool_and(at_us % 1000 = 0) AS milliseconds
    FROM clocked
    GROUP BY activity_id
)
SELECT
    activity_name(activity_id) AS activity,
    events,
    CASE
        WHEN midnight_events = events THEN 'day'
        WHEN hours THEN 'hour'
        WHEN minutes THEN 'minute'
        WHEN seconds THEN 'second'
        WHEN milliseconds THEN 'millisecond'
        ELSE 'microsecond'
    END AS precision,
    midnight_events,
    CAST(midnight_events AS DOUBLE) / events AS midnight_share
FROM measured
ORDER BY midnight_share DESC, activity_id
