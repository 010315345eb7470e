//! The little arithmetic that some charts need: quantiles, classes, box plots.

use crate::chart::scale::values;
use crate::chart::spec::{Axis, Bin, BoxStats};

/// Quantile of sorted values by linear interpolation (type 7, as all quantiles of the product).
pub fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = part.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor()))
}

/// Five numbers of a box plot: whiskers reach to the last values within 1.5 times the distance of the quartiles.
pub fn box_stats(name: &str, values: &[f64]) -> Option<BoxStats> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (q1, median, q3) = (quantile(&sorted, 0.25)?, quantile(&sorted, 0.5)?, quantile(&sorted, 0.75)?);
    let reach = 1.5 * (q3 - q1);
    let inside = |value: &f64| (q1 - reach..=q3 + reach).contains(value);
    let low = sorted.iter().copied().find(inside).unwrap_or(q1).min(q1);
    let high = sorted.iter().copied().rev().find(inside).unwrap_or(q3).max(q3);
    let outliers = sorted.into_iter().filter(|value| !inside(value)).collect();
    Some(BoxStats { name: name.to_owned(), low, q1, median, q3, high, outliers })
}

/// Round classes over the values: their number follows Freedman and Diaconis, within 5 and 60.
pub fn bins(axis: &Axis, numbers: &[f64]) -> Vec<Bin> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some((low, high)) = sorted.first().copied().zip(sorted.last().copied()) else { return Vec::new() };
    let quartiles = quantile(&sorted, 0.75).zip(quantile(&sorted, 0.25)).map_or(0.0, |(q3, q1)| q3 - q1);
    let width = 2.0 * quartiles / (sorted.len() as f64).cbrt();
    let wanted = if width > 0.0 { ((high - low) / width).ceil() } else { (sorted.len() as f64).sqrt().ceil() };
    let scale = values(axis, low, high, wanted.clamp(5.0, 60.0) as usize + 1);
    let mut classes: Vec<Bin> =
        scale.ticks.windows(2).map(|pair| Bin { low: pair[0].at, high: pair[1].at, count: 0.0 }).collect();
    let last = classes.len().saturating_sub(1);
    for value in sorted {
        let at = classes.partition_point(|bin| bin.high <= value).min(last);
        if let Some(bin) = classes.get_mut(at) {
            bin.count += 1.0;
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;

    #[test]
    fn quantiles_are_of_type_7() {
        assert_eq!(quantile(&[7200.0, 14400.0, 21600.0], 0.9), Some(20160.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.25), Some(3.0));
    }

    #[test]
    fn boxes_keep_outliers_apart() {
        let stats = box_stats("a", &[1.0, 2.0, 3.0, 4.0, 5.0, 100.0]).unwrap();
        assert_eq!((stats.low, stats.q1, stats.median, stats.q3, stats.high), (1.0, 2.25, 3.5, 4.75, 5.0));
        assert_eq!(stats.outliers, [100.0]);
    }

    #[test]
    fn each_value_lies_in_one_class() {
        let axis = Axis::new("", Kind::DurationS);
        let numbers: Vec<f64> = (0..1_000).map(|number| f64::from(number) * 3_600.0).collect();
        let classes = bins(&axis, &numbers);
        assert_eq!(classes.iter().map(|bin| bin.count).sum::<f64>(), 1_000.0);
        assert!(classes.windows(2).all(|pair| pair[0].high == pair[1].low));
        assert_eq!(bins(&axis, &[5.0; 7]).iter().map(|bin| bin.count).sum::<f64>(), 7.0);
        assert!(bins(&axis, &[]).is_empty());
    }
}
