--! title      = "Reassignments per case"
--! question   = "Through how many hands does a case go?"
--! definition = "Cases by how often their events pass from one known resource to another one directly after it (handoffs); one more is the number of stations of the case, as help desks count it. Cases in which nobody is named are left out. `up_to_share` is the share of the cases with at most so many."
--! unit       = "reassignments, cases, share"
--! source     = ["events"]
--! grain      = "one row per number of reassignments that occurs"
--! columns    = { reassignments = "count", cases = "count", share = "share", up_to_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "reassignments", y = ["cases"] }
WITH by_case AS (
    SELECT
        case_idx,
        count(resource_id) AS named,
        count(*) FILTER (WHERE resource_id <> next_resource_id) AS reassignments
    FROM events
    GROUP BY case_idx
),
counted AS (
    SELECT reassignments, count(*) AS cases
    FROM by_case
    WHERE named > 0
    GROUP BY reassignments
)
SELECT
    reassignments,
    cases,
    CAST(cases AS DOUBLE) / sum(cases) OVER () AS share,
    CAST(sum(cases) OVER (ORDER BY reassignments ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS DOUBLE)
        / sum(cases) OVER () AS up_to_share
FROM counted
ORDER BY reassignments
