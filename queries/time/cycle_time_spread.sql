--! title      = "Spread of cycle times"
--! question   = "How many cases take how long?"
--! definition = "Cases by classes of their cycle time (last end minus first start), each from `cycle_time_from_s` up to, but without, `cycle_time_to_s`. The classes have one round width (1, 2, 5, 10, 15, 30 s or min, 1, 2, 3, 6, 12 h, 1, 2, 5, 10, 20, 50, 100 … d): the narrowest with which twice the cube root of the number of cases, at least 4 and at most 24 classes, are enough from the shortest case to the 95th percentile (exact, type 7). They go on to the longest case, unless that more than doubles their number; then one last row, `beyond`, has all longer cases up to and including the longest. `up_to_share` is the share of the cases up to the end of the class. Nothing in a log without times."
--! unit       = "seconds, cases, share"
--! source     = ["cases"]
--! grain      = "one row per class, empty ones too"
--! columns    = { cycle_time_from_s = "duration_s", cycle_time_to_s = "duration_s", cases = "count", share = "share", up_to_share = "share", beyond = "boolean" }
--! additive   = false
--! chart      = { kind = "histogram", x = "cycle_time_from_s", y = ["cycle_time_to_s", "cases", "beyond"] }
WITH times AS (
    -- A case that ends before it starts took no time.
    SELECT CASE WHEN cycle_us < 0 THEN 0 ELSE cycle_us END AS cycle_us
    FROM cases
    WHERE cycle_us IS NOT NULL
),
extent AS (
    SELECT
        count(*) AS n,
        min(cycle_us) AS shortest,
        max(cycle_us) AS longest,
        CAST(round(duration_stats(cycle_us)['p95_s'] * 1e6) AS BIGINT) AS late,
        least(24, greatest(4, CAST(ceil(2 * cbrt(CAST(count(*) AS DOUBLE))) AS BIGINT))) AS enough
    FROM times
),
steps AS (
    SELECT 1000000 * unnest([
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
        86400, 172800, 432000, 864000, 1728000, 4320000, 8640000, 17280000, 43200000, 86400000,
        172800000, 432000000, 864000000, 1728000000, 4320000000, 8640000000, 17280000000,
        43200000000, 86400000000, 172800000000, 432000000000, 864000000000
    ]) AS width
),
chosen AS (
    -- Whole microseconds: no case falls beside its class.
    SELECT n, shortest, longest, late, enough, min(width) AS width
    FROM extent
    CROSS JOIN steps
    WHERE late / width - shortest / width < enough
    GROUP BY n, shortest, longest, late, enough
),
classes AS (
    SELECT
        n,
        longest,
        width,
        shortest / width AS first_class,
        -- The last class that is drawn.
        CASE WHEN longest / width - shortest / width < 2 * enough THEN longest / width ELSE late / width END AS last_class
    FROM chosen
),
listed AS (
    SELECT
        n,
        longest,
        width,
        last_class,
        unnest(generate_series(
            first_class,
            CASE WHEN longest / width > last_class THEN last_class + 1 ELSE last_class END
        )) AS class
    FROM classes
),
counted AS (
    SELECT least(cycle_us / width, last_class + 1) AS class, count(*) AS cases
    -- The one row comes first: the join makes a batch for each row of its left side.
    FROM classes
    CROSS JOIN times
    GROUP BY least(cycle_us / width, last_class + 1)
)
SELECT
    CAST(l.class * l.width AS DOUBLE) / 1e6 AS cycle_time_from_s,
    CAST(CASE WHEN l.class > l.last_class THEN l.longest ELSE (l.class + 1) * l.width END AS DOUBLE) / 1e6 AS cycle_time_to_s,
    coalesce(c.cases, 0) AS cases,
    CAST(coalesce(c.cases, 0) AS DOUBLE) / l.n AS share,
    CAST(sum(coalesce(c.cases, 0)) OVER (ORDER BY l.class ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS DOUBLE)
        / l.n AS up_to_share,
    l.class > l.last_class AS beyond
FROM listed AS l
LEFT JOIN counted AS c ON c.class = l.class
ORDER BY l.class
