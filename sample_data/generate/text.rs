//! Numbers, dates and moments as text, the same on every platform.
//!
//! It must not know what they mean.

use crate::calendar::{Moment, date_from_days, local, offset};

/// A moment in UTC, as the log and the planted truth write it.
pub fn utc_text(moment: Moment) -> String {
    let mut text = Vec::with_capacity(20);
    utc(&mut text, moment);
    String::from_utf8_lossy(&text).into_owned()
}

/// A value and the comma behind it. No value of ours needs quotes.
pub fn field(text: &mut Vec<u8>, value: &str) {
    text.extend_from_slice(value.as_bytes());
    text.push(b',');
}

/// A number with at least so many digits.
pub fn digits(text: &mut Vec<u8>, mut number: u64, least: usize) {
    let mut buffer = [b'0'; 20];
    let mut used = 0;
    while number > 0 || used < least {
        used += 1;
        buffer[20 - used] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text.extend_from_slice(&buffer[20 - used..]);
}

/// A local day as `2025-03-30`.
pub fn date(text: &mut Vec<u8>, day: i64) {
    let (year, month, date) = date_from_days(day);
    digits(text, year as u64, 4);
    text.push(b'-');
    digits(text, u64::from(month), 2);
    text.push(b'-');
    digits(text, u64::from(date), 2);
}

fn clock(text: &mut Vec<u8>, day: i64, second: i64) {
    date(text, day);
    let mut mark = b'T';
    for part in [second / 3_600, second / 60 % 60, second % 60] {
        text.push(mark);
        digits(text, part as u64, 2);
        mark = b':';
    }
}

/// A moment in UTC, to the second.
pub fn utc(text: &mut Vec<u8>, moment: Moment) {
    clock(text, moment.div_euclid(86_400), moment.rem_euclid(86_400));
    text.push(b'Z');
}

/// A moment by Madrid's clock, to the second, with its offset.
pub fn with_offset(text: &mut Vec<u8>, moment: Moment) {
    let (day, second) = local(moment);
    clock(text, day, second);
    text.extend_from_slice(if offset(moment) == 7_200 { b"+02:00" } else { b"+01:00" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_with_the_offset_of_the_season() {
        let check = |moment, expected: &str| {
            let mut text = Vec::new();
            with_offset(&mut text, moment);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        };
        check(1_743_296_399, "2025-03-30T01:59:59+01:00");
        check(1_743_296_400, "2025-03-30T03:00:00+02:00");
        check(1_761_440_400, "2025-10-26T02:00:00+01:00");
        assert_eq!(utc_text(1_743_296_400), "2025-03-30T01:00:00Z");
    }

    #[test]
    fn numbers_have_their_digits() {
        let check = |number, least, expected: &str| {
            let mut text = Vec::new();
            digits(&mut text, number, least);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        };
        check(0, 1, "0");
        check(7, 2, "07");
        check(u64::MAX, 3, "18446744073709551615");
    }
}
