//! The format of a time column: ISO, a count since 1970, or a pattern.

use super::Parsed;
use super::calendar::{DAY, MINUTE, SECOND, fraction};
use super::iso::iso_micros;
use super::names::blanks;
use super::pattern::{Pattern, epoch};
use serde::{Serialize, Serializer};
use std::fmt;

/// How the cells of a time column are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimestampFormat {
    /// ISO 8601, see [`iso_micros`].
    Iso,
    /// Seconds since 1970 UTC, a fraction allowed.
    EpochSeconds,
    /// Milliseconds since 1970 UTC, a fraction allowed.
    EpochMillis,
    /// Microseconds since 1970 UTC.
    EpochMicros,
    /// A `strftime` pattern.
    Pattern(Pattern),
}

impl TimestampFormat {
    /// Compiles a format that a person gave: `strftime` codes, or the words that [`fmt::Display`] writes for the
    /// other formats. The error is a sentence for that person.
    pub fn compile(strftime: &str) -> Result<Self, String> {
        let word = strftime.trim().to_ascii_lowercase();
        Ok(match word.as_str() {
            "iso" | "iso 8601" | "iso8601" | "rfc3339" => Self::Iso,
            "epoch" | "epoch seconds" | "unix" | "%s" => Self::EpochSeconds,
            "epoch milliseconds" => Self::EpochMillis,
            "epoch microseconds" => Self::EpochMicros,
            _ => Self::Pattern(Pattern::compile(strftime)?),
        })
    }

    /// Reads a cell, whatever blanks are around it. Nothing if it is not of this format or says no real date.
    #[inline]
    pub fn parse(&self, cell: &[u8]) -> Option<Parsed> {
        let cell = trim(cell);
        match self {
            Self::Iso => iso_micros(cell),
            Self::EpochSeconds => since_epoch(cell, SECOND),
            Self::EpochMillis => since_epoch(cell, 1000),
            Self::EpochMicros => since_epoch(cell, 1),
            Self::Pattern(pattern) => pattern.parse(cell),
        }
    }

    /// Whether the cells are plain numbers, which a column may hold for other reasons than time.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Iso => false,
            Self::Pattern(pattern) => pattern.text().bytes().all(|byte| byte == b'%' || byte.is_ascii_alphabetic()),
            _ => true,
        }
    }
}

/// Cuts blanks from both ends of a cell, no-break spaces too.
#[inline]
pub(super) fn trim(cell: &[u8]) -> &[u8] {
    let mut cell = &cell[blanks(cell)..];
    loop {
        cell = match cell {
            [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] | [rest @ .., 0xC2, 0xA0] | [rest @ .., 0xE2, 0x80, 0xAF] => rest,
            _ => return cell,
        }
    }
}

/// A count of units since 1970; `unit` in microseconds.
#[inline]
fn since_epoch(cell: &[u8], unit: i64) -> Option<Parsed> {
    let (whole, taken) = epoch(cell)?;
    let mut micros = whole.checked_mul(unit)?;
    if let [b'.', digits @ ..] = &cell[taken..] {
        let (millionths, used) = fraction(digits)?;
        if used != digits.len() {
            return None;
        }
        let part = i64::from(millionths) * unit / SECOND;
        micros = if cell.starts_with(b"-") { micros.checked_sub(part)? } else { micros.checked_add(part)? };
    } else if taken != cell.len() {
        return None;
    }
    // Beyond the year 9999 nothing else in the program could show the time.
    (micros.abs() <= 253_402_300_799 * SECOND).then_some(Parsed { micros, zoned: true })
}

impl fmt::Display for TimestampFormat {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Iso => "ISO 8601",
            Self::EpochSeconds => "epoch seconds",
            Self::EpochMillis => "epoch milliseconds",
            Self::EpochMicros => "epoch microseconds",
            Self::Pattern(pattern) => pattern.text(),
        })
    }
}

impl Serialize for TimestampFormat {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The finest step in which the times of a column differ; coarse times make short durations meaningless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Whole days.
    Day,
    /// Whole minutes.
    Minute,
    /// Whole seconds.
    Second,
    /// Parts of a second.
    Subsecond,
}

impl Precision {
    /// Of one moment, in microseconds. A zoned midnight is a whole day only if its zone is UTC.
    pub fn of(micros: i64) -> Self {
        if micros % DAY == 0 {
            Self::Day
        } else if micros % MINUTE == 0 {
            Self::Minute
        } else if micros % SECOND == 0 {
            Self::Second
        } else {
            Self::Subsecond
        }
    }

    /// Of a column: the finest of its moments; nothing if there are none.
    pub fn of_column(micros: impl IntoIterator<Item = i64>) -> Option<Self> {
        micros.into_iter().map(Self::of).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, cell: &str, expected: Option<&str>) {
        let parsed = TimestampFormat::compile(format).unwrap().parse(cell.as_bytes());
        let expected = expected.map(|text| {
            let utc = chrono::DateTime::parse_from_rfc3339(text.trim_end_matches('L').trim_end_matches('Z'))
                .or_else(|_| chrono::DateTime::parse_from_rfc3339(&format!("{}Z", text.trim_end_matches(['L', 'Z']))));
            Parsed { micros: utc.unwrap().timestamp_micros(), zoned: text.ends_with('Z') }
        });
        assert_eq!(parsed, expected, "{format}: {cell}");
    }

    #[test]
    fn patterns() {
        check("%d/%m/%Y %H:%M:%S", "1/2/2016 1:02:03", Some("2016-02-01T01:02:03L"));
        check("%d/%m/%Y %H:%M:%S", "  01/02/2016   11:23:52\u{a0}", Some("2016-02-01T11:23:52L"));
        check("%d/%m/%Y %H:%M:%S", "31/02/2016 11:23:52", None);
        check("%d/%m/%Y", "01/02/2016 11:23:52", None);
        check("%m/%d/%Y %I:%M:%S %p", "01/01/2010 12:00:00 AM", Some("2010-01-01T00:00:00L"));
        check("%m/%d/%Y %I:%M:%S %p", "06/20/2023 12:30:00 PM", Some("2023-06-20T12:30:00L"));
        check("%m/%d/%Y %I:%M %p", "06/20/2023 1:30 p. m.", Some("2023-06-20T13:30:00L"));
        check("%m/%d/%Y %I:%M %p", "06/20/2023 13:30 PM", None);
        check("%d/%b/%y %I:%M %p", "02/Jan/11 3:10 PM", Some("2011-01-02T15:10:00L"));
        check("%d/%b/%y", "02/jan/69", Some("1969-01-02T00:00:00L"));
        check("%B %d, %Y %I:%M:%S %p", "September 10, 2019 10:15:00 PM", Some("2019-09-10T22:15:00L"));
        check("%A, %d %B %Y %H:%M:%S", "Tuesday, 20 June 2023 12:30:00", Some("2023-06-20T12:30:00L"));
        check("%a, %d %b %Y %H:%M:%S %Z", "Tue, 20 Jun 2023 12:30:00 GMT", Some("2023-06-20T12:30:00Z"));
        check("%a, %d %b %Y %H:%M:%S %Z", "Tue, 20 Jun 2023 12:30:00 CET", None);
        check("%d de %B de %Y", "3 de Agosto de 2021", Some("2021-08-03T00:00:00L"));
        check("%d. %B %Y", "3. März 2021", Some("2021-03-03T00:00:00L"));
        check("%d %b %Y", "3 févr. 2021", Some("2021-02-03T00:00:00L"));
        check("%d.%b.%Y", "3.mai.2021", Some("2021-05-03T00:00:00L"));
        check("%Y-%m-%dT%H:%M:%S%.f%z", "2020-01-02T03:04:05.5+0100", Some("2020-01-02T02:04:05.5Z"));
        check("%Y-%m-%dT%H:%M:%S%.3f%:z", "2020-01-02T03:04:05-01:00", Some("2020-01-02T04:04:05Z"));
        check("%Y%m%d%H%M%S", "20200102030405", Some("2020-01-02T03:04:05L"));
        check("%F %T,%f", "2020-01-02 03:04:05,25", Some("2020-01-02T03:04:05.25L"));
    }

    #[test]
    fn counts_since_1970() {
        check("%s", "1676908800", Some("2023-02-20T16:00:00Z"));
        check("epoch seconds", "1676908800.25", Some("2023-02-20T16:00:00.25Z"));
        check("epoch milliseconds", "1676908800250", Some("2023-02-20T16:00:00.25Z"));
        check("epoch microseconds", "1676908800250001", Some("2023-02-20T16:00:00.250001Z"));
        check("epoch seconds", "-0.5", Some("1969-12-31T23:59:59.5Z"));
        check("epoch seconds", "16769088001234567", None);
        check("epoch seconds", "9999999999999999999999", None);
        check("epoch seconds", "1676908800s", None);
    }

    #[test]
    fn formats_that_are_refused() {
        for (format, part) in [
            ("dd/MM/yyyy", "no % codes"),
            ("%d/%m", "lacks a year"),
            ("%d/%m/%Y %I:%M", "%I needs %p"),
            ("%d/%m/%Q", "%Q is not known"),
            ("%d/%m/%Y %", "ends in a single %"),
        ] {
            let error = TimestampFormat::compile(format).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn display_can_be_compiled_again() {
        for text in ["ISO 8601", "epoch seconds", "epoch milliseconds", "epoch microseconds", "%d/%m/%Y %H:%M"] {
            let format = TimestampFormat::compile(text).unwrap();
            assert_eq!(format.to_string(), text);
        }
    }

    #[test]
    fn precision_of_columns() {
        assert_eq!(Precision::of_column([0, DAY, -DAY]), Some(Precision::Day));
        assert_eq!(Precision::of_column([0, MINUTE]), Some(Precision::Minute));
        assert_eq!(Precision::of_column([SECOND, MINUTE]), Some(Precision::Second));
        assert_eq!(Precision::of_column([1]), Some(Precision::Subsecond));
        assert_eq!(Precision::of_column([]), None);
    }

    proptest::proptest! {
        #[test]
        fn any_format_on_any_cell_does_not_panic(format in "(%[.:3-]?[YymbBdeaAHIMSfpzZsFTDR%]|[ /.,T:é-]){0,8}", cell: Vec<u8>) {
            if let Ok(format) = TimestampFormat::compile(&format) {
                format.parse(&cell);
            }
        }

        #[test]
        fn any_text_may_be_given_as_format(format: String, cell in "[0-9/:. -]{0,20}") {
            if let Ok(format) = TimestampFormat::compile(&format) {
                format.parse(cell.as_bytes());
            }
        }

        #[test]
        fn what_is_written_is_read(micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let seconds = micros.div_euclid(SECOND);
            let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            for text in ["%d/%m/%Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%A, %d.%m.%Y %H:%M:%S"] {
                let cell = time.format(text).to_string();
                let expected = Parsed { micros: seconds * SECOND, zoned: false };
                proptest::prop_assert_eq!(TimestampFormat::compile(text).unwrap().parse(cell.as_bytes()), Some(expected));
            }
        }
    }
}
