--! title      = "Place of a case"
--! question   = "How many cases started before this one?"
--! definition = "Cases that come before it by start, then by their number in the log; no row if it is not in view."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row, if the case is in view"
--! params     = { case = "text" }
--! columns    = { before = "count" }
--! additive   = false
--! internal   = true
WITH wanted AS (
    SELECT case_idx FROM cases WHERE case_id = CAST($case AS VARCHAR)
)
SELECT count(*) FILTER (WHERE cases.case_idx < wanted.case_idx) AS before
FROM wanted
CROSS JOIN cases
HAVING count(*) > 0
