//! The stored flows, and what a person may say to choose cases.

use crate::app::{App, AppError};
use crate::model::filter::{Condition, Filter, Period, PeriodBy};
use crate::model::time;
use crate::query::Snapshot;
use crate::store::catalog::{FlowName, FlowPatch};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A stored flow in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowInfo {
    /// Its name in addresses and on the command line.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Newest version of its log, null without one; so are the others.
    pub version: Option<u32>,
    /// Number of events.
    pub events: Option<u64>,
    /// Number of cases.
    pub cases: Option<u64>,
    /// Earliest event.
    pub first_at: Option<String>,
    /// Latest event.
    pub last_at: Option<String>,
    /// When the newest version was made.
    pub updated_at: Option<String>,
}

/// All stored flows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Flows {
    /// By name.
    pub flows: Vec<FlowInfo>,
}

/// The filter parameters of commands and addresses.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct FilterWords {
    /// Only cases that start at or after this time.
    pub from: Option<String>,
    /// Only cases that start before this time.
    pub to: Option<String>,
    /// Only cases with such an attribute, e.g. `region=North`; may be repeated.
    #[serde(rename = "where")]
    #[param(rename = "where")]
    pub conditions: Vec<String>,
    /// A whole filter in its text form.
    pub filter: Option<String>,
}

impl App {
    /// The stored flows.
    pub fn flows(&self) -> Result<Flows, AppError> {
        let flows = self.store.catalog.list_flows()?;
        let flows = flows.iter().map(|flow| self.flow_info(flow.name.as_str())).collect::<Result<_, _>>()?;
        Ok(Flows { flows })
    }

    /// Makes a flow without a log.
    ///
    /// # Errors
    /// `FlowName`; `AlreadyExists`; `Invalid` for the title; `Busy` or `Storage`.
    pub fn create_flow(&self, actor: &str, name: &str, title: Option<&str>) -> Result<FlowInfo, AppError> {
        let name = FlowName::new(name)?;
        self.store.catalog.create_flow(actor, &name, title.unwrap_or(name.as_str()))?;
        self.flow_info(name.as_str())
    }

    /// Gives a flow another name, title or both.
    ///
    /// # Errors
    /// `FlowName`; `NotFound`; `AlreadyExists`; `Invalid` for the title; `Busy` or `Storage`.
    pub fn change_flow(
        &self,
        actor: &str,
        flow: &str,
        name: Option<&str>,
        title: Option<&str>,
    ) -> Result<FlowInfo, AppError> {
        let name = name.map(FlowName::new).transpose()?;
        let patch = FlowPatch { name, title: title.map(str::to_owned) };
        self.flow_info(self.store.catalog.patch_flow(actor, flow, &patch)?.name.as_str())
    }

    /// Removes a flow with its log and all that was imported into it.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while an import runs; `Busy` or `Storage`.
    pub fn delete_flow(&self, actor: &str, flow: &str) -> Result<(), AppError> {
        let deleted = self.store.catalog.delete_flow(actor, flow)?;
        let uploads = deleted.imports.iter().map(|import| self.store.upload(import));
        Ok(self.store.remove_all(uploads.chain([self.store.flow_folder(&deleted.flow.id)]))?)
    }

    /// One stored flow.
    pub fn flow_info(&self, name: &str) -> Result<FlowInfo, AppError> {
        let flow = self.flow(name)?;
        let newest = self.store.catalog.newest_version(name)?;
        Ok(FlowInfo {
            name: flow.name.as_str().to_owned(),
            title: flow.title,
            version: newest.as_ref().map(|version| version.number),
            events: newest.as_ref().map(|version| version.events),
            cases: newest.as_ref().map(|version| version.cases),
            first_at: newest.as_ref().and_then(|version| version.first_at).map(time::rfc3339),
            last_at: newest.as_ref().and_then(|version| version.last_at).map(time::rfc3339),
            updated_at: newest.as_ref().map(|version| time::rfc3339(version.created_at)),
        })
    }
}

impl FilterWords {
    /// The filter that the words mean for this log.
    pub fn filter(&self, snapshot: &Snapshot) -> Result<Filter, AppError> {
        let wrong = |what: String| AppError::Invalid { what, hint: "throughline map --help shows examples".to_owned() };
        let mut filter = match &self.filter {
            Some(text) => text.parse::<Filter>().map_err(|error| wrong(error.to_string()))?,
            None => Filter::default(),
        };
        let bound = |text: &Option<String>| text.as_deref().map(time::parse).transpose().map_err(wrong);
        let (from, to) = (bound(&self.from)?, bound(&self.to)?);
        if from.is_some() || to.is_some() {
            if filter.period.is_some() {
                return Err(wrong("from/to and a period in the filter exclude each other".to_owned()));
            }
            filter.period = Some(Period { from, to, by: PeriodBy::Start });
        }
        for text in &self.conditions {
            let condition = Condition::parse(text).map_err(|what| wrong(format!("`{text}`: {what}")))?;
            // What the case knows decides; otherwise one event of the case must have it.
            let list = if snapshot.has_case_attribute(&condition.attribute) {
                &mut filter.case_attributes
            } else {
                &mut filter.event_attributes
            };
            list.push(condition);
        }
        Ok(filter.canonical())
    }
}
