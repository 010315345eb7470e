--! title      = "Handoffs per case"
--! question   = "How often does a case pass from one resource to another?"
--! definition = "Consecutive events of a case whose resources are both known and differ, divided by the cases in view. Null if no event in view names a resource."
--! unit       = "handoffs, cases, handoffs per case"
--! source     = ["cases", "events"]
--! grain      = "one row"
--! columns    = { handoffs = "count", cases = "count", per_case = "number" }
--! additive   = false
WITH handed AS (
    SELECT
        count(*) FILTER (WHERE resource_id <> next_resource_id) AS handoffs,
        count(resource_id) AS named
    FROM events
),
total AS (
    SELECT count(*) AS cases FROM cases
)
SELECT
    CASE WHEN named > 0 THEN handoffs END AS handoffs,
    cases,
    CASE WHEN named > 0 THEN CAST(handoffs AS DOUBLE) / NULLIF(cases, 0) END AS per_case
FROM handed
CROSS JOIN total
