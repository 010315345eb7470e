--! title      = "Time between events"
--! question   = "How long does it take until something happens again in a case?"
--! definition = "Time from the end of an event to the start of the next one in the same case, below zero counted as 0; mean, median, 90th and 95th percentile are exact, type 7. Null in a log without times, and where no case has two events."
--! unit       = "seconds"
--! source     = ["events"]
--! grain      = "one row"
--! columns    = { gaps = "count", mean_s = "duration_s", median_s = "duration_s", p90_s = "duration_s", p95_s = "duration_s", max_s = "duration_s" }
--! additive   = false
WITH timed AS (
    SELECT count(wait_us) AS gaps, duration_stats(wait_us) AS wait FROM events
)
SELECT
    gaps,
    wait['mean_s'] AS mean_s,
    wait['median_s'] AS median_s,
    wait['p90_s'] AS p90_s,
    wait['p95_s'] AS p95_s,
    wait['max_s'] AS max_s
FROM timed
