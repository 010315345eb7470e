//! KPIs and free SQL, in the contract's envelope.

use crate::app::{App, AppError, Asked};
use crate::model::kind::Kind;
use crate::model::time::rfc3339;
use crate::query::{ChartHint, Extent, Frame, JUDGED, Query, is_optional};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A catalogued KPI, as answers describe it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiInfo {
    /// Its id.
    pub id: String,
    /// Section of the dashboard.
    pub section: String,
    /// A few words.
    pub title: String,
    /// What it answers.
    pub question: String,
    /// The formula in words.
    pub definition: String,
    /// The file that computes it.
    pub sql: String,
    /// Units of its columns.
    pub unit: String,
    /// What one row is.
    pub grain: String,
    /// Parameters and their types.
    pub params: BTreeMap<String, String>,
    /// Whether results of parts add up to that of the whole.
    pub additive: bool,
    /// How it is best drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<ChartHint>,
    /// Which cases a row is about: a filter in its text form, `{column}` stands for the row's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<String>,
    /// Whether everybody may ask its SQL as it is.
    #[serde(skip)]
    pub is_free: bool,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub kind: Kind,
}

/// Where an answer comes from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiMeta {
    /// The flow.
    pub flow: String,
    /// The version of its log.
    pub version: u32,
    /// The log's clock: its latest event.
    pub as_of: Option<String>,
    /// The filter that was applied, as data.
    pub filters: crate::model::filter::Filter,
    /// The same as text.
    pub filter: String,
    /// What was asked for beside the filter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Whether rows were left out because of limits.rows_returned_max.
    pub truncated: bool,
}

/// The answer of a KPI.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiAnswer {
    /// What was asked.
    pub kpi: KpiInfo,
    /// Columns with their units.
    pub columns: Vec<ColumnInfo>,
    /// Rows in the order of the columns.
    #[serde(rename = "rows", serialize_with = "Frame::serialize_rows")]
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub frame: Frame,
    /// Where it comes from.
    pub meta: KpiMeta,
}

/// All KPIs that need no parameters.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiList {
    /// By section and id.
    pub kpis: Vec<KpiAnswer>,
}

impl KpiList {
    /// All of them as one table: a line for each cell, since no two have the same columns.
    ///
    /// # Errors
    /// Those of the writer, which for memory are none.
    pub fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "section", "title", "row", "column", "value"])?;
        for KpiAnswer { kpi, frame, .. } in &self.kpis {
            for row in 0..frame.rows {
                for (at, column) in frame.columns.iter().enumerate() {
                    let (number, value) = ((row + 1).to_string(), frame.plain(at, row));
                    writer.write_record([&kpi.id, &kpi.section, &kpi.title, &number, &column.name, &value])?;
                }
            }
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// The answer to free SQL.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SqlAnswer {
    /// Columns with their units.
    pub columns: Vec<ColumnInfo>,
    /// Rows in the order of the columns.
    #[serde(rename = "rows", serialize_with = "Frame::serialize_rows")]
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub frame: Frame,
    /// Where it comes from.
    pub meta: KpiMeta,
}

/// Whether a question needs no parameters, and no official flow where there is none.
fn asks_for_nothing(query: &Query, has_flow: bool) -> bool {
    (has_flow || !query.needs_official_flow()) && query.header.params.values().all(|kind| is_optional(kind))
}

impl App {
    /// Every KPI of the asked cases that needs no parameters, each cut after limits.rows_returned_max rows.
    pub async fn kpis(&self, asked: &Asked) -> Result<KpiList, AppError> {
        self.kpis_with(asked, &BTreeMap::new(), None).await
    }

    /// The sections in which the catalogue has such KPIs for these cases, by name.
    pub fn kpi_sections(&self, asked: &Asked) -> BTreeSet<String> {
        let has_flow = asked.target.official.is_some() || asked.target.snapshot.is_judged();
        let known = self.engine().catalogue().kpis().filter(|query| asks_for_nothing(query, has_flow));
        known.map(|query| query.section.clone()).collect()
    }

    /// The same, of all sections or of one; those that have these parameters are asked with them.
    pub async fn kpis_with(
        &self,
        asked: &Asked,
        parameters: &BTreeMap<String, String>,
        section: Option<&str>,
    ) -> Result<KpiList, AppError> {
        // Without an official flow, nothing can be said about how cases keep to it.
        let asked = &match self.with_judgement(asked).await {
            // The store fails for other figures, too, and cases are chosen by their differences only where those are known.
            Err(error) if matches!(error, AppError::Store(_)) || !asked.filter.deviations.is_empty() => {
                return Err(error);
            }
            // The page of conformance says what is wrong; other figures do not depend on it.
            Err(error) => {
                tracing::warn!(flow = %asked.target.flow, %error, "no figures about the official flow");
                asked.clone()
            }
            Ok(asked) => asked,
        };
        let is_judged = asked.target.snapshot.is_judged();
        let is_wanted = |query: &&Query| {
            section.is_none_or(|section| query.section == section) && asks_for_nothing(query, is_judged)
        };
        let mut queries: Vec<&Query> = self.engine().catalogue().kpis().filter(is_wanted).collect();
        queries.sort_by(|a, b| (&a.section, &a.id).cmp(&(&b.section, &b.id)));
        let own = |query: &Query| -> BTreeMap<String, String> {
            let has = |name: &&String| query.header.params.contains_key(*name);
            parameters.keys().filter(has).map(|name| (name.clone(), parameters[name].clone())).collect()
        };
        let questions: Vec<_> = queries.into_iter().map(|query| (query, own(query))).collect();
        let Asked { target, filter } = asked;
        let frames = self.engine().run_each(&target.snapshot, filter, &questions, Extent::Limited).await?;
        let answers = questions.into_iter().zip(frames);
        Ok(KpiList { kpis: answers.map(|((query, own), frame)| kpi(asked, query, own, frame)).collect() })
    }

    /// One KPI of the asked cases, cut after limits.rows_returned_max rows.
    pub async fn kpi(
        &self,
        asked: &Asked,
        id: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<KpiAnswer, AppError> {
        self.kpi_of(asked, id, parameters, Extent::Limited).await
    }

    /// One KPI of the asked cases, so much of it.
    pub(super) async fn kpi_of(
        &self,
        asked: &Asked,
        id: &str,
        parameters: &BTreeMap<String, String>,
        extent: Extent,
    ) -> Result<KpiAnswer, AppError> {
        let query = self.engine().catalogue().kpi(id)?;
        let asked = &self.as_wanted(asked, query).await?;
        let Asked { target, filter } = asked;
        let frame = self.engine().run(&target.snapshot, filter, query, parameters, extent).await?;
        Ok(kpi(asked, query, parameters.clone(), frame))
    }

    /// What a KPI says about itself.
    ///
    /// # Errors
    /// `Query` if there is no such KPI.
    pub fn kpi_info(&self, id: &str) -> Result<KpiInfo, AppError> {
        Ok(info(self.engine().catalogue().kpi(id)?))
    }

    /// What a catalogued query says about itself, be it a KPI or one that serves other answers.
    ///
    /// # Errors
    /// `Query` if there is no such query.
    pub fn about(&self, id: &str) -> Result<KpiInfo, AppError> {
        Ok(info(self.engine().catalogue().get(id)?))
    }

    /// Read-only SQL over the tables of the asked cases.
    pub async fn sql(&self, asked: &Asked, sql: &str) -> Result<SqlAnswer, AppError> {
        let mentions = |table: &&str| sql.to_ascii_lowercase().contains(*table);
        let asked = &match JUDGED.iter().any(mentions) {
            true => self.with_judgement(asked).await?,
            false => asked.clone(),
        };
        let frame = self.engine().run_sql(&asked.target.snapshot, &asked.filter, sql).await?;
        Ok(SqlAnswer { columns: columns(&frame), meta: meta(asked, &frame), frame })
    }
}

fn kpi(asked: &Asked, query: &Query, parameters: BTreeMap<String, String>, frame: Frame) -> KpiAnswer {
    let meta = KpiMeta { parameters, ..meta(asked, &frame) };
    KpiAnswer { kpi: info(query), columns: columns(&frame), meta, frame }
}

fn info(query: &Query) -> KpiInfo {
    let header = &query.header;
    KpiInfo {
        id: query.id.clone(),
        section: query.section.clone(),
        title: header.title.clone(),
        question: header.question.clone(),
        definition: header.definition.clone(),
        sql: query.file.clone(),
        unit: header.unit.clone(),
        grain: header.grain.clone(),
        params: header.params.clone(),
        additive: header.additive,
        chart: header.chart.clone(),
        cases: header.cases.clone(),
        is_free: query.is_free(),
    }
}

fn columns(frame: &Frame) -> Vec<ColumnInfo> {
    frame.columns.iter().map(|column| ColumnInfo { name: column.name.clone(), kind: column.kind }).collect()
}

pub(super) fn meta(asked: &Asked, frame: &Frame) -> KpiMeta {
    KpiMeta {
        flow: asked.target.flow.clone(),
        version: asked.target.version,
        as_of: asked.target.snapshot.manifest.last_us.map(rfc3339),
        filter: asked.filter.to_string(),
        filters: asked.filter.clone(),
        parameters: BTreeMap::new(),
        truncated: frame.truncated,
    }
}
