--! title      = "Kinds of rework"
--! question   = "Is work done again at once, later, or by somebody else?"
--! definition = "Cases in which an activity is done again: `at_once`, directly after itself (self-loop); `later`, after something else (loop); `by_another_person`, where two known resources did it (redo); `by_the_same_person`, where one known resource did it more than once (repeat). A case counts for each kind that it has, so the kinds do not add up. Loops that an official flow allows count too. Share of the cases in view with its 95 % confidence interval (Wilson). The kinds of persons are left out where no event names a resource."
--! unit       = "cases, share"
--! source     = ["cases", "events"]
--! grain      = "one row per kind"
--! columns    = { kind = "category", cases = "count", of_cases = "count", share = "share", low_share = "share", high_share = "share" }
--! additive   = false
--! chart      = { kind = "bars", x = "kind", y = ["cases"] }
WITH repeated AS (
    -- Most activities are done once in a case, and only those that are not have to be looked at.
    SELECT DISTINCT case_idx, activity_id
    FROM events
    WHERE NOT activity_first
),
by_person AS (
    SELECT
        e.case_idx,
        e.activity_id,
        e.resource_id,
        count(*) AS executions,
        count(*) FILTER (WHERE e.activity_id = e.next_activity_id) AS followed_by_itself
    FROM events AS e
    JOIN repeated AS r ON r.case_idx = e.case_idx AND r.activity_id = e.activity_id
    GROUP BY e.case_idx, e.activity_id, e.resource_id
),
by_activity AS (
    SELECT
        case_idx,
        activity_id,
        sum(executions) AS executions,
        sum(followed_by_itself) AS followed_by_itself,
        count(resource_id) AS people,
        max(executions) FILTER (WHERE resource_id IS NOT NULL) AS most_of_one
    FROM by_person
    GROUP BY case_idx, activity_id
),
by_case AS (
    SELECT
        case_idx,
        count(*) FILTER (WHERE followed_by_itself > 0) > 0 AS at_once,
        -- Runs of the activity in a row: two of them have something else between.
        count(*) FILTER (WHERE executions - followed_by_itself > 1) > 0 AS later,
        count(*) FILTER (WHERE people > 1) > 0 AS by_another_person,
        count(*) FILTER (WHERE most_of_one > 1) > 0 AS by_the_same_person
    FROM by_activity
    GROUP BY case_idx
),
named AS (
    SELECT count(resource_id) AS events FROM events
),
total AS (
    SELECT count(*) AS of_cases FROM cases
),
counted AS (
    SELECT
        count(*) FILTER (WHERE at_once) AS at_once,
        count(*) FILTER (WHERE later) AS later,
        count(*) FILTER (WHERE by_another_person) AS by_another_person,
        count(*) FILTER (WHERE by_the_same_person) AS by_the_same_person
    FROM by_case
),
kinds AS (
    SELECT
        unnest([1, 2, 3, 4]) AS place,
        unnest(['at_once', 'later', 'by_another_person', 'by_the_same_person']) AS kind,
        unnest([at_once, later, by_another_person, by_the_same_person]) AS cases
    FROM counted
)
SELECT
    k.kind,
    k.cases,
    t.of_cases,
    CAST(k.cases AS DOUBLE) / NULLIF(t.of_cases, 0) AS share,
    wilson(k.cases, t.of_cases)['low'] AS low_share,
    wilson(k.cases, t.of_cases)['high'] AS high_share
FROM kinds AS k
CROSS JOIN total AS t
CROSS JOIN named AS n
WHERE k.place <= 2 OR n.events > 0
ORDER BY k.place
