//! What a report says of the files that its log came from: how they were read, what was left out, what looks odd.

use crate::app::ImportInfo;
use crate::draw::figure::count;
use crate::ingest::ImportReport;

/// A file of the log.
pub struct FileFacts {
    pub file: String,
    pub facts: Vec<(&'static str, String)>,
    pub rejects: Vec<RejectRow>,
    pub warnings: Vec<String>,
}

/// Rows that were left out for one reason.
pub struct RejectRow {
    pub reason: String,
    pub rows: String,
    pub column: String,
    pub example: String,
}

impl FileFacts {
    /// Of an import. When it ran is not said: the same file gives the same report.
    pub fn of(import: &ImportInfo) -> Self {
        let rows = |rows: Option<u64>| rows.map_or_else(|| "–".to_owned(), |rows| count(rows as i64));
        let mut facts = vec![
            ("Rows in the log", rows(import.rows_accepted)),
            ("Rows left out", rows(import.rows_rejected)),
            ("BLAKE3", import.hash.clone()),
        ];
        let report = import.report.as_ref();
        facts.splice(0..0, report.into_iter().flat_map(counted));
        facts.extend(report.into_iter().flat_map(how_it_was_read));
        Self {
            file: import.file.clone(),
            facts,
            rejects: report.map(rejects).unwrap_or_default(),
            warnings: report.map(|report| report.warnings.clone()).unwrap_or_default(),
        }
    }
}

fn counted(report: &ImportReport) -> Vec<(&'static str, String)> {
    let counts = &report.counts;
    vec![("Cases", count(counts.cases as i64)), ("Rows read", count(counts.rows_read as i64))]
}

fn how_it_was_read(report: &ImportReport) -> Vec<(&'static str, String)> {
    let sure = |share: f64| format!("{:.0} % sure", share * 100.0);
    let wrapped: String = report.wrappers.iter().map(|wrapper| format!(", in {wrapper}")).collect();
    let mut facts =
        vec![("Format", format!("{}{wrapped}", words(&report.format))), ("Times", report.time_zone.clone())];
    if report.counts.ties > 0 {
        facts.push(("Rows at the same time as the one before", count(report.counts.ties as i64)));
    }
    if report.counts.out_of_order > 0 {
        facts.push(("Rows put in order", count(report.counts.out_of_order as i64)));
    }
    for role in report.detected.iter().flat_map(|detected| &detected.roles) {
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
        facts.push((name, format!("column {}, {}", role.column, sure(role.confidence))));
    }
    facts
}

fn rejects(report: &ImportReport) -> Vec<RejectRow> {
    let mut found: Vec<_> = report.counts.rejects.iter().collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(count.rows));
    let row = |(reason, rejected): (&_, &crate::ingest::RejectCount)| RejectRow {
        reason: words(reason),
        rows: count(rejected.rows as i64),
        column: rejected.column.clone(),
        example: rejected.example.clone(),
    };
    found.into_iter().map(row).collect()
}

/// `missing_case` as `missing case`.
fn words(word: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(word).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('_', " ")
}
