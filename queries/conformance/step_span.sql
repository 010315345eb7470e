--! title      = "From one step to another, by case"
--! question   = "How long did each case take from its first `first` to the first `second` after it?"
--! definition = "From the end of the first `first` to the end of the nearest `second` after it; `reached` is 1 where there is one. `waited_s` runs from the first `first` to `until_us`, the end of the log in microseconds since 1970."
--! unit       = "seconds"
--! source     = ["events"]
--! grain      = "one row per case with `first`"
--! params     = { first = "text", second = "text", until_us = "count?" }
--! columns    = { case_idx = "count", reached = "count", elapsed_s = "duration_s", waited_s = "duration_s" }
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
    CAST(CAST(nearest.ended_at AS BIGINT) - CAST(firsts.ended_at AS BIGINT) AS DOUBLE) / 1e6 AS elapsed_s,
    CAST(CAST($until_us AS BIGINT) - CAST(firsts.ended_at AS BIGINT) AS DOUBLE) / 1e6 AS waited_s
FROM firsts
LEFT JOIN nearest ON nearest.case_idx = firsts.case_idx
ORDER BY firsts.case_idx
