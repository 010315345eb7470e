--! title      = "Replay"
--! question   = "When was each case where?"
--! definition = "Events in order with the start of the next one, of at most `most` cases: where there are more, every n-th by start, so that they are spread evenly over the log. Cases without times are left out."
--! unit       = "instants, cases"
--! source     = ["cases", "events"]
--! grain      = "one row per event of a chosen case"
--! params     = { most = "count" }
--! columns    = { case_number = "count", activity = "category", started_at = "timestamp", ended_at = "timestamp", all_cases = "count" }
--! additive   = false
--! internal   = true
WITH numbered AS (
    SELECT
        case_idx,
        row_number() OVER (ORDER BY case_idx) - 1 AS rank,
        count(*) OVER () AS all_cases
    FROM cases
    WHERE ended_at IS NOT NULL
),
chosen AS (
    -- Of n cases exactly so many have a rank whose multiple leaves a rest below them: evenly spread, and always the same.
    SELECT case_idx, all_cases
    FROM numbered
    WHERE all_cases <= CAST($most AS BIGINT) OR (rank * CAST($most AS BIGINT)) % all_cases < CAST($most AS BIGINT)
)
SELECT
    events.case_idx AS case_number,
    events.activity,
    events.started_at,
    events.ended_at,
    chosen.all_cases
FROM events
JOIN chosen ON chosen.case_idx = events.case_idx
ORDER BY events.case_idx, events.position
