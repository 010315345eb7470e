--! title      = "What goes with a target"
--! question   = "Who began each case, in which role and in which system?"
--! definition = "Each value of an attribute of cases, of who, which role and which system began them, and of when they began is held against all other cases: the target's share with it less that without it, with Newcombe's 95 % interval. Values with fewer than 30 cases, or with fewer than 5 expected in any of the four numbers, are left out. p is Fisher's exact where fewer than 20 are expected, else chi-square with continuity correction; q is p after all questions that were asked (Benjamini-Hochberg), and only q ≤ 5 % is shown. Excess is the target's cases with the value beyond what its size makes expect; coverage is the share of the target's cases that have it. What goes with a target need not cause it."
--! unit       = "cases, share"
--! source     = ["events"]
--! grain      = "one row per case: numbers of resource, role and system of its first event"
--! columns    = { case_idx = "count", resource_id = "count", role_id = "count", system_id = "count" }
--! additive   = false
--! internal   = true
SELECT case_idx, resource_id, role_id, system_id
FROM events
WHERE position = 0
ORDER BY case_idx
