--! title      = "Promises kept"
--! question   = "How often does each step come in time?"
--! definition = "SLA attainment: of the times that a promise about time of the official flow (an `sla`, a cut-off, a due day or a `max_time` rule) fell due, the share in which it was met, with its 95 % confidence interval (Wilson). Just in time is in time. `breached` counts what was done too late, and what a `max_time` rule still waits for in an open case though it is too late; `running` is what was not due yet at the end of the log, and is left out of the share. Time counts by the calendar of the flow where the promise says so. The promise of a step itself (`sla`, cut-off, due day) is known only once the step is done; what is missing is told by `max_time` rules alone. Cases that a promise does not speak of are not in here."
--! unit       = "promises, share"
--! source     = ["promises"]
--! grain      = "one row per promise that fell due or is running, the least kept first"
--! columns    = { promise_id = "category", activity = "category", promises = "count", met = "count", breached = "count", running = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "promise_id", y = ["share"] }
WITH counted AS (
    SELECT
        promise_id,
        activity,
        count(*) FILTER (WHERE state <> 'running') AS promises,
        count(*) FILTER (WHERE state = 'met') AS met,
        count(*) FILTER (WHERE state = 'breached') AS breached,
        count(*) FILTER (WHERE state = 'running') AS running
    FROM promises
    GROUP BY promise_id, activity
)
SELECT
    promise_id,
    activity,
    promises,
    met,
    breached,
    running,
    CAST(met AS DOUBLE) / NULLIF(promises, 0) AS share,
    wilson(met, promises)['low'] AS low_share,
    wilson(met, promises)['high'] AS high_share
FROM counted
ORDER BY share NULLS LAST, promise_id, activity
