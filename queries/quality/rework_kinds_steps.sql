--! title      = "Kinds of rework by activity"
--! question   = "Which activity is done again at once, later, or by somebody else?"
--! definition = "Of the cases that have the activity (`of_cases`), those that do it more than once (`cases`): directly after itself (`at_once`, self-loop), after something else (`later`, loop), and by two known resources or more (`by_another_person`, redo; null where no event names a resource). A case counts for each that it has. Loops that an official flow allows count too. `share` is that of `cases` in `of_cases`, with its 95 % confidence interval (Wilson)."
--! unit       = "cases, share"
--! source     = ["events"]
--! grain      = "one row per activity with rework, most cases first"
--! columns    = { activity = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share", at_once = "count", later = "count", by_another_person = "count" }
--! additive   = false
--! chart      = { kind = "bars", x = "activity", y = ["at_once", "later"] }
--! cases      = "eventually={activity}>{activity}"
WITH repeated AS (
    -- Most activities are done once in a case, and only those that are not have to be looked at.
    SELECT DISTINCT case_idx, activity_id
    FROM events
    WHERE NOT activity_first
),
by_case AS (
    SELECT
        e.case_idx,
        e.activity_id,
        count(*) AS executions,
        count(*) FILTER (WHERE e.activity_id = e.next_activity_id) AS followed_by_itself,
        min(e.resource_id) <> max(e.resource_id) AS by_several
    FROM events AS e
    JOIN repeated AS r ON r.case_idx = e.case_idx AND r.activity_id = e.activity_id
    GROUP BY e.case_idx, e.activity_id
),
counted AS (
    SELECT
        activity_id,
        count(*) AS cases,
        count(*) FILTER (WHERE followed_by_itself > 0) AS at_once,
        -- Runs of the activity in a row: two of them have something else between.
        count(*) FILTER (WHERE executions - followed_by_itself > 1) AS later,
        count(*) FILTER (WHERE by_several) AS by_another_person
    FROM by_case
    GROUP BY activity_id
),
had AS (
    SELECT activity_id, count(*) AS of_cases
    FROM events
    WHERE activity_first
    GROUP BY activity_id
),
named AS (
    SELECT count(resource_id) AS events FROM events
)
SELECT
    activity_name(c.activity_id) AS activity,
    c.cases,
    h.of_cases,
    CAST(c.cases AS DOUBLE) / NULLIF(h.of_cases, 0) AS share,
    wilson(c.cases, h.of_cases)['low'] AS low_share,
    wilson(c.cases, h.of_cases)['high'] AS high_share,
    c.at_once,
    c.later,
    CASE WHEN n.events > 0 THEN c.by_another_person END AS by_another_person
FROM counted AS c
JOIN had AS h ON h.activity_id = c.activity_id
CROSS JOIN named AS n
ORDER BY c.cases DESC, c.activity_id
