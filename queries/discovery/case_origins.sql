--! title      = "Where cases begin"
--! question   = "In which role and in which system did each case begin?"
--! definition = "Numbers of the role and the system of the first event of each case."
--! unit       = "cases"
--! source     = ["events"]
--! grain      = "one row per case"
--! columns    = { case_idx = "count", role_id = "count", system_id = "count" }
--! additive   = false
--! internal   = true
SELECT case_idx, role_id, system_id
FROM events
WHERE position = 0
ORDER BY case_idx
