//! An official flow in a file or in the catalog, read into what paths and cases can be held against.

use crate::app::AppError;
use crate::ingest::xes::{XesError, xml_text};
use crate::mining::align::{Limits, Question, align};
use crate::mining::net::bpmn::{self, Diagram};
use crate::mining::net::{Net, NetError, Remark, pnml};
use crate::mining::official::{self, Compiled, Fault, Faults, Notation};
use crate::model::deviations::OfficialStep;
use crate::model::official::Definition;
use crate::model::time;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// A model that has been read.
#[derive(Debug, Clone)]
pub struct OfficialModel {
    /// Name of its file.
    pub name: String,
    /// Its version in the catalog, if it comes from there.
    pub version: Option<u32>,
    /// Cases that start from then on are judged by it, in microseconds since 1970; all, if nothing is said.
    pub valid_from: Option<i64>,
    /// Stands for its text.
    pub hash: String,
    pub(super) text: String,
    pub(super) parsed: Parsed,
}

#[derive(Debug, Clone)]
pub(super) enum Parsed {
    Bpmn(Diagram),
    Pnml(Net, Vec<Remark>),
    Definition(Arc<Definition>, Notation, Option<Arc<Compiled>>),
}

impl OfficialModel {
    /// Reads a model; what it is, its content says.
    ///
    /// # Errors
    /// `Model` with the element that cannot be used; `Definition` with all faults of a definition.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, AppError> {
        let begins = bytes.iter().copied().find(|byte| byte.is_ascii_graphic());
        if begins != Some(b'<') && std::str::from_utf8(bytes).is_ok_and(|text| !text.trim().is_empty()) {
            return Self::definition_of(name, bytes);
        }
        let fault = |source: NetError| AppError::Model { name: name.to_owned(), source };
        let unreadable = |error: XesError| fault(NetError::Xml { line: 1, what: error.to_string() });
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
        Ok(Self::made(name, text, parsed))
    }

    fn made(name: &str, text: String, parsed: Parsed) -> Self {
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        Self { name: name.to_owned(), version: None, valid_from: None, hash, text, parsed }
    }

    fn definition_of(name: &str, bytes: &[u8]) -> Result<Self, AppError> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (notation, definition) = official::read(name, &text).map_err(AppError::Definition)?;
        let compiled = official::compile(&definition).map_err(|remark| {
            let what = format!("`{}` {}", remark.element, remark.what);
            let fault = Fault { line: 1, column: 1, what, cure: String::new() };
            AppError::Definition(Faults { file: name.to_owned(), faults: vec![fault], more: 0 })
        })?;
        let valid_from = definition.valid_from.as_deref().and_then(|text| time::parse(text).ok());
        let parsed = Parsed::Definition(Arc::new(definition), notation, compiled.map(Arc::new));
        Ok(Self { valid_from, ..Self::made(name, text, parsed) })
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
            hint: "give the path of a .bpmn, .pnml, .yaml, .toml, .json or .csv file".to_owned(),
        })?;
        Self::read(&name, &bytes)
    }

    /// `bpmn`, `pnml`, `yaml`, `toml`, `json` or, for a list of rules, `csv`.
    pub fn notation(&self) -> &'static str {
        match &self.parsed {
            Parsed::Bpmn(_) => "bpmn",
            Parsed::Pnml(..) => "pnml",
            Parsed::Definition(_, notation, _) => notation.word(),
        }
    }

    /// Its definition, if it is one.
    pub fn definition(&self) -> Option<&Arc<Definition>> {
        match &self.parsed {
            Parsed::Definition(definition, ..) => Some(definition),
            _ => None,
        }
    }

    /// The net of the model for a log with these activities, and what was understood in its own way.
    ///
    /// # Errors
    /// `Model` where there is nothing that could begin, or no order of steps at all.
    pub fn net(&self, activities: &[&str]) -> Result<(Net, Vec<Remark>), AppError> {
        let nothing = || NetError::Empty { what: "it has rules only, and no path".to_owned() };
        self.path_net(activities)?.ok_or_else(|| self.fault(nothing()))
    }

    /// The same; nothing for a list of rules.
    pub(in crate::app) fn path_net(&self, activities: &[&str]) -> Result<Option<(Net, Vec<Remark>)>, AppError> {
        match &self.parsed {
            Parsed::Bpmn(diagram) => {
                let found = diagram.net(&|name| activities.contains(&name));
                found.map(Some).map_err(|source| self.fault(source))
            }
            Parsed::Pnml(net, remarks) => Ok(Some((net.clone(), remarks.clone()))),
            Parsed::Definition(definition, _, compiled) => {
                let name = definition.flow.as_deref().unwrap_or_default();
                Ok(compiled.as_ref().map(|compiled| (compiled.net(name), Vec::new())))
            }
        }
    }

    fn fault(&self, source: NetError) -> AppError {
        AppError::Model { name: self.name.clone(), source }
    }

    /// As a BPMN 2.0 diagram: as it was given, where it is one.
    ///
    /// # Errors
    /// As [`Self::net`], and for a net that no gateways can say.
    pub fn bpmn(&self) -> Result<String, AppError> {
        match &self.parsed {
            Parsed::Bpmn(_) if self.text.contains("BPMNShape") => Ok(self.text.clone()),
            Parsed::Definition(definition, _, Some(compiled)) => {
                Ok(compiled.bpmn(definition.flow.as_deref().unwrap_or(&self.name)))
            }
            _ => {
                let (net, _) = self.net(&[])?;
                let drawing =
                    bpmn::of_net(&net).map_err(|source| AppError::Model { name: self.name.clone(), source })?;
                Ok(bpmn::write(if net.name.is_empty() { &self.name } else { &net.name }, &drawing))
            }
        }
    }

    /// As a Petri net.
    ///
    /// # Errors
    /// As [`Self::net`].
    pub fn pnml(&self) -> Result<String, AppError> {
        match &self.parsed {
            Parsed::Pnml(..) => Ok(self.text.clone()),
            _ => Ok(pnml::write(&self.net(&[])?.0)),
        }
    }

    /// Steps in alphabetical order, with who is to do them.
    pub(super) fn steps(&self) -> Result<Vec<OfficialStep>, AppError> {
        let steps: BTreeSet<OfficialStep> = match self.path_net(&[])? {
            Some((net, _)) => {
                let step = |t: &crate::mining::net::Transition| {
                    Some(OfficialStep { activity: t.label.clone()?, role: t.role.clone() })
                };
                net.transitions.iter().filter_map(step).collect()
            }
            None => {
                let definition = self.definition().map(Arc::as_ref);
                let names = definition.iter().flat_map(|definition| {
                    let of_rules = definition.rules.iter().flat_map(|rule| &rule.steps);
                    let names = definition.steps.iter().map(|step| &step.name).chain(of_rules);
                    names.map(|name| definition.activity(name).to_owned()).collect::<Vec<_>>()
                });
                names.map(|activity| OfficialStep { activity, role: None }).collect()
            }
        };
        Ok(steps.into_iter().collect())
    }

    /// Refuses a model that has no complete run.
    pub(super) fn check(&self) -> Result<(), AppError> {
        let Some((net, _)) = self.path_net(&[])? else { return Ok(()) };
        let question = Question { net: &net, activities: &[], paths: &[], finished: true };
        align(&question, &Limits::default()).map(drop).map_err(AppError::NoRun)
    }

    /// The name that it gives itself.
    pub(super) fn own_name(&self) -> Result<Option<String>, AppError> {
        let name = match self.definition() {
            Some(definition) => definition.flow.clone(),
            None => Some(self.net(&[])?.0.name),
        };
        Ok(name.filter(|name| !name.is_empty()))
    }
}
