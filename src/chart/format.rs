//! How a value is written for people: one place for labels, hover texts, sentences and tables.

use crate::chart::spec::Axis;
use crate::draw::figure::{duration, plain, unit_of};
use crate::model::kind::Kind;
use chrono::{DateTime, Utc};

/// A value of this axis in full, for hover texts, sentences and tables.
pub fn value(axis: &Axis, value: f64) -> String {
    let with_unit = |text: String| if axis.unit.is_empty() { text } else { format!("{text} {}", axis.unit) };
    match axis.kind {
        Kind::DurationS => duration(value),
        Kind::Share => format!("{} %", plain(value * 100.0, 1)),
        Kind::Date => date(value),
        Kind::Timestamp => instant(value),
        Kind::Count => with_unit(plain(value, 0)),
        Kind::Cost => with_unit(plain(value, if value.abs() < 1_000.0 { 2 } else { 0 })),
        Kind::Number | Kind::Category | Kind::Boolean | Kind::List => {
            with_unit(plain(value, if value.abs() < 10.0 { 2 } else { 1 }))
        }
    }
}

/// A value in the unit that its largest neighbour has, so that labels side by side can be compared; what would be
/// nothing in that unit keeps its own.
pub fn value_beside(axis: &Axis, number: f64, largest: f64) -> String {
    let (name, length) = unit_of(largest);
    match axis.kind {
        Kind::DurationS if number == 0.0 || (number / length).abs() >= 0.1 => {
            format!("{} {name}", plain(number / length, 1))
        }
        _ => value(axis, number),
    }
}

/// An instant of seconds since 1970; none beyond the years that calendars know.
pub fn utc(seconds: f64) -> Option<DateTime<Utc>> {
    // Outside this span a cast would end at the border and name a wrong day.
    if seconds.abs() > 8e12 {
        return None;
    }
    DateTime::from_timestamp(seconds.floor() as i64, 0)
}

fn date(seconds: f64) -> String {
    written(seconds, "%-d %b %Y")
}

fn instant(seconds: f64) -> String {
    written(seconds, "%-d %b %Y %H:%M")
}

fn written(seconds: f64, format: &str) -> String {
    utc(seconds).map_or_else(|| format!("{} s", plain(seconds, 0)), |instant| instant.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_for_people() {
        let cases = [
            (Kind::DurationS, 713_000.0, "8.3 d"),
            (Kind::DurationS, 129_600.0, "36 h"),
            (Kind::DurationS, 45.26, "45.3 s"),
            (Kind::DurationS, 0.0, "0 s"),
            (Kind::DurationS, -7_200.0, "−2 h"),
            (Kind::Count, 1_234_567.0, "1,234,567"),
            (Kind::Count, -0.2, "0"),
            (Kind::Share, 0.4126, "41.3 %"),
            (Kind::Number, 2.344, "2.34"),
            (Kind::Number, 1e18, "1e18"),
            (Kind::Date, 1_717_113_600.0, "31 May 2024"),
            (Kind::Timestamp, 1_717_160_400.0, "31 May 2024 13:00"),
            (Kind::Timestamp, 1e300, "1e300 s"),
        ];
        for (kind, number, text) in cases {
            assert_eq!(value(&Axis::new("", kind), number), text);
        }
        let time = Axis::new("", Kind::DurationS);
        assert_eq!(value_beside(&time, 129_600.0, 700_000.0), "1.5 d");
        assert_eq!(value_beside(&time, 60.0, 700_000.0), "60 s");
        assert_eq!(value(&Axis::new("", Kind::Cost).unit("EUR"), 1234.5), "1,234 EUR");
    }
}
