//! Madrid's clock and the working week: moments are seconds since 1970 in UTC, people work in local hours.
//!
//! It must not know about orders. Read `planted.rs` for the dates that matter.

/// A moment: seconds since 1970-01-01T00:00:00Z.
pub type Moment = i64;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// National holidays on a fixed date, as (month, day). Nobody works on them.
pub const HOLIDAYS: [(u32, u32); 9] = [(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)];

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
pub const fn days_from_date(year: i64, month: u32, day: u32) -> i64 {
    // Years are counted from March, so that the leap day is the last day of its year.
    let shifted = if month > 2 { year } else { year - 1 };
    let century = shifted.div_euclid(400);
    let year_of_century = shifted.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    let day_of_century = year_of_century * 365 + year_of_century / 4 - year_of_century / 100 + day_of_year;
    century * 146_097 + day_of_century - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub const fn date_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let century = shifted.div_euclid(146_097);
    let day_of_century = shifted.rem_euclid(146_097);
    let year_of_century =
        (day_of_century - day_of_century / 1_460 + day_of_century / 36_524 - day_of_century / 146_096) / 365;
    let day_of_year = day_of_century - (365 * year_of_century + year_of_century / 4 - year_of_century / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    let year = century * 400 + year_of_century + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// Day of the week of a number of days since 1970-01-01: 0 is Monday.
pub const fn weekday(days: i64) -> usize {
    (days + 3).rem_euclid(7) as usize
}

/// The moments at which Madrid's summer time begins and ends: one in the morning UTC on the last Sundays of March and
/// October.
pub const fn summer_time(year: i64) -> (Moment, Moment) {
    (last_sunday(year, 3) * DAY + HOUR, last_sunday(year, 10) * DAY + HOUR)
}

const fn last_sunday(year: i64, month: u32) -> i64 {
    let last = days_from_date(year, month, 31);
    last - (weekday(last) as i64 + 1) % 7
}

/// Seconds that Madrid's clock is ahead of UTC at this moment.
pub const fn offset(moment: Moment) -> i64 {
    let (year, _, _) = date_from_days(moment.div_euclid(DAY));
    let (begin, end) = summer_time(year);
    if begin <= moment && moment < end { 2 * HOUR } else { HOUR }
}

/// Local day, in days since 1970-01-01, and second of that day by Madrid's clock.
pub const fn local(moment: Moment) -> (i64, i64) {
    let shifted = moment + offset(moment);
    (shifted.div_euclid(DAY), shifted.rem_euclid(DAY))
}

/// The moment at which a local day begins in Madrid.
pub const fn midnight(day: i64) -> Moment {
    // The clock changes in the small hours, never at midnight: the offset just before is the offset at midnight.
    let guess = day * DAY - HOUR;
    guess - (offset(guess - HOUR) - HOUR)
}

/// A moment given by Madrid's clock.
pub const fn madrid(year: i64, month: u32, day: u32, hour: i64) -> Moment {
    midnight(days_from_date(year, month, day)) + hour * HOUR
}

/// Whether people work on this local day: Monday to Friday, but no holiday.
pub fn is_working_day(day: i64) -> bool {
    let (_, month, date) = date_from_days(day);
    weekday(day) < 5 && !HOLIDAYS.contains(&(month, date))
}

/// A working day, from its opening to its closing, over a span of years. Work is measured in seconds inside those hours.
pub struct WorkingHours {
    open: i64,
    length: i64,
    first_day: i64,
    /// Working seconds before each day of the span.
    before: Vec<i64>,
}

impl WorkingHours {
    /// Hours from `open` to `close`, in minutes of the local day, for the days `first_day..last_day`.
    pub fn new(open: i64, close: i64, first_day: i64, last_day: i64) -> Self {
        let length = (close - open) * 60;
        let mut total = 0;
        let mut before = Vec::new();
        for day in first_day..last_day {
            before.push(total);
            if is_working_day(day) {
                total += length;
            }
        }
        before.push(total);
        Self { open: open * 60, length, first_day, before }
    }

    /// Working seconds from the begin of the span to this moment.
    fn elapsed(&self, moment: Moment) -> i64 {
        let (day, second) = local(moment);
        let index = (day - self.first_day).clamp(0, self.before.len() as i64 - 2) as usize;
        let whole = self.before[index + 1] - self.before[index];
        self.before[index] + (second - self.open).clamp(0, whole)
    }

    /// Working seconds between two moments.
    pub fn between(&self, from: Moment, to: Moment) -> i64 {
        self.elapsed(to) - self.elapsed(from)
    }

    /// The moment at which so many working seconds have passed since `moment`; at the earliest the next opening.
    pub fn after(&self, moment: Moment, seconds: i64) -> Moment {
        let target = self.elapsed(moment) + seconds;
        let index = self.before.partition_point(|before| *before <= target).saturating_sub(1);
        midnight(self.first_day + index as i64) + self.open + (target - self.before[index])
    }

    /// The earliest begin, at or after `moment`, of a piece of work that ends the same day.
    pub fn slot(&self, moment: Moment, duration: i64) -> Moment {
        let begin = self.after(moment, 0);
        let (_, second) = local(begin);
        if second + duration <= self.open + self.length {
            return begin;
        }
        // Tomorrow's opening, with some minutes taken from the duration so that not everybody starts at once.
        self.after(begin, self.open + self.length - second + duration % 1_200)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Timelike};

    use super::*;

    fn moment(text: &str) -> Moment {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    #[test]
    fn dates_and_clock_agree_with_the_time_zone_database() {
        for hour in 0..24 * 365 * 4 {
            let moment = moment("2023-01-01T00:00:00Z") + hour * HOUR + 1_800;
            let known = chrono_tz::Europe::Madrid.timestamp_opt(moment, 0).unwrap();
            assert_eq!(offset(moment), i64::from(known.offset().fix().local_minus_utc()), "{known}");
            let (day, second) = local(moment);
            assert_eq!(date_from_days(day), (i64::from(known.year()), known.month(), known.day()));
            assert_eq!(second, i64::from(known.num_seconds_from_midnight()));
            assert_eq!(weekday(day), known.weekday().num_days_from_monday() as usize);
        }
    }

    #[test]
    fn every_day_begins_at_its_midnight() {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        for (index, date) in first.iter_days().take(1_100).enumerate() {
            let day = days_from_date(2024, 1, 1) + index as i64;
            let known = chrono_tz::Europe::Madrid.from_local_datetime(&date.and_hms_opt(0, 0, 0).unwrap()).unwrap();
            assert_eq!(midnight(day), known.timestamp(), "{date}");
        }
    }

    #[test]
    fn work_stops_for_nights_weekends_and_holidays() {
        let hours = WorkingHours::new(9 * 60, 18 * 60, days_from_date(2024, 7, 1), days_from_date(2026, 7, 1));
        let check = |from: &str, seconds: i64, expected: &str| {
            assert_eq!(hours.after(moment(from), seconds), moment(expected), "{from} + {seconds} s");
        };
        check("2024-07-05T17:00:00+02:00", 2 * HOUR, "2024-07-08T10:00:00+02:00");
        check("2024-07-06T12:00:00+02:00", 0, "2024-07-08T09:00:00+02:00");
        check("2024-10-25T17:30:00+02:00", HOUR, "2024-10-28T09:30:00+01:00");
        check("2024-12-24T18:30:00+01:00", 60, "2024-12-26T09:01:00+01:00");
        check("2025-03-28T09:00:00+01:00", 9 * HOUR, "2025-03-31T09:00:00+02:00");
    }

    #[test]
    fn work_done_and_work_measured_are_the_same() {
        let hours = WorkingHours::new(9 * 60, 18 * 60, days_from_date(2024, 7, 1), days_from_date(2026, 7, 1));
        let begin = moment("2024-09-02T03:00:00Z");
        for step in 0..2_000 {
            let from = begin + step * 17_711;
            let to = hours.after(from, step * 97);
            assert_eq!(hours.between(from, to), step * 97);
        }
    }

    #[test]
    fn a_slot_never_runs_past_closing_time() {
        let hours = WorkingHours::new(9 * 60, 18 * 60, days_from_date(2024, 7, 1), days_from_date(2026, 7, 1));
        for step in 0..5_000 {
            let duration = step % 9_000;
            let begin = hours.slot(moment("2024-09-02T03:00:00Z") + step * 7_919, duration);
            let (day, second) = local(begin);
            assert!(is_working_day(day) && second >= 9 * HOUR && second + duration <= 18 * HOUR, "step {step}");
        }
    }
}
