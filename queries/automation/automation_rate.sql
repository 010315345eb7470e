--! title      = "Automation rate"
--! question   = "How much of the work is done by programs?"
--! definition = "Events that a program did, as a share of the events of which it is known who did them (`known_events`), with its 95 % confidence interval (Wilson). It is known from a column of the log (`automated`) and never guessed from names or speed: what the log does not say is counted as unknown, not as manual work. Null where nothing is known."
--! unit       = "events, share"
--! source     = ["events"]
--! grain      = "one row"
--! columns    = { automated_events = "count", known_events = "count", share = "share", low_share = "share", high_share = "share", unknown_events = "count" }
--! additive   = false
WITH counted AS (
    SELECT
        count(*) FILTER (WHERE automated) AS automated_events,
        count(automated) AS known_events,
        count(*) - count(automated) AS unknown_events
    FROM events
)
SELECT
    automated_events,
    known_events,
    CAST(automated_events AS DOUBLE) / NULLIF(known_events, 0) AS share,
    wilson(automated_events, known_events)['low'] AS low_share,
    wilson(automated_events, known_events)['high'] AS high_share,
    unknown_events
FROM counted
