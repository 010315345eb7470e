--! title      = "Variants"
--! question   = "Which paths do cases really take?"
--! definition = "Cases by the exact sequence of their activities; share of the cases in view; cycle time of a path's cases, exact quantiles, type 7."
--! unit       = "cases, share, seconds"
--! source     = ["cases", "variants"]
--! grain      = "one row per path, most cases first; the first `top` ones"
--! params     = { top = "count?" }
--! columns    = { rank = "count", activities = "list", cases = "count", share = "share", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s", total = "count", all_cases = "count" }
--! additive   = false
WITH ranked AS (
    SELECT
        variant_id,
        activities,
        cases,
        -- Equal counts are told apart by the activities in order.
        row_number() OVER (ORDER BY cases DESC, path_rank) AS rank,
        count(*) OVER () AS total,
        sum(cases) OVER () AS all_cases
    FROM variants
),
listed AS (
    SELECT variant_id, activities, cases, rank, total, all_cases
    FROM ranked
    WHERE $top IS NULL OR rank <= CAST($top AS BIGINT)
),
timed AS (
    SELECT variant_id, duration_stats(cycle_us) AS cycle
    FROM cases
    GROUP BY variant_id
)
SELECT
    rank,
    activities,
    cases,
    CAST(cases AS DOUBLE) / all_cases AS share,
    cycle['mean_s'] AS mean_s,
    cycle['median_s'] AS median_s,
    cycle['p90_s'] AS p90_s,
    total,
    all_cases
FROM listed
JOIN timed ON timed.variant_id = listed.variant_id
ORDER BY rank
