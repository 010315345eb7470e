--! title      = "Dependence on key persons"
--! question   = "Which activity would stop if one or two people were away?"
--! definition = "Executions of each activity by known resources in the six months before the latest event in view; those that a program did are left out, and where the log does not say it (column `automated`) everybody counts as a person. `hhi`: Herfindahl-Hirschman index of the shares of the people, without bias: sum of n (n - 1) over N (N - 1), 1 where one person does everything. `effective_people` = 1 / hhi: that many people with equal shares would be as concentrated. `people_for_half` (k50): the fewest who did half of it, told also as a `band`. With fewer than 30 executions n is too small, and these are null."
--! unit       = "executions, people, index"
--! source     = ["events"]
--! grain      = "one row per activity that a known resource did, most concentrated first"
--! columns    = { activity = "category", executions = "count", people = "count", hhi = "number", effective_people = "number", people_for_half = "count", band = "category" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["effective_people"] }
--! cases      = "with={activity}"
WITH clock AS (
    SELECT max(ended_at) - INTERVAL '6 months' AS since FROM events
),
done AS (
    SELECT e.activity_id, e.resource_id, count(*) AS executions
    FROM events AS e
    CROSS JOIN clock AS c
    WHERE e.resource_id IS NOT NULL AND e.automated IS NOT TRUE AND e.ended_at >= c.since
    GROUP BY e.activity_id, e.resource_id
),
ranked AS (
    SELECT
        activity_id,
        executions,
        sum(executions) OVER (
            PARTITION BY activity_id ORDER BY executions DESC, resource_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - executions AS before,
        sum(executions) OVER (PARTITION BY activity_id) AS of_executions
    FROM done
),
measured AS (
    SELECT
        activity_id,
        sum(executions) AS executions,
        count(*) AS people,
        CAST(sum(executions * (executions - 1)) AS DOUBLE) AS pairs,
        -- Those who are needed have less than half of it before them.
        count(*) FILTER (WHERE 2 * before < of_executions) AS people_for_half
    FROM ranked
    GROUP BY activity_id
),
judged AS (
    SELECT
        activity_id,
        executions,
        people,
        CASE WHEN executions >= 30 THEN pairs / (CAST(executions AS DOUBLE) * (executions - 1)) END AS hhi,
        CASE WHEN executions >= 30 THEN people_for_half END AS people_for_half
    FROM measured
)
SELECT
    activity_name(activity_id) AS activity,
    executions,
    people,
    hhi,
    1.0 / NULLIF(hhi, 0) AS effective_people,
    people_for_half,
    CASE WHEN people_for_half = 1 THEN '1' WHEN people_for_half <= 3 THEN '2-3' WHEN people_for_half > 3 THEN '4+' END
        AS band
FROM judged
ORDER BY hhi DESC NULLS LAST, executions DESC, activity_id
