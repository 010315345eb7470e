--! title = "Cases"
--! grain = "one row per case, in the order of their start"
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
