--! title      = "Cases with rework"
--! question   = "How many cases do something more than once?"
--! definition = "Cases in which at least one activity occurs at least twice; share of the cases in view (`of_cases`) with its 95 % confidence interval (Wilson)."
--! unit       = "cases, share"
--! source     = ["variants"]
--! grain      = "one row"
--! columns    = { cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! cases      = "rework=yes"
WITH counted AS (
    -- Every case of a path repeats the same activities, so the path is asked once.
    SELECT
        coalesce(sum(cases) FILTER (WHERE cardinality(repeated_ids) > 0), 0) AS cases,
        coalesce(sum(cases), 0) AS of_cases
    FROM variants
)
SELECT
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share
FROM counted
