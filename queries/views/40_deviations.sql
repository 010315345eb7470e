--! title = "Deviations"
--! grain = "one row per case and way of differing from the official flow; none without one"
--! [columns]
--! case_idx = "count"
--! case_id = "category"
--! started_at = "timestamp"
--! ended_at = "timestamp"
--! deviation_id = "category"
--! kind = "category"
--! activity = "category"
--! other = "category"
--! verdict = "category"
--! status = "category"
--! owner = "category"
--! accepted = "boolean"
--! [about]
--! case_idx = "Number of the case within this version of the log"
--! case_id = "Id of the case, as the source has it"
--! started_at = "Start of the case"
--! ended_at = "End of the case"
--! deviation_id = "Id of the way of differing: the same from version to version"
--! kind = "What kind of difference it is: skipped, out_of_order, extra, repeated_too_often, wrong_branch, undeclared_start, undeclared_end, not_finished, or that of a rule"
--! activity = "The step"
--! other = "Of two steps in the wrong order, the one that should have come before"
--! verdict = "Whether the case differs; unknown where the order of two steps is, not_observable where the source of the step was silent, open where the case is under way"
--! status = "What people decided about it: new, accepted, error or to_formalise"
--! owner = "Whose business it is"
--! accepted = "Whether it is accepted for this case, so that it leaves the conformance rate"
SELECT
    f.case_idx,
    c.case_id,
    c.started_at,
    c.ended_at,
    w.deviation_id,
    w.kind,
    w.activity,
    w.other,
    CASE f.verdict
        WHEN 0 THEN 'differs'
        WHEN 1 THEN 'unknown'
        WHEN 2 THEN 'not_observable'
        ELSE 'open'
    END AS verdict,
    coalesce(w.status, 'new') AS status,
    w.owner,
    -- A decision holds for the cases that start before it runs out.
    w.leaves_rate AND (w.until IS NULL OR coalesce(c.started_at < w.until, false)) AS accepted
FROM deviation_rows AS f
JOIN deviation_ways AS w ON w.way_idx = f.way_idx
JOIN case_rows AS c ON c.case_idx = f.case_idx
