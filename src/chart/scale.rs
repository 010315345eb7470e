//! Where ticks lie and what they are called: round numbers, round durations in one unit, calendar steps for dates.

use crate::chart::calendar;
use crate::chart::spec::Axis;
use crate::draw::figure::{fixed, plain};
use crate::draw::text::{Weight, width};
use crate::model::kind::Kind;

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its value.
    pub at: f64,
    /// What is written at it.
    pub label: String,
}

/// An axis from end to end.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Value at its start.
    pub low: f64,
    /// Value at its end; always above `low`.
    pub high: f64,
    /// Its ticks, ascending.
    pub ticks: Vec<Tick>,
}

/// Free space between two labels on a horizontal axis.
pub const GAP: f64 = 12.0;

/// Round steps of time in seconds; above them years follow the decimal rule.
const TIME_STEPS: [f64; 27] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    HOUR,
    2.0 * HOUR,
    3.0 * HOUR,
    6.0 * HOUR,
    12.0 * HOUR,
    DAY,
    2.0 * DAY,
    5.0 * DAY,
    10.0 * DAY,
    20.0 * DAY,
    50.0 * DAY,
    10.0 * WEEK,
    20.0 * WEEK,
    50.0 * WEEK,
    2.0 * YEAR,
];
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
const WEEK: f64 = 604_800.0;
const YEAR: f64 = 31_557_600.0;

/// The smallest round step that is not below `least`.
fn step_from(kind: Kind, least: f64) -> f64 {
    match kind {
        Kind::DurationS if least > 1.0 => match TIME_STEPS.iter().find(|step| **step >= least * (1.0 - 1e-9)) {
            Some(step) => *step,
            None => decimal_step(least / YEAR) * YEAR,
        },
        Kind::Count => decimal_step(least).max(1.0),
        _ => decimal_step(least),
    }
}

/// 1, 2 or 5 times a power of ten.
fn decimal_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(f64::MIN_POSITIVE).log10().floor());
    [1.0, 2.0, 5.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// An axis of values that begins and ends at a tick, with at most `most` ticks (at least two).
pub fn values(axis: &Axis, low: f64, high: f64, most: usize) -> Scale {
    let (low, high) = widened(axis.kind, low, high);
    let most = most.max(2);
    // Steps below what the numbers can tell apart would give the same tick twice.
    let finest = low.abs().max(high.abs()) * 1e-12;
    let mut least = ((high - low) / (most - 1) as f64).max(finest);
    loop {
        let step = step_from(axis.kind, least);
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        if last - first < most as f64 || least > (high - low) * 4.0 {
            let count = (last - first) as usize;
            let at: Vec<f64> = (0..=count).map(|number| (first + number as f64) * step).collect();
            return Scale { low: first * step, high: last * step, ticks: labelled(axis, &at, step) };
        }
        least = step * 1.01;
    }
}

/// An axis of values from 0 on that shares its ticks with an axis of 0 to 100 %: in two, four or five parts.
pub fn shared(axis: &Axis, high: f64, most: usize) -> Scale {
    let scale = values(axis, 0.0, high, most.clamp(3, 6));
    let parts = match scale.ticks.len() {
        0..=3 => 2,
        4..=5 => 4,
        _ => 5,
    };
    let step = scale.ticks.get(1).map_or(scale.high, |tick| tick.at);
    let at: Vec<f64> = (0..=parts).map(|number| f64::from(number) * step).collect();
    Scale { low: 0.0, high: at[at.len() - 1], ticks: labelled(axis, &at, step) }
}

/// A horizontal axis of `px`: as many ticks as have room for their labels. Dates keep their ends, numbers are widened
/// to the next ticks.
pub fn horizontal(axis: &Axis, low: f64, high: f64, px: f64, size: f64) -> Scale {
    if matches!(axis.kind, Kind::Date | Kind::Timestamp) {
        return calendar::scale(axis.kind, low, high, px, size);
    }
    let mut most = ((px / 60.0) as usize).clamp(2, 11);
    loop {
        let scale = values(axis, low, high, most);
        if most == 2 || fits(&scale, px, size) {
            return scale;
        }
        most -= 1;
    }
}

/// Whether the labels leave [`GAP`] between them when they are centred under their ticks.
pub fn fits(scale: &Scale, px: f64, size: f64) -> bool {
    let place = |tick: &Tick| (tick.at - scale.low) / (scale.high - scale.low) * px;
    let half = |tick: &Tick| width(&tick.label, size, Weight::Regular) / 2.0;
    scale.ticks.windows(2).all(|pair| place(&pair[0]) + half(&pair[0]) + GAP <= place(&pair[1]) - half(&pair[1]))
}

/// Gives all-equal values an axis to stand on.
pub fn widened(kind: Kind, low: f64, high: f64) -> (f64, f64) {
    if low < high {
        return (low, high);
    }
    let unit = match kind {
        Kind::DurationS => 60.0,
        Kind::Date | Kind::Timestamp => DAY,
        _ => 1.0,
    };
    match low {
        0.0 => (0.0, unit),
        _ if matches!(kind, Kind::Date | Kind::Timestamp) => (low - unit, low + unit),
        value if value > 0.0 => (0.0, value),
        value => (value, 0.0),
    }
}

fn labelled(axis: &Axis, at: &[f64], step: f64) -> Vec<Tick> {
    let largest = at.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let (divisor, suffix) = match axis.kind {
        Kind::DurationS => time_unit(step),
        Kind::Share => (0.01, " %"),
        _ => thousands(largest),
    };
    let unit = match axis.kind {
        Kind::Cost | Kind::Number if !axis.unit.is_empty() => format!(" {}", axis.unit),
        _ => String::new(),
    };
    let decimals = decimals(step / divisor);
    let text = |value: f64| match largest / divisor {
        // No thousands of nothing.
        _ if value == 0.0 && divisor >= 1e3 && axis.kind != Kind::DurationS => format!("0{unit}"),
        huge if huge >= 1e15 => format!("{}{suffix}{unit}", plain(value / divisor, 0)),
        _ => format!("{}{suffix}{unit}", fixed(value / divisor, decimals)),
    };
    at.iter().map(|value| Tick { at: *value, label: text(*value) }).collect()
}

/// The unit in which a step of time is a round number.
fn time_unit(step: f64) -> (f64, &'static str) {
    match step {
        step if step < 60.0 => (1.0, " s"),
        step if step < HOUR => (60.0, " min"),
        step if step < DAY => (HOUR, " h"),
        step if step <= 50.0 * DAY => (DAY, " d"),
        step if step <= 50.0 * WEEK => (WEEK, " wk"),
        _ => (YEAR, " y"),
    }
}

fn thousands(largest: f64) -> (f64, &'static str) {
    match largest {
        value if value <= 10_000.0 => (1.0, ""),
        value if value < 1e6 => (1e3, " k"),
        value if value < 1e9 => (1e6, " M"),
        value if value < 1e12 => (1e9, " bn"),
        value if value < 1e15 => (1e12, " tn"),
        _ => (1.0, ""),
    }
}

/// Decimals that a step needs to be told apart from the next one.
fn decimals(step: f64) -> usize {
    (0..=9)
        .find(|decimals| {
            let scaled = step * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1e-9) && scaled >= 0.999
        })
        .unwrap_or(9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(kind: Kind, low: f64, high: f64) -> String {
        let scale = values(&Axis::new("", kind), low, high, 6);
        scale.ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn ticks_are_round_in_the_unit_of_the_axis() {
        let day = 86_400.0;
        assert_eq!(labels(Kind::DurationS, 0.0, 20.1 * day), "0 d|5 d|10 d|15 d|20 d|25 d");
        assert_eq!(labels(Kind::DurationS, 0.0, 50.0), "0 s|10 s|20 s|30 s|40 s|50 s");
        assert_eq!(labels(Kind::DurationS, 0.0, 0.4), "0.0 s|0.1 s|0.2 s|0.3 s|0.4 s");
        assert_eq!(labels(Kind::DurationS, 0.0, 7_000.0), "0 min|30 min|60 min|90 min|120 min");
        assert_eq!(labels(Kind::DurationS, 0.0, 2.4 * day), "0 h|12 h|24 h|36 h|48 h|60 h");
        assert_eq!(labels(Kind::DurationS, 0.0, 300.0 * day), "0 wk|10 wk|20 wk|30 wk|40 wk|50 wk");
        assert_eq!(labels(Kind::DurationS, 0.0, 4_000.0 * day), "0 y|5 y|10 y|15 y");
        assert_eq!(labels(Kind::Count, 0.0, 3.0), "0|1|2|3");
        assert_eq!(labels(Kind::Count, 0.0, 8_400.0), "0|2,000|4,000|6,000|8,000|10,000");
        assert_eq!(labels(Kind::Count, 0.0, 23_000.0), "0|5 k|10 k|15 k|20 k|25 k");
        assert_eq!(labels(Kind::Count, 0.0, 1_200_000.0), "0|0.5 M|1.0 M|1.5 M");
        assert_eq!(labels(Kind::Share, 0.0, 1.0), "0 %|20 %|40 %|60 %|80 %|100 %");
        assert_eq!(labels(Kind::Share, 0.0, 0.012), "0.0 %|0.5 %|1.0 %|1.5 %");
        assert_eq!(labels(Kind::Number, -3.0, 4.0), "−4|−2|0|2|4");
        assert_eq!(labels(Kind::Count, 0.0, 0.0), "0|1");
    }

    #[test]
    fn labels_of_a_narrow_axis_do_not_touch() {
        let axis = Axis::new("", Kind::Cost).unit("EUR");
        for px in [60.0, 120.0, 240.0, 800.0] {
            let scale = horizontal(&axis, 0.0, 9_500.0, px, 12.0);
            assert!(scale.ticks.len() == 2 || fits(&scale, px, 12.0), "{px}: {scale:?}");
        }
    }

    proptest! {
        #[test]
        fn every_axis_holds_its_values(
            kind in proptest::sample::select(vec![Kind::Count, Kind::Number, Kind::Share, Kind::DurationS, Kind::Cost]),
            one in -1e15_f64..1e15, power in -12..12, two in -1e3_f64..1e3, most in 2_usize..12,
        ) {
            let two = two * 10_f64.powi(power);
            let (low, high) = (one.min(two), one.max(two));
            let scale = values(&Axis::new("", kind), low, high, most);
            let slack = (high - low).abs() * 1e-6 + 1e-9;
            prop_assert!(scale.low <= low + slack && scale.high >= high - slack && scale.low < scale.high);
            prop_assert!(scale.ticks.len() >= 2 && scale.ticks.len() <= most.max(3), "{}", scale.ticks.len());
            prop_assert!(scale.ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
    }
}
