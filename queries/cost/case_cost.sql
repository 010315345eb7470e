--! title      = "Cost per case"
--! question   = "What does a case cost?"
--! definition = "Sum of the recorded costs of the events of a case (a column of the log); cases without any are left out, and nothing is estimated from times or rates. Mean and total over the cases with a cost (`priced_cases` of `cases`), median and 90th percentile exact, type 7; the tail needs n >= 29 cases to be bounded, below that p90 is null. Costs in several currencies are not added: then everything but the counts is null. `currency` is that of the costs, where the log says it."
--! unit       = "cases, money"
--! source     = ["cases", "events"]
--! grain      = "one row"
--! columns    = { cases = "count", priced_cases = "count", total_cost = "cost", mean_cost = "cost", median_cost = "cost", p90_cost = "cost", currencies = "count", currency = "category" }
--! additive   = false
WITH priced AS (
    -- Decimals add up to the same sum in whatever order they come.
    SELECT case_idx, sum(CAST(cost AS DECIMAL(38, 6))) AS cost
    FROM events
    WHERE cost IS NOT NULL
    GROUP BY case_idx
),
currencies AS (
    SELECT count(DISTINCT currency) AS currencies, min(currency) AS currency
    FROM events
    WHERE cost IS NOT NULL
),
total AS (
    SELECT count(*) AS cases FROM cases
),
measured AS (
    SELECT
        count(*) AS priced_cases,
        CAST(sum(cost) AS DOUBLE) AS total_cost,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(cost AS DOUBLE)) AS median_cost,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY CAST(cost AS DOUBLE)) AS p90_cost
    FROM priced
)
SELECT
    t.cases,
    m.priced_cases,
    CASE WHEN c.currencies <= 1 THEN m.total_cost END AS total_cost,
    CASE WHEN c.currencies <= 1 THEN m.total_cost / NULLIF(m.priced_cases, 0) END AS mean_cost,
    CASE WHEN c.currencies <= 1 THEN m.median_cost END AS median_cost,
    CASE WHEN c.currencies <= 1 AND m.priced_cases >= 29 THEN m.p90_cost END AS p90_cost,
    c.currencies,
    CASE WHEN c.currencies = 1 THEN c.currency END AS currency
FROM measured AS m
CROSS JOIN currencies AS c
CROSS JOIN total AS t
