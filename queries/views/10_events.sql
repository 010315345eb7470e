--! title = "Events"
--! grain = "one row per event, in the order of case, time and source"
SELECT
    case_idx,
    case_name(case_idx) AS case_id,
    position,
    activity_id,
    activity_name(activity_id) AS activity,
    started_at,
    ended_at,
    resource_name(resource_id) AS resource,
    role_name(role_id) AS role,
    system_name(system_id) AS system,
    lifecycle_name(lifecycle_id) AS lifecycle,
    next_activity_id,
    activity_name(next_activity_id) AS next_activity,
    resource_name(next_resource_id) AS next_resource,
    role_name(next_role_id) AS next_role,
    system_name(next_system_id) AS next_system,
    wait_us,
    -- What was waited for: an overlap is no waiting time. (greatest() would turn "no next event" into 0.)
    CAST(CASE WHEN wait_us < 0 THEN 0 ELSE wait_us END AS DOUBLE) / 1e6 AS wait_s,
    edge_id,
    activity_first,
    edge_first,
    resource_id,
    role_id,
    system_id,
    next_resource_id,
    next_role_id,
    next_system_id,
    batch,
    source_line,
    -- Where the log has columns that say so, the program puts them in the place of these.
    CAST(NULL AS DOUBLE) AS cost,
    CAST(NULL AS BOOLEAN) AS automated,
    CAST(NULL AS VARCHAR) AS currency
FROM event_rows
