--! title      = "Rolled throughput yield"
--! question   = "How likely does a case go through the main path without doing anything again?"
--! definition = "Product of the first-pass yields of the activities of the main path, which is the most frequent one: each is the share of the cases with the activity in which it is not done again. Three steps of 95, 90 and 98 % make 83.8 %. It supposes that the steps fail independently. `main_cases` take exactly the main path; `lowest_activity` has the lowest yield on it. Without cases there is none."
--! unit       = "cases, steps, share"
--! source     = ["variants"]
--! grain      = "one row"
--! columns    = { steps = "count", main_cases = "count", of_cases = "count", yield_share = "share", lowest_activity = "category", lowest_share = "share" }
--! additive   = false
WITH main AS (
    SELECT activity_ids, cases
    FROM variants
    ORDER BY cases DESC, path_rank
    LIMIT 1
),
total AS (
    SELECT coalesce(sum(cases), 0) AS cases FROM variants
),
steps AS (
    SELECT unnest(array_distinct(activity_ids)) AS activity_id FROM main
),
done AS (
    SELECT unnest(array_distinct(activity_ids)) AS activity_id, cases FROM variants
),
repeated AS (
    SELECT unnest(repeated_ids) AS activity_id, cases FROM variants
),
had AS (
    SELECT activity_id, sum(cases) AS of_cases FROM done GROUP BY activity_id
),
again AS (
    SELECT activity_id, sum(cases) AS cases FROM repeated GROUP BY activity_id
),
yields AS (
    SELECT
        s.activity_id,
        CAST(h.of_cases - coalesce(a.cases, 0) AS DOUBLE) / h.of_cases AS share
    FROM steps AS s
    JOIN had AS h ON h.activity_id = s.activity_id
    LEFT JOIN again AS a ON a.activity_id = s.activity_id
),
ordered AS (
    SELECT activity_id, share, row_number() OVER (ORDER BY share, activity_id) AS place
    FROM yields
),
multiplied AS (
    -- Sums of decimals are the same in whatever order they come; nothing times anything is nothing.
    SELECT
        count(*) AS steps,
        min(share) AS lowest_share,
        max(activity_id) FILTER (WHERE place = 1) AS lowest_id,
        CASE
            WHEN min(share) = 0 THEN 0.0
            ELSE exp(CAST(sum(CAST(ln(CASE WHEN share > 0 THEN share ELSE 1.0 END) AS DECIMAL(38, 18))) AS DOUBLE))
        END AS yield_share
    FROM ordered
)
SELECT
    m.steps,
    main.cases AS main_cases,
    t.cases AS of_cases,
    m.yield_share,
    activity_name(m.lowest_id) AS lowest_activity,
    m.lowest_share
FROM multiplied AS m
CROSS JOIN total AS t
LEFT JOIN main ON true
