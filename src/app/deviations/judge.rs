//! All cases of a log version held against an official flow, once: paths are aligned, cases that are still under way are
//! told from those that stopped, and each way of differing is noted for each case. Whatever filter is asked for later,
//! it only chooses among these.

use super::silence::Silent;
use crate::app::official::OfficialModel;
use crate::app::{App, AppError, Asked, threads};
use crate::mining::align::{self, Answer, Limits, Outcome, Question};
use crate::mining::deviation::{Difference, Evidence, Kind, What, differences, is_unfinished};
use crate::mining::net::Net;
use crate::model::deviations::OfficialRemark;
use crate::model::filter::Filter;
use crate::model::judgement::{Evaluated, Found, JudgedCase, Judgement, Verdict, Way};
use crate::query::{Frame, Snapshot, path_id};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// So many times longer than one path all of them may take.
pub(super) const PATHS_IN_ALL: u64 = 6;
/// A case that has not reached the end is under way for so many times the 95th percentile of gaps between events.
const STALLED_AFTER: f64 = 3.0;

/// See the module. Cases are counted by their number, paths by that of their variant less one.
#[derive(Debug)]
pub struct Judged {
    /// What tables are made of.
    pub judgement: Judgement,
    /// The ways of differing, as `judgement` counts them.
    pub(super) what: Vec<What>,
    /// What aligning whole paths said.
    pub(super) answer: Answer,
    /// The same for the paths of open cases, held against the beginning of the flow.
    pub(super) begun: BTreeMap<usize, Outcome>,
    /// The model, as it is drawn.
    pub(super) net: Net,
    /// What was understood in its own way.
    pub(super) remarks: Vec<OfficialRemark>,
    /// By case: its path, its start, how long it took, whether it is open.
    pub(super) cases: Vec<Case>,
    /// After so many seconds without an event a case that has not reached the end is no longer open.
    pub(super) stalled_after_s: Option<f64>,
}

/// A case of the version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub path: u32,
    pub started: Option<i64>,
    pub cycle: Option<f64>,
    pub is_open: bool,
}

/// Paths aligned, before times decide what is known.
struct Aligned {
    cases: Vec<Case>,
    net: Net,
    remarks: Vec<OfficialRemark>,
    answer: Answer,
    begun: BTreeMap<usize, Outcome>,
    /// By path, for cases that are not under way.
    whole: Vec<Vec<Difference>>,
    /// By path, for those that are.
    part: BTreeMap<usize, Vec<Difference>>,
}

impl App {
    /// Holds a whole log version against a model.
    pub(super) async fn judge(&self, asked: &Asked, model: &Arc<OfficialModel>) -> Result<Judged, AppError> {
        let all = Asked { target: asked.target.clone(), filter: Filter::default() };
        let frame = self.ask(&all, "case_paths", &BTreeMap::new()).await?;
        let gaps = self.ask(&all, "event_gaps", &BTreeMap::new()).await?;
        let stalled_after_s = gaps.number("p95_s", 0).map(|p95| STALLED_AFTER * p95);
        let (snapshot, official) = (Arc::clone(&asked.target.snapshot), Arc::clone(model));
        let seconds = self.config.limits.alignment_seconds;
        let work = move || aligned(&frame, &snapshot, &official, stalled_after_s, seconds);
        let aligned = tokio::task::spawn_blocking(work).await;
        let aligned = aligned.map_err(|error| AppError::Internal(error.to_string()))??;
        let ties = self.ties(&all, &aligned).await?;
        let silent = self.silent(&all, &missing_steps(&aligned)).await?;
        Ok(noted(aligned, &ties, &silent, stalled_after_s))
    }

    /// Events with the time of the event before them, of the cases in which the order of two steps is in question.
    async fn ties(&self, all: &Asked, aligned: &Aligned) -> Result<BTreeSet<(i64, i64)>, AppError> {
        let is_in_question = |found: &Vec<Difference>| found.iter().any(|difference| !difference.order.is_empty());
        let paths = aligned.paths_with(is_in_question);
        if paths.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = &all.target.snapshot.variants()?.ids;
        let variants = paths.iter().map(|path| ids[*path].clone()).collect();
        let narrowed =
            Asked { target: all.target.clone(), filter: Filter { variants, ..Filter::default() }.canonical() };
        let frame = self.ask(&narrowed, "tied_events", &BTreeMap::new()).await?;
        let tie = |row: usize| Some((frame.integer("case_idx", row)?, frame.integer("position", row)?));
        Ok((0..frame.rows).filter_map(tie).collect())
    }
}

impl Aligned {
    fn paths_with(&self, wanted: impl Fn(&Vec<Difference>) -> bool) -> BTreeSet<usize> {
        let whole = (0..self.whole.len()).filter(|path| wanted(&self.whole[*path]));
        let part = self.part.iter().filter(|(_, found)| wanted(found)).map(|(path, _)| *path);
        whole.chain(part).collect()
    }
}

/// The steps that were skipped, each with the paths that lack it.
fn missing_steps(aligned: &Aligned) -> BTreeMap<String, BTreeSet<usize>> {
    let mut missing: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let whole = aligned.whole.iter().enumerate();
    for (path, found) in whole.chain(aligned.part.iter().map(|(path, found)| (*path, found))) {
        for difference in found.iter().filter(|difference| difference.what.kind == Kind::Skipped) {
            missing.entry(difference.what.activity.clone()).or_default().insert(path);
        }
    }
    missing
}

fn aligned(
    frame: &Frame,
    snapshot: &Snapshot,
    model: &OfficialModel,
    stalled_after_s: Option<f64>,
    seconds: u64,
) -> Result<Aligned, AppError> {
    let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
    let paths = &snapshot.variants()?.paths;
    let (net, remarks) = model.net(&names)?;
    let limits = Limits {
        per_path: Duration::from_secs(seconds.div_ceil(PATHS_IN_ALL)),
        in_all: Duration::from_secs(seconds),
        threads: threads(),
    };
    let question = Question { net: &net, activities: &names, paths, finished: true };
    let answer = align::align(&question, &limits).map_err(AppError::NoRun)?;
    let evidence = Evidence::of(&answer, &names);
    let stops_early: Vec<bool> = paths
        .iter()
        .zip(&answer.outcomes)
        .map(|(path, outcome)| outcome.alignment().is_some_and(|moves| is_unfinished(path, moves, &evidence)))
        .collect();
    let as_of = snapshot.manifest.last_us;
    let cases: Vec<Case> = (0..frame.rows)
        .map(|row| {
            // Numbers of variants begin at 1.
            let path = frame.integer("variant_id", row).map_or(0, |number| number - 1) as u32;
            let (started, ended) = (frame.integer("started_at", row), frame.integer("ended_at", row));
            let idle = as_of.zip(ended).map(|(as_of, ended)| (as_of - ended) as f64 / 1e6);
            let is_recent = idle.zip(stalled_after_s).is_some_and(|(idle, limit)| idle <= limit);
            let is_open = is_recent && stops_early.get(path as usize).copied().unwrap_or(false);
            Case { path, started, cycle: frame.number("cycle_time_s", row), is_open }
        })
        .collect();
    let open: BTreeSet<usize> = cases.iter().filter(|case| case.is_open).map(|case| case.path as usize).collect();
    let open: Vec<usize> = open.into_iter().collect();
    let begun_paths: Vec<Vec<i32>> = open.iter().map(|path| paths[*path].clone()).collect();
    let begun: BTreeMap<usize, Outcome> = if open.is_empty() {
        BTreeMap::new()
    } else {
        let question = Question { net: &net, activities: &names, paths: &begun_paths, finished: false };
        open.into_iter().zip(align::align(&question, &limits).map_err(AppError::NoRun)?.outcomes).collect()
    };
    let told = |path: &[i32], outcome: &Outcome| {
        outcome.alignment().map(|alignment| differences(path, alignment, &evidence)).unwrap_or_default()
    };
    let whole = paths.iter().zip(&answer.outcomes).map(|(path, outcome)| told(path, outcome)).collect();
    let under_way = |path: usize, outcome: &Outcome| {
        let mut found = told(&paths[path], outcome);
        let last = paths[path].last().and_then(|last| names.get(*last as usize)).copied().unwrap_or_default();
        let what = What { kind: Kind::NotFinished, activity: last.to_owned(), other: None };
        found.push(Difference { what, order: Vec::new(), between: Vec::new() });
        found
    };
    let part = begun.iter().map(|(path, outcome)| (*path, under_way(*path, outcome))).collect();
    let remarks = crate::app::official::told(&remarks);
    Ok(Aligned { cases, net, remarks, begun, whole, part, answer })
}

/// Notes for each case in which ways it differs, and what is known about that.
fn noted(aligned: Aligned, ties: &BTreeSet<(i64, i64)>, silent: &Silent, stalled_after_s: Option<f64>) -> Judged {
    let Aligned { cases, net, remarks, answer, begun, whole, part } = aligned;
    let mut found: BTreeMap<&What, Vec<(i32, Verdict)>> = BTreeMap::new();
    let mut judged = Vec::with_capacity(cases.len());
    let none = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let (number, path) = (number as i32, case.path as usize);
        let (differing, outcome) = match case.is_open {
            true => (part.get(&path).unwrap_or(&none), begun.get(&path)),
            false => (&whole[path], answer.outcomes.get(path)),
        };
        judged.push(judged_case(number, case, outcome, answer.cheapest));
        for difference in differing {
            let verdict = verdict(number, difference, ties, silent);
            found.entry(&difference.what).or_default().push((number, verdict));
        }
    }
    let what: Vec<What> = found.keys().map(|what| (*what).clone()).collect();
    let ways = what.iter().map(way).collect();
    let rows = found.into_values().enumerate().flat_map(|(way, cases)| {
        cases.into_iter().map(move |(case, verdict)| Found { way: way as u32, case, verdict })
    });
    let judgement = Judgement { cases: judged, ways, found: rows.collect() };
    Judged { judgement, what, answer, begun, net, remarks, cases, stalled_after_s }
}

fn way(what: &What) -> Way {
    let parts = [what.kind.word(), &what.activity].into_iter().chain(what.other.as_deref());
    Way {
        id: format!("{}-{}", what.kind.word(), path_id(parts)),
        kind: what.kind.word().to_owned(),
        activity: what.activity.clone(),
        other: what.other.clone(),
    }
}

fn judged_case(number: i32, case: &Case, outcome: Option<&Outcome>, cheapest: u32) -> JudgedCase {
    let evaluated = match outcome.and_then(Outcome::bounds) {
        None => Evaluated::Not,
        Some((lower, upper)) if lower == upper => Evaluated::Computed,
        Some(_) => Evaluated::Bounded,
    };
    let alignment = outcome.and_then(Outcome::alignment);
    let events = alignment.map(|alignment| {
        let is_event = |each: &&align::Move| !matches!(each, align::Move::Model { .. });
        alignment.moves.iter().filter(is_event).count() as i32
    });
    JudgedCase {
        case: number,
        is_open: case.is_open,
        evaluated,
        cost: alignment.map(|alignment| alignment.cost as i32),
        worst_cost: events.map(|events| if case.is_open { events } else { events + cheapest as i32 }),
    }
}

fn verdict(case: i32, difference: &Difference, ties: &BTreeSet<(i64, i64)>, silent: &Silent) -> Verdict {
    // All events from the second to the last of them have the time of the one before.
    let tied = |(first, last): &(u32, u32)| {
        (first + 1..=*last).all(|position| ties.contains(&(i64::from(case), i64::from(position))))
    };
    match difference.what.kind {
        Kind::NotFinished => Verdict::Open,
        Kind::OutOfOrder if difference.order.iter().all(tied) => Verdict::Unknown,
        Kind::Skipped if silent.covers(&difference.what.activity, case, &difference.between) => Verdict::NotObservable,
        _ => Verdict::Differs,
    }
}
