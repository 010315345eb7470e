--! title      = "Throughput per week"
--! question   = "How many cases are finished each week?"
--! definition = "Cases by the ISO week (UTC) of their last end. A log does not say which cases are still open; a case counts as finished at its last event."
--! unit       = "cases"
--! source     = ["cases"]
--! grain      = "one row per ISO week (UTC) of case end; weeks without cases are missing"
--! columns    = { week = "date", cases = "count" }
--! additive   = true
--! chart      = { kind = "bars", x = "week", y = ["cases"] }
SELECT
    CAST(date_trunc('week', ended_at) AS DATE) AS week,
    count(*) AS cases
FROM cases
WHERE ended_at IS NOT NULL
GROUP BY date_trunc('week', ended_at)
ORDER BY week
