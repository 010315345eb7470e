--! title      = "Cases under way, by their last step"
--! question   = "At which step do the cases lie that the official flow takes on, and how old are they?"
--! definition = "Work-item age: from the first start of a case to the latest event of the cases in view, of open cases, by their last activity. A case is open if it has not reached the end of the official flow and was at work not longer ago than three times the 95th percentile of all gaps between events; those that lie still for longer are told as deviations. `idle_s` counts from the last event. Medians are exact, type 7."
--! unit       = "cases, seconds"
--! source     = ["cases", "conformance"]
--! grain      = "one row per last activity of open cases, most cases first"
--! columns    = { last_activity = "category", cases = "count", median_age_s = "duration_s", max_age_s = "duration_s", median_idle_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "bars", x = "last_activity", y = ["cases"] }
WITH clock AS (
    SELECT CAST(max(ended_at) AS BIGINT) AS now_us FROM cases
),
aged AS (
    SELECT
        c.last_activity_id,
        k.now_us - CAST(c.started_at AS BIGINT) AS age_us,
        k.now_us - CAST(c.ended_at AS BIGINT) AS idle_us
    FROM clock AS k
    CROSS JOIN cases AS c
    JOIN conformance AS f ON f.case_idx = c.case_idx
    WHERE f.state = 'open'
),
counted AS (
    SELECT last_activity_id, count(*) AS cases, duration_stats(age_us) AS age, duration_stats(idle_us) AS idle
    FROM aged
    GROUP BY last_activity_id
)
SELECT
    activity_name(last_activity_id) AS last_activity,
    cases,
    age['median_s'] AS median_age_s,
    age['max_s'] AS max_age_s,
    idle['median_s'] AS median_idle_s
FROM counted
ORDER BY cases DESC, last_activity_id
