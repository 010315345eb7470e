//! Ticks on axes of dates and instants: at whole hours, days, Mondays, months and years, in UTC.

use crate::chart::format::utc;
use crate::chart::scale::{Scale, Tick, fits, widened};
use crate::model::kind::Kind;
use chrono::{Datelike, Months, NaiveDate, Timelike};

/// Steps of a calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// Seconds that divide a day.
    Seconds(i64),
    Days(i64),
    /// From Mondays.
    Weeks(i64),
    Months(u32),
    Years(i32),
}

const DAY: i64 = 86_400;
/// A tick's label and the ends of the axis may hold this many ticks; more would be no help.
const MOST: usize = 14;

const STEPS: [Step; 29] = [
    Step::Seconds(1),
    Step::Seconds(5),
    Step::Seconds(15),
    Step::Seconds(30),
    Step::Seconds(60),
    Step::Seconds(300),
    Step::Seconds(900),
    Step::Seconds(1_800),
    Step::Seconds(3_600),
    Step::Seconds(10_800),
    Step::Seconds(21_600),
    Step::Seconds(43_200),
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(1_000),
    Step::Years(10_000),
];

/// The finest calendar steps whose labels have room on `px`.
pub fn scale(kind: Kind, low: f64, high: f64, px: f64, size: f64) -> Scale {
    let (low, high) = widened(kind, low, high);
    let finest = if kind == Kind::Date { DAY as f64 } else { 1.0 };
    for step in STEPS {
        if step.length() < finest || (high - low) / step.length() > MOST as f64 {
            continue;
        }
        let ticks = ticks(step, low, high);
        let scale = Scale { low, high, ticks };
        // One tick alone does not say how long the axis is.
        if scale.ticks.len() < 2 {
            break;
        }
        if fits(&scale, px, size) {
            return scale;
        }
    }
    ends(kind, low, high, px, size)
}

/// Ticks at both ends, for spans too short or too narrow for the calendar.
fn ends(kind: Kind, low: f64, high: f64, px: f64, size: f64) -> Scale {
    let format = match kind {
        Kind::Date => "%-d %b %Y",
        _ if high - low < 120.0 => "%H:%M:%S",
        _ if high - low < 2.0 * DAY as f64 => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    };
    let label = |at: f64| utc(at).map(|instant| instant.format(format).to_string()).unwrap_or_default();
    let both = [low, high].map(|at| Tick { at, label: label(at) }).to_vec();
    let scale = Scale { low, high, ticks: both };
    if fits(&scale, px, size) {
        return scale;
    }
    let middle = low + (high - low) / 2.0;
    Scale { low, high, ticks: vec![Tick { at: middle, label: label(middle) }] }
}

impl Step {
    fn length(self) -> f64 {
        match self {
            Step::Seconds(seconds) => seconds as f64,
            Step::Days(days) => (days * DAY) as f64,
            Step::Weeks(weeks) => (weeks * 7 * DAY) as f64,
            Step::Months(months) => f64::from(months) * 30.4 * DAY as f64,
            Step::Years(years) => f64::from(years) * 365.25 * DAY as f64,
        }
    }
}

fn ticks(step: Step, low: f64, high: f64) -> Vec<Tick> {
    let at = match step {
        Step::Seconds(seconds) => even(low, high, seconds, 0),
        Step::Days(days) => even(low, high, days * DAY, 0),
        // 1970 began on a Thursday; the Monday before lies three days earlier.
        Step::Weeks(weeks) => even(low, high, weeks * 7 * DAY, -3 * DAY),
        Step::Months(months) => months_between(low, high, months),
        Step::Years(years) => years_between(low, high, years),
    };
    let mut before: Option<NaiveDate> = None;
    let mut ticks = Vec::new();
    for seconds in at {
        if let Some(instant) = utc(seconds as f64) {
            let label = instant.format(format_of(step, instant.naive_utc(), before)).to_string();
            before = Some(instant.date_naive());
            ticks.push(Tick { at: seconds as f64, label });
        }
    }
    ticks
}

/// What has changed since the tick before is written; the first one is written in full.
fn format_of(step: Step, at: chrono::NaiveDateTime, before: Option<NaiveDate>) -> &'static str {
    let new_year = before.is_none_or(|before| before.year() != at.year());
    let new_day = before.is_none_or(|before| before != at.date());
    match step {
        Step::Seconds(_) if new_day && at.num_seconds_from_midnight() == 0 => "%-d %b",
        Step::Seconds(_) if new_day => "%-d %b %H:%M",
        Step::Seconds(seconds) if seconds < 60 => "%H:%M:%S",
        Step::Seconds(_) => "%H:%M",
        Step::Days(_) | Step::Weeks(_) if new_year => "%-d %b %Y",
        Step::Days(_) | Step::Weeks(_) => "%-d %b",
        Step::Months(_) if new_year => "%b %Y",
        Step::Months(_) => "%b",
        Step::Years(_) => "%Y",
    }
}

fn even(low: f64, high: f64, step: i64, start: i64) -> Vec<i64> {
    let first = ((low - start as f64) / step as f64).ceil() as i64;
    let at = |number: i64| first.saturating_add(number).saturating_mul(step).saturating_add(start);
    (0..=MOST as i64).map(at).take_while(|at| *at as f64 <= high).collect()
}

fn months_between(low: f64, high: f64, step: u32) -> Vec<i64> {
    let Some(start) = utc(low).and_then(|low| NaiveDate::from_ymd_opt(low.year(), 1, 1)) else { return Vec::new() };
    let at = |number: u32| {
        let date = start.checked_add_months(Months::new(number * step))?;
        Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
    };
    // A year's months come before the start, at worst.
    (0..12 + MOST as u32)
        .map_while(at)
        .skip_while(|at| (*at as f64) < low)
        .take_while(|at| *at as f64 <= high)
        .collect()
}

fn years_between(low: f64, high: f64, step: i32) -> Vec<i64> {
    let Some(start) = utc(low).map(|low| low.year().div_euclid(step) * step) else { return Vec::new() };
    let at = |number: i32| {
        let date = NaiveDate::from_ymd_opt(start.checked_add(number.checked_mul(step)?)?, 1, 1)?;
        Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
    };
    (0..2 + MOST as i32).map_while(at).skip_while(|at| (*at as f64) < low).take_while(|at| *at as f64 <= high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEW_YEAR_2024: f64 = 1_704_067_200.0;

    fn labels(kind: Kind, days: f64, px: f64) -> String {
        let scale = scale(kind, NEW_YEAR_2024, NEW_YEAR_2024 + days * 86_400.0, px, 12.0);
        scale.ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn steps_follow_the_calendar() {
        assert_eq!(
            labels(Kind::Timestamp, 0.5, 700.0),
            "1 Jan|01:00|02:00|03:00|04:00|05:00|06:00|07:00|08:00|09:00|10:00|11:00|12:00"
        );
        assert_eq!(labels(Kind::Timestamp, 2.0, 700.0), "1 Jan|06:00|12:00|18:00|2 Jan|06:00|12:00|18:00|3 Jan");
        assert_eq!(labels(Kind::Date, 4.0, 700.0), "1 Jan 2024|2 Jan|3 Jan|4 Jan|5 Jan");
        assert_eq!(labels(Kind::Date, 60.0, 700.0), "1 Jan 2024|8 Jan|15 Jan|22 Jan|29 Jan|5 Feb|12 Feb|19 Feb|26 Feb");
        assert_eq!(labels(Kind::Date, 366.0, 900.0), "Jan 2024|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Jan 2025");
        assert_eq!(labels(Kind::Date, 366.0, 300.0), "Jan 2024|Apr|Jul|Oct|Jan 2025");
        assert_eq!(labels(Kind::Date, 4_000.0, 700.0), "2024|2025|2026|2027|2028|2029|2030|2031|2032|2033|2034");
        assert_eq!(labels(Kind::Date, 0.0, 300.0), "31 Dec 2023|1 Jan|2 Jan".replace("1 Jan|", "1 Jan 2024|"));
    }

    proptest! {
        #[test]
        fn labels_have_room(start in -1e11_f64..1e11, length in 0.0_f64..1e11, px in 40.0_f64..1_500.0) {
            for kind in [Kind::Date, Kind::Timestamp] {
                let scale = scale(kind, start, start + length, px, 12.0);
                prop_assert!(fits(&scale, px, 12.0) && !scale.ticks.is_empty());
                prop_assert!(scale.ticks.iter().all(|tick| scale.low <= tick.at && tick.at <= scale.high));
            }
        }
    }
}
