//! Rules by which holidays fall on days.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use std::collections::BTreeSet;

/// Which day of a year.
#[derive(Debug, Clone, Copy)]
enum When {
    /// Month and day.
    On(u32, u32),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// The n-th of this day of the week in a month; counted from the end of the month where n is below zero.
    Nth(u32, Weekday, i8),
    /// The last of this day of the week before a day.
    Before(u32, u32, Weekday),
}

/// What becomes of it on a weekend. Its own day stays a holiday, too.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Moves {
    Never,
    /// To the next weekday that is none yet.
    Next,
    /// From Saturday to Friday, from Sunday to Monday.
    Nearest,
}

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    when: When,
    moves: Moves,
    since: i32,
    until: i32,
    every: i32,
}

pub(super) const fn on(month: u32, day: u32) -> Rule {
    of(When::On(month, day))
}

/// So many days after Easter Sunday.
pub(super) const fn easter(days: i64) -> Rule {
    of(When::Easter(days))
}

/// The n-th Monday of a month, or another day of the week.
pub(super) const fn nth(n: i8, day: Weekday, month: u32) -> Rule {
    of(When::Nth(month, day, n))
}

/// The last Wednesday, or another day of the week, before a day.
pub(super) const fn before(month: u32, day: u32, weekday: Weekday) -> Rule {
    of(When::Before(month, day, weekday))
}

const fn of(when: When) -> Rule {
    Rule { when, moves: Moves::Never, since: i32::MIN, until: i32::MAX, every: 1 }
}

impl Rule {
    /// From a year on.
    pub(super) const fn since(self, year: i32) -> Self {
        Self { since: year, ..self }
    }

    /// Up to a year, which still has it.
    pub(super) const fn until(self, year: i32) -> Self {
        Self { until: year, ..self }
    }

    /// In one year only.
    pub(super) const fn only(self, year: i32) -> Self {
        self.since(year).until(year)
    }

    /// From a year on, each so many years.
    pub(super) const fn every(self, years: i32, since: i32) -> Self {
        Self { since, every: years, ..self }
    }

    /// On a weekend, the next free weekday has it, too.
    pub(super) const fn or_next(self) -> Self {
        Self { moves: Moves::Next, ..self }
    }

    /// On a weekend, the weekday beside it has it, too.
    pub(super) const fn or_nearest(self) -> Self {
        Self { moves: Moves::Nearest, ..self }
    }

    fn day(&self, year: i32) -> Option<NaiveDate> {
        let is_in = self.since <= year && year <= self.until;
        if !is_in || (self.every > 1 && (year - self.since) % self.every != 0) {
            return None;
        }
        match self.when {
            When::On(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            When::Easter(days) => easter_sunday(year)?.checked_add_signed(TimeDelta::days(days)),
            When::Nth(month, weekday, n) if n > 0 => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, n.unsigned_abs())
            }
            When::Nth(month, weekday, n) => {
                let next = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(chrono::Months::new(1))?;
                last_before(next, weekday)?.checked_sub_days(Days::new(7 * (u64::from(n.unsigned_abs()) - 1)))
            }
            When::Before(month, day, weekday) => last_before(NaiveDate::from_ymd_opt(year, month, day)?, weekday),
        }
    }
}

fn last_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = (day.weekday().days_since(weekday) + 6) % 7 + 1;
    day.checked_sub_days(Days::new(u64::from(back)))
}

/// The holidays of a year, in order.
pub(super) fn of_year<'a>(rules: impl Iterator<Item = &'a Rule>, year: i32) -> Vec<NaiveDate> {
    let found: Vec<(NaiveDate, Moves)> = rules.filter_map(|rule| Some((rule.day(year)?, rule.moves))).collect();
    let mut days: BTreeSet<NaiveDate> = found.iter().map(|(day, _)| *day).collect();
    let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let mut moved: Vec<(NaiveDate, Moves)> = found.into_iter().filter(|(day, _)| is_weekend(day)).collect();
    moved.sort_by_key(|(day, _)| *day);
    for (day, moves) in moved {
        let to = match (moves, day.weekday()) {
            (Moves::Never, _) => None,
            (Moves::Nearest, Weekday::Sat) => day.pred_opt(),
            (Moves::Nearest, _) => day.succ_opt(),
            (Moves::Next, _) => day.iter_days().find(|next| !is_weekend(next) && !days.contains(next)),
        };
        days.extend(to);
    }
    days.into_iter().collect()
}

/// Easter Sunday of the Gregorian calendar: the Sunday after the first full moon, as the church reckons it, from 21 March on.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let (golden, century) = (year.rem_euclid(19), year.div_euclid(100));
    // Leap days left out at centuries, and the moon's drift of eight days in 2500 years.
    let (skipped, drift) = (century - century.div_euclid(4), (8 * century + 13).div_euclid(25));
    let age = (19 * golden + skipped - drift + 15).rem_euclid(30);
    // The latest full moons come a day sooner: the moon's year has one length less than there are days.
    let moon = age - i32::from(age == 29 || (age == 28 && golden > 10));
    let full = NaiveDate::from_ymd_opt(year, 3, 21)?.checked_add_days(Days::new(moon.unsigned_abs().into()))?;
    let after = 7 - full.weekday().num_days_from_sunday();
    full.checked_add_days(Days::new(after.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_when_the_tables_say() {
        for (year, day) in [
            (1818, "03-22"),
            (1900, "04-15"),
            (1943, "04-25"),
            (1954, "04-18"),
            (1961, "04-02"),
            (1981, "04-19"),
            (2000, "04-23"),
            (2008, "03-23"),
            (2011, "04-24"),
            (2024, "03-31"),
            (2025, "04-20"),
            (2026, "04-05"),
            (2038, "04-25"),
            (2049, "04-18"),
            (2076, "04-19"),
        ] {
            assert_eq!(easter_sunday(year).unwrap().format("%m-%d").to_string(), day, "{year}");
        }
    }
}
