//! Looking at one demand: for each case that its version judges, whether it was kept.

mod log;
mod time;

use super::Order;
use super::facts::Known;
use super::marks::{Mark, Marks, all_unknown, breach, join, so_far};
use crate::app::deviations::judge::Case;
use crate::app::{App, AppError, Asked};
use crate::mining::align::plain;
use crate::mining::calendar::{CalendarError, WorkTime};
use crate::mining::official::{Check, Demand};
use crate::mining::rules::{Breach, Kind, PathRule, Verdict};
use crate::model::official::{Calendar, Definition};
use crate::query::Frame;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use time::{Once, began_and_ended, cut_off};

pub(super) use time::Timed;

/// What was found, by number of the case.
pub(super) struct Found {
    pub marks: Vec<(u32, Mark)>,
    pub remark: Option<String>,
    /// Where it is a promise about time, each time that it was to be kept.
    pub timed: Vec<Timed>,
}

/// See the module.
pub(super) struct Looking<'a> {
    app: &'a App,
    asked: &'a Asked,
    cases: &'a [Case],
    variants: usize,
    known: Known,
    names: Vec<String>,
    paths: &'a [Vec<i32>],
    /// Answers by what was asked: several demands ask the same.
    frames: BTreeMap<String, Arc<Frame>>,
    /// What counts working time, by calendar.
    works: BTreeMap<Arc<Calendar>, Result<Arc<WorkTime>, CalendarError>>,
    /// What is known of the promise that is being looked at.
    timed: Vec<Timed>,
    /// Steps of demands that the log does not know.
    pub unknown: BTreeSet<String>,
}

impl<'a> Looking<'a> {
    pub(super) fn new(
        app: &'a App,
        asked: &'a Asked,
        cases: &'a [Case],
        variants: usize,
        known: Known,
    ) -> Result<Self, AppError> {
        let snapshot = &asked.target.snapshot;
        let names = snapshot.names("activity").iter().flatten().map(str::to_owned).collect();
        let paths = &snapshot.variants()?.paths;
        let (frames, works, timed, unknown) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), BTreeSet::new());
        Ok(Self { app, asked, cases, variants: variants.max(1), known, names, paths, frames, works, timed, unknown })
    }

    /// Looks at a demand of a version; the text says why it cannot be looked at.
    ///
    /// # Errors
    /// Those of the queries.
    pub(super) async fn at(
        &mut self,
        check: &Check,
        version: usize,
        definition: Option<&Definition>,
    ) -> Result<Result<Found, String>, AppError> {
        let conditions = check.when.iter().chain(match &check.demand {
            Demand::Guard(when) => Some(when),
            _ => None,
        });
        let mut named: Vec<&str> = conditions.flat_map(|condition| condition.names()).collect();
        if let Demand::Data(needs) = &check.demand {
            named.extend(needs.iter().map(String::as_str));
        }
        if let Some(missing) = named.iter().find(|name| !self.known.has(name)) {
            return Ok(Err(format!("not evaluated: the log has no column `{missing}`")));
        }
        let missing = match self.missing(check) {
            Ok(missing) => missing,
            Err(remark) => return Ok(Err(remark)),
        };
        // Of each case that the version judges, its variant and its number.
        let of_version = |(number, case): (usize, &Case)| {
            let (variant, own) = (case.path as usize % self.variants, case.path as usize / self.variants);
            (case.is_judged && own == version).then_some((variant, number as u32))
        };
        let rows: Vec<(usize, u32)> = self.cases.iter().enumerate().filter_map(of_version).collect();
        let found = self.demand(check, &rows, definition).await?;
        let mut timed = std::mem::take(&mut self.timed);
        let (marks, remark) = match found {
            Ok(found) => found,
            Err(remark) => return Ok(Err(remark)),
        };
        let applies = |row: u32| check.when.as_ref().map(|when| when.holds(&self.known.at(row, u32::MAX)));
        let mark = |(_, row): &(usize, u32)| {
            let mark = match applies(*row) {
                Some(Some(false)) => Mark::Vacuous,
                Some(None) => Mark::Unknown,
                _ => marks.get(row).cloned().unwrap_or(Mark::Vacuous),
            };
            // What may still come is not missing yet, and of a cancelled case it is not missing at all.
            let mark = if self.cases[*row as usize].may_go_on() { so_far(check, mark) } else { mark };
            (*row, mark)
        };
        let remark = Some([missing, remark].into_iter().flatten().collect::<Vec<_>>().join("; "));
        let remark = remark.filter(|remark| !remark.is_empty());
        let own: BTreeSet<u32> = rows.iter().map(|(_, row)| *row).collect();
        timed.retain(|one| own.contains(&one.case) && applies(one.case).is_none_or(|holds| holds == Some(true)));
        Ok(Ok(Found { marks: rows.iter().map(mark).collect(), remark, timed }))
    }

    async fn demand(
        &mut self,
        check: &Check,
        rows: &[(usize, u32)],
        definition: Option<&Definition>,
    ) -> Result<Result<(Marks, Option<String>), String>, AppError> {
        let steps = self.steps(&check.activities);
        let first = check.activities.first().cloned().unwrap_or_default();
        let nobody = |field: &str| Some(format!("the log does not say {field} for any of these events"));
        let done = match &check.demand {
            Demand::Not(why) => return Ok(Err(why.clone())),
            Demand::Path(kind, min, max) => {
                let numbers: Vec<Option<i32>> = steps.iter().map(|step| step.map(|at| at as i32)).collect();
                let rule = PathRule { kind: *kind, steps: &numbers, min: *min, max: *max };
                (self.by_path(rows, check, &rule), None)
            }
            Demand::Role(allowed) => {
                let frame = self.of_step(&steps, "step_values", &[("field", "role")]).await?;
                let marks = self.values(&frame, allowed, Kind::WrongRole, &first);
                let remark = all_unknown(&marks).then(|| nobody("in which role")).flatten();
                (marks, remark)
            }
            Demand::System(system) => {
                let frame = self.of_step(&steps, "step_values", &[("field", "system")]).await?;
                let marks = self.values(&frame, std::slice::from_ref(system), Kind::WrongSystem, &first);
                let remark = all_unknown(&marks).then(|| nobody("in which system")).flatten();
                (marks, remark)
            }
            Demand::Persons { same } => {
                let mut marks = Marks::new();
                for at in 0..steps.len() {
                    for other in at + 1..steps.len() {
                        let pair = [steps[at], steps[other]];
                        let frame = self.of_pair(&pair, "step_people", &[]).await?;
                        let names = (check.activities[at].as_str(), check.activities[other].as_str());
                        self.people(&frame, *same, names, &mut marks);
                    }
                }
                let remark = all_unknown(&marks).then(|| nobody("who did it")).flatten();
                (marks, remark)
            }
            Demand::Time { at_most, limit } => {
                let work = match self.work(limit.calendar.as_ref()) {
                    Ok(work) => work,
                    Err(why) => return Ok(Err(why)),
                };
                let frame = self.of_pair(&steps, "step_span", &[]).await?;
                (self.spans(&frame, check, *at_most, (limit, work.as_deref()), definition), None)
            }
            Demand::Within(limit) => {
                let work = match self.work(limit.calendar.as_ref()) {
                    Ok(work) => work,
                    Err(why) => return Ok(Err(why)),
                };
                let frame = self.of_step(&steps, "step_times", &[]).await?;
                let once = |row: usize| {
                    let (began, ended) = began_and_ended(&frame, row)?;
                    let is_late = !limit.is_within(work.as_deref(), began, ended).ok_or(Mark::Unknown)?;
                    Ok(Once { from: Some(began), due: limit.due(work.as_deref(), began), done: ended, is_late })
                };
                (self.times(&frame, &first, &once), None)
            }
            Demand::Until { minute, zone, calendar } => {
                let frame = self.of_step(&steps, "step_times", &[]).await?;
                let zone: Tz = match zone.parse() {
                    Ok(zone) => zone,
                    Err(_) => return Ok(Err(format!("not evaluated: there is no time zone `{zone}`"))),
                };
                let (work, remark) = match self.work(calendar.as_ref()) {
                    Ok(work) => (work, None),
                    Err(why) => (None, Some(format!("every day counts as a working day; whether it is one is {why}"))),
                };
                let once = |row: usize| {
                    let ended = frame.integer("ended_at", row);
                    ended.and_then(|at| cut_off(at, *minute, zone, work.as_deref())).ok_or(Mark::Unknown)
                };
                (self.times(&frame, &first, &once), remark)
            }
            Demand::Due { day, calendar } => {
                let work = match self.work(Some(calendar)) {
                    Ok(work) => work,
                    Err(why) => return Ok(Err(why)),
                };
                let frame = self.of_step(&steps, "step_times", &[]).await?;
                let once = |row: usize| {
                    let (began, ended) = began_and_ended(&frame, row)?;
                    let due = work.as_ref().and_then(|work| work.nth_of_month(began, *day)).ok_or(Mark::Unknown)?;
                    Ok(Once { from: Some(began), due: Some(due), done: ended, is_late: ended > due })
                };
                (self.times(&frame, &first, &once), None)
            }
            Demand::Data(needs) => (self.data(rows, steps.first().copied().flatten(), needs, &first), None),
            Demand::Guard(when) => {
                let unknown = "cases count as unknown where nothing is known that the condition speaks of";
                let marks = self.guard(rows, &steps, check, when);
                let remark = marks.values().any(|mark| *mark == Mark::Unknown).then(|| unknown.to_owned());
                (marks, remark)
            }
        };
        Ok(Ok(done))
    }

    fn by_path(&self, rows: &[(usize, u32)], check: &Check, rule: &PathRule<'_>) -> Marks {
        let name = |step: usize| check.activities.get(step).cloned().unwrap_or_default();
        let judge = |path: usize| match rule.judge(&self.paths[path]) {
            Verdict::Kept => Mark::Kept,
            Verdict::Vacuous => Mark::Vacuous,
            Verdict::Broken(ways) => {
                let way = |way: &crate::mining::rules::Broken| {
                    let other = way.other.map(name);
                    (Breach { kind: way.kind, activity: name(way.step), other, found: None }, way.order)
                };
                Mark::Broken(ways.iter().map(way).collect())
            }
        };
        let paths: BTreeSet<usize> = rows.iter().map(|(path, _)| *path).collect();
        let judged: BTreeMap<usize, Mark> = paths.into_iter().map(|path| (path, judge(path))).collect();
        rows.iter().filter_map(|(path, row)| Some((*row, judged.get(path)?.clone()))).collect()
    }

    fn values(&self, frame: &Frame, allowed: &[String], kind: Kind, activity: &str) -> Marks {
        let allowed: BTreeSet<String> = allowed.iter().map(|name| plain(name)).collect();
        let mut marks = Marks::new();
        for at in 0..frame.rows {
            let Some(row) = self.row(frame, at) else { continue };
            let mark = match frame.text("value", at) {
                None => Mark::Unknown,
                Some(value) if allowed.contains(&plain(value)) => Mark::Kept,
                Some(value) => Mark::Broken(vec![(breach(kind, activity, None, Some(value)), None)]),
            };
            join(&mut marks, row, mark);
        }
        marks
    }

    fn people(&self, frame: &Frame, same: bool, (first, second): (&str, &str), marks: &mut Marks) {
        for at in 0..frame.rows {
            let Some(row) = self.row(frame, at) else { continue };
            let of = |name: &str| frame.integer(name, at).unwrap_or_default();
            let (both, people, unnamed) = (of("shared"), of("people"), of("unnamed"));
            let kind = if same { Kind::DifferentPerson } else { Kind::SamePerson };
            let mark = if if same { people > 1 } else { both > 0 } {
                Mark::Broken(vec![(breach(kind, second, Some(first), None), None)])
            } else if unnamed > 0 {
                Mark::Unknown
            } else {
                Mark::Kept
            };
            join(marks, row, mark);
        }
    }

    fn data(&self, rows: &[(usize, u32)], step: Option<u32>, needs: &[String], activity: &str) -> Marks {
        let mut marks = Marks::new();
        for (path, row) in rows {
            let path = &self.paths[*path];
            let first = path.iter().position(|own| Some(*own as u32) == step);
            let Some(first) = first else { continue };
            let facts = self.known.at(*row, first as u32);
            let missing = needs.iter().filter(|name| facts.is_empty(name));
            let ways: Vec<(Breach, Order)> =
                missing.map(|name| (breach(Kind::MissingData, activity, None, Some(name)), None)).collect();
            marks.insert(*row, if ways.is_empty() { Mark::Kept } else { Mark::Broken(ways) });
        }
        marks
    }

    fn guard(
        &self,
        rows: &[(usize, u32)],
        steps: &[Option<u32>],
        check: &Check,
        when: &crate::model::official::Condition,
    ) -> Marks {
        let mut marks = Marks::new();
        for (path, row) in rows {
            let path = &self.paths[*path];
            let done = path.iter().enumerate().find_map(|(at, own)| {
                let step = steps.iter().position(|step| *step == Some(*own as u32))?;
                Some((at as u32, step))
            });
            let facts = self.known.at(*row, done.map_or(u32::MAX, |(at, _)| at));
            let name = |step: usize| check.activities.get(step).map(String::as_str).unwrap_or_default();
            let broken = |kind: Kind, step: usize| Mark::Broken(vec![(breach(kind, name(step), None, None), None)]);
            let mark = match (when.holds(&facts), done) {
                (None, None) if self.cases[*row as usize].may_go_on() => Mark::Pending,
                (None, _) => Mark::Unknown,
                (Some(true), Some(_)) => Mark::Kept,
                (Some(true), None) => broken(Kind::Skipped, 0),
                (Some(false), Some((_, step))) => broken(Kind::WrongBranch, step),
                (Some(false), None) => Mark::Vacuous,
            };
            marks.insert(*row, mark);
        }
        marks
    }
}
