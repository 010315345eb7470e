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
ranked AS (
    -- Type 7 in whole numbers: the percentiles lie at places 0.5 (n - 1) and 0.9 (n - 1), of which this is a tenfold. The
    -- engine's own percentile_cont rounds the way between two neighbours.
    SELECT
        cost,
        row_number() OVER (ORDER BY cost) - 1 AS place,
        5 * (count(*) OVER () - 1) AS middle,
        9 * (count(*) OVER () - 1) AS tail
    FROM priced
),
found AS (
    SELECT
        count(*) AS priced_cases,
        CAST(sum(cost) AS DOUBLE) AS total_cost,
        CAST(max(cost) FILTER (WHERE place = middle / 10) AS DOUBLE) AS below_middle,
        CAST(max(cost) FILTER (WHERE place = (middle + 9) / 10) AS DOUBLE) AS above_middle,
        CAST(max(cost) FILTER (WHERE place = tail / 10) AS DOUBLE) AS below_tail,
        CAST(max(cost) FILTER (WHERE place = (tail + 9) / 10) AS DOUBLE) AS above_tail,
        CAST(max(middle) % 10 AS DOUBLE) / 10 AS of_middle,
        CAST(max(tail) % 10 AS DOUBLE) / 10 AS of_tail
    FROM ranked
),
measured AS (
    SELECT
        priced_cases,
        total_cost,
        below_middle + (above_middle - below_middle) * of_middle AS median_cost,
        below_tail + (above_tail - below_tail) * of_tail AS p90_cost
    FROM found
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
