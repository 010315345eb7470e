//! The official flow as a picture, with what the asked cases did of each step.

use super::judge::Judged;
use crate::app::official::InForce;
use crate::app::picture::LONGEST;
use crate::app::{App, AppError, Asked};
use crate::map::flowchart::Drawn;
use crate::mining::align::Move;
use crate::mining::deviation::Kind;
use crate::mining::net::flowchart;
use crate::model::deviations::{Deviation, Deviations};
use crate::model::flowchart::{Flowchart, Marks, Shape};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Foreign activities that are drawn, those with most cases.
const FOREIGN: usize = 6;
/// Larger models are not drawn.
const LARGEST: usize = 300;

impl App {
    /// The official flow with what the asked cases did of it; `found` is the answer about these cases. None where the model
    /// is too large or too tangled to be drawn in time, or has no path.
    ///
    /// # Errors
    /// Those of [`Self::deviations`].
    pub async fn drawn_model(
        &self,
        asked: &Asked,
        in_force: &InForce,
        found: &Deviations,
    ) -> Result<Option<Drawn>, AppError> {
        let judged = self.judged(asked, in_force).await?;
        if judged.net.is_none() {
            return Ok(None);
        }
        let asked = self.held_against(asked, in_force).await?;
        let frame = self.ask(&asked, "case_paths", &BTreeMap::new()).await?;
        let (snapshot, deviations) = (Arc::clone(&asked.target.snapshot), found.deviations.clone());
        let (cases, until) = (found.evaluated_cases, Instant::now() + LONGEST);
        let work = move || -> Result<Option<Drawn>, AppError> {
            let seen = super::count::Seen::of(&judged, &frame);
            let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
            let mut chart = flowchart(&judged.answer.net);
            if chart.shapes.len() > LARGEST {
                return Ok(None);
            }
            let done = Done::of(&judged, &seen.paths, &snapshot.variants()?.paths, &names);
            mark(&mut chart, &judged, &names, &done, &deviations);
            Ok(Drawn::new(chart, cases, Some(until)).ok())
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?
    }
}

/// What the paths of the asked cases did of the model.
#[derive(Default)]
struct Done<'a> {
    /// By step, the cases that did it in its place.
    steps: BTreeMap<&'a str, i64>,
    /// By foreign activity, the steps in place before it, with how many cases.
    before: BTreeMap<&'a str, BTreeMap<Option<&'a str>, i64>>,
}

impl<'a> Done<'a> {
    fn of(judged: &'a Judged, taken: &BTreeMap<usize, u64>, paths: &[Vec<i32>], names: &[&'a str]) -> Self {
        let mut done = Self::default();
        let label = |transition: u32| judged.answer.net.transitions[transition as usize].label.as_deref();
        let newest = judged.shortest.len().saturating_sub(1);
        for (path, cases) in taken {
            // Moves of older versions speak of other transitions.
            let (variant, version) = judged.variant_of(*path);
            if version != newest {
                continue;
            }
            let Some(alignment) = judged.answer.outcomes[*path].alignment() else { continue };
            let (mut seen, mut last) = (std::collections::BTreeSet::new(), None);
            for each in &alignment.moves {
                match each {
                    Move::Both { transition, .. } => {
                        last = label(*transition);
                        seen.extend(last);
                    }
                    Move::Log { event } => {
                        let name = names[paths[variant][*event as usize] as usize];
                        *done.before.entry(name).or_default().entry(last).or_default() += *cases as i64;
                    }
                    Move::Model { .. } => {}
                }
            }
            seen.into_iter().for_each(|step| *done.steps.entry(step).or_default() += *cases as i64);
        }
        done
    }
}

/// Puts what was done, and what differs, on the shapes of a model.
fn mark(chart: &mut Flowchart, judged: &Judged, names: &[&str], done: &Done<'_>, deviations: &[Deviation]) {
    let of_log = |label: &str| names.get(judged.answer.names.number(label) as usize).copied().unwrap_or_default();
    for shape in &mut chart.shapes {
        let Shape::Step { name, marks } = shape else { continue };
        let own = |deviation: &&Deviation| [name.as_str(), of_log(name)].contains(&deviation.activity.as_str());
        let about: Vec<&Deviation> = deviations.iter().filter(own).collect();
        let of = |wanted: &dyn Fn(&str) -> bool| {
            about.iter().filter(|deviation| wanted(&deviation.kind)).map(|deviation| deviation.cases).max().unwrap_or(0)
        };
        let misplaced = [Kind::OutOfOrder, Kind::RepeatedTooOften, Kind::WrongBranch, Kind::UndeclaredStart];
        *marks = Marks {
            cases: done.steps.get(name.as_str()).copied().unwrap_or_default(),
            skipped: of(&|kind| kind == Kind::Skipped.word()),
            misplaced: of(&|kind| misplaced.iter().any(|one| one.word() == kind)),
            deviation: about.iter().find(|one| one.kind != Kind::NotFinished.word()).map(|one| one.id.clone()),
        };
    }
    let foreign = deviations.iter().filter(|deviation| deviation.kind == Kind::Extra.word()).take(FOREIGN);
    for deviation in foreign {
        let before = done.before.get(deviation.activity.as_str());
        let usual =
            before.and_then(|before| before.iter().max_by_key(|(_, cases)| **cases)).and_then(|(step, _)| *step);
        let is_usual = |shape: &Shape| match shape {
            Shape::Step { name, .. } => Some(name.as_str()) == usual,
            Shape::Start => usual.is_none(),
            _ => false,
        };
        let Some(from) = chart.shapes.iter().position(is_usual) else { continue };
        let at = chart.shapes.len();
        chart.shapes.push(Shape::Foreign {
            name: deviation.activity.clone(),
            cases: deviation.cases,
            deviation: deviation.id.clone(),
        });
        chart.arrows.push((from, at));
    }
}
