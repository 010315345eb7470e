--! title      = "Variety of paths"
--! question   = "In how many ways is the work done, and how many of them matter?"
--! definition = "Variants: distinct sequences of activities over all cases in view, immediate repeats not collapsed; a log does not say which cases are still open, so each counts as it stands. `top_share`: cases on the ten most frequent ones, with its 95 % confidence interval (Wilson). `single_cases` are alone on their path. Variant entropy: H = -sum of p log2 p over the shares p of the variants, in bits; `corrected_bits` adds (variants - 1) / (2 n ln 2) (Miller and Madow), because few cases show too few paths. `effective_variants` = 2^H: that many equally frequent paths would be as varied."
--! unit       = "cases, variants, share, bits"
--! source     = ["variants"]
--! grain      = "one row"
--! columns    = { cases = "count", variants = "count", top_cases = "count", top_share = "share", low_share = "share", high_share = "share", single_cases = "count", entropy_bits = "number", corrected_bits = "number", effective_variants = "number" }
--! additive   = false
WITH ranked AS (
    SELECT
        cases,
        row_number() OVER (ORDER BY cases DESC, path_rank) AS place,
        sum(cases) OVER () AS all_cases
    FROM variants
),
summed AS (
    SELECT
        coalesce(sum(cases), 0) AS cases,
        count(*) AS variants,
        coalesce(sum(cases) FILTER (WHERE place <= 10), 0) AS top_cases,
        count(*) FILTER (WHERE cases = 1) AS single_cases,
        -- Decimals add up to the same sum in whatever order they come.
        CAST(sum(CAST(
            CAST(cases AS DOUBLE) / all_cases * log2(CAST(all_cases AS DOUBLE) / cases) AS DECIMAL(38, 15)
        )) AS DOUBLE) AS entropy_bits
    FROM ranked
)
SELECT
    cases,
    variants,
    top_cases,
    CAST(top_cases AS DOUBLE) / NULLIF(cases, 0) AS top_share,
    wilson(top_cases, cases)['low'] AS low_share,
    wilson(top_cases, cases)['high'] AS high_share,
    single_cases,
    entropy_bits,
    entropy_bits + CAST(variants - 1 AS DOUBLE) / (2.0 * cases * ln(2.0)) AS corrected_bits,
    power(2.0, entropy_bits) AS effective_variants
FROM summed
