--! title      = "Days of sources"
--! question   = "On which days did each system record anything?"
--! definition = "Events by the system that recorded them and the day (UTC) of their end; those of the whole log besides, without a system."
--! unit       = "events"
--! source     = ["events"]
--! grain      = "one row per system and day with events; a null system stands for the whole log"
--! columns    = { system = "category", day = "date", events = "count" }
--! additive   = true
--! internal   = true
WITH dated AS (
    SELECT system, CAST(ended_at AS DATE) AS day
    FROM events
    WHERE ended_at IS NOT NULL
)
SELECT system, day, count(*) AS events
FROM dated
WHERE system IS NOT NULL
GROUP BY system, day
UNION ALL
SELECT CAST(NULL AS VARCHAR) AS system, day, count(*) AS events
FROM dated
GROUP BY day
ORDER BY system NULLS FIRST, day
