--! title      = "Conformance rate"
--! question   = "How many cases follow the official flow?"
--! definition = "Finished cases without a difference that is not accepted, as a share of the finished cases of which that is known (`of_cases`), with its 95 % confidence interval (Wilson). A case is open, and apart (`open_cases`), if it has not reached the end of the flow and was at work not longer ago than three times the 95th percentile of all gaps between events. `by_acceptance` conform only because a difference is accepted; of `unknown_cases` nobody can say it: times are too coarse, a source was silent, the log does not say enough for a rule, or a limit was met."
--! unit       = "cases, share"
--! source     = ["conformance"]
--! grain      = "one row"
--! columns    = { cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", by_acceptance = "count", open_cases = "count", unknown_cases = "count" }
--! additive   = false
WITH counted AS (
    SELECT
        count(*) FILTER (WHERE state = 'finished' AND conforms) AS cases,
        count(conforms) FILTER (WHERE state = 'finished') AS of_cases,
        count(*) FILTER (WHERE state = 'finished' AND conforms AND accepted_differences > 0) AS by_acceptance,
        count(*) FILTER (WHERE state = 'open') AS open_cases,
        count(*) FILTER (WHERE state = 'finished' AND conforms IS NULL) AS unknown_cases
    FROM conformance
)
SELECT
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share,
    by_acceptance,
    open_cases,
    unknown_cases
FROM counted
