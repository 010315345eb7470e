//! The page of an import: how far it is, and what became of it.

use crate::app::ImportInfo;
use crate::draw::figure::{count, duration};
use crate::ingest::{ImportReport, RejectCount};
use crate::model::measure::Measure;
use crate::store::catalog::ImportRecord;
use crate::web::api::imports;
use crate::web::auth::Editor;
use crate::web::error::ApiError;
use crate::web::extract::Places;
use crate::web::pages::page;
use crate::web::pages::quality::QualityView;
use crate::web::pages::shell::Shell;
use crate::web::state::Web;
use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Lines that are named for each reason.
const LINES: usize = 6;

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    shell: Shell,
    title: String,
    sub: String,
    flow: String,
    job: Option<JobView>,
    failed: Option<String>,
    done: bool,
    facts: Vec<Fact>,
    warnings: Vec<String>,
    rejects: Vec<RejectView>,
    rejected: String,
    rejects_csv: String,
    read: Vec<Fact>,
    quality: Option<QualityView>,
    again: String,
}

/// An import that is under way.
#[derive(Debug)]
pub struct JobView {
    /// Its address in the API.
    pub api: String,
    /// Its page.
    pub page: String,
    /// `queued` or `running`.
    pub state: &'static str,
    /// The file.
    pub file: String,
    /// How far it is.
    pub words: String,
    /// The same for the bar.
    pub percent: u64,
}

struct Fact {
    name: &'static str,
    value: String,
}

struct RejectView {
    reason: String,
    rows: String,
    column: String,
    example: String,
    lines: String,
}

/// The page.
pub async fn show(State(web): State<Arc<Web>>, parts: Parts, places: Places) -> Result<Response, ApiError> {
    let shell = Shell::of(&web, &parts, "upload").await?;
    let (name, id) = (places.flow()?, places.get("id")?);
    let load = move |web: &Web| -> Result<_, crate::app::AppError> {
        Ok((web.app.import_of(&name, &id)?, web.app.flow_info(&name)?.title))
    };
    let (record, flow_title) = web.blocking(load).await?;
    let under_way = !record.state.is_final();
    let took = took(&record);
    let info = imports::info(&web, record);
    let address = format!("/flows/{}/imports/{}", info.flow, info.id);
    let report = info.report.as_ref();
    let quality = quality(&web, &info).await?;
    page(&ImportPage {
        shell,
        title: title(&info),
        sub: sub(&info, &flow_title, took),
        job: under_way.then(|| job(&info, &address)),
        failed: failure(&info),
        done: info.state == "done",
        facts: facts(&info),
        warnings: report.map(ImportReport::remarks).unwrap_or_default(),
        rejects: report.map(rejects).unwrap_or_default(),
        rejected: number(info.rows_rejected),
        rejects_csv: format!("/api/v1{address}/rejects.csv"),
        read: report.map(how_it_was_read).unwrap_or_default(),
        quality,
        again: format!("/upload?flow={}&like={}", info.flow, info.id),
        flow: info.flow,
    })
}

/// How good the file is, and the log that it became; none if that cannot be opened any more.
async fn quality(web: &Arc<Web>, info: &ImportInfo) -> Result<Option<QualityView>, ApiError> {
    let (Some(report), Some(version)) = (&info.report, info.version) else { return Ok(None) };
    let flow = info.flow.clone();
    let opened = web.blocking(move |web| web.app.target_version(&flow, version)).await;
    let Ok(target) = opened else { return Ok(None) };
    let quality = web.app.quality(report, &target.snapshot, true).await?;
    Ok(Some(QualityView::of(&quality)))
}

/// The button that ends an import, for browsers without scripts.
pub async fn cancel(editor: Editor, State(web): State<Arc<Web>>, places: Places) -> Result<Response, ApiError> {
    let back = format!("/flows/{}/imports/{}", places.flow()?, places.get("id")?);
    imports::cancel_import(editor, State(web), places).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response())
}

fn number(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| count(value as i64))
}

/// A size in the unit that people read it in.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut at = 0;
    while value >= 1000.0 && at + 1 < UNITS.len() {
        value /= 1000.0;
        at += 1;
    }
    let decimals = usize::from(at > 0 && value < 100.0);
    format!("{} {}", crate::draw::figure::plain(value, decimals), UNITS[at])
}

fn took(record: &ImportRecord) -> Option<f64> {
    Some((record.finished_at? - record.started_at?) as f64 / 1e6)
}

/// A moment without its fractions.
pub fn moment(time: &str) -> String {
    time.get(..16).map_or_else(|| time.to_owned(), |time| format!("{} UTC", time.replace('T', " ")))
}

fn title(info: &ImportInfo) -> String {
    let accepted = number(info.rows_accepted);
    match (info.state, info.rows_rejected) {
        ("done", None | Some(0)) => format!("All {accepted} rows are in the log"),
        ("done", Some(rejected)) => {
            let all = count((info.rows_accepted.unwrap_or_default() + rejected) as i64);
            let rejects = info.report.iter().flat_map(|report| &report.counts.rejects);
            let why = match rejects.max_by_key(|(_, count)| count.rows) {
                Some((reason, count)) if count.rows == rejected => format!(": {}", words(reason)),
                Some((reason, _)) => format!(", most often: {}", words(reason)),
                None => String::new(),
            };
            let are = if rejected == 1 { "is" } else { "are" };
            format!("{accepted} of {all} rows are in the log; {} {are} not{why}", count(rejected as i64))
        }
        ("failed", _) => format!("{} could not be imported", info.file),
        ("cancelled", _) => format!("The import of {} was cancelled", info.file),
        _ => format!("{} is being imported", info.file),
    }
}

fn sub(info: &ImportInfo, flow: &str, took: Option<f64>) -> String {
    let took = took.map(|seconds| format!(" in {}", duration(seconds))).unwrap_or_default();
    match (&info.finished_at, info.version) {
        (Some(at), Some(version)) => {
            let how = if info.append { "added to" } else { "as the log of" };
            format!("{}, {how} {flow}, version {version}; imported {}{took}", info.file, moment(at))
        }
        (Some(at), None) => format!("Into {flow}, {}{took}; nothing of it is stored", moment(at)),
        (None, _) => format!("{} into {flow}, asked for {}", size(info.bytes), moment(&info.created_at)),
    }
}

fn failure(info: &ImportInfo) -> Option<String> {
    match info.state {
        "failed" => Some(info.error.clone().unwrap_or_else(|| "the import failed".to_owned())),
        "cancelled" => Some("Somebody cancelled it. The log is what it was before.".to_owned()),
        _ => None,
    }
}

fn job(info: &ImportInfo, address: &str) -> JobView {
    let progress = info.progress.as_ref();
    let percent = progress.map_or(0, |at| at.bytes.saturating_mul(100).checked_div(at.bytes_total).unwrap_or(0));
    let words = match progress {
        Some(at) if at.rows > 0 => {
            format!("{} rows read, {} put in order", number(Some(at.rows)), number(Some(at.events_built)))
        }
        _ if info.state == "queued" => "Waiting for its turn".to_owned(),
        _ => "Working".to_owned(),
    };
    JobView {
        api: format!("/api/v1{address}"),
        page: address.to_owned(),
        state: info.state,
        file: info.file.clone(),
        words,
        percent: percent.min(100),
    }
}

fn facts(info: &ImportInfo) -> Vec<Fact> {
    let fact = |name, value| Fact { name, value };
    let mut facts = vec![
        fact("In the log", number(info.rows_accepted)),
        fact("Not in the log", number(info.rows_rejected)),
        fact("File", size(info.bytes)),
    ];
    if let Some(report) = &info.report {
        let counts = &report.counts;
        facts.insert(0, fact("Rows read", number(Some(counts.rows_read))));
        facts.insert(3, fact("Cases", number(Some(counts.cases))));
        for (name, time) in [("First event", &counts.first_at), ("Last event", &counts.last_at)] {
            facts.extend(time.as_deref().map(|time| fact(name, moment(time))));
        }
    }
    facts
}

/// `missing_case` as `missing case`.
fn words(reason: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(reason).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('_', " ")
}

fn rejects(report: &ImportReport) -> Vec<RejectView> {
    let view = |(reason, count): (_, &RejectCount)| RejectView {
        reason: words(&reason),
        rows: number(Some(count.rows)),
        column: count.column.clone(),
        example: count.example.clone(),
        lines: lines(count),
    };
    let mut found: Vec<_> = report.counts.rejects.iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(count.rows));
    found.into_iter().map(view).collect()
}

fn lines(count: &RejectCount) -> String {
    let mut lines: Vec<String> = count.lines.iter().take(LINES).map(u64::to_string).collect();
    if count.rows > lines.len() as u64 {
        lines.push("…".to_owned());
    }
    lines.join(", ")
}

fn how_it_was_read(report: &ImportReport) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut say = |name, value: String| facts.push(Fact { name, value });
    let wrapped: String = report.wrappers.iter().map(|wrapper| format!(", in {wrapper}")).collect();
    say("Format", format!("{}{wrapped}", words(&report.format)));
    if let Some(detected) = &report.detected {
        let sure = |share: f64| format!("{:.0} %", share * 100.0);
        if report.format == crate::ingest::Format::Csv {
            say(
                "Separator",
                format!(
                    "{} ({}): {}",
                    detected.delimiter_name,
                    sure(detected.dialect_confidence),
                    detected.dialect_reason
                ),
            );
            say(
                "Encoding",
                format!("{} ({}): {}", detected.encoding, sure(detected.encoding_confidence), detected.encoding_reason),
            );
            say(
                "Header",
                if detected.has_header { format!("line {}", detected.header_line) } else { "none".to_owned() },
            );
        }
        for role in &detected.roles {
            let name = match role.role.as_str() {
                "case" => "Case",
                "activity" => "Activity",
                "timestamp" => "Time",
                "start" => "Start",
                "resource" => "Resource",
                "role" => "Role",
                "system" => "System",
                _ => "Start or complete",
            };
            let format = role.timestamp_format.as_ref().map(|format| format!("; {format}")).unwrap_or_default();
            say(name, format!("{} ({}): {}{format}", role.column, sure(role.confidence), role.reason));
        }
    }
    for found in &report.measures {
        let name = match found.measure {
            Measure::Cost => "Cost",
            Measure::Automated => "Done by a program",
            Measure::Currency => "Currency",
        };
        say(name, format!("{} ({:.0} %): {}", found.column, found.confidence * 100.0, found.reason));
    }
    if let Some(xes) = report.xes.as_ref().filter(|xes| !xes.extensions.is_empty()) {
        say("Extensions", xes.extensions.join(", "));
    }
    say("Times", report.time_zone.clone());
    if report.counts.blank_lines > 0 {
        say("Blank lines", number(Some(report.counts.blank_lines)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        let sizes = [0, 999, 1_000, 97_400, 1_234_567, 20 << 30].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1 KB", "97.4 KB", "1.2 MB", "21.5 GB"]);
        assert_eq!(moment("2024-01-05T09:30:12.5Z"), "2024-01-05 09:30 UTC");
    }
}
