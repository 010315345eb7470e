--! title = "Variants"
--! grain = "one row per distinct path of the cases in view"
--! [columns]
--! variant_id = "count"
--! path_rank = "count"
--! activity_ids = "list"
--! activities = "list"
--! repeated_ids = "list"
--! cases = "count"
--! [about]
--! variant_id = "Number of the path, most cases of the whole log first, from 1"
--! path_rank = "Place among all paths, compared activity by activity, from 0"
--! activity_ids = "The path as numbers of activities"
--! activities = "The path as names"
--! repeated_ids = "Numbers of the activities that occur more than once on it"
--! cases = "How many of the cases in view took it"
WITH taken AS (
    -- Counted anew, because a filter may have left out some of a path's cases.
    SELECT variant_id, count(*) AS cases
    FROM case_rows
    GROUP BY variant_id
)
SELECT
    v.variant_id,
    v.path_rank,
    v.activity_ids,
    v.activities,
    v.repeated_ids,
    t.cases
FROM taken AS t
JOIN variant_rows AS v ON v.variant_id = t.variant_id
