--! title      = "Effort of rework"
--! question   = "How much time is spent on doing things again?"
--! definition = "Touch time (end minus start, by the clock, what overlaps counts for each event) of the executions of an activity beyond the first one in the same case, and its share of all touch time of the activity. Only events with a start of their own are measured (`timed_repeats` of `repeats`); effort and share are null where none has one, and it is never estimated. Loops that an official flow allows count too. Known in Lean as a cost of poor quality."
--! unit       = "events, seconds, share"
--! source     = ["events"]
--! grain      = "one row per activity that is done again in a case, most effort first"
--! columns    = { activity = "category", repeats = "count", timed_repeats = "count", effort_s = "duration_s", effort_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["effort_s"] }
--! cases      = "eventually={activity}>{activity}"
WITH touched AS (
    SELECT
        activity_id,
        activity_first,
        started_at IS NOT NULL AS is_timed,
        CASE
            WHEN started_at < ended_at
                THEN CAST(CAST(ended_at AS BIGINT) - CAST(started_at AS BIGINT) AS DECIMAL(38, 0))
            WHEN started_at IS NOT NULL THEN CAST(0 AS DECIMAL(38, 0))
        END AS touch_us
    FROM events
),
counted AS (
    SELECT
        activity_id,
        count(*) FILTER (WHERE NOT activity_first) AS repeats,
        count(*) FILTER (WHERE NOT activity_first AND is_timed) AS timed_repeats,
        CAST(sum(touch_us) FILTER (WHERE NOT activity_first) AS DOUBLE) / 1e6 AS effort_s,
        CAST(sum(touch_us) AS DOUBLE) / 1e6 AS touch_s
    FROM touched
    GROUP BY activity_id
)
SELECT
    activity_name(activity_id) AS activity,
    repeats,
    timed_repeats,
    effort_s,
    effort_s / NULLIF(touch_s, 0) AS effort_share
FROM counted
WHERE repeats > 0
ORDER BY effort_s DESC NULLS LAST, repeats DESC, activity_id
