//! `deviations`: a log held against an official flow. [`judge`] does it once for all cases, here the asked ones are
//! counted and it is put into words; [`kept`] lends the same to SQL.

mod aligned;
mod compare;
mod count;
mod drawn;
mod judge;
mod kept;
mod ledger;
mod propose;
mod rules;
mod sentence;
mod silence;
mod trend;

pub use kept::KeptJudgements;
pub use ledger::{GivenDecision, KnownDeviation};

use crate::app::official::{InForce, OfficialModel, fitting, told};
use crate::app::{App, AppError, Asked};
use crate::mining::align::{Fitness, Outcome, Played, fitness, fitness_of_paths, precision, replay};
use crate::mining::causes::wilson;
use crate::mining::net::Net;
use crate::model::deviations::{Begun, Deviations, Evaluation, Finished, JudgedBy, Official, TokenReplay};
use crate::model::time::rfc3339;
use crate::query::Frame;
use count::{Seen, Standing};
use judge::Judged;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

impl App {
    /// The cases held against one official flow.
    ///
    /// # Errors
    /// Those of the queries; `Model` and `NoRun` for a flow that cannot be used.
    pub async fn deviations(&self, asked: &Asked, model: &Arc<OfficialModel>) -> Result<Deviations, AppError> {
        self.deviations_over(asked, &InForce::only(Arc::clone(model))).await
    }

    /// The cases, each held against the version that was valid when it started.
    ///
    /// # Errors
    /// As [`Self::deviations`].
    pub async fn deviations_over(&self, asked: &Asked, in_force: &InForce) -> Result<Deviations, AppError> {
        let judged = self.judged(asked, in_force).await?;
        let asked = &match asked.filter.deviations.is_empty() {
            true => asked.clone(),
            false => self.held_against(asked, in_force).await?,
        };
        let frame = self.ask(asked, "case_paths", &BTreeMap::new()).await?;
        let comparison = self.comparison(asked).await?;
        let decided = self.ledger(&asked.target.flow)?;
        let (snapshot, official) = (Arc::clone(&asked.target.snapshot), in_force.clone());
        let per_path = Duration::from_secs(self.config.limits.alignment_seconds.div_ceil(judge::PATHS_IN_ALL));
        let work = move || -> Result<Deviations, AppError> {
            let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
            let paths = &snapshot.variants()?.paths;
            let seen = Seen::of(&judged, &frame);
            let measured = Measured::of(&judged, &seen, paths, &names, per_path);
            let standing = Standing::of(&judged, &seen, &decided, comparison);
            let known = |case: i64| snapshot.case_id(case);
            let deviations = standing.deviations(&known)?;
            let (finished, begun) = (finished(&standing), begun(&judged, &seen, &standing));
            let measured = Measured { conforming: standing.conforming(), ..measured };
            Ok(answer(&judged, &seen, measured, &official, (finished, begun), deviations))
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?
    }
}

/// The measures of the whole, in which every case is taken as finished.
struct Measured {
    /// Only of cases whose version has a path.
    fitness: Fitness,
    /// Cases whose version has only rules.
    by_rules: u64,
    /// Cases without any difference.
    conforming: u64,
    precision: Option<f64>,
    replayed: Option<TokenReplay>,
    unknown_activities: Vec<String>,
}

impl Measured {
    fn of(judged: &Judged, seen: &Seen, paths: &[Vec<i32>], names: &[&str], within: Duration) -> Self {
        let has_path = |path: &usize| judged.has_path(*path);
        let is_cancelled = |path: usize| {
            let (variant, version) = judged.variant_of(path);
            paths[variant].last().is_some_and(|last| judged.cancels[version].contains(last))
        };
        let rows = seen.paths.iter().filter(|(path, _)| has_path(path)).map(|(path, cases)| {
            let (variant, version) = judged.variant_of(*path);
            let (events, shortest) = match is_cancelled(*path) {
                // Held against the beginning of the flow up to its last event, as in the table of cases.
                true => (paths[variant].len() - 1, 0),
                false => (paths[variant].len(), judged.shortest[version]),
            };
            (events, *cases, shortest, &judged.answer.outcomes[*path])
        });
        let fitness = fitness_of_paths(rows);
        let of_version = |(path, cases): (&usize, &u64)| {
            // A case that was cancelled says nothing about what the flow would have wanted then.
            (!is_cancelled(*path)).then(|| (paths[judged.variant_of(*path).0].as_slice(), *cases))
        };
        let mut weighed: Vec<(&[i32], u64)> = seen.paths.iter().filter_map(of_version).collect();
        // Should time run out, then for the rarest.
        weighed.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
        let known: BTreeSet<u32> =
            judged.answer.net.labels().iter().map(|label| judged.answer.names.number(label)).collect();
        let there: BTreeSet<i32> = weighed.iter().flat_map(|(path, _)| path.iter().copied()).collect();
        let unknown = there.into_iter().filter(|activity| !known.contains(&(*activity as u32)));
        // Several versions allow several things: what one of them allows says little about the cases of the others.
        let net = judged.net.as_ref();
        let only =
            net.filter(|_| seen.paths.keys().all(|path| judged.variant_of(*path).1 + 1 == judged.shortest.len()));
        Self {
            fitness,
            by_rules: seen.paths.iter().filter(|(path, _)| !has_path(path)).map(|(_, cases)| cases).sum(),
            conforming: 0,
            precision: only.and_then(|net| precision(net, names, &weighed, within)),
            replayed: only.and_then(|net| replayed(net, names, &weighed, within)),
            unknown_activities: unknown
                .filter(|_| net.is_some())
                .map(|activity| names[activity as usize].to_owned())
                .collect(),
        }
    }
}

fn answer(
    judged: &Judged,
    seen: &Seen,
    measured: Measured,
    in_force: &InForce,
    (finished, open): (Finished, Begun),
    deviations: Vec<crate::model::deviations::Deviation>,
) -> Deviations {
    let fitness = measured.fitness;
    let computed = fitness.computed + measured.by_rules;
    let evaluated = computed + fitness.bounded;
    let mut remarks = judged.remarks.clone();
    remarks.extend(told(&judged.answer.names.remarks));
    let newest = in_force.newest();
    let by_version = |(version, model): (usize, &Arc<OfficialModel>)| JudgedBy {
        version: model.version,
        valid_from: model.valid_from.map(rfc3339),
        cases: seen
            .paths
            .iter()
            .filter(|(path, _)| judged.variant_of(**path).1 == version)
            .map(|(_, n)| *n as i64)
            .sum(),
    };
    Deviations {
        cases: (evaluated + fitness.not_evaluated + seen.before) as i64,
        evaluated_cases: evaluated as i64,
        conforming_cases: measured.conforming as i64,
        conforming_share: (evaluated > 0).then(|| measured.conforming as f64 / evaluated as f64),
        finished,
        open,
        fitness: fitting(&fitness),
        precision: measured.precision,
        token_replay: measured.replayed,
        evaluation: Evaluation {
            computed: computed as i64,
            bounded: fitness.bounded as i64,
            not_evaluated: (fitness.not_evaluated + seen.before) as i64,
        },
        official: Official {
            name: newest.map(|model| model.name.clone()).unwrap_or_default(),
            notation: newest.map(|model| model.notation()).unwrap_or_default().to_owned(),
            version: newest.and_then(|model| model.version),
            versions: in_force.0.iter().enumerate().map(by_version).collect(),
            cases_before: seen.before as i64,
            cheapest_run: judged.answer.cheapest,
            remarks,
            unknown_steps: unknown_steps(judged),
            unknown_activities: measured.unknown_activities,
        },
        deviations,
        rules: judged.ruled.outcomes(&seen.cases),
    }
}

/// Steps of path and rules that the log does not know, in alphabetical order.
fn unknown_steps(judged: &Judged) -> Vec<String> {
    let all: BTreeSet<&String> = judged.answer.names.unknown.iter().chain(judged.ruled.unknown_steps()).collect();
    all.into_iter().cloned().collect()
}

fn finished(standing: &Standing<'_>) -> Finished {
    let counted = standing.finished();
    let interval = wilson(counted.conforming as i64, counted.known as i64);
    Finished {
        cases: counted.cases as i64,
        known_cases: counted.known as i64,
        conforming_cases: counted.conforming as i64,
        conforming_share: (counted.known > 0).then(|| counted.conforming as f64 / counted.known as f64),
        share_low: interval.map(|(low, _)| low),
        share_high: interval.map(|(_, high)| high),
        by_acceptance_cases: counted.by_acceptance as i64,
    }
}

fn begun(judged: &Judged, seen: &Seen, standing: &Standing<'_>) -> Begun {
    let open = standing.open();
    let (mut sum, mut n) = (0.0, 0u64);
    for case in seen.cases.iter().filter(|case| judged.cases[**case as usize].is_open) {
        let outcome = judged.begun.get(&(judged.cases[*case as usize].path as usize));
        let worst = judged.judgement.cases[*case as usize].worst_cost;
        if let (Some((_, upper)), Some(worst)) = (outcome.and_then(Outcome::bounds), worst) {
            sum += fitness(upper, worst as usize, 0);
            n += 1;
        }
    }
    Begun {
        cases: open.cases as i64,
        broken_cases: (open.known - open.conforming) as i64,
        mean_fitness: (n > 0).then(|| sum / n as f64),
        stalled_after_s: judged.stalled_after_s,
    }
}

fn replayed(net: &Net, activities: &[&str], paths: &[(&[i32], u64)], within: Duration) -> Option<TokenReplay> {
    let only: Vec<&[i32]> = paths.iter().map(|(path, _)| *path).collect();
    let played = replay(net, activities, &only, within)?;
    let cases: u64 = paths.iter().map(|(_, cases)| cases).sum();
    let (mut all, mut mean, mut fitting) = (Played::default(), 0.0, 0);
    for (played, (_, cases)) in played.into_iter().zip(paths) {
        all += played * *cases;
        mean += played.fitness() * *cases as f64;
        fitting += if played.fits() { *cases } else { 0 };
    }
    let n = (cases > 0).then_some(cases as f64)?;
    Some(TokenReplay { mean: mean / n, log: all.fitness(), fitting_share: fitting as f64 / n })
}
