--! title      = "Automation rate by activity"
--! question   = "Which activities do programs do, and which people?"
--! definition = "Events of the activity that a program did, as a share of those of which it is known who did them (`known_events`), with its 95 % confidence interval (Wilson). It is known from a column of the log (`automated`); what the log does not say is counted as unknown, not as manual work. Activities of which nothing is known have no share; a log without such a column has no rows."
--! unit       = "events, share"
--! source     = ["events"]
--! grain      = "one row per activity, most manual work first"
--! columns    = { activity = "category", automated_events = "count", manual_events = "count", known_events = "count", share = "share", low_share = "share", high_share = "share", unknown_events = "count" }
--! additive   = false
--! chart      = { kind = "stacked", x = "activity", y = ["manual_events", "automated_events"] }
--! cases      = "with={activity}"
WITH counted AS (
    SELECT
        activity_id,
        count(*) FILTER (WHERE automated) AS automated_events,
        count(automated) AS known_events,
        count(*) - count(automated) AS unknown_events
    FROM events
    GROUP BY activity_id
),
known AS (
    SELECT count(automated) AS events FROM events
)
SELECT
    activity_name(c.activity_id) AS activity,
    c.automated_events,
    c.known_events - c.automated_events AS manual_events,
    c.known_events,
    CAST(c.automated_events AS DOUBLE) / NULLIF(c.known_events, 0) AS share,
    wilson(c.automated_events, c.known_events)['low'] AS low_share,
    wilson(c.automated_events, c.known_events)['high'] AS high_share,
    c.unknown_events
FROM counted AS c
CROSS JOIN known AS k
WHERE k.events > 0
ORDER BY manual_events DESC, c.activity_id
