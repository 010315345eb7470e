--! title      = "Cases"
--! question   = "Which cases are there?"
--! definition = "Cases by their start, then by their number in the log; cycle time is last end minus first start."
--! unit       = "seconds, events"
--! source     = ["cases"]
--! grain      = "one row per case, `take` of them after the first `skip`"
--! params     = { skip = "count", take = "count" }
--! columns    = { case_id = "category", started_at = "timestamp", ended_at = "timestamp", cycle_time_s = "duration_s", events = "count", variant_id = "count" }
--! additive   = false
--! internal   = true
SELECT case_id, started_at, ended_at, cycle_time_s, events, variant_id
FROM cases
ORDER BY case_idx
LIMIT $take OFFSET $skip
