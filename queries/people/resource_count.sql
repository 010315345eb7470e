--! title      = "Resources"
--! question   = "How many different people or machines took part?"
--! definition = "Distinct non-empty resources over all events of the cases in view."
--! unit       = "resources"
--! source     = ["events"]
--! grain      = "one row"
--! columns    = { resources = "count" }
--! additive   = false
SELECT count(DISTINCT resource_id) AS resources
FROM events
