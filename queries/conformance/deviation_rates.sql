--! title      = "Rates of deviations"
--! question   = "In how many cases is a step skipped, out of order, foreign or repeated?"
--! definition = "For each kind of difference the cases with at least one of it, as a share of all cases that could be held against the official flow, with its 95 % confidence interval (Wilson); open cases count for what they have already broken. `unknown_cases` may have it: times are too coarse, or a source was silent. Accepted differences are counted apart, in `accepted_cases`, and not in `cases`."
--! unit       = "cases, share"
--! source     = ["conformance", "deviations"]
--! grain      = "one row per kind, most cases first"
--! columns    = { kind = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", accepted_cases = "count", unknown_cases = "count" }
--! additive   = false
--! chart      = { kind = "bars", x = "kind", y = ["cases"] }
WITH looked_at AS (
    SELECT count(*) FILTER (WHERE evaluation <> 'not_evaluated') AS of_cases FROM conformance
),
by_case AS (
    -- A case counts once for a kind, as what is worst about it.
    SELECT
        kind,
        case_idx,
        bool_or(verdict = 'differs' AND NOT accepted) AS differs,
        bool_or(verdict = 'differs') AS is_accepted
    FROM deviations
    WHERE verdict <> 'open'
    GROUP BY kind, case_idx
),
counted AS (
    SELECT
        kind,
        count(*) FILTER (WHERE differs) AS cases,
        count(*) FILTER (WHERE is_accepted AND NOT differs) AS accepted_cases,
        count(*) FILTER (WHERE NOT is_accepted) AS unknown_cases
    FROM by_case
    GROUP BY kind
)
SELECT
    kind,
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share,
    accepted_cases,
    unknown_cases
FROM counted
CROSS JOIN looked_at
ORDER BY cases DESC, kind
