--! title      = "Work in batches"
--! question   = "Which activities are collected and then done in one go?"
--! definition = "Batch index: executions that belong to a burst, as a share of those of the activity by known resources, with its 95 % confidence interval (Wilson). A burst begins with an event that ends at least one hour after the one before it of the same resource, and is made of at least 5 events of that resource, whatever their activity, that end within two minutes of its first. Events that a program did are left out, and so are those at midnight sharp (UTC), of which most likely only the day is known; where the log does not say what a program did (column `automated`), everybody counts as a person."
--! unit       = "executions, share"
--! source     = ["events"]
--! grain      = "one row per activity that a known resource did, most batched first"
--! columns    = { activity = "category", executions = "count", of_executions = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["share"] }
--! cases      = "with={activity}"
WITH done AS (
    SELECT activity_id, resource_id, CAST(ended_at AS BIGINT) AS ended_us
    FROM events
    WHERE resource_id IS NOT NULL AND automated IS NOT TRUE AND CAST(ended_at AS BIGINT) % 86400000000 <> 0
),
followed AS (
    -- Equal times may come in any order: only the first of them can end an idle hour.
    SELECT
        resource_id,
        ended_us,
        ended_us - lag(ended_us) OVER (PARTITION BY resource_id ORDER BY ended_us) AS idle_us,
        lead(ended_us, 4) OVER (PARTITION BY resource_id ORDER BY ended_us) - ended_us AS to_fifth_us
    FROM done
),
bursts AS (
    SELECT resource_id, ended_us AS begun_us
    FROM followed
    WHERE idle_us >= 3600000000 AND to_fifth_us <= 120000000
),
-- Two minutes lie in the stretch of two minutes in which they begin, or in the next: so events find their burst at once.
stretches AS (
    SELECT resource_id, begun_us, begun_us / 120000000 + unnest([0, 1]) AS stretch FROM bursts
),
batched AS (
    SELECT d.activity_id, count(*) AS executions
    FROM stretches AS s
    JOIN done AS d ON d.resource_id = s.resource_id AND d.ended_us / 120000000 = s.stretch
    WHERE d.ended_us >= s.begun_us AND d.ended_us - s.begun_us <= 120000000
    GROUP BY d.activity_id
),
counted AS (
    SELECT activity_id, count(*) AS of_executions
    FROM done
    GROUP BY activity_id
)
SELECT
    activity_name(c.activity_id) AS activity,
    coalesce(b.executions, 0) AS executions,
    c.of_executions,
    CAST(coalesce(b.executions, 0) AS DOUBLE) / c.of_executions AS share,
    wilson(coalesce(b.executions, 0), c.of_executions)['low'] AS low_share,
    wilson(coalesce(b.executions, 0), c.of_executions)['high'] AS high_share
FROM counted AS c
LEFT JOIN batched AS b ON b.activity_id = c.activity_id
ORDER BY share DESC, c.of_executions DESC, c.activity_id
