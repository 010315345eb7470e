--! title      = "Handoffs between roles"
--! question   = "Where does work pass from one role to another, and how long does it lie there?"
--! definition = "Consecutive events of a case whose roles are both known and differ; median wait from the end of the first to the start of the second (below zero counted as 0, type 7); share of all handoffs."
--! unit       = "handoffs, share, seconds"
--! source     = ["events"]
--! grain      = "one row per pair of roles"
--! columns    = { from_role = "category", to_role = "category", handoffs = "count", share = "share", median_wait_s = "duration_s", total_wait_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "heatmap", x = "to_role", y = ["from_role", "handoffs"] }
WITH handed AS (
    SELECT
        role_id,
        next_role_id,
        count(*) AS handoffs,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE role_id <> next_role_id
    GROUP BY role_id, next_role_id
)
SELECT
    role_name(role_id) AS from_role,
    role_name(next_role_id) AS to_role,
    handoffs,
    CAST(handoffs AS DOUBLE) / sum(handoffs) OVER () AS share,
    wait['median_s'] AS median_wait_s,
    wait['total_s'] AS total_wait_s
FROM handed
ORDER BY handoffs DESC, role_id, next_role_id
