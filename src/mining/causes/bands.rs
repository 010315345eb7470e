//! Numbers as kinds of cases: five bands with about as many cases each.

/// So many bands.
const BANDS: usize = 5;
/// Numbers with at most so many different values are taken as they are.
const FEW: usize = 12;

/// The lower bounds of all bands but the first, rising; none where there are so few different numbers that each can be a
/// kind of its own. What is no number is left out. A band reaches from its bound to before the next one; where one number is
/// very frequent there are fewer bands.
pub fn bands(numbers: &[f64]) -> Option<Vec<f64>> {
    let mut different: Vec<f64> = Vec::with_capacity(FEW + 1);
    for number in numbers.iter().filter(|number| !number.is_nan()) {
        if !different.contains(number) {
            different.push(*number);
            if different.len() > FEW {
                break;
            }
        }
    }
    if different.len() <= FEW {
        return None;
    }
    let mut rest: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    let least = rest.iter().copied().fold(f64::INFINITY, f64::min);
    let all = rest.len();
    let mut bounds = Vec::with_capacity(BANDS - 1);
    for band in 1..BANDS {
        let (_, bound, _) = rest.select_nth_unstable_by(all * band / BANDS, f64::total_cmp);
        bounds.push(*bound);
    }
    bounds.dedup();
    bounds.retain(|bound| *bound > least);
    Some(bounds)
}

/// The band that a number is in, from 0.
pub fn band_of(number: f64, bounds: &[f64]) -> usize {
    bounds.partition_point(|bound| *bound <= number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_have_about_as_many_cases_each() {
        let numbers: Vec<f64> = (0..100).map(f64::from).chain([f64::NAN]).collect();
        let bounds = bands(&numbers).unwrap();
        assert_eq!(bounds, [20.0, 40.0, 60.0, 80.0]);
        assert_eq!([0.0, 19.5, 20.0, 79.0, 80.0, 1e9].map(|number| band_of(number, &bounds)), [0, 0, 1, 3, 4, 4]);
    }

    #[test]
    fn frequent_numbers_make_fewer_bands() {
        // 70 of 100 are nought.
        let numbers: Vec<f64> = (0..100).map(|at| f64::from((at - 69).max(0))).collect();
        assert_eq!(bands(&numbers).unwrap(), [11.0]);
        let few: Vec<f64> = (0..100).map(|at| f64::from(at % 12)).collect();
        assert_eq!(bands(&few), None);
        assert_eq!(bands(&[]), None);
    }
}
