--! title      = "Handoffs between resources"
--! question   = "Where does work pass from one resource to another, and how long does it lie there?"
--! definition = "Consecutive events of a case whose resources are both known and differ; median wait from the end of the first to the start of the second (below zero counted as 0, type 7); share of all handoffs."
--! unit       = "handoffs, share, seconds"
--! source     = ["events"]
--! grain      = "one row per pair of resources"
--! columns    = { from_resource = "category", to_resource = "category", handoffs = "count", share = "share", median_wait_s = "duration_s", total_wait_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "heatmap", x = "to_resource", y = ["from_resource", "handoffs"] }
WITH handed AS (
    SELECT
        resource_id,
        next_resource_id,
        count(*) AS handoffs,
        duration_stats(wait_us) AS wait
    FROM events
    WHERE resource_id <> next_resource_id
    GROUP BY resource_id, next_resource_id
)
SELECT
    resource_name(resource_id) AS from_resource,
    resource_name(next_resource_id) AS to_resource,
    handoffs,
    CAST(handoffs AS DOUBLE) / sum(handoffs) OVER () AS share,
    wait['median_s'] AS median_wait_s,
    wait['total_s'] AS total_wait_s
FROM handed
ORDER BY handoffs DESC, resource_id, next_resource_id
