//! `deviations`: the paths of a log held against an official flow. The log says which case took which path and how long
//! it took; [`crate::mining`] aligns paths and names what differs; here cases are counted and it is put into words.

mod count;
mod sentence;

use crate::app::official::{OfficialModel, fitting, told};
use crate::app::{App, AppError, Asked, threads};
use crate::mining::align::{self, Answer, Limits, Played, Question, fitness_of_log, precision, replay};
use crate::mining::deviation::{Evidence, Tallied, differences, tally};
use crate::mining::net::Net;
use crate::model::deviations::{Deviations, Evaluation, Official, TokenReplay};
use crate::model::filter::Filter;
use crate::query::Frame;
use count::{Cases, Counted};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// So many times longer than one path all of them may take.
const PATHS_IN_ALL: u64 = 6;

impl App {
    /// The cases held against an official flow.
    ///
    /// # Errors
    /// Those of the queries; `Model` and `NoRun` for a flow that cannot be used.
    pub async fn deviations(&self, asked: &Asked, model: &Arc<OfficialModel>) -> Result<Deviations, AppError> {
        let frame = self.ask(asked, "case_paths", &BTreeMap::new()).await?;
        let (snapshot, official, seconds) =
            (Arc::clone(&asked.target.snapshot), Arc::clone(model), self.config.limits.alignment_seconds);
        let work = move || -> Result<Held, AppError> {
            let names: Vec<String> = snapshot.names("activity").iter().flatten().map(str::to_owned).collect();
            let cases = Cases::of(&frame, snapshot.variants()?.paths.len());
            hold(cases, &names, &snapshot.variants()?.paths, &official, seconds)
        };
        let held = tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))??;
        let ties = self.ties(asked, &held).await?;
        self.told(asked, model, held, &ties)
    }

    /// Events with the time of the event before them, of the cases in which the order of two steps is in question.
    async fn ties(&self, asked: &Asked, held: &Held) -> Result<BTreeSet<(i64, i64)>, AppError> {
        let in_question: BTreeSet<usize> = held
            .tallied
            .iter()
            .flat_map(|tallied| tallied.paths.iter().filter(|(_, order)| !order.is_empty()).map(|(path, _)| *path))
            .collect();
        if in_question.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = &asked.target.snapshot.variants()?.ids;
        let variants = in_question.iter().map(|path| ids[held.cases.variants[*path]].clone()).collect();
        let narrowed =
            Asked { target: asked.target.clone(), filter: Filter { variants, ..asked.filter.clone() }.canonical() };
        let frame = self.ask(&narrowed, "tied_events", &BTreeMap::new()).await?;
        let tie = |row: usize| Some((frame.integer("case_idx", row)?, frame.integer("position", row)?));
        Ok((0..frame.rows).filter_map(tie).collect())
    }

    fn told(
        &self,
        asked: &Asked,
        model: &OfficialModel,
        held: Held,
        ties: &BTreeSet<(i64, i64)>,
    ) -> Result<Deviations, AppError> {
        let Held { cases, answer, tallied, precision, replayed, mut remarks, unknown_activities } = held;
        let rows = (0..cases.paths()).map(|path| {
            let events = cases.events[path];
            (events, cases.rows[path].len() as u64, &answer.outcomes[path])
        });
        let fitness = fitness_of_log(rows, answer.cheapest);
        let evaluated = fitness.computed + fitness.bounded;
        let conforming = cases.median_of(|path| answer.outcomes[path].bounds() == Some((0, 0)));
        let mut deviations = Vec::new();
        for tallied in tallied {
            let counted = Counted::of(&tallied, &cases, ties);
            let known = |case: i64| asked.target.snapshot.case_id(case);
            deviations.push(counted.told(evaluated, conforming, &answer, &known)?);
        }
        deviations
            .sort_by(|a, b| b.cases.cmp(&a.cases).then_with(|| (&a.kind, &a.activity).cmp(&(&b.kind, &b.activity))));
        remarks.extend(told(&answer.names.remarks));
        Ok(Deviations {
            cases: (evaluated + fitness.not_evaluated) as i64,
            evaluated_cases: evaluated as i64,
            conforming_cases: fitness.conforming as i64,
            conforming_share: (evaluated > 0).then(|| fitness.conforming as f64 / evaluated as f64),
            fitness: fitting(&fitness),
            precision,
            token_replay: replayed,
            evaluation: Evaluation {
                computed: fitness.computed as i64,
                bounded: fitness.bounded as i64,
                not_evaluated: fitness.not_evaluated as i64,
            },
            official: Official {
                name: model.name.clone(),
                notation: model.notation().to_owned(),
                version: model.version,
                cheapest_run: answer.cheapest,
                remarks,
                unknown_steps: answer.names.unknown.clone(),
                unknown_activities,
            },
            deviations,
        })
    }
}

/// Paths held against a flow, before cases are counted.
struct Held {
    cases: Cases,
    answer: Answer,
    tallied: Vec<Tallied>,
    precision: Option<f64>,
    replayed: Option<TokenReplay>,
    remarks: Vec<crate::model::deviations::OfficialRemark>,
    unknown_activities: Vec<String>,
}

fn hold(
    mut cases: Cases,
    names: &[String],
    all: &[Vec<i32>],
    model: &OfficialModel,
    seconds: u64,
) -> Result<Held, AppError> {
    let activities: Vec<&str> = names.iter().map(String::as_str).collect();
    let paths: Vec<Vec<i32>> = cases.variants.iter().map(|variant| all[*variant].clone()).collect();
    cases.events = paths.iter().map(Vec::len).collect();
    let (net, remarks) = model.net(&activities)?;
    let question = Question { net: &net, activities: &activities, paths: &paths, finished: true };
    let limits = Limits {
        per_path: Duration::from_secs(seconds.div_ceil(PATHS_IN_ALL)),
        in_all: Duration::from_secs(seconds),
        threads: threads(),
    };
    let answer = align::align(&question, &limits).map_err(AppError::NoRun)?;
    let evidence = Evidence::of(&answer, &activities);
    let found = paths.iter().enumerate().filter_map(|(path, events)| {
        let alignment = answer.outcomes[path].alignment()?;
        Some((path, cases.rows[path].len() as u64, differences(events, alignment, &evidence)))
    });
    let tallied = tally(found);
    let weighed: Vec<(&[i32], u64)> =
        paths.iter().zip(&cases.rows).map(|(path, rows)| (path.as_slice(), rows.len() as u64)).collect();
    let precision = precision(&net, &activities, &weighed, limits.per_path);
    let replayed = replayed(&net, &activities, &weighed, limits.per_path);
    let known: BTreeSet<u32> = answer.net.labels().iter().map(|label| answer.names.number(label)).collect();
    let seen: BTreeSet<i32> = paths.iter().flatten().copied().collect();
    let unknown = seen.into_iter().filter(|activity| !known.contains(&(*activity as u32)));
    let unknown_activities = unknown.map(|activity| names[activity as usize].clone()).collect();
    Ok(Held { tallied, precision, replayed, remarks: told(&remarks), unknown_activities, cases, answer })
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
