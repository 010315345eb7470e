--! title = "Cases"
--! grain = "one row per case, in the order of their start"
--! [columns]
--! case_idx = "count"
--! case_id = "category"
--! started_at = "timestamp"
--! ended_at = "timestamp"
--! first_event_at = "timestamp"
--! cycle_us = "count"
--! cycle_time_s = "duration_s"
--! events = "count"
--! variant_id = "count"
--! first_activity_id = "count"
--! first_activity = "category"
--! last_activity_id = "count"
--! last_activity = "category"
--! [about]
--! case_idx = "Number of the case within this version of the log, from 0 by start"
--! case_id = "Id of the case, as the source has it"
--! started_at = "Earliest start of its events"
--! ended_at = "Latest end of its events"
--! first_event_at = "Time of its first event"
--! cycle_us = "Microseconds from the earliest start to the latest end"
--! cycle_time_s = "Seconds from the earliest start to the latest end"
--! events = "How many events it has"
--! variant_id = "Number of its path, see variants"
--! first_activity_id = "Number of its first activity"
--! first_activity = "What was done first"
--! last_activity_id = "Number of its last activity"
--! last_activity = "What was done last"
SELECT
    case_idx,
    case_id,
    started_at,
    ended_at,
    first_event_at,
    cycle_us,
    CAST(cycle_us AS DOUBLE) / 1e6 AS cycle_time_s,
    events,
    variant_id,
    first_activity_id,
    activity_name(first_activity_id) AS first_activity,
    last_activity_id,
    activity_name(last_activity_id) AS last_activity
FROM case_rows
