--! title      = "Fitness"
--! question   = "How well do the cases fit the official flow?"
--! definition = "Of a case one minus the cost of its optimal alignment by the cost of having nothing in common with the flow: its events and the cheapest run. `mean_fitness` averages over cases, `log_fitness` is one minus all costs by all worst costs. Open cases are apart: they are held against the beginning of the flow, and only for what they have already broken."
--! unit       = "0 to 1"
--! source     = ["conformance"]
--! grain      = "one row for finished cases and one for open ones, where there are any"
--! columns    = { state = "category", cases = "count", mean_fitness = "number", log_fitness = "number" }
--! additive   = false
SELECT
    state,
    count(fitness) AS cases,
    avg(fitness) AS mean_fitness,
    1.0 - CAST(sum(cost) AS DOUBLE) / NULLIF(sum(worst_cost), 0) AS log_fitness
FROM conformance
GROUP BY state
ORDER BY state
