//! Rows of many cases in order of time, with little memory: cases arrive in time order, so that a day is complete as
//! soon as an order arrives after it.
//!
//! It must not know how a row is written.

use std::io;

use crate::calendar::Moment;
use crate::company::{Activity, System};
use crate::export::Row;
use crate::journey::Event;
use crate::planted::{AS_OF, FIRST_DAY};

/// A row that waits for its day to be complete, small because millions may wait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    end: u32,
    case: u32,
    position: u16,
    resource: u16,
    start: u32,
    activity: u8,
    system: u8,
    reason: u8,
    flags: u8,
}

/// Rows in waiting, by the day of their end.
pub struct Sorter {
    days: Vec<Vec<Waiting>>,
    first_open_day: usize,
}

impl Sorter {
    /// Nothing waits.
    pub fn new() -> Self {
        let days = (AS_OF / 86_400 - FIRST_DAY + 2).max(1);
        Self { days: vec![Vec::new(); days as usize], first_open_day: 0 }
    }

    fn day(moment: Moment) -> usize {
        // The first local day begins in the evening of the UTC day before it.
        (moment.div_euclid(86_400) - FIRST_DAY + 1).max(0) as usize
    }

    /// Takes the rows of a case.
    pub fn add(&mut self, case: u64, rows: &[Row]) {
        for (position, row) in rows.iter().enumerate() {
            let Event { activity, start, end, resource, system, automated, reason } = row.event;
            let flags = u8::from(automated) | u8::from(row.synonym) << 1 | u8::from(row.duplicate) << 2;
            let (activity, system, position) = (activity as u8, system as u8, position as u16);
            let (start, end, case) = (start as u32, end as u32, case as u32);
            let day = Self::day(row.event.end).min(self.days.len() - 1);
            self.days[day].push(Waiting { end, case, position, resource, start, activity, system, reason, flags });
        }
    }

    /// Hands out, in order of time, all rows of the days that are complete once an order has arrived at `now`. Equal
    /// times keep the order of the cases, and within a case the order of the work.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn drain_until(&mut self, now: Moment, write: &mut dyn FnMut(u64, &Row) -> io::Result<()>) -> io::Result<()> {
        while self.first_open_day < Self::day(now).min(self.days.len()) {
            let mut rows = std::mem::take(&mut self.days[self.first_open_day]);
            rows.sort_unstable();
            for waiting in rows {
                let event = Event {
                    activity: Activity::ALL[usize::from(waiting.activity)],
                    start: i64::from(waiting.start),
                    end: i64::from(waiting.end),
                    resource: waiting.resource,
                    system: System::ALL[usize::from(waiting.system)],
                    automated: waiting.flags & 1 != 0,
                    reason: waiting.reason,
                };
                let row = Row { event, synonym: waiting.flags & 2 != 0, duplicate: waiting.flags & 4 != 0 };
                write(u64::from(waiting.case), &row)?;
            }
            self.first_open_day += 1;
        }
        Ok(())
    }
}
