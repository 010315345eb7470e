//! Business time: how long people have worked between two instants, when so much work will have been done, and working days.
//!
//! [`WorkTime`] is made of a [`Calendar`] once and then only looked up. Hours are what the clock on the wall of the
//! calendar's zone shows: each edge of them becomes an instant, and seconds are counted between instants, so that a night in
//! which clocks are put forward has an hour less. Where the clock shows an edge twice, work begins at the earlier and ends at
//! the later instant; an edge that the clock skips is the end of the gap. A holiday takes away its own day from midnight to
//! midnight, also the rest of a night that began the day before; extra hours are worked whatever else there is; hours that
//! overlap count once. Start in `table.rs` for the counting, in `spans.rs` for the rules.

mod clock;
mod countries;
mod days;
mod error;
mod hours;
mod plan;
mod spans;
mod table;

#[cfg(test)]
mod brute;
#[cfg(test)]
mod tests;

pub use clock::closing;
pub use countries::{holidays_of, known_countries};
pub use error::CalendarError;
pub use hours::{Hours, day, weekdays};

use crate::model::official::Calendar;
use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;
use days::WorkDays;
use plan::Plan;
use table::Table;

/// Years that are counted: of others, hours and holidays are guesses, and dates in them mostly stand for "never".
const YEARS: std::ops::Range<i32> = 1900..2200;

/// A calendar that can be asked. Instants and lengths are microseconds, instants since 1970 UTC; what lies outside the years
/// from 1900 to 2199 is not told.
#[derive(Debug)]
pub struct WorkTime {
    zone: Tz,
    table: Table,
    days: WorkDays,
}

impl WorkTime {
    /// Takes a few milliseconds and megabytes.
    ///
    /// # Errors
    /// What the calendar says that cannot be counted, or does not say.
    pub fn of(calendar: &Calendar) -> Result<Self, CalendarError> {
        let first = NaiveDate::from_ymd_opt(YEARS.start, 1, 1).unwrap_or_default();
        let last = NaiveDate::from_ymd_opt(YEARS.end, 1, 1).unwrap_or_default();
        Self::within(calendar, first, last)
    }

    /// The same for the instants from one day up to, but without, another, both by UTC.
    pub(crate) fn within(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Result<Self, CalendarError> {
        let plan = Plan::of(calendar, first.year() - 1..last.year() + 2)?;
        let (spans, days) = spans::worked(&plan, first, last);
        Ok(Self { zone: plan.zone, table: Table::of(&spans, first, last), days })
    }

    /// The work done from the beginning of time up to an instant: a length of work is the difference of two of these.
    #[inline]
    pub fn worked(&self, at: i64) -> Option<i64> {
        self.table.worked(at)
    }

    /// The work done from one instant to another; below zero where the second is the earlier one.
    #[inline]
    pub fn between(&self, from: i64, to: i64) -> Option<i64> {
        Some(self.table.worked(to)? - self.table.worked(from)?)
    }

    /// The first instant by which so much work has been done since another: the closing of a day rather than the opening of
    /// the next. Of no work, the other itself.
    pub fn after(&self, from: i64, work: i64) -> Option<i64> {
        match work {
            0 => self.table.worked(from).map(|_| from),
            _ => self.table.when(self.table.worked(from)?.checked_add(work)?),
        }
    }

    /// Whether an instant lies on a working day, a local day on which hours of work begin.
    pub fn is_working_day(&self, at: i64) -> Option<bool> {
        self.days.is_working(self.local_day(at)?)
    }

    /// When the n-th working day after an instant opens and closes. The day of the instant is not counted: of Monday, the
    /// first is Tuesday. With 0 it is the day itself, or the next working day where it is none.
    pub fn working_day(&self, from: i64, n: u64) -> Option<(i64, i64)> {
        self.days.after(self.local_day(from)?, usize::try_from(n).ok()?)
    }

    /// The first closing of an n-th working day of a month, counted from its end where n is below zero, that does not lie
    /// before an instant.
    pub fn nth_of_month(&self, from: i64, n: i32) -> Option<i64> {
        self.days.nth_of_month(self.local_day(from)?, from, n)
    }

    fn local_day(&self, at: i64) -> Option<NaiveDate> {
        Some(DateTime::from_timestamp_micros(at)?.with_timezone(&self.zone).date_naive())
    }
}
