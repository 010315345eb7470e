--! title      = "Cases"
--! question   = "Which cases are there?"
--! definition = "Cases by their start unless another order is asked for, then by their number in the log; cycle time is last end minus first start."
--! unit       = "seconds, events"
--! source     = ["cases"]
--! grain      = "one row per case, `take` of them after the first `skip`"
--! params     = { skip = "count", take = "count", sort = "start|start_desc|end|end_desc|duration|duration_desc|events|events_desc|case|case_desc" }
--! columns    = { case_id = "category", started_at = "timestamp", ended_at = "timestamp", cycle_time_s = "duration_s", events = "count", variant_id = "count" }
--! additive   = false
--! internal   = true
SELECT case_id, started_at, ended_at, cycle_time_s, events, variant_id
FROM cases
-- Each order that is not asked for is nothing to sort by.
ORDER BY
    CASE WHEN CAST($sort AS VARCHAR) = 'end' THEN ended_at END ASC NULLS LAST,
    CASE WHEN CAST($sort AS VARCHAR) = 'end_desc' THEN ended_at END DESC NULLS LAST,
    CASE WHEN CAST($sort AS VARCHAR) = 'duration' THEN cycle_us END ASC NULLS LAST,
    CASE WHEN CAST($sort AS VARCHAR) = 'duration_desc' THEN cycle_us END DESC NULLS LAST,
    CASE WHEN CAST($sort AS VARCHAR) = 'events' THEN events END ASC,
    CASE WHEN CAST($sort AS VARCHAR) = 'events_desc' THEN events END DESC,
    CASE WHEN CAST($sort AS VARCHAR) = 'case' THEN case_id END ASC,
    CASE WHEN CAST($sort AS VARCHAR) = 'case_desc' THEN case_id END DESC,
    CASE WHEN CAST($sort AS VARCHAR) = 'start_desc' THEN started_at END DESC NULLS LAST,
    case_idx
LIMIT $take OFFSET $skip
