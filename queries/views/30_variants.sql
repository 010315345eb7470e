--! title = "Variants"
--! grain = "one row per distinct path of the cases in view"
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
