//! The catalogue of `queries/**.sql`: read, checked against empty tables, and then trusted. Adding a file there adds
//! a KPI everywhere.

use crate::model::filter::Filter;
use crate::model::kind::Kind;
use crate::query::QueryError;
use crate::query::drill;
use crate::query::engine::session_config;
use crate::query::header::Header;
use crate::query::near::near_name;
use crate::query::plan::is_bounded;
use crate::query::snapshot::Snapshot;
use crate::query::views;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::LogicalPlan;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "queries/"]
#[include = "*.sql"]
struct Files;

/// The views that are empty without an official flow.
pub const JUDGED: [&str; 3] = ["conformance", "deviations", "promises"];

/// A catalogued question.
#[derive(Debug, Clone)]
pub struct Query {
    /// File stem: the id in addresses, JSON, commands and documents.
    pub id: String,
    /// Folder: the section of the dashboard.
    pub section: String,
    /// What it says about itself.
    pub header: Header,
    /// The result columns.
    pub columns: Vec<(String, Kind)>,
    /// The SQL below the header.
    pub sql: String,
    /// The whole file, as shown to people.
    pub file: String,
}

/// A fault of a query file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path below the folder of queries.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queries/{}:{}: {}", self.path, self.line, self.what)
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Catalogue {
    queries: BTreeMap<String, Query>,
    /// The views, in the order in which they build on each other.
    views: Vec<Query>,
}

impl Catalogue {
    /// Reads all files: those built into the program, or those of a folder.
    pub fn load(folder: Option<&Path>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut queries = BTreeMap::new();
        let mut views = Vec::new();
        for (path, text) in files(folder).map_err(|fault| vec![fault])? {
            let (header, sql) = match Header::parse(&text) {
                Ok(parts) => parts,
                Err(fault) => {
                    faults.push(Fault { path, line: fault.line, what: fault.what });
                    continue;
                }
            };
            let (section, stem) = path.rsplit_once('/').unwrap_or(("", &path));
            let id = stem.trim_end_matches(".sql").to_owned();
            let columns = header.kinds().unwrap_or_default();
            let query = Query { id: id.clone(), section: section.to_owned(), header, columns, sql, file: text };
            if section == "views" {
                views.push(query);
            } else if let Some(other) = queries.insert(id.clone(), query) {
                let what = format!("there is another query `{id}` in {}", other.section);
                faults.push(Fault { path, line: 1, what });
            }
        }
        if faults.is_empty() { Ok(Self { queries, views }) } else { Err(faults) }
    }

    /// Plans every query against empty tables and compares it with what its header promises.
    pub async fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let snapshot = match Snapshot::empty() {
            Ok(snapshot) => snapshot,
            Err(error) => return vec![Fault { path: "views".to_owned(), line: 1, what: error.to_string() }],
        };
        let context = SessionContext::new_with_config(session_config(1));
        if let Err(error) = snapshot.register(&context, None) {
            return vec![Fault { path: "views".to_owned(), line: 1, what: error.to_string() }];
        }
        let state = match views::register(context.state(), &self.views, &snapshot).await {
            Ok(state) => state,
            Err((view, error)) => {
                return vec![Fault { path: format!("views/{view}.sql"), line: 1, what: error.strip_backtrace() }];
            }
        };
        for view in &self.views {
            let path = format!("views/{}.sql", view.id);
            let found = match state.create_logical_plan(&view.sql).await {
                Ok(plan) => view.result(&plan).into_iter().chain(view.described()).collect(),
                Err(error) => vec![error.strip_backtrace()],
            };
            faults.extend(found.into_iter().map(|what| Fault { path: path.clone(), line: 1, what }));
        }
        for query in self.queries.values() {
            let path = format!("{}/{}.sql", query.section, query.id);
            match state.create_logical_plan(&query.sql).await.and_then(|plan| state.optimize(&plan).map(|_| plan)) {
                Err(error) => {
                    let line = sql_line(&error.to_string()).unwrap_or(1);
                    faults.push(Fault { path, line, what: error.strip_backtrace() });
                }
                Ok(plan) => {
                    let found = query.contract(&plan).into_iter().chain(query.sources(&state));
                    faults.extend(found.map(|what| Fault { path: path.clone(), line: 1, what }));
                }
            }
        }
        faults
    }

    /// Stands for the texts of all files: it changes when any of them does.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for query in self.views.iter().chain(self.queries.values()) {
            for part in [&query.id, &query.file] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The query with this id, be it a KPI or one that serves other answers.
    pub fn get(&self, id: &str) -> Result<&Query, QueryError> {
        self.queries.get(id).ok_or_else(|| self.unknown(id))
    }

    /// The KPI with this id.
    pub fn kpi(&self, id: &str) -> Result<&Query, QueryError> {
        self.queries.get(id).filter(|query| !query.header.internal).ok_or_else(|| self.unknown(id))
    }

    /// All KPIs, by id.
    pub fn kpis(&self) -> impl Iterator<Item = &Query> {
        self.queries.values().filter(|query| !query.header.internal)
    }

    fn unknown(&self, id: &str) -> QueryError {
        let ids = || self.kpis().map(|query| query.id.as_str());
        let hint = match near_name(id, ids()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("there are {}", ids().collect::<Vec<_>>().join(", ")),
        };
        QueryError::Unknown { id: id.to_owned(), hint }
    }

    /// The catalogue as a document for people.
    pub fn markdown(&self) -> String {
        let mut sections: BTreeMap<&str, Vec<&Query>> = BTreeMap::new();
        for query in self.kpis() {
            sections.entry(&query.section).or_default().push(query);
        }
        let mut text = String::from("# KPIs\n\nMade from `queries/` by `throughline check --catalogue`.\n");
        for (section, queries) in sections {
            text.push_str(&format!("\n## {section}\n"));
            for query in queries {
                let Header { title, question, definition, unit, grain, .. } = &query.header;
                text.push_str(&format!(
                    "\n### {title} (`{}`)\n\n{question}\n\n{definition} Unit: {unit}; {grain}.\n",
                    query.id
                ));
            }
        }
        text
    }

    /// What people and KPIs query, by name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &Query)> {
        self.views.iter().map(|view| (view.view_name(), view))
    }

    /// The KPIs that everybody may ask as free SQL.
    pub fn examples(&self) -> impl Iterator<Item = &Query> {
        self.kpis().filter(|query| query.is_free())
    }

    pub(super) fn views(&self) -> &[Query] {
        &self.views
    }
}

fn files(folder: Option<&Path>) -> Result<BTreeMap<String, String>, Fault> {
    let fault = |path: &str, what: String| Fault { path: path.to_owned(), line: 1, what };
    let mut files = BTreeMap::new();
    let Some(folder) = folder else {
        for path in Files::iter() {
            let bytes = Files::get(&path).map(|file| file.data.into_owned()).unwrap_or_default();
            let text = String::from_utf8(bytes).map_err(|_| fault(&path, "is no UTF-8 text".to_owned()))?;
            files.insert(path.into_owned(), text);
        }
        return Ok(files);
    };
    let mut waiting = vec![folder.to_owned()];
    while let Some(current) = waiting.pop() {
        let name = current.display().to_string();
        for entry in std::fs::read_dir(&current).map_err(|e| fault(&name, e.to_string()))? {
            let path = entry.map_err(|e| fault(&name, e.to_string()))?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sql") {
                let text = std::fs::read_to_string(&path).map_err(|e| fault(&name, e.to_string()))?;
                let relative = path.strip_prefix(folder).unwrap_or(&path);
                files.insert(relative.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    Ok(files)
}

/// The parser says `Line: 12, Column: 3`; header lines are blank in the SQL, so the number is that of the file.
fn sql_line(message: &str) -> Option<usize> {
    let rest = message.split("Line: ").nth(1)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

impl Query {
    /// The name under which a view is asked: its file has its place in front.
    pub(super) fn view_name(&self) -> &str {
        self.id.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_')
    }

    /// Whether it is about cases held against the official flow.
    pub fn needs_official_flow(&self) -> bool {
        self.header.source.iter().any(|table| JUDGED.contains(&table.as_str()))
    }

    /// Whether everybody may ask its SQL as it is: it has no parameters and calls nothing that free SQL may not call.
    pub fn is_free(&self) -> bool {
        !self.header.internal && self.header.params.is_empty() && is_bounded(&self.sql)
    }

    /// Where the columns of the result differ from what the header promises.
    fn result(&self, plan: &LogicalPlan) -> Vec<String> {
        let mut faults = Vec::new();
        let schema: &Schema = plan.schema().as_arrow();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let promised: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        if names != promised {
            faults.push(format!("the result has columns {names:?}, the header says {promised:?}"));
        } else {
            for (field, (name, kind)) in schema.fields().iter().zip(&self.columns) {
                if !fits(field.data_type(), *kind) {
                    faults.push(format!("column `{name}` is {} in SQL, the header says {kind:?}", field.data_type()));
                }
            }
        }
        faults
    }

    /// Where the descriptions of the columns of a view are not those of its columns.
    fn described(&self) -> Option<String> {
        let columns: BTreeSet<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let about: BTreeSet<&str> = self.header.about.keys().map(String::as_str).collect();
        (columns != about).then(|| format!("the header describes {about:?}, the view has {columns:?}"))
    }

    /// Where the result differs from what the header promises.
    fn contract(&self, plan: &LogicalPlan) -> Vec<String> {
        let mut faults = self.result(plan);
        let promised: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let used: BTreeSet<String> =
            plan.get_parameter_names().map(|names| names.into_iter().collect()).unwrap_or_default();
        let used: BTreeSet<&str> = used.iter().map(|name| name.trim_start_matches('$')).collect();
        let declared: BTreeSet<&str> = self.header.params.keys().map(String::as_str).collect();
        if used != declared {
            faults.push(format!("the SQL uses parameters {used:?}, the header declares {declared:?}"));
        }
        for (name, empty) in
            [("question", self.header.question.is_empty()), ("definition", self.header.definition.is_empty())]
        {
            if empty {
                faults.push(format!("the header has no `{name}`"));
            }
        }
        if self.header.internal && self.header.chart.is_some() {
            faults.push("an internal query is shown nowhere, so it has no chart".to_owned());
        }
        if let Some(chart) = &self.header.chart {
            // A name may be made of several columns, joined by ` > `.
            let drawn = chart.y.iter().map(String::as_str).chain(chart.x.split(" > "));
            for column in drawn.filter(|column| !promised.contains(column)) {
                faults.push(format!("the chart draws `{column}`, which is no column"));
            }
        }
        if let Some(template) = &self.header.cases {
            faults.extend(self.drill_fault(template));
        }
        faults
    }

    /// What is wrong with the line that says which cases a row is about.
    fn drill_fault(&self, template: &str) -> Option<String> {
        if let Some(column) = drill::columns(template).find(|name| !self.columns.iter().any(|(known, _)| known == name))
        {
            return Some(format!("`cases` names `{column}`, which is no column"));
        }
        let example = |name: &str| {
            let name = name.trim_end_matches('+');
            let (_, kind) = self.columns.iter().find(|(known, _)| known == name)?;
            Some(if matches!(kind, Kind::Date | Kind::Timestamp) { "2024-01-01" } else { "1" }.into())
        };
        let text = drill::filled(template, example)?;
        text.parse::<Filter>().err().map(|error| format!("`cases` is no filter: {error}"))
    }

    fn sources(&self, state: &datafusion::execution::session_state::SessionState) -> Option<String> {
        let dialect = state.config_options().sql_parser.dialect;
        let statement = state.sql_to_statement(&self.sql, &dialect).ok()?;
        let read = state.resolve_table_references(&statement).ok()?;
        let read: BTreeSet<String> = read.iter().map(|table| table.table().to_owned()).collect();
        let declared: BTreeSet<String> = self.header.source.iter().cloned().collect();
        (read != declared).then(|| format!("the SQL reads {read:?}, the header says source = {declared:?}"))
    }
}

fn fits(kind: &DataType, promised: Kind) -> bool {
    let text = |kind: &DataType| matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    match promised {
        Kind::Date => matches!(kind, DataType::Date32 | DataType::Date64),
        Kind::Timestamp => matches!(kind, DataType::Timestamp(..)),
        Kind::Category => text(kind) || matches!(kind, DataType::Dictionary(_, value) if text(value)),
        Kind::Count => kind.is_integer(),
        Kind::Number | Kind::Share | Kind::DurationS | Kind::Cost => kind.is_floating(),
        Kind::Boolean => *kind == DataType::Boolean,
        Kind::List => matches!(kind, DataType::List(_)),
    }
}
