--! title      = "Ping-pong between roles"
--! question   = "Between which two roles do cases go back and forth?"
--! definition = "Bounces: a case passes from one role to another (`over_role`), and the next time it passes on, straight back to the first (`role`). Events in a row of the same role count as one, and where no role is named nothing passes. `cases` have at least one, as a share of the cases in view with its 95 % confidence interval (Wilson)."
--! unit       = "bounces, cases, share"
--! source     = ["cases", "events"]
--! grain      = "one row per pair of roles with bounces, most bounces first"
--! columns    = { role = "category", over_role = "category", bounces = "count", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "role > over_role", y = ["bounces"] }
WITH passed AS (
    -- Only the events at which something passes on have to be walked in order; in one go, since a million small windows
    -- take several times as long.
    SELECT
        case_idx,
        role_id,
        next_role_id,
        lag(case_idx) OVER (ORDER BY case_idx, position) AS case_before,
        lag(role_id) OVER (ORDER BY case_idx, position) AS from_id,
        lag(next_role_id) OVER (ORDER BY case_idx, position) AS to_id
    FROM events
    WHERE role_id <> next_role_id
),
bounced AS (
    SELECT from_id, role_id, case_idx, count(*) AS bounces
    FROM passed
    WHERE case_before = case_idx AND from_id = next_role_id AND to_id = role_id
    GROUP BY from_id, role_id, case_idx
),
counted AS (
    SELECT from_id, role_id, sum(bounces) AS bounces, count(*) AS cases
    FROM bounced
    GROUP BY from_id, role_id
),
total AS (
    SELECT count(*) AS of_cases FROM cases
)
SELECT
    role_name(c.from_id) AS role,
    role_name(c.role_id) AS over_role,
    c.bounces,
    c.cases,
    t.of_cases,
    CAST(c.cases AS DOUBLE) / NULLIF(t.of_cases, 0) AS share,
    wilson(c.cases, t.of_cases)['low'] AS low_share,
    wilson(c.cases, t.of_cases)['high'] AS high_share
FROM counted AS c
CROSS JOIN total AS t
ORDER BY c.bounces DESC, c.from_id, c.role_id
