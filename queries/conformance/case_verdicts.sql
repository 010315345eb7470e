--! title      = "Verdicts on cases"
--! question   = "Which finished cases differ from the official flow?"
--! definition = "Finished cases by their number, with whether they differ in a way that is not accepted; with `deviation`, whether they differ in that one way, accepted or not. Null where it is not known: the order of two steps, a source that was silent, or a case that could not be evaluated."
--! unit       = "cases"
--! source     = ["conformance", "deviations"]
--! grain      = "one row per finished case"
--! params     = { deviation = "text?" }
--! columns    = { case_idx = "count", differs = "boolean" }
--! additive   = false
--! internal   = true
WITH one_way AS (
    SELECT
        case_idx,
        bool_or(verdict = 'differs') AS differs,
        bool_or(verdict <> 'differs') AS unknown
    FROM deviations
    WHERE deviation_id = CAST($deviation AS VARCHAR)
    GROUP BY case_idx
)
SELECT
    c.case_idx,
    CASE
        WHEN $deviation IS NULL THEN NOT c.conforms
        WHEN o.differs THEN true
        -- Found, but not for certain; or not looked for.
        WHEN o.unknown OR c.evaluation = 'not_evaluated' THEN NULL
        ELSE false
    END AS differs
FROM conformance AS c
LEFT JOIN one_way AS o ON o.case_idx = c.case_idx
WHERE c.state = 'finished'
ORDER BY c.case_idx
