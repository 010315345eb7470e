//! ISO 8601 and RFC 3339 times, read by hand because every row of a log passes here.

use super::Parsed;
use super::calendar::{MINUTE, days, digit, fraction, moment, offset, time_of_day};

/// Reads `2024-01-02`, `2024-01-02T03:04`, `2024-01-02 03:04:05.678 +01:00` and everything in between.
///
/// Between date and time stands `T` or one blank; seconds and their fraction (`.` or `,`, any length, cut to
/// microseconds) may be missing; the offset is `Z`, `+01:00`, `+0100` or `+01`, and one blank may precede it. The
/// whole of `cell` must be used up, without blanks around it. Dates are checked exactly, years run from 0001 to
/// 9999, `24:00` is refused and second 60 is read as 59.
#[inline]
pub fn iso_micros(cell: &[u8]) -> Option<Parsed> {
    let (date, rest) = cell.split_first_chunk::<10>()?;
    let days = date_of(date)?;
    let Some((clock, rest)) = rest.split_first_chunk::<6>() else {
        return rest.is_empty().then(|| moment(days, 0, None));
    };
    let (hour, minute) = (pair(clock[1], clock[2]), pair(clock[4], clock[5]));
    if !matches!(clock[0], b'T' | b' ' | b't') || clock[3] != b':' || hour > 23 || minute > 59 {
        return None;
    }
    let (of_day, rest) = seconds_of(hour, minute, rest)?;
    if rest.is_empty() {
        return Some(moment(days, of_day, None));
    }
    Some(moment(days, of_day, Some(east_of(rest)?)))
}

/// The offset that makes up the rest of a cell, in microseconds east. The usual form goes first.
#[inline]
fn east_of(rest: &[u8]) -> Option<i64> {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    if let [sign @ (b'+' | b'-'), a, b, b':', c, d] = rest {
        let (hours, minutes) = (pair(*a, *b), pair(*c, *d));
        let east = i64::from(hours * 60 + minutes) * MINUTE;
        return (hours <= 18 && minutes <= 59).then_some(if *sign == b'-' { -east } else { east });
    }
    let (east, taken) = offset(rest)?;
    (taken == rest.len()).then_some(east)
}

/// Two digits as a number; anything else gives a number above 99, which no clock or calendar knows.
#[inline]
fn pair(tens: u8, ones: u8) -> u32 {
    let (tens, ones) = (digit(tens), digit(ones));
    // The flag is added without a branch: cells are good nearly always, and a branch a digit costs more.
    tens * 10 + ones + (u32::from(tens > 9) | u32::from(ones > 9)) * 1000
}

#[inline]
fn date_of(date: &[u8; 10]) -> Option<i64> {
    let dashes = (date[4] == b'-') & (date[7] == b'-');
    let (century, year) = (pair(date[0], date[1]), pair(date[2], date[3]));
    if !dashes || century > 99 || year > 99 {
        return None;
    }
    days(century * 100 + year, pair(date[5], date[6]), pair(date[8], date[9]))
}

/// Seconds and fraction, where there are any, with hour and minute: microseconds since midnight and what is left.
#[inline]
fn seconds_of(hour: u32, minute: u32, rest: &[u8]) -> Option<(i64, &[u8])> {
    let [b':', tens, ones, rest @ ..] = rest else {
        return if rest.first() == Some(&b':') { None } else { Some((time_of_day(hour, minute, 0, 0)?, rest)) };
    };
    let second = pair(*tens, *ones);
    if let [b'.' | b',', digits @ ..] = rest {
        let (micros, taken) = fraction(digits)?;
        return Some((time_of_day(hour, minute, second, micros)?, &digits[taken..]));
    }
    Some((time_of_day(hour, minute, second, 0)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Option<(&str, bool)>) {
        let parsed = iso_micros(cell.as_bytes());
        let expected = expected.map(|(utc, zoned)| Parsed {
            micros: chrono::DateTime::parse_from_rfc3339(utc).unwrap().timestamp_micros(),
            zoned,
        });
        assert_eq!(parsed, expected, "{cell}");
    }

    #[test]
    fn times_that_are_read() {
        check("2024-01-02", Some(("2024-01-02T00:00:00Z", false)));
        check("2024-01-02T03:04", Some(("2024-01-02T03:04:00Z", false)));
        check("2024-01-02 03:04:05", Some(("2024-01-02T03:04:05Z", false)));
        check("2024-01-02 03:04:05.1", Some(("2024-01-02T03:04:05.1Z", false)));
        check("2024-01-02 03:04:05,123456789", Some(("2024-01-02T03:04:05.123456Z", false)));
        check("2024-01-02T03:04:05Z", Some(("2024-01-02T03:04:05Z", true)));
        check("2024-01-02T03:04:05.123+01:00", Some(("2024-01-02T02:04:05.123Z", true)));
        check("2024-01-02 03:04:05 -0530", Some(("2024-01-02T08:34:05Z", true)));
        check("2024-01-02 03:04+01", Some(("2024-01-02T02:04:00Z", true)));
        check("2016-12-31T23:59:60Z", Some(("2016-12-31T23:59:59Z", true)));
        check("0001-01-01T00:00:00", Some(("0001-01-01T00:00:00Z", false)));
        check("9999-12-31T23:59:59.999999", Some(("9999-12-31T23:59:59.999999Z", false)));
        check("1969-12-31 23:59:59.5", Some(("1969-12-31T23:59:59.5Z", false)));
    }

    #[test]
    fn times_that_are_refused() {
        for cell in [
            "",
            "2024",
            "2024-1-2",
            "2024-02-30",
            "0000-01-01",
            "2024-01-02T",
            "2024-01-02T24:00",
            "2024-01-02T03:60",
            "2024-01-02T03:04:61",
            "2024-01-02T03:04:05.",
            "2024-01-02T03:04:05+1",
            "2024-01-02T03:04:05+19:00",
            "2024-01-02T03:04:05 Z ",
            "2024-01-02x03:04",
            "2024-01-02T03:04:05  Z",
            "2024-01-02T0 :04",
            " 2024-01-02",
            "2024-01-02T03:04:05+01:0",
            "२०२४-01-02",
            "2024-01-02T03:04:5",
        ] {
            check(cell, None);
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_chrono(seconds in -62_135_596_800_i64..253_402_300_799, micros in 0_i64..1_000_000, minutes in -840..=840) {
            let instant = chrono::DateTime::from_timestamp_micros(seconds * 1_000_000 + micros).unwrap();
            let zone = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
            let text = instant.with_timezone(&zone).to_rfc3339();
            if text.len() == 32 && !text.starts_with(['+', '-']) && !text.starts_with("0000") {
                let expected = Parsed { micros: seconds * 1_000_000 + micros, zoned: true };
                proptest::prop_assert_eq!(iso_micros(text.as_bytes()), Some(expected), "{}", text);
            }
        }

        #[test]
        fn never_panics(cell: Vec<u8>) {
            iso_micros(&cell);
        }

        #[test]
        fn never_panics_near_a_time(cell in "[0-9]{4}-[01][0-9]-[0-3][0-9][T ]?[0-9:.,+ Z-]{0,20}") {
            iso_micros(cell.as_bytes());
        }
    }
}
