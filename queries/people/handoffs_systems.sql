--! title      = "Handoffs between systems"
--! question   = "Where does work pass from one system to another, and how long does it lie there?"
--! definition = "Consecutive events of a case whose systems are both known and differ; median wait from the end of the first to the start of the second (below zero counted as 0, type 7); share of all handoffs."
--! unit       = "handoffs, share, seconds"
--! source     = ["events"]
--! grain      = "one row per pair of systems"
--! columns    = { from_system = "category", to_system = "category", handoffs = "count", share = "share", median_wait_s = "duration_s", total_wait_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "heatmap", x = "to_system", y = ["from_system", "handoffs"] }
WITH handed AS (
    SELECT
        system_id,
        next_system_id,
        count(*) AS handoffs,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE system_id <> next_system_id
    GROUP BY system_id, next_system_id
)
SELECT
    system_name(system_id) AS from_system,
    system_name(next_system_id) AS to_system,
    handoffs,
    CAST(handoffs AS DOUBLE) / sum(handoffs) OVER () AS share,
    wait['median_s'] AS median_wait_s,
    wait['total_s'] AS total_wait_s
FROM handed
ORDER BY handoffs DESC, system_id, next_system_id
