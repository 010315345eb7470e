--! title      = "Reopened cases"
--! question   = "How many cases that were closed had to be taken up again?"
--! definition = "Reopen rate: of the cases whose path has one of the activities that end a case (`of_cases`), those in which an activity that does not end one comes after it. A log does not say which activities end a case, so they have to be named: `ends`, several joined by |. The time in between does not matter: there is no tolerance. With its 95 % confidence interval (Wilson)."
--! unit       = "cases, share"
--! source     = ["variants"]
--! grain      = "one row"
--! params     = { ends = "text" }
--! columns    = { cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
WITH closed AS (
    SELECT variant_id, cases, activities, string_to_array(CAST($ends AS VARCHAR), '|') AS ends
    FROM variants
    WHERE array_has_any(activities, string_to_array(CAST($ends AS VARCHAR), '|'))
),
steps AS (
    SELECT variant_id, cases, activities, ends, unnest(generate_series(1, cardinality(activities))) AS place
    FROM closed
),
placed AS (
    SELECT variant_id, cases, place, array_has(ends, array_element(activities, place)) AS is_end
    FROM steps
),
judged AS (
    SELECT
        variant_id,
        max(cases) AS cases,
        min(place) FILTER (WHERE is_end) < max(place) FILTER (WHERE NOT is_end) AS is_reopened
    FROM placed
    GROUP BY variant_id
),
counted AS (
    SELECT
        coalesce(sum(cases) FILTER (WHERE is_reopened), 0) AS cases,
        coalesce(sum(cases), 0) AS of_cases
    FROM judged
)
SELECT
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share
FROM counted
