--! title      = "Hours of sources"
--! question   = "In which hours did each system record anything?"
--! definition = "Events by the system that recorded them and the hour (UTC) of their end; those of the whole log besides, without a system."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per system and hour with events; a null system stands for the whole log, hours count from 1970"
--! columns    = { system = "category", hour = "count", events = "count" }
--! additive   = true
--! internal   = true
WITH clocked AS (
    SELECT system, CAST(ended_at AS BIGINT) AS at_us
    FROM events
    WHERE ended_at IS NOT NULL
),
dated AS (
    -- Rounded down, also before 1970.
    SELECT system, (at_us - (at_us % 3600000000 + 3600000000) % 3600000000) / 3600000000 AS hour
    FROM clocked
)
SELECT system, hour, count(*) AS events
FROM dated
WHERE system IS NOT NULL
GROUP BY system, hour
UNION ALL
SELECT CAST(NULL AS VARCHAR) AS system, hour, count(*) AS events
FROM dated
GROUP BY hour
ORDER BY system NULLS FIRST, hour
