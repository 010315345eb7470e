--! title      = "Completeness of the log"
--! question   = "How many events say who, in which role and system, when, at what cost and by a person or a program?"
--! definition = "Events with a value in the field, as a share of all events in view, with its 95 % confidence interval (Wilson). In resource, role and system what only stands for a value counts as none: -, --, ?, ., n/a, na, none, null, nil, unknown, tbd, x, xx, xxx, in any case of letters. Fields of which the log has nothing at all are left out, and nobody says which are required, so a low share need not be a fault. Attributes of the log's own are not looked at."
--! unit       = "events, share"
--! source     = ["events"]
--! grain      = "one row per field, least complete first"
--! columns    = { field = "category", events = "count", of_events = "count", share = "share", low_share = "share", high_share = "share", placeholders = "count" }
--! additive   = false
--! chart      = { kind = "bars", x = "field", y = ["share"] }
WITH named AS (
    -- Names are looked at once each, not once for each event.
    SELECT 'resource' AS field, lower(btrim(CAST(resource_name(resource_id) AS VARCHAR))) AS name, events
    FROM (SELECT resource_id, count(*) AS events FROM events WHERE resource_id IS NOT NULL GROUP BY resource_id)
    UNION ALL
    SELECT 'role' AS field, lower(btrim(CAST(role_name(role_id) AS VARCHAR))) AS name, events
    FROM (SELECT role_id, count(*) AS events FROM events WHERE role_id IS NOT NULL GROUP BY role_id)
    UNION ALL
    SELECT 'system' AS field, lower(btrim(CAST(system_name(system_id) AS VARCHAR))) AS name, events
    FROM (SELECT system_id, count(*) AS events FROM events WHERE system_id IS NOT NULL GROUP BY system_id)
),
judged AS (
    SELECT
        field,
        events,
        name IN (
            '', '-', '--', '?', '.', 'n/a', 'na', 'none', 'null', 'nil', 'unknown', 'tbd', 'x', 'xx', 'xxx'
        ) AS is_placeholder
    FROM named
),
counted AS (
    SELECT
        count(*) AS of_events,
        count(started_at) AS starts,
        count(ended_at) AS ends,
        count(cost) AS costs,
        count(automated) AS automated
    FROM events
),
filled AS (
    SELECT
        field,
        coalesce(sum(events) FILTER (WHERE NOT is_placeholder), 0) AS events,
        coalesce(sum(events) FILTER (WHERE is_placeholder), 0) AS placeholders
    FROM judged
    GROUP BY field
    UNION ALL
    SELECT
        unnest(['start', 'end', 'cost', 'automated']) AS field,
        unnest([starts, ends, costs, automated]) AS events,
        0 AS placeholders
    FROM counted
)
SELECT
    f.field,
    f.events,
    c.of_events,
    CAST(f.events AS DOUBLE) / NULLIF(c.of_events, 0) AS share,
    wilson(f.events, c.of_events)['low'] AS low_share,
    wilson(f.events, c.of_events)['high'] AS high_share,
    f.placeholders
FROM filled AS f
CROSS JOIN counted AS c
WHERE f.events + f.placeholders > 0
ORDER BY share, f.field
