//! Working time, cumulated: a row for each day of UTC says how much was worked before it and what is worked on it, so that
//! an instant is looked up by one division, without a search.

use super::spans::Span;
use crate::model::time::DAY_MICROS;
use chrono::NaiveDate;

const DAY_SECONDS: i64 = 86_400;

/// A day of UTC, as two spans of work within it; few calendars have more of them, and those lie elsewhere. A day with less
/// has empty ones.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Microseconds worked before the day, less the openings of all spans of the day: an instant then only adds, for each
    /// span, itself held between opening and closing.
    before: i64,
    /// Openings and closings in seconds of the day.
    spans: [(u32, u32); 2],
    /// Where its other spans begin, and how many there are.
    more: (u32, u32),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Table {
    /// The first instant, in microseconds.
    base: i64,
    rows: Vec<Row>,
    more: Vec<(u32, u32)>,
}

impl Table {
    /// Of spans that are in order and apart from each other, for the days of UTC from one up to, but without, another.
    pub(super) fn of(spans: &[Span], first: NaiveDate, last: NaiveDate) -> Self {
        let begin = i64::from(first.to_epoch_days());
        let days = (i64::from(last.to_epoch_days()) - begin).max(0) as usize;
        let mut table = Self { base: begin * DAY_MICROS, rows: Vec::with_capacity(days), more: Vec::new() };
        let (mut worked, mut next) = (0, 0);
        for day in 0..days as i64 {
            let from = (begin + day) * DAY_SECONDS;
            let until = from + DAY_SECONDS;
            while spans.get(next).is_some_and(|(_, to)| *to <= from) {
                next += 1;
            }
            let mut row = Row { more: (table.more.len() as u32, 0), ..Row::default() };
            let here = spans[next.min(spans.len())..].iter().take_while(|(begins, _)| *begins < until);
            let (mut openings, mut length) = (0, 0);
            for (at, (begins, ends)) in here.enumerate() {
                let (opens, closes) = (begins.max(&from) - from, ends.min(&until) - from);
                openings += opens;
                length += closes - opens;
                // Both lie within the day.
                let span = (opens as u32, closes as u32);
                match row.spans.get_mut(at) {
                    Some(place) => *place = span,
                    None => {
                        table.more.push(span);
                        row.more.1 += 1;
                    }
                }
            }
            row.before = (worked - openings) * 1_000_000;
            worked += length;
            table.rows.push(row);
        }
        table
    }

    /// Microseconds worked up to an instant; nothing outside of the table.
    #[inline]
    pub(super) fn worked(&self, at: i64) -> Option<i64> {
        // What lies before the first instant wraps around to far behind the last one.
        let since = at.wrapping_sub(self.base) as u64;
        let row = self.rows.get((since / DAY_MICROS as u64) as usize)?;
        Some(self.within(row, (since % DAY_MICROS as u64) as i64))
    }

    #[inline]
    fn within(&self, row: &Row, micros: i64) -> i64 {
        let held =
            |(opens, closes): (u32, u32)| micros.max(i64::from(opens) * 1_000_000).min(i64::from(closes) * 1_000_000);
        let two = row.before + held(row.spans[0]) + held(row.spans[1]);
        if row.more.1 == 0 { two } else { two + self.others(row).map(held).sum::<i64>() }
    }

    fn others(&self, row: &Row) -> impl Iterator<Item = (u32, u32)> + '_ {
        let (begin, count) = (row.more.0 as usize, row.more.1 as usize);
        self.more[begin..begin + count].iter().copied()
    }

    /// The first instant by which so much was worked.
    pub(super) fn when(&self, worked: i64) -> Option<i64> {
        let next = self.rows.partition_point(|row| self.within(row, 0) < worked);
        let at = next.checked_sub(1)?;
        let row = &self.rows[at];
        let mut left = worked - self.within(row, 0);
        for (opens, closes) in row.spans.into_iter().chain(self.others(row)) {
            let length = i64::from(closes - opens) * 1_000_000;
            if left <= length {
                return Some(self.base + at as i64 * DAY_MICROS + i64::from(opens) * 1_000_000 + left);
            }
            left -= length;
        }
        None
    }
}
