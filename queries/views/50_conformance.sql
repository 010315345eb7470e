--! title = "Conformance"
--! grain = "one row per case, held against the official flow; none without one"
--! [columns]
--! case_idx = "count"
--! case_id = "category"
--! started_at = "timestamp"
--! ended_at = "timestamp"
--! state = "category"
--! evaluation = "category"
--! cost = "count"
--! worst_cost = "count"
--! fitness = "number"
--! differences = "count"
--! accepted_differences = "count"
--! conforms = "boolean"
--! [about]
--! case_idx = "Number of the case within this version of the log"
--! case_id = "Id of the case, as the source has it"
--! started_at = "Start of the case"
--! ended_at = "End of the case"
--! state = "finished, or open where it has not reached the end of the flow and was at work not long ago"
--! evaluation = "How well it could be held against the flow: computed, bounded or not_evaluated"
--! cost = "Moves of its alignment that do not match; a case that is open or was cancelled is held against the beginning of the flow only; null where there are only rules"
--! worst_cost = "The cost of having nothing in common with the flow; null where there are only rules"
--! fitness = "One minus cost by worst cost; null where there are only rules"
--! differences = "In how many ways it differs"
--! accepted_differences = "How many of them are accepted"
--! conforms = "Whether it has no difference that is not accepted; null where that is not known, as where the log does not say enough for a rule"
WITH counted AS (
    SELECT
        case_idx,
        count(*) FILTER (WHERE verdict = 'differs') AS differences,
        count(*) FILTER (WHERE verdict = 'differs' AND accepted) AS accepted_differences,
        count(*) FILTER (WHERE verdict IN ('unknown', 'not_observable')) AS unknown
    FROM deviations
    GROUP BY case_idx
),
joined AS (
    SELECT
        r.case_idx,
        c.case_id,
        c.started_at,
        c.ended_at,
        r.is_open,
        r.evaluated,
        r.cost,
        r.worst_cost,
        r.is_doubtful,
        coalesce(n.differences, 0) AS differences,
        coalesce(n.accepted_differences, 0) AS accepted_differences,
        coalesce(n.unknown, 0) AS unknown
    FROM conformance_rows AS r
    JOIN case_rows AS c ON c.case_idx = r.case_idx
    LEFT JOIN counted AS n ON n.case_idx = r.case_idx
)
SELECT
    case_idx,
    case_id,
    started_at,
    ended_at,
    CASE WHEN is_open THEN 'open' ELSE 'finished' END AS state,
    CASE evaluated
        WHEN 0 THEN 'computed'
        WHEN 1 THEN 'bounded'
        ELSE 'not_evaluated'
    END AS evaluation,
    cost,
    worst_cost,
    CASE
        WHEN worst_cost > 0 THEN 1.0 - CAST(cost AS DOUBLE) / worst_cost
        WHEN worst_cost = 0 THEN 1.0
    END AS fitness,
    differences,
    accepted_differences,
    CASE
        WHEN evaluated = 2 THEN NULL
        WHEN differences > accepted_differences THEN false
        WHEN unknown > 0 OR is_doubtful THEN NULL
        ELSE true
    END AS conforms
FROM joined
