--! title = "Promises"
--! grain = "one row per promise about time of the official flow and time that it was to be kept; none without one"
--! [columns]
--! case_idx = "count"
--! case_id = "category"
--! started_at = "timestamp"
--! promise_id = "category"
--! activity = "category"
--! words = "category"
--! counts_from = "timestamp"
--! due_at = "timestamp"
--! done_at = "timestamp"
--! state = "category"
--! [about]
--! case_idx = "Number of the case within this version of the log"
--! case_id = "Id of the case, as the source has it"
--! started_at = "Start of the case"
--! promise_id = "Name of the rule, or the step and its field, as step.sla"
--! activity = "The step that is to be done in time"
--! words = "What is promised, in words"
--! counts_from = "From when the time counts; null for a time of day"
--! due_at = "Until when it is met; what is done later is still in time as long as no working time has passed since"
--! done_at = "When the step was done; null while it is not"
--! state = "met, breached (done too late, or by a max_time rule still not done though it is too late) or running (not done, and time was left at the end of the log)"
SELECT
    p.case_idx,
    c.case_id,
    c.started_at,
    n.promise_id,
    n.activity,
    n.words,
    p.counts_from,
    p.due_at,
    p.done_at,
    CASE p.state
        WHEN 0 THEN 'met'
        WHEN 1 THEN 'breached'
        ELSE 'running'
    END AS state
FROM promise_rows AS p
JOIN promise_names AS n ON n.promise_idx = p.promise_idx
JOIN case_rows AS c ON c.case_idx = p.case_idx
