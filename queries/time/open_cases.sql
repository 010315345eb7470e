--! title      = "Age of open cases"
--! question   = "At which step do unfinished cases lie, how old are they, and how many have stalled?"
--! definition = "Work-item age: from the first start of a case to the latest event of the cases in view, of cases that have not ended, by their last activity. A log does not say which cases are finished, so the activities that end one have to be named: `ends`, several joined by | (those that cancel one, too). A case is not ended if none of them is on its path. `idle_s` counts from its last event. It is stalled if it has been idle for longer than three times the 95th percentile of the gaps between events of ended cases (`limit_s`); without ended cases that is not known, and null. `old_cases` are older than 85 of 100 ended cases were at their end; null with fewer than 29 of those. Medians are exact, type 7; stalled as a share of the cases not ended with its 95 % confidence interval (Wilson)."
--! unit       = "cases, seconds, share"
--! source     = ["cases", "events", "variants"]
--! grain      = "one row per last activity of cases that have not ended, most cases first"
--! params     = { ends = "text" }
--! columns    = { last_activity = "category", cases = "count", median_age_s = "duration_s", max_age_s = "duration_s", median_idle_s = "duration_s", old_cases = "count", stalled_cases = "count", stalled_share = "share", low_share = "share", high_share = "share", limit_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "bars", x = "last_activity", y = ["cases", "stalled_cases"] }
WITH paths AS (
    -- Every case of a path ends alike, so the path is asked once.
    SELECT variant_id, array_has_any(activities, string_to_array(CAST($ends AS VARCHAR), '|')) AS has_end
    FROM variants
),
judged AS (
    SELECT
        c.case_idx,
        c.last_activity_id,
        c.cycle_us,
        CAST(c.started_at AS BIGINT) AS started_us,
        CAST(c.ended_at AS BIGINT) AS ended_us,
        p.has_end
    FROM cases AS c
    JOIN paths AS p ON p.variant_id = c.variant_id
    WHERE c.ended_at IS NOT NULL
),
clock AS (
    SELECT max(ended_us) AS now_us FROM judged
),
ranked AS (
    -- Type 7 in whole numbers: the percentile lies at place 0.85 (n - 1), of which this is a hundredfold. The engine's own
    -- percentile_cont rounds the way between two neighbours.
    SELECT
        cycle_us,
        row_number() OVER (ORDER BY cycle_us) - 1 AS place,
        85 * (count(*) OVER () - 1) AS wanted
    FROM judged
    WHERE has_end
),
found AS (
    SELECT
        count(*) AS ended,
        max(wanted) AS wanted,
        max(cycle_us) FILTER (WHERE place = wanted / 100) AS below_us,
        max(cycle_us) FILTER (WHERE place = (wanted + 99) / 100) AS above_us
    FROM ranked
),
usual AS (
    SELECT
        CASE
            WHEN ended >= 29
                THEN CAST(below_us AS DOUBLE) + CAST(above_us - below_us AS DOUBLE) * CAST(wanted % 100 AS DOUBLE) / 100
        END AS usual_us
    FROM found
),
gaps AS (
    SELECT duration_stats(wait_us) AS gap
    FROM events
    WHERE case_idx IN (SELECT case_idx FROM judged WHERE has_end)
),
aged AS (
    SELECT
        j.last_activity_id,
        k.now_us - j.started_us AS age_us,
        k.now_us - j.ended_us AS idle_us,
        3 * g.gap['p95_s'] AS limit_s,
        u.usual_us
    FROM clock AS k
    CROSS JOIN usual AS u
    CROSS JOIN gaps AS g
    CROSS JOIN judged AS j
    WHERE NOT j.has_end
),
counted AS (
    SELECT
        last_activity_id,
        count(*) AS cases,
        duration_stats(age_us) AS age,
        duration_stats(idle_us) AS idle,
        max(limit_s) AS limit_s,
        CASE WHEN max(usual_us) IS NOT NULL THEN count(*) FILTER (WHERE CAST(age_us AS DOUBLE) > usual_us) END
            AS old_cases,
        CASE WHEN max(limit_s) IS NOT NULL THEN count(*) FILTER (WHERE CAST(idle_us AS DOUBLE) / 1e6 > limit_s) END
            AS stalled_cases
    FROM aged
    GROUP BY last_activity_id
)
SELECT
    activity_name(last_activity_id) AS last_activity,
    cases,
    age['median_s'] AS median_age_s,
    age['max_s'] AS max_age_s,
    idle['median_s'] AS median_idle_s,
    old_cases,
    stalled_cases,
    CAST(stalled_cases AS DOUBLE) / cases AS stalled_share,
    wilson(stalled_cases, cases)['low'] AS low_share,
    wilson(stalled_cases, cases)['high'] AS high_share,
    limit_s
FROM counted
ORDER BY cases DESC, last_activity_id
