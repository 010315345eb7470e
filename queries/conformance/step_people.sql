--! title      = "People of two steps"
--! question   = "Did one person do both steps, or several people?"
--! definition = "Cases that have both steps: people who did both, people who did either, events of either without anybody."
--! unit       = "people, events"
--! source     = ["events"]
--! grain      = "one row per case with both steps"
--! params     = { first = "text", second = "text" }
--! columns    = { case_idx = "count", shared = "count", people = "count", unnamed = "count" }
--! additive   = false
--! internal   = true
WITH done AS (
    -- One row per case and person, so that comparing people needs no join of events with events.
    SELECT
        case_idx,
        resource,
        count(*) FILTER (WHERE activity = CAST($first AS VARCHAR)) AS firsts,
        count(*) FILTER (WHERE activity = CAST($second AS VARCHAR)) AS seconds
    FROM events
    WHERE activity = CAST($first AS VARCHAR) OR activity = CAST($second AS VARCHAR)
    GROUP BY case_idx, resource
),
counted AS (
    SELECT
        case_idx,
        sum(firsts) AS firsts,
        sum(seconds) AS seconds,
        count(*) FILTER (WHERE resource IS NOT NULL AND firsts > 0 AND seconds > 0) AS shared,
        count(resource) AS people,
        coalesce(sum(firsts + seconds) FILTER (WHERE resource IS NULL), 0) AS unnamed
    FROM done
    GROUP BY case_idx
)
SELECT case_idx, shared, people, unnamed
FROM counted
WHERE firsts > 0 AND seconds > 0
ORDER BY case_idx
