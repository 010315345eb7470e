--! title      = "Duplicate events"
--! question   = "How many events say again what the event before them said?"
--! definition = "Events that follow one of the same activity, resource, role and system in the same case with the same start, as a share of the events in view with a time, with its 95 % confidence interval (Wilson): exact duplicates of a source, or of two sources that recorded the same. A pair counts once. They may be real, as two parcels that leave at once, so they are counted and not removed. `cases` have at least one. Without times it is not known, and null."
--! unit       = "events, cases, share"
--! source     = ["events"]
--! grain      = "one row"
--! columns    = { events = "count", of_events = "count", share = "share", low_share = "share", high_share = "share", cases = "count" }
--! additive   = false
WITH judged AS (
    SELECT
        case_idx,
        ended_at,
        next_activity_id = activity_id
            AND (next_resource_id IS NOT DISTINCT FROM resource_id)
            AND (next_role_id IS NOT DISTINCT FROM role_id)
            AND (next_system_id IS NOT DISTINCT FROM system_id)
            -- The next one starts when this one did: the wait is what this one took, backwards.
            AND wait_us = CAST(coalesce(started_at, ended_at) AS BIGINT) - CAST(ended_at AS BIGINT) AS is_repeated
    FROM events
),
counted AS (
    SELECT
        count(*) FILTER (WHERE is_repeated) AS events,
        count(ended_at) AS of_events,
        count(DISTINCT CASE WHEN is_repeated THEN case_idx END) AS cases
    FROM judged
)
SELECT
    CASE WHEN of_events > 0 THEN events END AS events,
    of_events,
    CAST(events AS DOUBLE) / NULLIF(of_events, 0) AS share,
    wilson(events, of_events)['low'] AS low_share,
    wilson(events, of_events)['high'] AS high_share,
    CASE WHEN of_events > 0 THEN cases END AS cases
FROM counted
