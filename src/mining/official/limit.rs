//! Limits of time, by the clock or by a calendar.

use crate::mining::calendar::{CalendarError, WorkTime};
use crate::model::official::{Calendar, Clock, Span};
use std::sync::Arc;

/// How long something may take, or has to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// How long.
    pub span: Span,
    /// The calendar that it is counted by; that of the wall's clock needs none.
    pub calendar: Option<Arc<Calendar>>,
}

/// The days that make up a business day's seconds in a [`Span`].
const DAY_SECONDS: u64 = 86_400;

impl Limit {
    /// A limit of a definition with this calendar.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub(super) fn of(span: &Span, calendar: Option<&Arc<Calendar>>) -> Result<Self, String> {
        let calendar = match span.is_business() {
            true => Some(with_week(calendar)?),
            false => None,
        };
        Ok(Self { span: span.clone(), calendar })
    }

    /// Whether what began at one instant and ended at another kept within it; just at the limit is within. Instants are
    /// microseconds since 1970. Nothing where the calendar does not count so far, or is missing.
    pub fn is_within(&self, work: Option<&WorkTime>, from: i64, to: i64) -> Option<bool> {
        Some(match self.span.clock {
            Clock::Wall => to.saturating_sub(from) <= self.micros(),
            Clock::BusinessHours => work?.between(from, to)? <= self.micros(),
            Clock::BusinessDays => to <= work?.working_day(from, self.days())?.1,
        })
    }

    /// Until when what began at an instant keeps within it. Nothing where the calendar does not count so far, or is missing.
    pub fn due(&self, work: Option<&WorkTime>, from: i64) -> Option<i64> {
        match self.span.clock {
            Clock::Wall => Some(from.saturating_add(self.micros())),
            Clock::BusinessHours => work?.after(from, self.micros()),
            Clock::BusinessDays => Some(work?.working_day(from, self.days())?.1),
        }
    }

    /// Whether it took as long as that, at least. So many business days have gone by once the last of them has opened.
    pub fn is_reached(&self, work: Option<&WorkTime>, from: i64, to: i64) -> Option<bool> {
        Some(match self.span.clock {
            Clock::Wall => to.saturating_sub(from) >= self.micros(),
            Clock::BusinessHours => work?.between(from, to)? >= self.micros(),
            Clock::BusinessDays if self.days() == 0 => true,
            Clock::BusinessDays => to >= work?.working_day(from, self.days())?.0,
        })
    }

    fn micros(&self) -> i64 {
        i64::try_from(self.span.seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000)
    }

    fn days(&self) -> u64 {
        self.span.seconds / DAY_SECONDS
    }
}

/// A calendar that says when people work.
pub(super) fn with_week(calendar: Option<&Arc<Calendar>>) -> Result<Arc<Calendar>, String> {
    match calendar {
        Some(calendar) if has_week(calendar) => Ok(Arc::clone(calendar)),
        _ => Err(format!("not evaluated: {}", CalendarError::NoWeek)),
    }
}

/// Whether a calendar says when people work.
pub(super) fn has_week(calendar: &Calendar) -> bool {
    !calendar.week.is_empty() || !calendar.versions.is_empty()
}

/// Reads `bd+5_of_month` as 5, the fifth working day of a month, and `bd-2_of_month` as -2, the last but one.
pub(super) fn nth_of_month(text: &str) -> Option<i32> {
    let number = text.trim().strip_prefix("bd")?.strip_suffix("_of_month")?;
    let digits = number.strip_prefix(['+', '-'])?;
    let n: i32 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    (1..=31).contains(&n).then_some(if number.starts_with('-') { -n } else { n })
}

#[cfg(test)]
mod tests {
    use super::super::read_calendar;
    use super::*;
    use crate::model::time::parse;

    #[test]
    fn limits_in_hours_and_days_of_work() {
        // Monday to Friday in Madrid, an hour ahead of UTC in January; Tuesday the 6th is a holiday.
        let calendar = "{zone: Europe/Madrid, week: {mon-fri: [\"09:00-14:00\", \"15:00-18:00\"]}, holidays: ES}";
        let calendar = Arc::new(read_calendar(calendar).unwrap());
        let work = WorkTime::of(&calendar).unwrap();
        let check = |limit: &str, from: &str, to: &str, expected: (bool, bool)| {
            let limit = Limit::of(&Span::parse(limit).unwrap(), Some(&calendar)).unwrap();
            let (from, to) = (parse(from).unwrap(), parse(to).unwrap());
            let found = (limit.is_within(Some(&work), from, to), limit.is_reached(Some(&work), from, to));
            assert_eq!(found, (Some(expected.0), Some(expected.1)), "{limit:?} {from} {to}");
        };
        // Monday 16:00 to Wednesday 15:00: two hours, and five before the pause; the eighth ends at 16:00.
        check("8bh", "2026-01-05T15:00:00Z", "2026-01-07T14:00:00Z", (true, false));
        check("8bh", "2026-01-05T15:00:00Z", "2026-01-07T15:00:00Z", (true, true));
        check("8bh", "2026-01-05T15:00:00Z", "2026-01-07T15:00:01Z", (false, true));
        check("8h", "2026-01-05T15:00:00Z", "2026-01-05T23:00:00Z", (true, true));
        // The first working day after Monday is Wednesday, from nine to six.
        check("1bd", "2026-01-05T15:00:00Z", "2026-01-07T07:59:59Z", (true, false));
        check("1bd", "2026-01-05T15:00:00Z", "2026-01-07T17:00:00Z", (true, true));
        check("1bd", "2026-01-05T15:00:00Z", "2026-01-07T17:00:01Z", (false, true));
        check("3bd", "2026-01-05T15:00:00Z", "2026-01-09T17:00:00Z", (true, true));
        check("0bd", "2026-01-05T15:00:00Z", "2026-01-05T17:00:01Z", (false, true));
        let due = |limit: &str, from: &str| {
            let limit = Limit::of(&Span::parse(limit).unwrap(), Some(&calendar)).unwrap();
            limit.due(Some(&work), parse(from).unwrap()).map(crate::model::time::rfc3339)
        };
        assert_eq!(due("8bh", "2026-01-05T15:00:00Z").as_deref(), Some("2026-01-07T15:00:00Z"));
        assert_eq!(due("8h", "2026-01-05T15:00:00Z").as_deref(), Some("2026-01-05T23:00:00Z"));
        assert_eq!(due("1bd", "2026-01-05T15:00:00Z").as_deref(), Some("2026-01-07T17:00:00Z"));
        // What ends before it begins has taken no time.
        check("8bh", "2026-01-07T14:00:00Z", "2026-01-05T15:00:00Z", (true, false));
        let eight = Limit::of(&Span::parse("8bh").unwrap(), Some(&calendar)).unwrap();
        assert_eq!(eight.is_within(Some(&work), parse("1850-01-01").unwrap(), parse("2026-01-01").unwrap()), None);
        let only_zone = Arc::new(Calendar { zone: "UTC".to_owned(), ..Calendar::default() });
        let refused = Limit::of(&Span::parse("8bh").unwrap(), Some(&only_zone)).unwrap_err();
        assert!(refused.starts_with("not evaluated: the calendar has no `week`"), "{refused}");
        assert!(Limit::of(&Span::parse("8h").unwrap(), None).is_ok());
    }

    #[test]
    fn days_of_a_month_are_read() {
        let found = ["bd+5_of_month", "bd-1_of_month", " bd+31_of_month "].map(nth_of_month);
        assert_eq!(found, [Some(5), Some(-1), Some(31)]);
        for wrong in ["", "later", "bd5_of_month", "bd+0_of_month", "bd+32_of_month", "bd++5_of_month", "bd+5"] {
            assert_eq!(nth_of_month(wrong), None, "{wrong}");
        }
    }
}
