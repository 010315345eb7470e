--! title      = "How waits are spread"
--! question   = "How many waits before an activity are short, how many long?"
--! definition = "Waits from the end of the event before to the start of `second` in the same case, below zero counted as 0; only those after `first`, if it is given. The borders are those that people think in: a minute, an hour, a day, a week."
--! unit       = "seconds, waits"
--! source     = ["events"]
--! grain      = "one row per stretch of time, from the shortest to the longest that occurs"
--! params     = { first = "text?", second = "text" }
--! columns    = { least_s = "duration_s", waits = "count" }
--! additive   = true
--! internal   = true
WITH waits AS (
    SELECT wait_s
    FROM events
    WHERE wait_us IS NOT NULL
        AND next_activity = CAST($second AS VARCHAR)
        AND ($first IS NULL OR activity = CAST($first AS VARCHAR))
),
placed AS (
    SELECT
        CASE
            WHEN wait_s < 60 THEN 0
            WHEN wait_s < 300 THEN 60
            WHEN wait_s < 900 THEN 300
            WHEN wait_s < 3600 THEN 900
            WHEN wait_s < 14400 THEN 3600
            WHEN wait_s < 28800 THEN 14400
            WHEN wait_s < 86400 THEN 28800
            WHEN wait_s < 172800 THEN 86400
            WHEN wait_s < 345600 THEN 172800
            WHEN wait_s < 604800 THEN 345600
            WHEN wait_s < 1209600 THEN 604800
            WHEN wait_s < 2592000 THEN 1209600
            WHEN wait_s < 7776000 THEN 2592000
            ELSE 7776000
        END AS least
    FROM waits
)
SELECT CAST(least AS DOUBLE) AS least_s, count(*) AS waits
FROM placed
GROUP BY least
ORDER BY least_s
