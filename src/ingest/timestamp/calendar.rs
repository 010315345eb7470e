//! The Gregorian calendar in whole numbers: which dates exist and how many days they are from 1970.

use super::Parsed;

/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;
/// Microseconds of a minute.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400 * SECOND;

/// Days from 1970-01-01 to the date, or nothing if there is no such date in the years 1 to 9999.
#[inline]
pub(super) fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    if day > 28 && day > month_length(year, month) {
        return None;
    }
    // Years are counted from March, so that 29 February ends a year and needs no case of its own.
    let (year, month) = if month <= 2 { (year - 1, month + 12) } else { (year, month) };
    let century = year / 100;
    let before_year = year * 1461 / 4 - century + century / 4;
    let before_month = (month * 979 - 2919) / 32;
    // 719 469 is what the sum gives for 1970-01-01.
    Some(i64::from(before_year + before_month + day) - 719_469)
}

#[inline]
fn month_length(year: u32, month: u32) -> u32 {
    match month {
        // A year that 25 does not divide is leap if 4 divides it, any other if 16 does.
        2 if year & if year.is_multiple_of(25) { 15 } else { 3 } == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Microseconds since midnight. Second 60, a leap second, is read as second 59: logs rarely mean it, and a row
/// is worth more than a second. Hour 24 and everything else that no clock shows is refused.
#[inline]
pub(super) fn time_of_day(hour: u32, minute: u32, second: u32, fraction: u32) -> Option<i64> {
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    Some(i64::from(seconds) * SECOND + i64::from(fraction))
}

/// The value of one digit, or something above 9.
#[inline]
pub(super) fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// Exactly two digits at the front.
#[inline]
pub(super) fn two(bytes: &[u8]) -> Option<u32> {
    let (tens, ones) = (digit(*bytes.first()?), digit(*bytes.get(1)?));
    (tens <= 9 && ones <= 9).then_some(tens * 10 + ones)
}

/// Digits of a fraction of a second: microseconds (further digits are cut off) and how many bytes they took.
#[inline]
pub(super) fn fraction(bytes: &[u8]) -> Option<(u32, usize)> {
    const SCALE: [u32; 7] = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1];
    let (mut value, mut at) = (0, 0);
    while let Some(next) = bytes.get(at).map(|byte| digit(*byte)).filter(|next| *next <= 9) {
        if at < 6 {
            value = value * 10 + next;
        }
        at += 1;
    }
    (at > 0).then_some((value * SCALE[at.min(6)], at))
}

/// An offset from UTC (`Z`, `+01:00`, `+0100`, `+01`) at the front: microseconds east and bytes taken.
#[inline]
pub(super) fn offset(bytes: &[u8]) -> Option<(i64, usize)> {
    let sign = match bytes.first()? {
        b'Z' | b'z' => return Some((0, 1)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two(&bytes[1..])?;
    let (minutes, taken) = match bytes.get(3) {
        Some(b':') => (two(&bytes[4..])?, 6),
        Some(byte) if byte.is_ascii_digit() => (two(&bytes[3..])?, 5),
        _ => (0, 3),
    };
    // The widest offsets in use are -12:00 and +14:00; 18 hours is what the standards allow.
    (hours <= 18 && minutes <= 59).then_some((sign * i64::from(hours * 60 + minutes) * MINUTE, taken))
}

/// Puts a wall-clock time and the offset that was read with it together.
#[inline]
pub(super) fn moment(days: i64, of_day: i64, east: Option<i64>) -> Parsed {
    Parsed { micros: days * DAY + of_day - east.unwrap_or(0), zoned: east.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;

    #[test]
    fn every_day_from_year_1_to_9999_agrees_with_chrono() {
        let mut date = chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        while date.year() <= 9999 {
            let expected = (date - epoch).num_days();
            assert_eq!(days(date.year() as u32, date.month(), date.day()), Some(expected), "{date}");
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn dates_that_do_not_exist() {
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 2, 30),
            (2024, 4, 31),
            (2024, 0, 1),
            (2024, 13, 1),
            (0, 1, 1),
            (10_000, 1, 1),
            (2024, 1, 0),
        ] {
            assert_eq!(days(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(days(2000, 2, 29).is_some());
    }
}
