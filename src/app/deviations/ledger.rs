//! The ledger: what people decided about each difference, read and written.

use super::count::leaves_rate;
use crate::app::official::InForce;
use crate::app::{App, AppError, Asked};
use crate::model::deviations::{Decision, DeviationDetail};
use crate::model::judgement::Decided;
use crate::model::time::{self, rfc3339};
use crate::store::catalog::{DecisionRecord, NewDecision};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody decides about a difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenDecision {
    /// `accepted`, `error`, `to_formalise`, or `new` to take a decision back.
    pub status: String,
    /// It holds for cases that start before this day or time; for all without it. Of an error, since when it should be
    /// put right.
    #[serde(default)]
    pub until: Option<String>,
    /// Whose business it is.
    #[serde(default)]
    pub owner: Option<String>,
    /// Why.
    #[serde(default)]
    pub comment: Option<String>,
    /// The revision that its author had before them, 0 for none: refused with 409 if there is a newer one.
    #[serde(default)]
    pub replaces: Option<u32>,
}

/// A difference of a flow that is there; only [`App::known_deviation`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDeviation {
    flow: String,
    id: String,
}

impl App {
    /// The newest decisions about the differences of a flow.
    pub(super) fn ledger(&self, flow: &str) -> Result<Vec<DecisionRecord>, AppError> {
        Ok(self.store.catalog.decisions(flow)?)
    }

    /// One difference with the decisions about it. It is there as long as there are either cases or decisions.
    ///
    /// # Errors
    /// `NoSuchDeviation`; those of [`Self::deviations_over`].
    pub async fn deviation(&self, asked: &Asked, in_force: &InForce, id: &str) -> Result<DeviationDetail, AppError> {
        let all = self.deviations_over(asked, in_force).await?;
        let history = self.store.catalog.decisions_about(&asked.target.flow, id)?;
        let deviation = all.deviations.into_iter().find(|deviation| deviation.id == id);
        if deviation.is_none() && history.is_empty() {
            return Err(AppError::NoSuchDeviation { id: id.to_owned() });
        }
        let revision = history.first().map_or(0, |newest| newest.revision);
        Ok(DeviationDetail { deviation, revision, history: history.into_iter().map(told).collect() })
    }

    /// A difference that can be decided about: some case of the log has it, or somebody has decided about it before.
    ///
    /// # Errors
    /// `NoSuchDeviation`; those of [`Self::deviations_over`].
    pub async fn known_deviation(
        &self,
        asked: &Asked,
        in_force: &InForce,
        id: &str,
    ) -> Result<KnownDeviation, AppError> {
        let flow = &asked.target.flow;
        if self.store.catalog.decisions_about(flow, id)?.is_empty() {
            let judged = self.judged(asked, in_force).await?;
            if !judged.judgement.ways.iter().any(|way| way.id == id) {
                return Err(AppError::NoSuchDeviation { id: id.to_owned() });
            }
        }
        Ok(KnownDeviation { flow: flow.clone(), id: id.to_owned() })
    }

    /// Keeps a decision about a difference.
    ///
    /// # Errors
    /// `Invalid` for a time that is none, or a status that does not exist; `Conflict` where somebody was faster.
    pub fn decide(&self, actor: &str, of: &KnownDeviation, given: &GivenDecision) -> Result<Decision, AppError> {
        let text = given.until.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let wrong = |what: String| AppError::Invalid { what, hint: "give a day, e.g. 2025-06-30".to_owned() };
        let new = NewDecision {
            status: given.status.clone(),
            until: text.map(time::parse).transpose().map_err(wrong)?,
            owner: given.owner.clone(),
            comment: given.comment.clone(),
            replaces: given.replaces,
        };
        Ok(told(self.store.catalog.decide(actor, &of.flow, &of.id, &new)?))
    }
}

/// Decisions as tables have them.
pub(super) fn decided(records: &[DecisionRecord]) -> Vec<Decided> {
    let decided = |record: &DecisionRecord| Decided {
        deviation: record.deviation.clone(),
        status: record.status.clone(),
        is_accepted: leaves_rate(&record.status),
        until: record.until,
        owner: record.owner.clone(),
    };
    records.iter().map(decided).collect()
}

fn told(record: DecisionRecord) -> Decision {
    Decision {
        revision: record.revision,
        at: rfc3339(record.at),
        author: record.author,
        status: record.status,
        until: record.until.map(rfc3339),
        owner: record.owner,
        comment: record.comment,
    }
}
