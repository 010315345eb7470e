//! The official flow: a model in a file or in the catalog, version by version, read into what cases can be held against.

mod compared;
mod draft;
mod edit;
mod in_force;
mod learnt;
mod model;
mod trial;

pub use edit::{edited, listed};
pub use in_force::InForce;
pub(in crate::app) use learnt::with_path;
pub use model::OfficialModel;
pub use trial::Trial;

use crate::app::{App, AppError};
use crate::mining::align;
use crate::mining::net::Remark;
use crate::model::deviations::{Fitness, OfficialFlow, OfficialFlows, OfficialRemark};
use crate::model::official::FlowDiff;
use crate::model::time::rfc3339;
use crate::store::catalog::{CatalogError, NewOfficialFlow, OfficialFlowRecord};

/// What is given to become the newest version of an official flow.
#[derive(Debug, Clone, Default)]
pub struct GivenFlow {
    /// Name of its file; that of the process unless given.
    pub name: Option<String>,
    /// The file as it is.
    pub bytes: Vec<u8>,
    /// Why it was changed.
    pub reason: Option<String>,
    /// The version that it replaces, 0 for none; any unless given.
    pub replaces: Option<u32>,
    /// Cases that start from then on are judged by it, in microseconds since 1970; what the file says unless given.
    pub valid_from: Option<i64>,
    /// Whether somebody else has to approve it first.
    pub proposed: bool,
}

/// Fitness as answers have it.
pub(in crate::app) fn fitting(fitness: &align::Fitness) -> Fitness {
    Fitness { mean: fitness.mean, log: fitness.log, mean_at_most: fitness.mean_at_most }
}

/// Remarks as answers have them.
pub(in crate::app) fn told(remarks: &[Remark]) -> Vec<OfficialRemark> {
    let tell = |remark: &Remark| OfficialRemark { element: remark.element.clone(), what: remark.what.clone() };
    remarks.iter().map(tell).collect()
}

impl App {
    /// Makes a model the newest version of a flow's official flow, or proposes it.
    ///
    /// # Errors
    /// `Definition`, `Model` and `NoRun` for a model that cannot be used; `NeedsApproval` for what has to be proposed; `Moved`
    /// where somebody else was faster; those of the catalog.
    pub fn put_official_flow(&self, actor: &str, flow: &str, given: &GivenFlow) -> Result<OfficialFlow, AppError> {
        if !given.proposed && self.needs_approval(actor)? {
            return Err(AppError::NeedsApproval);
        }
        self.keep_official_flow(actor, flow, given)
    }

    /// The same, whoever else there is: for what comes with the program.
    ///
    /// # Errors
    /// As there, but for `NeedsApproval`.
    pub(in crate::app) fn keep_official_flow(
        &self,
        actor: &str,
        flow: &str,
        given: &GivenFlow,
    ) -> Result<OfficialFlow, AppError> {
        let mut model = OfficialModel::read(given.name.as_deref().unwrap_or("the model"), &given.bytes)?;
        model.check()?;
        if given.name.is_none() {
            model.name = model.own_name()?.unwrap_or_else(|| format!("{flow}.{}", model.notation()));
        }
        let new = NewOfficialFlow {
            notation: model.notation().to_owned(),
            name: model.name.clone(),
            model: model.text.clone(),
            hash: model.hash.clone(),
            reason: given.reason.clone().filter(|reason| !reason.trim().is_empty()),
            replaces: given.replaces,
            valid_from: given.valid_from.or(model.valid_from),
            proposed: given.proposed,
        };
        match self.store.catalog.put_official_flow(actor, flow, &new) {
            Ok(record) => answer(record, true),
            Err(CatalogError::Conflict { message, hint }) => {
                let newest = self.official_flow_versions(flow)?.versions.first().map_or(0, |newest| newest.version);
                let diff = self.official_flow_diff(flow, given.replaces.unwrap_or(0), newest)?;
                Err(AppError::Moved { what: message, hint, diff: Box::new(diff) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether this person may only propose new versions: a second one is asked for, and there is one.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn needs_approval(&self, actor: &str) -> Result<bool, AppError> {
        Ok(self.config.official_flow.second_person && self.store.catalog.others_may_approve(actor)?)
    }

    /// A flow's official flow: the newest version in force, or the one with a number.
    ///
    /// # Errors
    /// `NoOfficialFlow`, or those of the catalog.
    pub fn official_flow(&self, flow: &str, number: Option<u32>) -> Result<OfficialFlow, AppError> {
        answer(self.official_record(flow, number)?, true)
    }

    /// All versions of a flow's official flow, the newest first, proposals among them.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn official_flow_versions(&self, flow: &str) -> Result<OfficialFlows, AppError> {
        let records = self.store.catalog.official_flow_versions(flow)?;
        let versions = records.into_iter().map(|record| answer(record, false)).collect::<Result<_, _>>()?;
        Ok(OfficialFlows { versions })
    }

    /// Approves or rejects a proposal.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn decide_official_flow(
        &self,
        actor: &str,
        flow: &str,
        number: u32,
        approved: bool,
        reason: Option<&str>,
    ) -> Result<OfficialFlow, AppError> {
        answer(self.store.catalog.decide_official_flow(actor, flow, number, approved, reason)?, false)
    }

    /// In what two versions differ; 0 is none at all.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn official_flow_diff(&self, flow: &str, from: u32, to: u32) -> Result<FlowDiff, AppError> {
        let side = |number: u32| match number {
            0 => Ok(None),
            number => self.official_model(flow, Some(number)).map(Some),
        };
        let (before, after) = (side(from)?, side(to)?);
        Ok(FlowDiff { from, to, changes: compared::differing(before.as_ref(), after.as_ref())? })
    }

    /// A flow's official flow, ready for holding paths against it.
    ///
    /// # Errors
    /// As [`Self::official_flow`].
    pub fn official_model(&self, flow: &str, number: Option<u32>) -> Result<OfficialModel, AppError> {
        of_record(&self.official_record(flow, number)?)
    }

    fn official_record(&self, flow: &str, number: Option<u32>) -> Result<OfficialFlowRecord, AppError> {
        let found = self.store.catalog.official_flow(flow, number)?;
        found.ok_or_else(|| AppError::NoOfficialFlow { flow: flow.to_owned() })
    }
}

/// A version as a model. Its own day counts, whatever its text says.
fn of_record(record: &OfficialFlowRecord) -> Result<OfficialModel, AppError> {
    let model = OfficialModel::read(&named(&record.name, &record.notation), record.model.as_bytes())?;
    let version = Some(record.number);
    Ok(OfficialModel { version, valid_from: record.valid_from, name: record.name.clone(), ..model })
}

/// A name whose ending says the notation, so that a text is read as what it was read as first.
fn named(name: &str, notation: &str) -> String {
    if matches!(notation, "bpmn" | "pnml") { name.to_owned() } else { format!("{name}.{notation}") }
}

fn answer(record: OfficialFlowRecord, whole: bool) -> Result<OfficialFlow, AppError> {
    let model = of_record(&record)?;
    let remarks = model.path_net(&[])?.map(|(_, remarks)| remarks).unwrap_or_default();
    let state = record.state().to_owned();
    let decision = record.decision;
    Ok(OfficialFlow {
        version: record.number,
        created_at: rfc3339(record.created_at),
        created_by: record.created_by,
        reason: record.reason,
        state,
        valid_from: record.valid_from.map(rfc3339),
        decided_by: decision.as_ref().map(|decision| decision.by.clone()),
        decided_at: decision.as_ref().map(|decision| rfc3339(decision.at)),
        decision_reason: decision.and_then(|decision| decision.reason),
        name: record.name,
        notation: record.notation,
        steps: model.steps()?,
        remarks: told(&remarks),
        definition: model.definition().filter(|_| whole).map(|definition| definition.as_ref().clone()),
        model: whole.then_some(record.model),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::import_tests::request;
    use crate::config::Config;
    use crate::store::catalog::Role;

    #[test]
    fn where_a_second_person_is_asked_for_nobody_changes_a_flow_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = folder.path().to_owned();
        config.official_flow.second_person = true;
        let app = App::open(config, None).unwrap();
        let flow = request(false).flow;
        app.store.catalog.create_flow("ann", &flow, "Orders").unwrap();
        let given = |step: &str, proposed| GivenFlow {
            name: Some("f.yaml".to_owned()),
            bytes: format!("steps: {{{step}: {{}}}}\npath: [{step}]\n").into_bytes(),
            proposed,
            ..GivenFlow::default()
        };
        let put = |step: &str, proposed| app.put_official_flow("ann", flow.as_str(), &given(step, proposed));
        // Nobody else is there to ask.
        assert_eq!(put("a", false).unwrap().state, "single_user");
        app.store.catalog.create_token("ann", "eve", Role::Viewer, None).unwrap();
        assert_eq!(put("b", false).unwrap().state, "single_user");
        app.store.catalog.create_token("ann", "bob", Role::Editor, None).unwrap();
        assert_eq!(put("c", false).unwrap_err().code().0, "needs_approval");
        let proposed = put("c", true).unwrap();
        let approved = app.decide_official_flow("bob", flow.as_str(), proposed.version, true, None).unwrap();
        assert_eq!((proposed.state.as_str(), approved.state.as_str()), ("proposed", "approved"));
    }
}
