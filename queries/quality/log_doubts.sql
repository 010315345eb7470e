--! title      = "What may be a mistake"
--! question   = "Which events and cases of the log look like mistakes of whoever recorded or exported them?"
--! definition = "Events that are followed in their case by one of the same activity and resource with the same start (`doubled_events`), and cases of a single event (`single_event_cases`); the first case, by its id, as an example."
--! unit       = "events, cases"
--! source     = ["cases", "events"]
--! grain      = "one row per doubt that there is reason for"
--! columns    = { doubt = "category", found = "count", example = "category" }
--! additive   = false
--! internal   = true
WITH doubled AS (
    SELECT 'doubled_events' AS doubt, count(*) AS found, min(case_id) AS example
    FROM events
    WHERE next_activity_id = activity_id
        AND (next_resource_id = resource_id OR (next_resource_id IS NULL AND resource_id IS NULL))
        -- The next one starts when this one did: the wait is what this one took, backwards.
        AND wait_us = CAST(coalesce(started_at, ended_at) AS BIGINT) - CAST(ended_at AS BIGINT)
),
single AS (
    SELECT 'single_event_cases' AS doubt, count(*) AS found, min(case_id) AS example
    FROM cases
    WHERE events = 1
),
doubts AS (
    SELECT doubt, found, example FROM doubled
    UNION ALL
    SELECT doubt, found, example FROM single
)
SELECT doubt, found, example
FROM doubts
WHERE found > 0
ORDER BY doubt
