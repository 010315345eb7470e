//! How sure a share of few cases is, and the difference of two such shares.

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The bounds between which a rate of `hits` in `all` lies with 95 % confidence (Wilson's score interval); of no cases
/// there is none.
pub fn wilson(hits: i64, all: i64) -> Option<(f64, f64)> {
    if all <= 0 || !(0..=all).contains(&hits) {
        return None;
    }
    let (hits, all) = (hits as f64, all as f64);
    let share = hits / all;
    let centre = share + Z * Z / (2.0 * all);
    let half = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    let whole = 1.0 + Z * Z / all;
    Some((((centre - half) / whole).max(0.0), ((centre + half) / whole).min(1.0)))
}

/// The bounds between which the first share less the second one lies with 95 % confidence: Newcombe's hybrid score
/// interval without continuity correction (Statistics in Medicine 17, 1998, method 10). Each pair is hits and cases.
pub fn newcombe((hits, cases): (i64, i64), (other_hits, other_cases): (i64, i64)) -> Option<(f64, f64)> {
    let (low, high) = wilson(hits, cases)?;
    let (other_low, other_high) = wilson(other_hits, other_cases)?;
    let share = hits as f64 / cases as f64;
    let other = other_hits as f64 / other_cases as f64;
    let difference = share - other;
    Some((difference - (share - low).hypot(other_high - other), difference + (high - share).hypot(other - other_low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(value: f64, digits: i32) -> f64 {
        let scale = 10f64.powi(digits);
        (value * scale).round() / scale
    }

    #[test]
    fn shares_have_the_bounds_of_the_books() {
        let check = |hits: i64, all: i64, low: f64, high: f64| {
            let (found_low, found_high) = wilson(hits, all).unwrap();
            assert_eq!((digits(found_low, 3), digits(found_high, 3)), (low, high), "{hits} of {all}");
        };
        check(0, 20, 0.0, 0.161);
        check(3, 20, 0.052, 0.360);
        check(45, 50, 0.786, 0.957);
        check(20, 20, 0.839, 1.0);
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(3, 2), None);
    }

    /// Newcombe 1998, table II, row "10. Score, no CC".
    #[test]
    fn differences_have_the_bounds_of_the_paper() {
        let check = |first: (i64, i64), second: (i64, i64), low: f64, high: f64| {
            let (found_low, found_high) = newcombe(first, second).unwrap();
            assert_eq!((digits(found_low, 4), digits(found_high, 4)), (low, high), "{first:?} {second:?}");
        };
        check((56, 70), (48, 80), 0.0524, 0.3339);
        check((9, 10), (3, 10), 0.1705, 0.8090);
        check((6, 7), (2, 7), 0.0582, 0.8062);
        check((5, 56), (0, 29), -0.0381, 0.1926);
        check((0, 10), (0, 20), -0.1611, 0.2775);
        check((0, 10), (0, 10), -0.2775, 0.2775);
        check((10, 10), (0, 20), 0.6791, 1.0);
        check((10, 10), (0, 10), 0.6075, 1.0);
        assert_eq!(newcombe((1, 2), (0, 0)), None);
    }
}
