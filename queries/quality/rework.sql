--! title      = "Rework by activity"
--! question   = "What is done more than once in the same case?"
--! definition = "Cases in which the activity occurs at least twice, by activity; share of the cases in view (`of_cases`) with its 95 % confidence interval (Wilson). (Elsewhere rework also means events beyond the first, or repeats in a row.)"
--! unit       = "cases, share"
--! source     = ["variants"]
--! grain      = "one row per activity with rework"
--! columns    = { activity = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["cases"] }
--! cases      = "eventually={activity}>{activity}"
WITH repeated AS (
    -- Every case of a path repeats the same activities, so the path is asked once.
    SELECT unnest(repeated_ids) AS activity_id, cases FROM variants
),
total AS (
    SELECT sum(cases) AS cases FROM variants
),
counted AS (
    SELECT activity_id, sum(cases) AS cases FROM repeated GROUP BY activity_id
)
SELECT
    activity_name(c.activity_id) AS activity,
    c.cases,
    t.cases AS of_cases,
    CAST(c.cases AS DOUBLE) / NULLIF(t.cases, 0) AS share,
    wilson(c.cases, t.cases)['low'] AS low_share,
    wilson(c.cases, t.cases)['high'] AS high_share
FROM counted AS c
CROSS JOIN total AS t
ORDER BY c.cases DESC, c.activity_id
