//! Hours and days as people write them: `09:00-14:00`, `mon-fri`, `2026-01-06`.

use chrono::{Datelike, NaiveDate, Weekday};

/// Minutes of a day.
pub const DAY_MINUTES: u32 = 1_440;

/// Hours of a day, in minutes from its midnight. They end after they begin; beyond 24:00 they reach into the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// When they begin, below [`DAY_MINUTES`].
    pub from: u32,
    /// When they end, at most a day later.
    pub to: u32,
}

impl Hours {
    /// A whole day.
    pub const WHOLE: Self = Self { from: 0, to: DAY_MINUTES };

    /// Reads `09:00-14:00`; `22:00-06:00` goes over midnight, and `00:00-24:00` is the whole day.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` are no hours of work");
        let (from, to) = text.split_once('-').ok_or_else(fault)?;
        let (from, to) = (minute(from).ok_or_else(fault)?, minute(to).ok_or_else(fault)?);
        if from == to || from == DAY_MINUTES {
            return Err(fault());
        }
        Ok(Self { from, to: if to > from { to } else { to + DAY_MINUTES } })
    }
}

/// A time of day in minutes; `24:00` is the end of the day.
fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| {
        let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_plain)
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY_MINUTES).then_some(all)
}

/// The days of a week, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads `mon` or `mon-fri`: for each day of the week, Monday first, whether it is meant. `sat-mon` goes over the weekend.
pub fn weekdays(name: &str) -> Option<[bool; 7]> {
    let at = |name: &str| WEEKDAYS.iter().position(|day| *day == name.trim());
    let (first, last) = match name.split_once('-') {
        Some((first, last)) => (at(first)?, at(last)?),
        None => (at(name)?, at(name)?),
    };
    let mut meant = [false; 7];
    for day in 0..=(last + 7 - first) % 7 {
        meant[(first + day) % 7] = true;
    }
    Some(meant)
}

/// Reads `2026-01-06`.
///
/// # Errors
/// What is wrong, in words.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let found = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    found.filter(|day| (1..=9_999).contains(&day.year())).ok_or_else(|| format!("`{text}` is no day"))
}

/// Of a day of the week, its place in a week that begins on Monday.
pub(super) fn place(day: Weekday) -> usize {
    day.num_days_from_monday() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read() {
        let read = |text: &str| Hours::parse(text).map(|hours| (hours.from, hours.to)).ok();
        assert_eq!(read("09:00-14:00"), Some((540, 840)));
        assert_eq!(read("9:00 - 14:30"), Some((540, 870)));
        assert_eq!(read("22:00-06:00"), Some((1_320, 1_800)));
        assert_eq!(read("18:00-00:00"), Some((1_080, 1_440)));
        assert_eq!((read("18:00-24:00"), read("00:00-24:00")), (Some((1_080, 1_440)), Some((0, 1_440))));
        for wrong in ["", "09:00", "09:00-09:00", "24:00-06:00", "09:60-10:00", "25:00-26:00", "9-17", "+9:00-10:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_of_the_week_are_read() {
        let read = |name: &str| weekdays(name).map(|meant| meant.map(u8::from));
        assert_eq!(read("wed"), Some([0, 0, 1, 0, 0, 0, 0]));
        assert_eq!(read("mon-thu"), Some([1, 1, 1, 1, 0, 0, 0]));
        assert_eq!(read("sat-mon"), Some([1, 0, 0, 0, 0, 1, 1]));
        assert_eq!(read("mon-sun"), Some([1; 7]));
        assert_eq!((read("mond"), read("mon-"), read("")), (None, None, None));
    }
}
