//! Demands about time: by the clock, or by the calendar of the definition.

use super::super::marks::{Mark, Marks, breach, join};
use super::Looking;
use crate::mining::calendar::{WorkTime, closing};
use crate::mining::official::{Check, Limit};
use crate::mining::rules::Kind;
use crate::model::judgement::PromiseState;
use crate::model::official::{Calendar, Definition};
use crate::query::Frame;
use chrono::DateTime;
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A promise about time in a case, one time that it was to be kept. Instants are microseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Timed {
    pub case: u32,
    pub from: Option<i64>,
    pub due: Option<i64>,
    pub done: Option<i64>,
    pub state: PromiseState,
}

/// One time that a step was done.
pub(super) struct Once {
    pub from: Option<i64>,
    pub due: Option<i64>,
    pub done: i64,
    pub is_late: bool,
}

impl Looking<'_> {
    /// What counts the working time of a calendar; nothing where there is none. The text says why it cannot be counted.
    pub(super) fn work(&mut self, calendar: Option<&Arc<Calendar>>) -> Result<Option<Arc<WorkTime>>, String> {
        let Some(calendar) = calendar else { return Ok(None) };
        let make = || WorkTime::of(calendar).map(Arc::new);
        let made = self.works.entry(Arc::clone(calendar)).or_insert_with(make);
        made.clone().map(Some).map_err(|error| format!("not evaluated: {error}"))
    }

    /// From one step to another: at most, or at least, so long.
    pub(super) fn spans(
        &mut self,
        frame: &Frame,
        check: &Check,
        at_most: bool,
        (limit, work): (&Limit, Option<&WorkTime>),
        definition: Option<&Definition>,
    ) -> Marks {
        let [from, to] = [0, 1].map(|at| check.activities.get(at).map(String::as_str).unwrap_or_default());
        let kind = if at_most { Kind::TooLate } else { Kind::TooEarly };
        let broken = || Mark::Broken(vec![(breach(kind, to, Some(from), None), None)]);
        let open = self.open_cases(definition);
        let until = self.asked.target.snapshot.manifest.last_us;
        let kept = |begin: i64, end: i64| match at_most {
            true => limit.is_within(work, begin, end),
            false => limit.is_reached(work, begin, end),
        };
        let mut marks = Marks::new();
        for at in 0..frame.rows {
            let Some(row) = self.row(frame, at) else { continue };
            let (begin, end) = (frame.integer("from_at", at), frame.integer("to_at", at));
            let (mark, state) = if frame.integer("reached", at) == Some(1) {
                match begin.zip(end).and_then(|(begin, end)| kept(begin, end)) {
                    None => (Mark::Unknown, None),
                    Some(true) => (Mark::Kept, Some(PromiseState::Met)),
                    Some(false) => (broken(), Some(PromiseState::Breached)),
                }
            } else {
                // A case that goes on and has waited too long by the end of the log is late already.
                let in_time = begin.zip(until).and_then(|(begin, until)| limit.is_within(work, begin, until));
                match in_time.filter(|_| at_most && open.contains(&row)) {
                    Some(false) => (broken(), Some(PromiseState::Breached)),
                    Some(true) => (Mark::Vacuous, Some(PromiseState::Running)),
                    None => (Mark::Vacuous, None),
                }
            };
            if let Some(state) = state.filter(|_| at_most) {
                let due = begin.and_then(|begin| limit.due(work, begin));
                self.timed.push(Timed { case: row, from: begin, due, done: end, state });
            }
            join(&mut marks, row, mark);
        }
        marks
    }

    /// Cases that have not ended, as far as the definition says how cases end.
    fn open_cases(&self, definition: Option<&Definition>) -> BTreeSet<u32> {
        let Some(definition) = definition else { return BTreeSet::new() };
        let ends: Vec<String> = definition
            .case
            .iter()
            .flat_map(|case| case.end.iter().chain(&case.cancel))
            .map(|step| definition.activity(step).to_owned())
            .collect();
        if ends.is_empty() {
            return BTreeSet::new();
        }
        let ends: BTreeSet<i32> = self.steps(&ends).into_iter().flatten().map(|end| end as i32).collect();
        let is_open = |number: &u32| {
            let path = &self.paths[self.cases[*number as usize].path as usize % self.variants];
            path.iter().all(|step| !ends.contains(step))
        };
        (0..self.cases.len() as u32).filter(is_open).collect()
    }

    /// Each event of a step, of which `once` says whether it came too late, or what there is to say instead.
    pub(super) fn times(&mut self, frame: &Frame, activity: &str, once: &dyn Fn(usize) -> Result<Once, Mark>) -> Marks {
        let mut marks = Marks::new();
        for at in 0..frame.rows {
            let Some(row) = self.row(frame, at) else { continue };
            let mark = match once(at) {
                Err(mark) => mark,
                Ok(Once { from, due, done, is_late }) => {
                    let state = if is_late { PromiseState::Breached } else { PromiseState::Met };
                    self.timed.push(Timed { case: row, from, due, done: Some(done), state });
                    match is_late {
                        false => Mark::Kept,
                        true => Mark::Broken(vec![(breach(Kind::TooLate, activity, None, None), None)]),
                    }
                }
            };
            join(&mut marks, row, mark);
        }
        marks
    }
}

/// When the event before an event ended, and when it itself did; it took nothing where they overlap. The first event of a
/// case, where the log has no start of it, has nothing to be held against.
pub(super) fn began_and_ended(frame: &Frame, row: usize) -> Result<(i64, i64), Mark> {
    match (frame.integer("ended_at", row), frame.number("took_s", row)) {
        (Some(ended), Some(took)) => Ok((ended - (took * 1e6).round() as i64, ended)),
        (Some(_), None) if frame.integer("position", row) == Some(0) => Err(Mark::Vacuous),
        _ => Err(Mark::Unknown),
    }
}

/// Whether an instant lies after a minute of its day in a zone, with the instant of that minute. On a day on which nobody
/// works it is that of the next day on which somebody does.
pub(super) fn cut_off(at: i64, minute: u32, zone: Tz, work: Option<&WorkTime>) -> Option<Once> {
    let day = |at: i64| Some(DateTime::from_timestamp_micros(at)?.with_timezone(&zone).date_naive());
    let is_off = work.and_then(|work| work.is_working_day(at)) == Some(false);
    let day = match work.filter(|_| is_off) {
        Some(work) => day(work.working_day(at, 0)?.0)?,
        None => day(at)?,
    };
    let due = closing(zone, day.and_hms_opt(minute / 60, minute % 60, 0)?).saturating_mul(1_000_000);
    Some(Once { from: None, due: Some(due), done: at, is_late: at > due })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::official::read_calendar;
    use crate::model::time::parse;

    #[test]
    fn cut_offs_are_on_working_days() {
        let calendar =
            read_calendar("{zone: Europe/Madrid, week: {mon-fri: [\"09:00-18:00\"]}, holidays: ES}").unwrap();
        let work = WorkTime::of(&calendar).unwrap();
        let check = |at: &str, by_calendar: bool, by_zone: bool| {
            let (at, zone) = (parse(at).unwrap(), Tz::Europe__Madrid);
            let late = |work| cut_off(at, 16 * 60, zone, work).map(|once| once.is_late);
            let found = (late(Some(&work)), late(None));
            assert_eq!(found, (Some(by_calendar), Some(by_zone)), "{at}");
        };
        // Four in the afternoon in Madrid is three by UTC, on a Monday, on a holiday, and on a Saturday.
        check("2026-01-05T15:00:00Z", false, false);
        check("2026-01-05T15:00:01Z", true, true);
        check("2026-01-06T15:00:01Z", false, true);
        check("2026-01-10T20:00:00Z", false, true);
        // What is done on a Saturday is due on Monday; a time that the clocks jump over is when they have jumped.
        let due = |at: &str, minute: u32, work| {
            let once = cut_off(parse(at).unwrap(), minute, Tz::Europe__Madrid, work).unwrap();
            (once.due.map(crate::model::time::rfc3339).unwrap_or_default(), once.is_late)
        };
        assert_eq!(due("2026-01-10T20:00:00Z", 16 * 60, Some(&work)), ("2026-01-12T15:00:00Z".to_owned(), false));
        assert_eq!(due("2026-03-29T08:00:00Z", 150, None), ("2026-03-29T01:00:00Z".to_owned(), true));
    }
}
