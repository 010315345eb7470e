//! Instants as microseconds since 1970 UTC, and how they are written for people and programs.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat};

/// RFC 3339 in UTC, with as many decimals as are needed.
pub fn rfc3339(micros: i64) -> String {
    match DateTime::from_timestamp_micros(micros) {
        Some(instant) => instant.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        // Beyond the year 262,000; the number is still the truth.
        None => format!("{micros} µs"),
    }
}

/// A day in microseconds.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// The Monday (UTC) on or before an instant, in days since 1970, which began on a Thursday.
pub fn monday(micros: i64) -> i32 {
    let day = micros.div_euclid(DAY_MICROS);
    // At most 107 million days: the instant is a 64-bit number of microseconds.
    (day - (day + 3).rem_euclid(7)) as i32
}

/// Reads a date or an RFC 3339 time; without an offset it is taken as UTC.
pub fn parse(text: &str) -> Result<i64, String> {
    let text = text.trim();
    // Years of four digits: others have a sign in front, and RFC 3339 does not know them.
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(no_date(text));
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.timestamp_micros());
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
            return Ok(local.and_utc().timestamp_micros());
        }
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    let midnight = date.ok().and_then(|date| date.and_hms_opt(0, 0, 0));
    midnight.map(|midnight| midnight.and_utc().timestamp_micros()).ok_or_else(|| no_date(text))
}

fn no_date(text: &str) -> String {
    format!("`{text}` is no date; write 2024-05-31 or 2024-05-31T13:00:00Z")
}

/// For serde: an instant that may be missing, as text.
pub mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    /// As RFC 3339 in UTC.
    pub fn serialize<S: Serializer>(micros: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        micros.map(super::rfc3339).serialize(serializer)
    }

    /// From a date or an RFC 3339 time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| super::parse(&text).map_err(D::Error::custom)).transpose()
    }
}

/// A duration for a person's eyes: the two largest units.
pub fn humane(seconds: f64) -> String {
    let units = [("y", 365.25 * 86_400.0), ("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0)];
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    if seconds < 60.0 {
        return format!("{sign}{} s", (seconds * 10.0).round() / 10.0);
    }
    let at = units.iter().position(|(_, size)| seconds >= *size).unwrap_or(3).min(3);
    let whole = (seconds / units[at].1).floor();
    let rest = ((seconds - whole * units[at].1) / units[at + 1].1).floor();
    if rest > 0.0 {
        format!("{sign}{whole} {} {rest} {}", units[at].0, units[at + 1].0)
    } else {
        format!("{sign}{whole} {}", units[at].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(parse("2024-05-31").map(rfc3339), Ok("2024-05-31T00:00:00Z".to_owned()));
        assert_eq!(parse("2024-05-31T12:00:00.5+02:00").map(rfc3339), Ok("2024-05-31T10:00:00.500Z".to_owned()));
        assert!(parse("31/05/2024").is_err());
        assert!(parse("+12345-01-01").is_err());
    }

    #[test]
    fn durations_show_two_units() {
        assert_eq!(humane(0.25), "0.3 s");
        assert_eq!(humane(90.0), "1 min 30 s");
        assert_eq!(humane(86_400.0 * 3.0 + 7_200.0), "3 d 2 h");
        assert_eq!(humane(-3600.0), "-1 h");
    }
}
