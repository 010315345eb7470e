//! The official flow: a model in a file or in the catalog, read into what paths can be held against.

use crate::app::{App, AppError};
use crate::ingest::xes::xml_text;
use crate::mining::align::{self, Limits, Question, align};
use crate::mining::net::bpmn::Diagram;
use crate::mining::net::{Net, NetError, Remark, pnml};
use crate::model::deviations::{Fitness, OfficialFlow, OfficialFlows, OfficialRemark, OfficialStep};
use crate::model::time::rfc3339;
use crate::store::catalog::{NewOfficialFlow, OfficialFlowRecord};
use std::collections::BTreeSet;
use std::path::Path;

/// A model that has been read.
#[derive(Debug, Clone)]
pub struct OfficialModel {
    /// Name of its file.
    pub name: String,
    /// Its version in the catalog, if it comes from there.
    pub version: Option<u32>,
    /// Stands for its text.
    pub hash: String,
    text: String,
    parsed: Parsed,
}

#[derive(Debug, Clone)]
enum Parsed {
    Bpmn(Diagram),
    Pnml(Net, Vec<Remark>),
}

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
}

impl OfficialModel {
    /// Reads a model; what it is, its content says.
    ///
    /// # Errors
    /// `Model` with the element that cannot be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, AppError> {
        let fault = |source: NetError| AppError::Model { name: name.to_owned(), source };
        let unreadable =
            |error: crate::ingest::xes::XesError| fault(NetError::Xml { line: 1, what: error.to_string() });
        let text = xml_text(bytes).map_err(unreadable)?;
        let parsed = match Diagram::read(&text) {
            Ok(diagram) => Parsed::Bpmn(diagram),
            Err(NetError::OtherFile { root, .. }) if root == "pnml" => {
                let (net, remarks) = pnml::read(&text).map_err(fault)?;
                Parsed::Pnml(net, remarks)
            }
            Err(NetError::OtherFile { root, .. }) => {
                let expected = "a BPMN 2.0 diagram begins with <definitions>, a Petri net with <pnml>".to_owned();
                return Err(fault(NetError::OtherFile { root, expected }));
            }
            Err(error) => return Err(fault(error)),
        };
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Ok(Self { name: name.to_owned(), version: None, hash, text, parsed })
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    /// `Invalid` where the file cannot be read; else as [`Self::read`].
    pub fn read_file(path: &Path) -> Result<Self, AppError> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let bytes = std::fs::read(path).map_err(|error| AppError::Invalid {
            what: format!("cannot read the official flow {}: {error}", path.display()),
            hint: "give the path of a .bpmn or .pnml file".to_owned(),
        })?;
        Self::read(&name, &bytes)
    }

    /// `bpmn` or `pnml`.
    pub fn notation(&self) -> &'static str {
        match self.parsed {
            Parsed::Bpmn(_) => "bpmn",
            Parsed::Pnml(..) => "pnml",
        }
    }

    /// The net of the model for a log with these activities, and what was understood in its own way.
    ///
    /// # Errors
    /// `Model` where there is nothing that could begin.
    pub fn net(&self, activities: &[&str]) -> Result<(Net, Vec<Remark>), AppError> {
        let fault = |source: NetError| AppError::Model { name: self.name.clone(), source };
        match &self.parsed {
            Parsed::Bpmn(diagram) => diagram.net(&|name| activities.contains(&name)).map_err(fault),
            Parsed::Pnml(net, remarks) => Ok((net.clone(), remarks.clone())),
        }
    }

    /// Steps in alphabetical order, with who is to do them.
    fn steps(&self) -> Result<Vec<OfficialStep>, AppError> {
        let (net, _) = self.net(&[])?;
        let step = |t: &crate::mining::net::Transition| {
            Some(OfficialStep { activity: t.label.clone()?, role: t.role.clone() })
        };
        let steps: BTreeSet<OfficialStep> = net.transitions.iter().filter_map(step).collect();
        Ok(steps.into_iter().collect())
    }

    /// Refuses a model that has no complete run.
    fn check(&self) -> Result<(), AppError> {
        let (net, _) = self.net(&[])?;
        let question = Question { net: &net, activities: &[], paths: &[], finished: true };
        align(&question, &Limits::default()).map(drop).map_err(AppError::NoRun)
    }
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
    /// Makes a model the newest version of a flow's official flow.
    ///
    /// # Errors
    /// `Model` and `NoRun` for a model that cannot be used; those of the catalog.
    pub fn put_official_flow(&self, actor: &str, flow: &str, given: &GivenFlow) -> Result<OfficialFlow, AppError> {
        let mut model = OfficialModel::read(given.name.as_deref().unwrap_or("the model"), &given.bytes)?;
        model.check()?;
        if given.name.is_none() {
            let (net, _) = model.net(&[])?;
            model.name = if net.name.is_empty() { format!("{flow}.{}", model.notation()) } else { net.name };
        }
        let new = NewOfficialFlow {
            notation: model.notation().to_owned(),
            name: model.name,
            model: model.text,
            hash: model.hash,
            reason: given.reason.clone().filter(|reason| !reason.trim().is_empty()),
            replaces: given.replaces,
        };
        answer(self.store.catalog.put_official_flow(actor, flow, &new)?, true)
    }

    /// A flow's official flow: the newest version, or the one with a number.
    ///
    /// # Errors
    /// `NoOfficialFlow`, or those of the catalog.
    pub fn official_flow(&self, flow: &str, number: Option<u32>) -> Result<OfficialFlow, AppError> {
        answer(self.official_record(flow, number)?, true)
    }

    /// All versions of a flow's official flow, the newest first.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn official_flow_versions(&self, flow: &str) -> Result<OfficialFlows, AppError> {
        let records = self.store.catalog.official_flow_versions(flow)?;
        let versions = records.into_iter().map(|record| answer(record, false)).collect::<Result<_, _>>()?;
        Ok(OfficialFlows { versions })
    }

    /// A flow's official flow, ready for holding paths against it.
    ///
    /// # Errors
    /// As [`Self::official_flow`].
    pub fn official_model(&self, flow: &str, number: Option<u32>) -> Result<OfficialModel, AppError> {
        let record = self.official_record(flow, number)?;
        let model = OfficialModel::read(&record.name, record.model.as_bytes())?;
        Ok(OfficialModel { version: Some(record.number), ..model })
    }

    fn official_record(&self, flow: &str, number: Option<u32>) -> Result<OfficialFlowRecord, AppError> {
        let found = self.store.catalog.official_flow(flow, number)?;
        found.ok_or_else(|| AppError::NoOfficialFlow { flow: flow.to_owned() })
    }
}

fn answer(record: OfficialFlowRecord, whole: bool) -> Result<OfficialFlow, AppError> {
    let model = OfficialModel::read(&record.name, record.model.as_bytes())?;
    let (_, remarks) = model.net(&[])?;
    Ok(OfficialFlow {
        version: record.number,
        created_at: rfc3339(record.created_at),
        created_by: record.created_by,
        reason: record.reason,
        name: record.name,
        notation: record.notation,
        steps: model.steps()?,
        remarks: told(&remarks),
        model: whole.then_some(record.model),
    })
}
