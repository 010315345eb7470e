//! The SQL page: a question in SQL over the tables of the asked cases, its answer as table, chart and file.
//!
//! A statement that is short enough stands in the address; a longer one is sent as a form.

mod answer;
mod chart;

use crate::app::{AppError, Asked, Class, SqlAnswer};
use crate::draw::figure::count;
use crate::model::answers::Stats;
use crate::model::kind::Kind;
use crate::query::{ChartHint, QueryError};
use crate::web::answer::{encode, respond};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form as Kindness;
use crate::web::pages::address::Address;
use crate::web::pages::cases::flow_page;
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Filters, Shell};
use answer::{Fault, Result as Shown};
use askama::Template;
use axum::extract::Form;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chart::{ChartForm, Wish};
use serde::Deserialize;

/// Parameters of the page besides those of all pages.
const PARAMETERS: [&str; 7] = ["q", "example", "chart", "x", "y", "y2", "y3"];
/// Longer addresses are cut on their way by some programs.
const LONGEST_ADDRESS: usize = 4_000;

#[derive(Template)]
#[template(path = "sql.html")]
struct SqlPage {
    shell: Shell,
    flow: String,
    title: String,
    filters: Filters,
    /// Where the forms lead, with the filter.
    action: String,
    file: String,
    q: String,
    /// Whether the address holds the statement.
    in_address: bool,
    limits: String,
    fault: Option<Fault>,
    nothing: Option<Nothing>,
    shown: Option<Shown>,
    chart: Option<ChartForm>,
    tables: Vec<Table>,
    examples: Vec<Example>,
}

/// A table beside the editor.
struct Table {
    name: String,
    grain: String,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    quoted: String,
    kind: &'static str,
    about: String,
    of_log: bool,
}

/// A KPI whose SQL can be opened.
struct Example {
    title: String,
    href: String,
    on: bool,
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    q: String,
    chart: String,
    x: String,
    y: String,
    y2: String,
    y3: String,
}

/// What a download says.
#[derive(Debug, Deserialize)]
pub struct FileFields {
    q: String,
    form: String,
}

/// A statement and how its answer is drawn.
struct Question {
    q: String,
    /// Id of the KPI that it is the SQL of.
    example: Option<String>,
    wish: Wish,
}

/// The page with what stands in the address.
pub async fn show(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&PARAMETERS)?;
    let text = |name: &str| ask.rest.get(name).cloned().unwrap_or_default();
    let asked = ask.open().await?;
    let (mut q, mut example) = (lines(&text("q")), Some(text("example")).filter(|id| !id.is_empty()));
    let mut wish = Wish { kind: text("chart"), x: text("x"), y: [text("y"), text("y2"), text("y3")] };
    if q.trim().is_empty() {
        // The page never opens empty: without a wish it shows the first example.
        let catalogue = ask.web.app.engine().catalogue();
        let found = match &example {
            Some(id) => catalogue.examples().find(|query| query.id == *id),
            None => catalogue.examples().next(),
        };
        let missing = || {
            let ids: Vec<&str> = catalogue.examples().map(|query| query.id.as_str()).collect();
            let what = format!("there is no example `{}`", example.clone().unwrap_or_default());
            ApiError::bad_request("bad_parameter", what, format!("there are {}", ids.join(", ")))
        };
        let query = found.ok_or_else(missing)?;
        q = lines(&query.sql);
        example = Some(query.id.clone());
        if let (true, Some(hint)) = (wish.kind.is_empty(), &query.header.chart) {
            wish = Wish::of(hint);
        }
    }
    answered(&parts, &ask, &asked, Question { q, example, wish }).await
}

/// The statement of a form: to its address if it is short enough, else the page itself.
pub async fn run(parts: Parts, ask: Ask, Form(fields): Form<Fields>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let q = lines(&fields.q);
    let wish = Wish { kind: fields.chart, x: fields.x, y: [fields.y, fields.y2, fields.y3] };
    let address = with(&flow_page(&ask, &asked, "sql"), &q, &wish).href();
    if address.len() <= LONGEST_ADDRESS {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response());
    }
    answered(&parts, &ask, &asked, Question { q, example: None, wish }).await
}

/// The answer as a file, as the API gives it.
pub async fn file(ask: Ask, Form(fields): Form<FileFields>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let (form, name) = match fields.form.as_str() {
        "csv" => (Kindness::Csv, "attachment; filename=\"sql.csv\""),
        "json" => (Kindness::Json, "attachment; filename=\"sql.json\""),
        other => {
            return Err(ApiError::bad_request(
                "bad_parameter",
                format!("there is no form `{other}`"),
                "take csv or json",
            ));
        }
    };
    let asked = ask.open().await?;
    let answer = ask.web.app.sql(&asked, &lines(&fields.q)).await?;
    let mut response = respond(encode(answer, form).await?, form, None);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(response)
}

async fn answered(parts: &Parts, ask: &Ask, asked: &Asked, question: Question) -> Result<Response, ApiError> {
    let app = &ask.web.app;
    let shell = Shell::of_flow(ask, parts, asked, "sql").await?;
    let stats = app.stats(asked).await?;
    let Question { q, example, wish } = question;
    let plain = flow_page(ask, asked, "sql");
    let address = match &example {
        Some(id) => plain.with("example", id),
        None => with(&plain, &q, &wish),
    };
    let in_address = address.href().len() <= LONGEST_ADDRESS;
    let (answer, fault) = match app.sql(asked, &q).await {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(fault(error, &q)?)),
    };
    let chart = match &answer {
        Some(answer) => Some(chart::form(answer, &wish, name_of(ask, example.as_deref())).await?),
        None => None,
    };
    let nothing = Nothing::of(ask, asked, if in_address { &address } else { &plain }, &stats).await?;
    let rows_max = app.config.limits.rows_returned_max;
    page(&SqlPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&stats, answer.as_ref(), fault.as_ref()),
        filters: Filters::of(asked, if in_address { &address } else { &plain }, &stats),
        file: plain.at(&format!("/flows/{}/sql/file", crate::web::pages::address::encoded(&asked.target.flow))).href(),
        action: plain.href(),
        in_address,
        limits: limits(ask),
        nothing,
        shown: answer.as_ref().map(|answer| answer::shown(answer, rows_max)),
        fault,
        chart,
        tables: tables(ask, asked),
        examples: examples(ask, &plain, example.as_deref()),
        shell,
        q,
    })
}

/// The page of a statement.
fn with(address: &Address, q: &str, wish: &Wish) -> Address {
    let [y, y2, y3] = &wish.y;
    let drawn = [("chart", &wish.kind), ("x", &wish.x), ("y", y), ("y2", y2), ("y3", y3)];
    let address = address.with("q", q);
    // Without a chart its columns mean nothing.
    if wish.kind.is_empty() {
        return address;
    }
    drawn.into_iter().fold(address, |address, (name, value)| address.with(name, value))
}

/// Forms end lines as typewriters did.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_matches('\n').to_owned()
}

/// What the asker can do something about is said beside the statement; everything else is a page of its own.
fn fault(error: AppError, q: &str) -> Result<Fault, ApiError> {
    let of_asker = matches!(error.code().1, Class::BadRequest | Class::TooLong | Class::TooMuch | Class::Busy);
    if !of_asker {
        return Err(error.into());
    }
    let (at, limit) = match &error {
        AppError::Query(query) => (if let QueryError::Sql { at, .. } = query { *at } else { None }, query.limit()),
        _ => (None, None),
    };
    Ok(Fault::new(error.to_string(), error.hint(), limit, at, q))
}

fn title(stats: &Stats, answer: Option<&SqlAnswer>, fault: Option<&Fault>) -> String {
    let cases = if stats.cases == 1 { "one case".to_owned() } else { format!("{} cases", count(stats.cases)) };
    match (answer, fault) {
        (Some(answer), _) if answer.meta.truncated => {
            format!("The first {} rows, from the tables of {cases}", count(answer.frame.rows as i64))
        }
        (Some(answer), _) => match answer.frame.rows {
            0 => format!("No row in the tables of {cases} answers this"),
            1 => format!("One row, from the tables of {cases}"),
            rows => format!("{} rows, from the tables of {cases}", count(rows as i64)),
        },
        (None, Some(Fault { at: Some((line, column)), .. })) => {
            format!("The statement cannot be answered: see line {line}, column {column}")
        }
        (None, _) => "The statement cannot be answered".to_owned(),
    }
}

fn limits(ask: &Ask) -> String {
    let limits = &ask.web.app.config.limits;
    format!(
        "One SELECT; at most {} rows, {} s and {} MB of memory",
        count(limits.rows_returned_max as i64),
        limits.query_seconds,
        count(limits.query_memory_mb as i64)
    )
}

fn name_of(ask: &Ask, example: Option<&str>) -> String {
    let catalogue = ask.web.app.engine().catalogue();
    let query = example.and_then(|id| catalogue.examples().find(|query| query.id == id));
    query.map_or_else(|| "Answer".to_owned(), |query| query.header.title.clone())
}

fn tables(ask: &Ask, asked: &Asked) -> Vec<Table> {
    let column = |one: crate::app::SchemaColumn| Column {
        kind: kind_words(one.kind),
        name: one.name,
        quoted: one.quoted,
        about: one.about,
        of_log: one.of_log,
    };
    let table = |one: crate::app::SchemaTable| Table {
        name: one.name,
        grain: one.grain,
        columns: one.columns.into_iter().map(column).collect(),
    };
    ask.web.app.schema(&asked.target).into_iter().map(table).collect()
}

fn examples(ask: &Ask, plain: &Address, now: Option<&str>) -> Vec<Example> {
    let mut all: Vec<_> = ask.web.app.engine().catalogue().examples().collect();
    all.sort_by(|one, other| (&one.section, &one.id).cmp(&(&other.section, &other.id)));
    let example = |query: &crate::query::Query| Example {
        title: query.header.title.clone(),
        href: plain.with("example", &query.id).href(),
        on: now == Some(query.id.as_str()),
    };
    all.into_iter().map(example).collect()
}

/// The kinds as people who write SQL call them.
fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Date => "date",
        Kind::Timestamp => "time",
        Kind::Category => "text",
        Kind::Count => "whole number",
        Kind::Number => "number",
        Kind::Share => "share",
        Kind::DurationS => "seconds",
        Kind::Cost => "money",
        Kind::Boolean => "true/false",
        Kind::List => "list",
    }
}

impl Wish {
    /// As the header of a query has it.
    fn of(hint: &ChartHint) -> Self {
        let y = |at: usize| hint.y.get(at).cloned().unwrap_or_default();
        Self { kind: hint.kind.clone(), x: hint.x.clone(), y: [y(0), y(1), y(2)] }
    }
}
