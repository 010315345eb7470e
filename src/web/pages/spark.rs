//! Small lines beside figures: their course without axes.

use crate::draw::svg::number;
use std::fmt::Write;

/// Size of the box that the line lies in.
pub const SIZE: (f64, f64) = (100.0, 36.0);
/// So far the line keeps from the upper and lower border.
const MARGIN: f64 = 3.0;

/// A line and the area below it, each the `d` of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spark {
    /// The line.
    pub line: String,
    /// The area.
    pub area: String,
}

impl Spark {
    /// The course of these values from left to right; "no data" leaves a gap. A single value has no course, nor have values
    /// of which most are missing.
    pub fn of(values: &[Option<f64>]) -> Option<Self> {
        let known = || values.iter().flatten().copied();
        if known().count() < 2 || 2 * known().count() < values.len() {
            return None;
        }
        let (low, high) = known().fold((0.0_f64, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let (width, height) = SIZE;
        let x = |at: usize| width * at as f64 / (values.len() - 1) as f64;
        let span = if high > low { high - low } else { 1.0 };
        let y = |value: f64| height - MARGIN - (value - low) / span * (height - 2.0 * MARGIN);
        let (mut line, mut area) = (String::new(), String::new());
        // A run is a stretch without gaps.
        for run in values.iter().enumerate().collect::<Vec<_>>().split(|(_, value)| value.is_none()) {
            let points: Vec<(f64, f64)> = run.iter().filter_map(|(at, value)| Some((x(*at), y((**value)?)))).collect();
            let (Some(first), Some(last)) = (points.first(), points.last()) else { continue };
            let start = line.len();
            for (at, (x, y)) in points.iter().enumerate() {
                let _ = write!(line, "{}{} {}", if at == 0 { 'M' } else { 'L' }, number(*x), number(*y));
            }
            if points.len() == 1 {
                // A dot, because a line of no length is not drawn.
                line.push_str("h.01");
                continue;
            }
            let _ = write!(area, "{}V{}H{}Z", &line[start..], number(height), number(first.0));
            debug_assert!(last.0 > first.0);
        }
        Some(Self { line, area })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courses_begin_at_nought_and_keep_their_gaps() {
        let spark = Spark::of(&[Some(0.0), Some(10.0), None, Some(5.0)]).unwrap();
        assert_eq!(spark.line, "M0 33L33.3 3M100 18h.01");
        assert_eq!(spark.area, "M0 33L33.3 3V36H0Z");
        let level = Spark::of(&[Some(0.0), Some(0.0)]).unwrap();
        assert_eq!(level.line, "M0 33L100 33");
        assert!(Spark::of(&[Some(1.0), Some(1.0), None, None, None]).is_none());
        assert!(Spark::of(&[Some(1.0), None]).is_none() && Spark::of(&[]).is_none());
    }
}
