--! title      = "Work in batches"
--! question   = "Which activities are collected and then done in one go?"
--! definition = "Batch index: executions that belong to a burst, as a share of those of the activity by known resources, with its 95 % confidence interval (Wilson). A burst begins with an event that ends at least one hour after the one before it of the same resource, and is made of at least 5 events of that resource, whatever their activity, that end within two minutes of its first. Events that a program did are left out, and so are activities whose times are days only (all at midnight, UTC); where the log does not say what a program did (column `automated`), everybody counts as a person."
--! unit       = "executions, share"
--! source     = ["events"]
--! grain      = "one row per activity that a known resource did, most batched first"
--! columns    = { activity = "category", executions = "count", of_executions = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["share"] }
--! cases      = "with={activity}"
WITH dated AS (
    SELECT activity_id, bool_and(CAST(ended_at AS BIGINT) % 86400000000 = 0) AS days_only
    FROM events
    WHERE ended_at IS NOT NULL
    GROUP BY activity_id
),
done AS (
    SELECT e.case_idx, e.position, e.activity_id, e.resource_id, CAST(e.ended_at AS BIGINT) AS ended_us
    FROM events AS e
    JOIN dated AS d ON d.activity_id = e.activity_id
    WHERE e.resource_id IS NOT NULL AND e.ended_at IS NOT NULL AND e.automated IS NOT TRUE AND NOT d.days_only
),
followed AS (
    SELECT
        case_idx,
        position,
        activity_id,
        resource_id,
        ended_us,
        ended_us - lag(ended_us) OVER (PARTITION BY resource_id ORDER BY ended_us, case_idx, position) AS idle_us
    FROM done
),
begun AS (
    -- The latest event so far that ended an idle hour.
    SELECT
        activity_id,
        resource_id,
        ended_us,
        max(CASE WHEN idle_us >= 3600000000 THEN ended_us END) OVER (
            PARTITION BY resource_id ORDER BY ended_us, case_idx, position
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS begun_us
    FROM followed
),
bursts AS (
    SELECT resource_id, begun_us, activity_id, count(*) AS executions
    FROM begun
    WHERE ended_us - begun_us <= 120000000
    GROUP BY resource_id, begun_us, activity_id
),
sized AS (
    SELECT activity_id, executions, sum(executions) OVER (PARTITION BY resource_id, begun_us) AS size
    FROM bursts
),
batched AS (
    SELECT activity_id, sum(executions) AS executions
    FROM sized
    WHERE size >= 5
    GROUP BY activity_id
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
