--! title      = "Cost and automation of activities"
--! question   = "What does each activity cost, and how much of it is done by programs?"
--! definition = "Cost: sum over the events of the activity that have one. Automation: events that a program did and events of which it is known who did them. Null and 0 where the log does not say it."
--! unit       = "money, events"
--! source     = ["events"]
--! grain      = "one row per activity"
--! columns    = { activity = "category", total_cost = "cost", priced_events = "count", automated_events = "count", known_events = "count", least_currency = "category", greatest_currency = "category" }
--! additive   = false
--! internal   = true
SELECT
    activity_name(activity_id) AS activity,
    -- Decimals add up to the same sum in whatever order they come.
    CAST(sum(CAST(cost AS DECIMAL(38, 6))) AS DOUBLE) AS total_cost,
    count(cost) AS priced_events,
    count(*) FILTER (WHERE automated) AS automated_events,
    count(automated) AS known_events,
    -- Two different ones say that the costs cannot be added.
    min(currency) FILTER (WHERE cost IS NOT NULL) AS least_currency,
    max(currency) FILTER (WHERE cost IS NOT NULL) AS greatest_currency
FROM events
GROUP BY activity_id
ORDER BY activity_id
