--! title      = "Who did a step, or where"
--! question   = "In which role, in which system or by whom was a step done in each case?"
--! definition = "Events with the activity, by case and by the value of the chosen field; null where the log does not say."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per case and value"
--! params     = { step = "text", field = "role|system|resource" }
--! columns    = { case_idx = "count", value = "category", events = "count" }
--! additive   = false
--! internal   = true
WITH named AS (
    SELECT
        case_idx,
        CASE CAST($field AS VARCHAR)
            WHEN 'role' THEN role
            WHEN 'system' THEN system
            ELSE resource
        END AS value
    FROM events
    WHERE activity = CAST($step AS VARCHAR)
)
SELECT case_idx, value, count(*) AS events
FROM named
GROUP BY case_idx, value
ORDER BY case_idx, value
