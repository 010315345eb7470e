--! title      = "Load by hour of the week"
--! question   = "When is work done?"
--! definition = "Events by weekday (1 = Monday) and hour (UTC) of their end."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per weekday and hour with events"
--! columns    = { weekday = "count", hour = "count", events = "count" }
--! additive   = true
--! chart      = { kind = "heatmap", x = "hour", y = ["weekday", "events"] }
WITH placed AS (
    SELECT
        -- Sunday is 0 in date_part; ISO weeks end with it.
        (CAST(date_part('dow', ended_at) AS BIGINT) + 6) % 7 + 1 AS weekday,
        CAST(date_part('hour', ended_at) AS BIGINT) AS hour
    FROM events
    WHERE ended_at IS NOT NULL
)
SELECT weekday, hour, count(*) AS events
FROM placed
GROUP BY weekday, hour
ORDER BY weekday, hour
