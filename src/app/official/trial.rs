//! An official flow that is being written: drawn, and tried on the log before it counts.

use super::OfficialModel;
use crate::app::picture::LONGEST;
use crate::app::{App, AppError, Asked};
use crate::map::flowchart::Drawn;
use crate::mining::net::{flowchart, reduce};
use crate::model::deviations::{Deviation, Deviations};
use crate::model::official::RuleOutcome;
use std::sync::Arc;
use std::time::Instant;

/// Differences that a trial tells.
const TOLD: usize = 8;
/// Shapes of a picture, at most.
const LARGEST: usize = 300;
/// Steps and silent moves of a model that is looked at for a picture: of more, too much would be left.
const LARGEST_NET: usize = 3_000;

/// What would become of the cases.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Cases that were held against it.
    pub cases: i64,
    /// Those that would differ.
    pub differ: i64,
    /// Those that differ from what is in force now, of so many; nothing where nothing is.
    pub now: Option<(i64, i64)>,
    /// Cases that could not be evaluated.
    pub not_evaluated: i64,
    /// The most frequent differences.
    pub deviations: Vec<Deviation>,
    /// What could not be looked at, and why.
    pub remarks: Vec<String>,
    /// What came of each rule.
    pub rules: Vec<RuleOutcome>,
}

impl OfficialModel {
    /// The model as a picture; nothing where it has rules only, has more than 3,000 steps and silent moves or would have
    /// more than 300 shapes, or is too tangled to be drawn in time.
    ///
    /// # Errors
    /// As [`Self::net`].
    pub fn drawn(&self) -> Result<Option<Drawn>, AppError> {
        let Some((net, _)) = self.path_net(&[])? else { return Ok(None) };
        let until = Instant::now() + LONGEST;
        let steps = net.transitions.iter().filter(|transition| transition.label.is_some()).count();
        // A step is a shape whatever is merged, so that there is no need to try.
        if steps > LARGEST || net.transitions.len() > LARGEST_NET {
            return Ok(None);
        }
        let chart = flowchart(&reduce(&net));
        if chart.shapes.len() > LARGEST {
            return Ok(None);
        }
        Ok(Drawn::new(chart, 0, Some(until)).ok())
    }
}

impl App {
    /// What would become of the cases if this were the official flow.
    ///
    /// # Errors
    /// Those of [`Self::deviations`].
    pub async fn tried(&self, asked: &Asked, model: &Arc<OfficialModel>) -> Result<Trial, AppError> {
        let found = self.deviations(asked, model).await?;
        let now = match self.in_force(&asked.target.flow, None) {
            Ok(in_force) => Some(self.deviations_over(asked, &in_force).await?),
            Err(AppError::NoOfficialFlow { .. }) => None,
            Err(error) => return Err(error),
        };
        let differ = |found: &Deviations| found.evaluated_cases - found.conforming_cases - in_doubt(found);
        let doubt = match in_doubt(&found) {
            0 => None,
            1 => Some("of 1 case it is not known whether it would differ".to_owned()),
            n => Some(format!("of {n} cases it is not known whether they would differ")),
        };
        let remark = |rule: &RuleOutcome| rule.remark.as_ref().map(|remark| format!("{}: {remark}", rule.id));
        let unknown =
            found.official.unknown_steps.iter().map(|step| format!("{step}: the log does not know this step"));
        Ok(Trial {
            cases: found.evaluated_cases,
            differ: differ(&found),
            now: now.map(|now| (differ(&now), now.evaluated_cases)),
            not_evaluated: found.evaluation.not_evaluated,
            remarks: doubt.into_iter().chain(unknown).chain(found.rules.iter().filter_map(remark)).collect(),
            rules: found.rules,
            deviations: found.deviations.into_iter().filter(|one| one.kind != "not_finished").take(TOLD).collect(),
        })
    }
}

/// Finished cases that were held against the flow, and of which it is not known whether they differ.
fn in_doubt(found: &Deviations) -> i64 {
    (found.finished.cases - found.finished.known_cases - found.evaluation.not_evaluated).max(0)
}
