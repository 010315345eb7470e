--! title      = "First-pass yield by activity"
--! question   = "How often is an activity right the first time?"
--! definition = "First-pass yield, in Lean also percent complete and accurate: of the cases that have the activity (`of_cases`), those in which it is not done again. A log does not say whether a result was accepted, so doing it again stands for not having been right; loops that an official flow allows count as done again, too. With its 95 % confidence interval (Wilson)."
--! unit       = "cases, share"
--! source     = ["variants"]
--! grain      = "one row per activity, lowest yield first"
--! columns    = { activity = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["share"] }
--! cases      = "with={activity}"
WITH done AS (
    -- Every case of a path has the same activities, so the path is asked once.
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
counted AS (
    SELECT h.activity_id, h.of_cases - coalesce(a.cases, 0) AS cases, h.of_cases
    FROM had AS h
    LEFT JOIN again AS a ON a.activity_id = h.activity_id
)
SELECT
    activity_name(activity_id) AS activity,
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share
FROM counted
ORDER BY share, of_cases DESC, activity_id
