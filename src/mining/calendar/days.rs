//! Working days: local days on which hours of work begin.

use chrono::{Datelike, Months, NaiveDate};

/// A working day.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorkDay {
    pub day: NaiveDate,
    /// When its first hours begin, in seconds since 1970.
    pub opens: i64,
    /// When its last hours end, which may be on the next day.
    pub closes: i64,
}

/// The working days from a day up to, but without, another.
#[derive(Debug)]
pub(super) struct WorkDays {
    days: Vec<WorkDay>,
    first: NaiveDate,
    last: NaiveDate,
}

/// So many months are looked through for one that has an n-th working day: each has the same number within few.
const MONTHS: u32 = 14;

impl WorkDays {
    pub(super) fn new(days: Vec<WorkDay>, first: NaiveDate, last: NaiveDate) -> Self {
        Self { days, first, last }
    }

    pub(super) fn is_working(&self, day: NaiveDate) -> Option<bool> {
        (self.first..self.last).contains(&day).then(|| self.days.binary_search_by_key(&day, |own| own.day).is_ok())
    }

    /// When the n-th after a day opens and closes, in microseconds; of 0, the day itself or the next.
    pub(super) fn after(&self, day: NaiveDate, n: usize) -> Option<(i64, i64)> {
        (self.first..self.last).contains(&day).then_some(())?;
        let at = match n.checked_sub(1) {
            None => self.days.partition_point(|own| own.day < day),
            Some(more) => self.days.partition_point(|own| own.day <= day).checked_add(more)?,
        };
        let found = self.days.get(at)?;
        Some((found.opens * 1_000_000, found.closes * 1_000_000))
    }

    /// See `WorkTime::nth_of_month`; in microseconds.
    pub(super) fn nth_of_month(&self, day: NaiveDate, from: i64, n: i32) -> Option<i64> {
        (self.first..self.last).contains(&day).then_some(())?;
        // Hours that begin on a month's last day may end in the next month.
        let first = day.with_day(1)?.checked_sub_months(Months::new(1))?;
        (0..=MONTHS).find_map(|month| {
            let begins = first.checked_add_months(Months::new(month))?;
            let ends = begins.checked_add_months(Months::new(1))?;
            let at = |day: NaiveDate| self.days.partition_point(|own| own.day < day);
            let days = &self.days[at(begins)..at(ends)];
            let place = if n > 0 { Some(n as usize - 1) } else { days.len().checked_sub(n.unsigned_abs() as usize) };
            let closes = days.get(place?)?.closes * 1_000_000;
            (closes >= from).then_some(closes)
        })
    }
}
