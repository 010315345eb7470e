--! title      = "Costs of cases"
--! question   = "What did each case cost?"
--! definition = "Sum of the costs of its events; null where none of them has a cost. Costs in several currencies are not added: then there are none."
--! unit       = "money"
--! source     = ["events"]
--! grain      = "one row per case"
--! columns    = { case_idx = "count", cost = "cost" }
--! additive   = true
--! internal   = true
SELECT case_idx, sum(cost) AS cost
FROM events
WHERE (SELECT count(DISTINCT currency) FROM events) <= 1
GROUP BY case_idx
ORDER BY case_idx
