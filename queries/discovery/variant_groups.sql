--! title      = "Variants in groups"
--! question   = "Which paths do cases take if small differences do not count?"
--! definition = "Variants that are alike once repeats in a row count once (`repeats`), or that consist of the same activities in whatever order and number (`set`), counted together; share of the cases in view; cycle time of all cases of a group, exact quantiles, type 7."
--! unit       = "cases, share, seconds"
--! source     = ["cases", "variants"]
--! grain      = "one row per group, most cases first; `variant_ids` are its variants, the most frequent first"
--! params     = { grouping = "repeats|set" }
--! columns    = { rank = "count", variant_ids = "list", cases = "count", share = "share", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s" }
--! additive   = false
--! internal   = true
WITH alike AS (
    SELECT
        variant_id,
        cases,
        path_rank,
        -- A text can be grouped by, whatever the engine thinks of lists.
        array_to_string(
            CASE
                WHEN CAST($grouping AS VARCHAR) = 'set' THEN array_sort(array_distinct(activity_ids))
                ELSE without_repeats(activity_ids)
            END,
            ' '
        ) AS steps
    FROM variants
),
counted AS (
    SELECT
        steps,
        sum(cases) AS cases,
        min(path_rank) AS path_rank,
        array_agg(variant_id ORDER BY cases DESC, path_rank) AS variant_ids
    FROM alike
    GROUP BY steps
),
timed AS (
    SELECT alike.steps, duration_stats(cases.cycle_us) AS cycle
    FROM cases
    JOIN alike ON alike.variant_id = cases.variant_id
    GROUP BY alike.steps
)
SELECT
    row_number() OVER (ORDER BY counted.cases DESC, counted.path_rank) AS rank,
    counted.variant_ids,
    counted.cases,
    CAST(counted.cases AS DOUBLE) / sum(counted.cases) OVER () AS share,
    cycle['mean_s'] AS mean_s,
    cycle['median_s'] AS median_s,
    cycle['p90_s'] AS p90_s
FROM counted
JOIN timed ON timed.steps = counted.steps
ORDER BY rank
