--! title      = "Error rate"
--! question   = "How often does something go wrong, as the log tells it?"
--! definition = "Cases with at least one event of an activity that stands for an error (a correction, a reversal, a failed run), as a share of the cases in view, and such events as a share of all events, each with its 95 % confidence interval (Wilson). A log does not say which activities these are, so they have to be named: `markers`, several joined by |. Errors that leave no event of their own are not seen."
--! unit       = "cases, events, share"
--! source     = ["variants"]
--! grain      = "one row"
--! params     = { markers = "text" }
--! columns    = { cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", events = "count", of_events = "count", events_share = "share", events_low_share = "share", events_high_share = "share" }
--! additive   = false
WITH steps AS (
    -- Every case of a path has the same activities, so the path is asked once.
    SELECT variant_id, cases, unnest(activities) AS activity FROM variants
),
judged AS (
    SELECT
        variant_id,
        max(cases) AS cases,
        count(*) AS events,
        count(*) FILTER (WHERE array_has(string_to_array(CAST($markers AS VARCHAR), '|'), activity)) AS errors
    FROM steps
    GROUP BY variant_id
),
counted AS (
    SELECT
        coalesce(sum(cases) FILTER (WHERE errors > 0), 0) AS cases,
        coalesce(sum(cases), 0) AS of_cases,
        coalesce(sum(cases * errors), 0) AS events,
        coalesce(sum(cases * events), 0) AS of_events
    FROM judged
)
SELECT
    cases,
    of_cases,
    CAST(cases AS DOUBLE) / NULLIF(of_cases, 0) AS share,
    wilson(cases, of_cases)['low'] AS low_share,
    wilson(cases, of_cases)['high'] AS high_share,
    events,
    of_events,
    CAST(events AS DOUBLE) / NULLIF(of_events, 0) AS events_share,
    wilson(events, of_events)['low'] AS events_low_share,
    wilson(events, of_events)['high'] AS events_high_share
FROM counted
