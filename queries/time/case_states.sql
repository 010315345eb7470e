--! title      = "Closed, open, stalled and cancelled cases"
--! question   = "How many cases are done, how many are under way, and how many lie still?"
--! definition = "A log does not say which cases are finished, so the activities that end one have to be named: `ends`, several joined by |, and `cancels` for those that cancel one. A case is cancelled if its last event is one of `cancels`, else closed if one of `ends` is anywhere on its path. What is neither is open or, if nothing has happened in it for longer than `limit_s`, stalled. The limit is derived: three times the 95th percentile of the gaps between events of closed cases; without closed cases there is none, and nothing is called stalled. Time runs up to the latest event of the cases in view (`as_of`), never to the present. Share of the cases in view with its 95 % confidence interval (Wilson)."
--! unit       = "cases, share, seconds"
--! source     = ["cases", "events", "variants"]
--! grain      = "one row per state, also those without cases"
--! params     = { ends = "text", cancels = "text?" }
--! columns    = { state = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", limit_s = "duration_s", as_of = "timestamp" }
--! additive   = false
--! chart      = { kind = "bars", x = "state", y = ["cases"] }
WITH paths AS (
    -- Every case of a path ends alike, so the path is asked once.
    SELECT
        variant_id,
        array_has(string_to_array(coalesce(CAST($cancels AS VARCHAR), ''), '|'), array_element(activities, -1))
            AS is_cancelled,
        array_has_any(activities, string_to_array(CAST($ends AS VARCHAR), '|')) AS has_end
    FROM variants
),
judged AS (
    SELECT
        c.case_idx,
        c.ended_at,
        CASE WHEN p.is_cancelled THEN 'cancelled' WHEN p.has_end THEN 'closed' END AS ended_as
    FROM cases AS c
    JOIN paths AS p ON p.variant_id = c.variant_id
),
clock AS (
    SELECT max(ended_at) AS as_of, count(*) AS of_cases FROM judged
),
gaps AS (
    SELECT duration_stats(wait_us) AS gap
    FROM events
    WHERE case_idx IN (SELECT case_idx FROM judged WHERE ended_as = 'closed')
),
limited AS (
    SELECT as_of, of_cases, 3 * gap['p95_s'] AS limit_s
    FROM clock
    CROSS JOIN gaps
),
placed AS (
    SELECT
        CASE
            WHEN j.ended_as IS NOT NULL THEN j.ended_as
            WHEN CAST(CAST(l.as_of AS BIGINT) - CAST(j.ended_at AS BIGINT) AS DOUBLE) / 1e6 > l.limit_s THEN 'stalled'
            ELSE 'open'
        END AS state
    FROM limited AS l
    CROSS JOIN judged AS j
),
counted AS (
    SELECT state, count(*) AS cases
    FROM placed
    GROUP BY state
),
states AS (
    SELECT 1 AS place, 'closed' AS state
    UNION ALL
    SELECT 2 AS place, 'cancelled' AS state
    UNION ALL
    SELECT 3 AS place, 'open' AS state
    UNION ALL
    SELECT 4 AS place, 'stalled' AS state
)
SELECT
    s.state,
    coalesce(c.cases, 0) AS cases,
    l.of_cases,
    CAST(coalesce(c.cases, 0) AS DOUBLE) / NULLIF(l.of_cases, 0) AS share,
    wilson(coalesce(c.cases, 0), l.of_cases)['low'] AS low_share,
    wilson(coalesce(c.cases, 0), l.of_cases)['high'] AS high_share,
    l.limit_s,
    l.as_of
FROM states AS s
CROSS JOIN limited AS l
LEFT JOIN counted AS c ON c.state = s.state
ORDER BY s.place
