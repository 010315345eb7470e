//! Paths aligned with the version of the official flow that judges their cases, before times decide what is known.
//!
//! A path is counted once for each version: its number is that of its variant less one, plus the number of the version times
//! the number of variants. With one version, that is the number of the variant less one.

use super::judge::{Case, PATHS_IN_ALL};
use crate::app::official::{InForce, OfficialModel, told};
use crate::app::{AppError, threads};
use crate::mining::align::{self, Alignment, Answer, Limits, Names, Outcome, Question};
use crate::mining::calendar::CalendarError;
use crate::mining::deviation::{Difference, Evidence, Kind, What, differences, is_unfinished};
use crate::mining::net::Net;
use crate::model::deviations::OfficialRemark;
use crate::model::official::Definition;
use crate::query::{Frame, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// See the module.
pub(super) struct Aligned {
    pub cases: Vec<Case>,
    /// The net of the newest version; nothing where only rules hold.
    pub net: Option<Net>,
    pub remarks: Vec<OfficialRemark>,
    /// What the newest version said, with the outcomes of all.
    pub answer: Answer,
    /// By version, the steps of its shortest run.
    pub shortest: Vec<u32>,
    /// By version, the activities that end a case from anywhere.
    pub cancels: Vec<BTreeSet<i32>>,
    /// By version, whether it has a path, and not only rules.
    pub with_path: Vec<bool>,
    /// By path, for cases that are under way.
    pub begun: BTreeMap<usize, Outcome>,
    /// By path, for cases that are not under way.
    pub whole: Vec<Vec<Difference>>,
    /// By path, for those that are.
    pub part: BTreeMap<usize, Vec<Difference>>,
}

/// What every version is asked.
struct Asked<'a> {
    names: &'a [&'a str],
    variants: &'a [Vec<i32>],
    limits: Limits,
}

/// What one version said of the paths that it judges.
struct Said {
    net: Option<Net>,
    remarks: Vec<OfficialRemark>,
    answer: Answer,
    cancels: BTreeSet<i32>,
    /// Activities that end a case, where only they say so: there is no path, and the definition names them.
    ends: Option<BTreeSet<i32>>,
    /// The variants it was asked about, each with its outcome, whether it stops before the flow does, and its differences.
    of: Vec<(usize, Outcome, bool, Vec<Difference>)>,
}

pub(super) fn aligned(
    frame: &Frame,
    snapshot: &Snapshot,
    in_force: &InForce,
    stalled_after_s: Option<f64>,
    seconds: u64,
) -> Result<Aligned, AppError> {
    let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
    let variants = &snapshot.variants()?.paths;
    let versions = in_force.0.len();
    let mut used: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); versions];
    let mut cases: Vec<Case> = (0..frame.rows)
        .map(|row| {
            // Numbers of variants begin at 1.
            let variant = frame.integer("variant_id", row).map_or(0, |number| number - 1) as usize;
            let started = frame.integer("started_at", row);
            let version = in_force.of_case(started);
            if let Some(used) = version.and_then(|version| used.get_mut(version)) {
                used.insert(variant);
            }
            let path = version.unwrap_or(0) * variants.len() + variant;
            let cycle = frame.number("cycle_time_s", row);
            Case {
                path: path as u32,
                started,
                cycle,
                is_open: false,
                is_cancelled: false,
                is_judged: version.is_some(),
            }
        })
        .collect();
    // A single version is asked about all paths of the log, whoever took them.
    if let [only] = used.as_mut_slice() {
        only.extend(0..variants.len());
    }
    let parts = used.iter().filter(|used| !used.is_empty()).count().max(1) as u64;
    let in_all = Duration::from_secs(seconds.div_ceil(parts));
    let limits = Limits { per_path: in_all.div_f64(PATHS_IN_ALL as f64), in_all, threads: threads() };
    let asked = Asked { names: &names, variants, limits };
    let mut outcomes = vec![Outcome::NotEvaluated; variants.len() * versions];
    let mut whole = vec![Vec::new(); variants.len() * versions];
    let mut stops_early = vec![false; variants.len() * versions];
    let (mut remarks, mut shortest, mut cancels, mut with_path) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut ends = Vec::new();
    let mut newest = None;
    for (version, model) in in_force.0.iter().enumerate() {
        let said = asked.of(model, &used[version])?;
        for (variant, outcome, stops, found) in said.of {
            let path = version * variants.len() + variant;
            (outcomes[path], stops_early[path], whole[path]) = (outcome, stops, found);
        }
        for remark in said.remarks.into_iter().chain(model.definition().into_iter().flat_map(|own| unused(own))) {
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
        shortest.push(said.answer.cheapest);
        cancels.push(said.cancels);
        with_path.push(said.net.is_some());
        ends.push(said.ends);
        newest = Some((said.net, said.answer));
    }
    let (net, answer) =
        newest.ok_or_else(|| AppError::Internal("no version of the official flow was asked".to_owned()))?;
    let as_of = snapshot.manifest.last_us;
    for (row, case) in cases.iter_mut().enumerate() {
        let idle = as_of.zip(frame.integer("ended_at", row)).map(|(as_of, ended)| (as_of - ended) as f64 / 1e6);
        let is_recent = idle.zip(stalled_after_s).is_some_and(|(idle, limit)| idle <= limit);
        let (path, version) = (case.path as usize % variants.len().max(1), case.path as usize / variants.len().max(1));
        let steps = variants.get(path).map(Vec::as_slice).unwrap_or_default();
        let goes_on = match ends.get(version).and_then(Option::as_ref) {
            Some(ends) => !steps.iter().any(|step| ends.contains(step)),
            None => stops_early.get(case.path as usize).copied().unwrap_or(false),
        };
        case.is_open = case.is_judged && is_recent && goes_on;
        let cancels = |last: &i32| cancels.get(version).is_some_and(|cancels: &BTreeSet<i32>| cancels.contains(last));
        case.is_cancelled = case.is_judged && steps.last().is_some_and(cancels);
    }
    let open: BTreeSet<usize> = cases.iter().filter(|case| case.is_open).map(|case| case.path as usize).collect();
    let (mut begun, mut part) = (BTreeMap::new(), BTreeMap::new());
    for (version, model) in in_force.0.iter().enumerate() {
        let of = |path: &usize| path / variants.len().max(1) == version;
        let here: BTreeSet<usize> = open.iter().copied().filter(of).map(|path| path % variants.len()).collect();
        for (variant, outcome, found) in asked.begun(model, &here)? {
            let path = version * variants.len() + variant;
            begun.insert(path, outcome);
            part.insert(path, found);
        }
    }
    let answer = Answer { outcomes, ..answer };
    Ok(Aligned { cases, net, remarks, answer, shortest, cancels, with_path, begun, whole, part })
}

impl Asked<'_> {
    /// The paths as whole ones. Those that end by being cancelled have to follow the flow up to there, and not to its end.
    fn of(&self, model: &OfficialModel, used: &BTreeSet<usize>) -> Result<Said, AppError> {
        let cancels = cancels(model, self.names);
        let Some((net, remarks)) = model.path_net(self.names)? else {
            let of = used.iter().map(|variant| (*variant, followed(), false, Vec::new())).collect();
            let ends = ends(model, self.names);
            let what = "does not say which steps of the log end a case: each case is taken as finished";
            let remarks =
                ends.is_none().then(|| OfficialRemark { element: "case.end".to_owned(), what: what.to_owned() });
            let remarks = remarks.into_iter().collect();
            return Ok(Said { net: None, remarks, answer: nothing(), cancels, ends, of });
        };
        let is_cancelled = |variant: &usize| self.variants[*variant].last().is_some_and(|last| cancels.contains(last));
        let (cancelled, finished): (Vec<usize>, Vec<usize>) = used.iter().copied().partition(is_cancelled);
        let mut of = Vec::new();
        let answer = self.align(&net, &finished, true, &mut of)?;
        if !cancelled.is_empty() {
            self.align(&net, &cancelled, false, &mut of)?;
        }
        Ok(Said { net: Some(net), remarks: told(&remarks), answer, cancels, ends: None, of })
    }

    fn align(
        &self,
        net: &Net,
        variants: &[usize],
        finished: bool,
        of: &mut Vec<(usize, Outcome, bool, Vec<Difference>)>,
    ) -> Result<Answer, AppError> {
        let cut = |variant: &usize| {
            let path = &self.variants[*variant];
            if finished { path.clone() } else { path[..path.len() - 1].to_vec() }
        };
        let paths: Vec<Vec<i32>> = variants.iter().map(cut).collect();
        let question = Question { net, activities: self.names, paths: &paths, finished };
        let mut answer = align::align(&question, &self.limits).map_err(AppError::NoRun)?;
        let outcomes = std::mem::take(&mut answer.outcomes);
        let evidence = Evidence::of(&answer, self.names);
        for ((variant, path), outcome) in variants.iter().zip(&paths).zip(outcomes) {
            let stops = outcome.alignment().is_some_and(|moves| finished && is_unfinished(path, moves, &evidence));
            let found = outcome.alignment().map(|moves| differences(path, moves, &evidence)).unwrap_or_default();
            of.push((*variant, outcome, stops, found));
        }
        Ok(answer)
    }

    /// Paths that are under way, held against the beginning of the flow.
    fn begun(
        &self,
        model: &OfficialModel,
        variants: &BTreeSet<usize>,
    ) -> Result<Vec<(usize, Outcome, Vec<Difference>)>, AppError> {
        if variants.is_empty() {
            return Ok(Vec::new());
        }
        let not_finished = |path: &[i32]| {
            let last = path.last().and_then(|last| self.names.get(*last as usize)).copied().unwrap_or_default();
            let what = What { kind: Kind::NotFinished, activity: last.to_owned(), other: None };
            Difference { what, order: Vec::new(), between: Vec::new() }
        };
        let Some((net, _)) = model.path_net(self.names)? else {
            let of = |variant: &usize| (*variant, followed(), vec![not_finished(&self.variants[*variant])]);
            return Ok(variants.iter().map(of).collect());
        };
        let variants: Vec<usize> = variants.iter().copied().collect();
        let paths: Vec<Vec<i32>> = variants.iter().map(|variant| self.variants[*variant].clone()).collect();
        let question = Question { net: &net, activities: self.names, paths: &paths, finished: false };
        let mut answer = align::align(&question, &self.limits).map_err(AppError::NoRun)?;
        let outcomes = std::mem::take(&mut answer.outcomes);
        let evidence = Evidence::of(&answer, self.names);
        let under_way = |((variant, path), outcome): ((&usize, &Vec<i32>), Outcome)| {
            let mut found = outcome.alignment().map(|moves| differences(path, moves, &evidence)).unwrap_or_default();
            found.push(not_finished(path));
            (*variant, outcome, found)
        };
        Ok(variants.iter().zip(&paths).zip(outcomes).map(under_way).collect())
    }
}

/// What aligning says of a case where there is no path to leave.
fn followed() -> Outcome {
    Outcome::Computed(Alignment::default())
}

/// What a version without a path says: nothing.
fn nothing() -> Answer {
    Answer {
        net: Net::default(),
        names: Names::default(),
        starts: Vec::new(),
        ends: Vec::new(),
        cheapest: 0,
        outcomes: Vec::new(),
    }
}

/// Activities that end a case; nothing unless the definition says how cases end, in words that the log knows.
fn ends(model: &OfficialModel, names: &[&str]) -> Option<BTreeSet<i32>> {
    let definition = model.definition()?;
    let case = definition.case.as_ref()?;
    let known = |steps: &[String]| -> BTreeSet<i32> {
        let labels: Vec<&str> = steps.iter().map(|step| definition.activity(step)).collect();
        numbers(&labels, names)
    };
    let (ends, cancels) = (known(&case.end), known(&case.cancel));
    (!ends.is_empty()).then(|| ends.into_iter().chain(cancels).collect())
}

/// Parts of a definition that nothing is computed from: so far, or because what they say is elsewhere.
fn unused(definition: &Definition) -> Vec<OfficialRemark> {
    let case = definition.case.as_ref();
    let holidays = definition.calendar.as_ref().and_then(|calendar| calendar.holidays.as_ref());
    let file = holidays.and_then(|holidays| holidays.file.as_ref()).map(|file| OfficialRemark {
        element: "calendar.holidays".to_owned(),
        what: CalendarError::File(file.clone()).to_string(),
    });
    let parts = [
        ("case.stall_after", case.is_some_and(|case| case.stall_after.is_some())),
        ("criticality", definition.criticality.is_some()),
        ("penalty", definition.rules.iter().any(|rule| rule.penalty.is_some())),
        ("costs", definition.costs.is_some()),
    ];
    let remark = |(element, _): (&str, bool)| OfficialRemark {
        element: element.to_owned(),
        what: "is kept, and not used yet".to_owned(),
    };
    parts.into_iter().filter(|(_, is_there)| *is_there).map(remark).chain(file).collect()
}

/// Activities that end a case from anywhere.
fn cancels(model: &OfficialModel, names: &[&str]) -> BTreeSet<i32> {
    let Some(definition) = model.definition() else { return BTreeSet::new() };
    let on_path: BTreeSet<&str> = definition.path.iter().flat_map(|path| path.steps()).collect();
    let steps = definition.case.iter().flat_map(|case| &case.cancel).filter(|step| !on_path.contains(step.as_str()));
    let labels: Vec<&str> = steps.map(|step| definition.activity(step)).collect();
    numbers(&labels, names)
}

/// The numbers of those that the log knows.
fn numbers(labels: &[&str], names: &[&str]) -> BTreeSet<i32> {
    let matched = Names::matching(labels, names);
    labels.iter().map(|label| matched.number(label)).filter(|n| (*n as usize) < names.len()).map(|n| n as i32).collect()
}
