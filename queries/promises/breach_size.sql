--! title      = "How late broken promises are"
--! question   = "Where a promise was broken, by how much?"
--! definition = "Of the promises about time that were breached, the time from when they were due to when they were done, by the clock of the wall: median, 90th percentile (both exact, type 7; null below 5 and 29 of them) and the longest. What is not done yet has no end, so it is only counted (`not_done`), and the figures are those of the others. A promise without a due time has no size."
--! unit       = "promises, seconds"
--! source     = ["promises"]
--! grain      = "one row per promise that was breached, most often first"
--! columns    = { promise_id = "category", activity = "category", breached = "count", not_done = "count", median_s = "duration_s", p90_s = "duration_s", max_s = "duration_s" }
--! additive   = false
--! chart      = { kind = "bars", x = "promise_id", y = ["max_s"] }
WITH late AS (
    SELECT
        promise_id,
        activity,
        count(*) AS breached,
        count(*) FILTER (WHERE done_at IS NULL) AS not_done,
        duration_stats(CAST(done_at AS BIGINT) - CAST(due_at AS BIGINT)) AS late
    FROM promises
    WHERE state = 'breached'
    GROUP BY promise_id, activity
)
SELECT
    promise_id,
    activity,
    breached,
    not_done,
    CASE WHEN late['n'] >= 5 THEN late['median_s'] END AS median_s,
    CASE WHEN late['n'] >= 29 THEN late['p90_s'] END AS p90_s,
    late['max_s'] AS max_s
FROM late
ORDER BY breached DESC, promise_id, activity
