--! title      = "Activities"
--! question   = "How many different things are done?"
--! definition = "Number of different activities on the paths of the cases."
--! unit       = "activities"
--! source     = ["variants"]
--! grain      = "one row"
--! columns    = { activities = "count" }
--! additive   = false
--! internal   = true
WITH steps AS (
    -- There are far fewer paths than events.
    SELECT unnest(activity_ids) AS activity_id
    FROM variants
)
SELECT count(DISTINCT activity_id) AS activities
FROM steps
