--! title      = "Ping-pong"
--! question   = "How often does a case go to somebody else and straight back?"
--! definition = "Bounces: a case passes from A to B, and the next time it passes on, back to A (A, B, A), between resources, roles, systems, or activities. Events in a row of the same one count as one, and where nobody is named nothing passes; B and A and B after it is a second bounce. `cases` have at least one, as a share of the cases in view with its 95 % confidence interval (Wilson). A kind that no event in view names is left out."
--! unit       = "bounces, cases, share"
--! source     = ["cases", "events", "variants"]
--! grain      = "one row per kind: activity, resource, role, system"
--! columns    = { kind = "category", bounces = "count", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "kind", y = ["bounces"] }
WITH total AS (
    SELECT count(*) AS of_cases FROM cases
),
named AS (
    SELECT count(resource_id) AS resources, count(role_id) AS roles, count(system_id) AS systems FROM events
),
-- Only the events at which something passes on have to be walked in order; in one go, since a million small windows take
-- several times as long.
resources AS (
    SELECT
        case_idx,
        lag(case_idx) OVER (ORDER BY case_idx, position) = case_idx
            AND lag(resource_id) OVER (ORDER BY case_idx, position) = next_resource_id
            AND lag(next_resource_id) OVER (ORDER BY case_idx, position) = resource_id AS bounces
    FROM events
    WHERE resource_id <> next_resource_id
),
roles AS (
    SELECT
        case_idx,
        lag(case_idx) OVER (ORDER BY case_idx, position) = case_idx
            AND lag(role_id) OVER (ORDER BY case_idx, position) = next_role_id
            AND lag(next_role_id) OVER (ORDER BY case_idx, position) = role_id AS bounces
    FROM events
    WHERE role_id <> next_role_id
),
systems AS (
    SELECT
        case_idx,
        lag(case_idx) OVER (ORDER BY case_idx, position) = case_idx
            AND lag(system_id) OVER (ORDER BY case_idx, position) = next_system_id
            AND lag(next_system_id) OVER (ORDER BY case_idx, position) = system_id AS bounces
    FROM events
    WHERE system_id <> next_system_id
),
paths AS (
    -- Every case of a path has the same activities, so the path is asked once.
    SELECT variant_id, cases, without_repeats(activity_ids) AS path
    FROM variants
),
places AS (
    SELECT variant_id, cases, path, unnest(generate_series(3, cardinality(path))) AS place
    FROM paths
),
bounced AS (
    SELECT variant_id, max(cases) AS cases, count(*) AS bounces
    FROM places
    WHERE array_element(path, place) = array_element(path, place - 2)
    GROUP BY variant_id
),
kinds AS (
    SELECT
        'activity' AS kind,
        coalesce(sum(bounces * cases), 0) AS bounces,
        coalesce(sum(cases), 0) AS cases
    FROM bounced
    UNION ALL
    SELECT 'resource' AS kind, count(*) AS bounces, count(DISTINCT case_idx) AS cases
    FROM resources
    WHERE bounces
    UNION ALL
    SELECT 'role' AS kind, count(*) AS bounces, count(DISTINCT case_idx) AS cases
    FROM roles
    WHERE bounces
    UNION ALL
    SELECT 'system' AS kind, count(*) AS bounces, count(DISTINCT case_idx) AS cases
    FROM systems
    WHERE bounces
)
SELECT
    k.kind,
    k.bounces,
    k.cases,
    t.of_cases,
    CAST(k.cases AS DOUBLE) / NULLIF(t.of_cases, 0) AS share,
    wilson(k.cases, t.of_cases)['low'] AS low_share,
    wilson(k.cases, t.of_cases)['high'] AS high_share
FROM kinds AS k
CROSS JOIN total AS t
CROSS JOIN named AS n
WHERE
    CASE k.kind
        WHEN 'resource' THEN n.resources
        WHEN 'role' THEN n.roles
        WHEN 'system' THEN n.systems
        ELSE 1
    END > 0
ORDER BY k.kind
