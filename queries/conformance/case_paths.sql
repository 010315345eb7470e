--! title      = "Paths of cases"
--! question   = "Which path did each case take, and how long did it take?"
--! definition = "Cases by their number in the log, with the number of their path; cycle time is last end minus first start."
--! unit       = "seconds"
--! source     = ["cases"]
--! grain      = "one row per case"
--! columns    = { case_idx = "count", variant_id = "count", started_at = "timestamp", ended_at = "timestamp", cycle_time_s = "duration_s" }
--! additive   = false
--! internal   = true
SELECT case_idx, variant_id, started_at, ended_at, cycle_time_s
FROM cases
ORDER BY case_idx
