--! title      = "Straight-through cases"
--! question   = "How many cases go through without anybody touching them?"
--! definition = "Straight-through or no-touch rate: cases in which a program did every event, as a share of the cases of which that is known (`of_cases`), with its 95 % confidence interval (Wilson). One event that a person did settles a case; where none is known to be by a person and the log does not say of some events who did them (column `automated`), the case is unknown and counted apart. A log does not say which cases are still open, so each counts as it stands. Null where nothing is known."
--! unit       = "cases, share"
--! source     = ["events"]
--! grain      = "one row"
--! columns    = { cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", unknown_cases = "count" }
--! additive   = false
WITH by_case AS (
    SELECT
        case_idx,
        count(*) AS events,
        count(automated) AS known,
        count(*) FILTER (WHERE NOT automated) AS manual
    FROM events
    GROUP BY case_idx
),
counted AS (
    SELECT
        count(*) FILTER (WHERE manual = 0 AND known = events) AS cases,
        count(*) FILTER (WHERE manual > 0 OR known = events) AS of_cases,
        count(*) FILTER (WHERE manual = 0 AND known < events) AS unknown_cases
    FROM by_case
)
SELECT
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share,
    unknown_cases
FROM counted
