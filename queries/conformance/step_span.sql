--! title      = "From one step to another, by case"
--! question   = "When did each case do its first `first`, and when the first `second` after it?"
--! definition = "The end of the first `first` and that of the nearest `second` after it; `reached` is 1 where there is one."
--! unit       = "instants"
--! source     = ["events"]
--! grain      = "one row per case with `first`"
--! params     = { first = "text", second = "text" }
--! columns    = { case_idx = "count", reached = "count", from_at = "timestamp", to_at = "timestamp" }
--! additive   = false
--! internal   = true
WITH firsts AS (
    SELECT case_idx, position, ended_at
    FROM events
    WHERE activity = CAST($first AS VARCHAR) AND activity_first
),
seconds AS (
    SELECT case_idx, position, ended_at
    FROM events
    WHERE activity = CAST($second AS VARCHAR)
),
nearest AS (
    SELECT
        firsts.case_idx,
        min(seconds.position) AS position,
        -- Positions follow times, so the nearest position has the earliest time.
        min(seconds.ended_at) AS ended_at
    FROM firsts
    JOIN seconds ON seconds.case_idx = firsts.case_idx AND seconds.position > firsts.position
    GROUP BY firsts.case_idx
)
SELECT
    firsts.case_idx,
    CASE WHEN nearest.position IS NULL THEN 0 ELSE 1 END AS reached,
    firsts.ended_at AS from_at,
    nearest.ended_at AS to_at
FROM firsts
LEFT JOIN nearest ON nearest.case_idx = firsts.case_idx
ORDER BY firsts.case_idx
