--! title      = "Handoffs by kind"
--! question   = "How often does a case pass to another person, to another team and to another system?"
--! definition = "Handoffs: consecutive events of a case whose resources (or roles, or systems) are both known and differ; three counts, each by itself. Divided by the cases in view (`per_case`); `cases` have at least one, as a share of the cases in view with its 95 % confidence interval (Wilson). Where one of the two is not known, nothing is counted. A kind that no event in view names is left out."
--! unit       = "handoffs, cases, handoffs per case, share"
--! source     = ["events"]
--! grain      = "one row per kind: resource, role, system"
--! columns    = { kind = "category", handoffs = "count", per_case = "number", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "kind", y = ["handoffs"] }
WITH by_case AS (
    SELECT
        case_idx,
        count(resource_id) AS resources,
        count(role_id) AS roles,
        count(system_id) AS systems,
        count(*) FILTER (WHERE resource_id <> next_resource_id) AS by_resource,
        count(*) FILTER (WHERE role_id <> next_role_id) AS by_role,
        count(*) FILTER (WHERE system_id <> next_system_id) AS by_system
    FROM events
    GROUP BY case_idx
),
counted AS (
    SELECT
        count(*) AS of_cases,
        sum(resources) AS resources,
        sum(roles) AS roles,
        sum(systems) AS systems,
        sum(by_resource) AS by_resource,
        sum(by_role) AS by_role,
        sum(by_system) AS by_system,
        count(*) FILTER (WHERE by_resource > 0) AS resource_cases,
        count(*) FILTER (WHERE by_role > 0) AS role_cases,
        count(*) FILTER (WHERE by_system > 0) AS system_cases
    FROM by_case
),
kinds AS (
    SELECT
        unnest(['resource', 'role', 'system']) AS kind,
        unnest([resources, roles, systems]) AS named,
        unnest([by_resource, by_role, by_system]) AS handoffs,
        unnest([resource_cases, role_cases, system_cases]) AS cases,
        of_cases
    FROM counted
)
SELECT
    kind,
    handoffs,
    CAST(handoffs AS DOUBLE) / NULLIF(of_cases, 0) AS per_case,
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share
FROM kinds
WHERE named > 0
ORDER BY kind
