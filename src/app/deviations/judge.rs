//! All cases of a log version held against an official flow, once: paths are aligned, cases that are still under way are
//! told from those that stopped, and each way of differing is noted for each case. Whatever filter is asked for later,
//! it only chooses among these.

use super::aligned::{Aligned, aligned};
use super::rules::Ruled;
use super::silence::Silent;
use crate::app::official::InForce;
use crate::app::{App, AppError, Asked};
use crate::mining::align::{self, Answer, Move, Outcome};
use crate::mining::deviation::{Difference, Kind, What};
use crate::mining::net::Net;
use crate::model::deviations::OfficialRemark;
use crate::model::filter::Filter;
use crate::model::judgement::{Evaluated, Found, JudgedCase, Judgement, Verdict, Way};
use crate::query::path_id;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// The newest version, as it is drawn; nothing where only rules hold.
    pub(super) net: Option<Net>,
    /// By version, the steps of its shortest run, and the activities that end a case from anywhere.
    pub(super) shortest: Vec<u32>,
    pub(super) cancels: Vec<BTreeSet<i32>>,
    /// By version, whether it has a path, and not only rules.
    pub(super) with_path: Vec<bool>,
    /// What came of the rules; their ways of differing follow those of `what`.
    pub(super) ruled: Ruled,
    /// How many variants there are: paths are counted once for each version.
    pub(super) variants: usize,
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
    /// Whether its last event cancels it.
    pub is_cancelled: bool,
    /// Whether some version was valid when it started.
    pub is_judged: bool,
}

impl Case {
    /// Whether it stops before the flow does without anything being amiss: it is under way, or was cancelled.
    pub(super) fn may_go_on(&self) -> bool {
        self.is_open || self.is_cancelled
    }
}

impl Judged {
    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> u64 {
        let outcomes = self.answer.outcomes.iter().chain(self.begun.values());
        let moves: usize = outcomes.filter_map(Outcome::alignment).map(|alignment| alignment.moves.len()).sum();
        let judgement = size_of_val(&*self.judgement.cases)
            + size_of_val(&*self.judgement.found)
            + size_of_val(&*self.judgement.promises);
        (size_of_val(&*self.cases) + judgement + moves * size_of::<Move>() + self.ruled.bytes()) as u64
    }

    /// The variant of a path, counted from 0, and the version that it was held against.
    pub(super) fn variant_of(&self, path: usize) -> (usize, usize) {
        let variants = self.variants.max(1);
        (path % variants, path / variants)
    }

    /// Whether the version of a path has a path itself, and not only rules.
    pub(super) fn has_path(&self, path: usize) -> bool {
        let (_, version) = self.variant_of(path);
        self.with_path.get(version).copied().unwrap_or(false)
    }
}

impl App {
    /// Holds a whole log version against the versions of a model.
    pub(super) async fn judge(&self, asked: &Asked, in_force: &InForce) -> Result<Judged, AppError> {
        let all = Asked { target: asked.target.clone(), filter: Filter::default() };
        let frame = self.ask(&all, "case_paths", &BTreeMap::new()).await?;
        let gaps = self.ask(&all, "event_gaps", &BTreeMap::new()).await?;
        let stalled_after_s = gaps.number("p95_s", 0).map(|p95| STALLED_AFTER * p95);
        let (snapshot, official) = (Arc::clone(&asked.target.snapshot), in_force.clone());
        let seconds = self.config.limits.alignment_seconds;
        let work = move || aligned(&frame, &snapshot, &official, stalled_after_s, seconds);
        let aligned = tokio::task::spawn_blocking(work).await;
        let aligned = aligned.map_err(|error| AppError::Internal(error.to_string()))??;
        let variants = asked.target.snapshot.variants()?.paths.len();
        let ruled = self.ruled(&all, in_force, &aligned.cases, variants).await?;
        let in_question = aligned.in_question().chain(ruled.in_question()).map(|path| path % variants.max(1)).collect();
        let ties = self.ties(&all, &in_question).await?;
        let silent = self.silent(&all, &missing_steps(&aligned, variants)).await?;
        Ok(noted(aligned, ruled, variants, &ties, &silent, stalled_after_s))
    }

    /// Events with the time of the event before them, of the cases that took a variant in which the
    /// order of two steps is in question.
    async fn ties(&self, all: &Asked, in_question: &BTreeSet<usize>) -> Result<BTreeSet<(i64, i64)>, AppError> {
        if in_question.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = &all.target.snapshot.variants()?.ids;
        let variants = in_question.iter().map(|variant| ids[*variant].clone()).collect();
        let narrowed =
            Asked { target: all.target.clone(), filter: Filter { variants, ..Filter::default() }.canonical() };
        let frame = self.ask(&narrowed, "tied_events", &BTreeMap::new()).await?;
        let tie = |row: usize| Some((frame.integer("case_idx", row)?, frame.integer("position", row)?));
        Ok((0..frame.rows).filter_map(tie).collect())
    }
}

impl Aligned {
    /// Paths in which the order of two steps is in question.
    fn in_question(&self) -> impl Iterator<Item = usize> + '_ {
        let wanted = |found: &[Difference]| found.iter().any(|difference| !difference.order.is_empty());
        let whole = (0..self.whole.len()).filter(move |path| wanted(&self.whole[*path]));
        let part = self.part.iter().filter(move |(_, found)| wanted(found)).map(|(path, _)| *path);
        whole.chain(part)
    }
}

/// The steps that were skipped, each with the variants that lack it.
fn missing_steps(aligned: &Aligned, variants: usize) -> BTreeMap<String, BTreeSet<usize>> {
    let mut missing: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let whole = aligned.whole.iter().enumerate();
    for (path, found) in whole.chain(aligned.part.iter().map(|(path, found)| (*path, found))) {
        for difference in found.iter().filter(|difference| difference.what.kind == Kind::Skipped) {
            missing.entry(difference.what.activity.clone()).or_default().insert(path % variants.max(1));
        }
    }
    missing
}

/// Notes for each case in which ways it differs, and what is known about that.
fn noted(
    aligned: Aligned,
    mut ruled: Ruled,
    variants: usize,
    ties: &BTreeSet<(i64, i64)>,
    silent: &Silent,
    stalled_after_s: Option<f64>,
) -> Judged {
    let Aligned { cases, net, remarks, answer, shortest, cancels, with_path, begun, whole, part } = aligned;
    let mut found: BTreeMap<&What, Vec<(i32, Verdict)>> = BTreeMap::new();
    let mut judged = Vec::with_capacity(cases.len());
    let none = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let (number, path) = (number as i32, case.path as usize);
        let (differing, outcome) = match (case.is_judged, case.is_open) {
            (false, _) => (&none, None),
            (_, true) => (part.get(&path).unwrap_or(&none), begun.get(&path)),
            (_, false) => (&whole[path], answer.outcomes.get(path)),
        };
        let version = path / variants.max(1);
        let has_path = with_path.get(version).copied().unwrap_or(false);
        let cheapest = shortest.get(version).copied().unwrap_or_default();
        judged.push(judged_case(number, case, outcome, has_path.then_some(cheapest)));
        for difference in differing {
            let verdict = verdict(number, difference, ties, silent);
            found.entry(&difference.what).or_default().push((number, verdict));
        }
    }
    let what: Vec<What> = found.keys().map(|what| (*what).clone()).collect();
    let ways: Vec<Way> = what.iter().map(way).collect();
    let rows = found.into_values().enumerate().flat_map(|(way, cases)| {
        cases.into_iter().map(move |(case, verdict)| Found { way: way as u32, case, verdict })
    });
    let found: Vec<Found> = rows.collect();
    ruled.settle(ties);
    for case in &mut judged {
        case.is_doubtful = ruled.is_doubtful(case.case as u32);
    }
    let mut judgement = Judgement { cases: judged, ways, found, ..Judgement::default() };
    ruled.note(&mut judgement);
    Judged {
        judgement,
        what,
        answer,
        begun,
        net,
        shortest,
        cancels,
        with_path,
        ruled,
        variants,
        remarks,
        cases,
        stalled_after_s,
    }
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

/// `cheapest` are the steps of the shortest run; nothing where there is no path to align with.
fn judged_case(number: i32, case: &Case, outcome: Option<&Outcome>, cheapest: Option<u32>) -> JudgedCase {
    let evaluated = match outcome.and_then(Outcome::bounds) {
        None => Evaluated::Not,
        Some((lower, upper)) if lower == upper => Evaluated::Computed,
        Some(_) => Evaluated::Bounded,
    };
    let alignment = cheapest.and_then(|_| outcome.and_then(Outcome::alignment));
    // What stops early is held against the beginning of the flow, which needs no step at all.
    let cheapest = cheapest.filter(|_| !case.may_go_on()).unwrap_or_default();
    let events = alignment.map(|alignment| {
        let is_event = |each: &&align::Move| !matches!(each, align::Move::Model { .. });
        alignment.moves.iter().filter(is_event).count() as i32
    });
    JudgedCase {
        case: number,
        is_open: case.is_open,
        evaluated,
        cost: alignment.map(|alignment| alignment.cost as i32),
        worst_cost: events.map(|events| events + cheapest as i32),
        is_doubtful: false,
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
