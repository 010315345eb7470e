--! title      = "Control violations"
--! question   = "Where were controls broken: duties not kept apart, approvals missing, limits not kept?"
--! definition = "Cases with a difference that breaks a rule about persons, roles, systems, data or time of the official flow, by rule; accepted ones too, since a control is no matter of taste. Differences in the order of steps are counted elsewhere."
--! unit       = "cases"
--! source     = ["deviations"]
--! grain      = "one row per rule that was broken, most cases first"
--! columns    = { deviation_id = "category", kind = "category", activity = "category", cases = "count", accepted_cases = "count" }
--! additive   = false
--! cases      = "deviation={deviation_id}"
SELECT
    deviation_id,
    kind,
    activity,
    count(DISTINCT case_idx) AS cases,
    count(DISTINCT case_idx) FILTER (WHERE accepted) AS accepted_cases
FROM deviations
WHERE
    verdict = 'differs'
    AND kind NOT IN (
        'skipped', 'out_of_order', 'extra', 'repeated_too_often', 'wrong_branch', 'undeclared_start', 'undeclared_end',
        'not_finished'
    )
GROUP BY deviation_id, kind, activity
ORDER BY cases DESC, deviation_id
