--! title = "Events"
--! grain = "one row per event, in the order of case, time and source"
--! [columns]
--! case_idx = "count"
--! case_id = "category"
--! position = "count"
--! activity_id = "count"
--! activity = "category"
--! started_at = "timestamp"
--! ended_at = "timestamp"
--! resource = "category"
--! role = "category"
--! system = "category"
--! lifecycle = "category"
--! next_activity_id = "count"
--! next_activity = "category"
--! next_resource = "category"
--! next_role = "category"
--! next_system = "category"
--! wait_us = "count"
--! wait_s = "duration_s"
--! edge_id = "count"
--! activity_first = "boolean"
--! edge_first = "boolean"
--! resource_id = "count"
--! role_id = "count"
--! system_id = "count"
--! next_resource_id = "count"
--! next_role_id = "count"
--! next_system_id = "count"
--! batch = "count"
--! source_line = "count"
--! cost = "cost"
--! automated = "boolean"
--! currency = "category"
--! [about]
--! case_idx = "Number of the case within this version of the log, from 0 by start"
--! case_id = "Id of the case, as the source has it"
--! position = "Place of the event within its case, from 0"
--! activity_id = "Number of the activity, by name; numbers group faster than names"
--! activity = "What was done"
--! started_at = "When it began, where the log says so"
--! ended_at = "When it was done: the time of the event"
--! resource = "Who did it"
--! role = "In which role, team or group"
--! system = "In which system"
--! lifecycle = "Lifecycle transition of the row"
--! next_activity_id = "Number of the next activity of the case"
--! next_activity = "What comes next in the case; null at its end"
--! next_resource = "Who does what comes next"
--! next_role = "In which role that is done"
--! next_system = "In which system that is done"
--! wait_us = "Microseconds from the end of the event to the start of the next; below zero where they overlap"
--! wait_s = "Seconds from the end of the event to the start of the next; 0 where they overlap"
--! edge_id = "Number of the pair: this activity and the next"
--! activity_first = "Whether the activity is here for the first time in its case: counting these counts cases"
--! edge_first = "Whether the pair is here for the first time in its case"
--! resource_id = "Number of the resource"
--! role_id = "Number of the role"
--! system_id = "Number of the system"
--! next_resource_id = "Number of the next resource"
--! next_role_id = "Number of the next role"
--! next_system_id = "Number of the next system"
--! batch = "Number of the import that the event came with, from 0"
--! source_line = "Line of the imported file"
--! cost = "What the event cost, where a column of the log says so"
--! automated = "Whether a program did it, where a column of the log says so"
--! currency = "In which currency the cost is, where the log says so"
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
