//! How good a log is: what could not be read, what looks like a mistake, what should be known, each with how often, and
//! examples. The same for a look at the beginning of a file and for a whole import.

use crate::app::alike::alike;
use crate::app::{App, AppError};
use crate::draw::figure::count;
use crate::ingest::{Counts, ImportReport, RejectCount};
use crate::model::filter::Filter;
use crate::query::{Extent, Frame, Snapshot};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Examples of each issue.
const EXAMPLES: usize = 5;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Quality {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows that can be used.
    pub usable: u64,
    /// The same as a share.
    pub usable_share: f64,
    /// Whether all rows were looked at, or the first ones only.
    pub whole: bool,
    /// The worst first.
    pub issues: Vec<Issue>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rows are left out.
    Rejected,
    /// The rows are taken, but may be wrong.
    Doubtful,
    /// Something to know.
    Note,
}

/// Something that is wrong, or may be.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Issue {
    /// A word for programs.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub title: String,
    /// How often.
    pub found: u64,
    /// Of what.
    pub unit: String,
    /// The first ones.
    pub examples: Vec<String>,
    /// What becomes of it, or what to do.
    pub advice: String,
}

impl App {
    /// What is to be said about a log and the report of how it was read.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn quality(
        &self,
        report: &ImportReport,
        snapshot: &Arc<Snapshot>,
        whole: bool,
    ) -> Result<Quality, AppError> {
        let query = self.engine().catalogue().get("log_doubts")?;
        let none = (Filter::default(), BTreeMap::new());
        let doubts = self.engine().run(snapshot, &none.0, query, &none.1, Extent::Whole).await?;
        let counts = &report.counts;
        let mut issues: Vec<Issue> = counts.rejects.iter().map(|(reason, count)| rejected(reason, count)).collect();
        issues.extend(of_rows(counts));
        issues.extend((0..doubts.rows).filter_map(|row| doubted(&doubts, row)));
        issues.extend(spellings(snapshot));
        issues.sort_by(|a, b| a.severity.cmp(&b.severity).then(b.found.cmp(&a.found)).then(a.code.cmp(&b.code)));
        Ok(Quality {
            rows: counts.rows_read,
            usable: counts.accepted,
            usable_share: counts.accepted as f64 / counts.rows_read.max(1) as f64,
            whole,
            issues,
        })
    }
}

fn issue(code: &str, severity: Severity, (found, unit): (u64, &str), title: &str, advice: &str) -> Issue {
    Issue {
        code: code.to_owned(),
        severity,
        title: title.to_owned(),
        found,
        unit: unit.to_owned(),
        examples: Vec::new(),
        advice: advice.to_owned(),
    }
}

/// `missing_case` as `missing case`.
fn words(reason: &impl Serialize) -> (String, String) {
    let value = serde_json::to_value(reason).unwrap_or_default();
    let code = value.as_str().unwrap_or_default().to_owned();
    let title = code.replace('_', " ");
    (code, title)
}

fn rejected(reason: &impl Serialize, of: &RejectCount) -> Issue {
    let (code, title) = words(reason);
    let mut title = title;
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let advice = "These rows are left out; they are kept with line, column and reason.";
    let mut found = issue(&code, Severity::Rejected, (of.rows, "rows"), &title, advice);
    let lines: Vec<String> = of.lines.iter().take(EXAMPLES).map(|line| count(*line as i64)).collect();
    if !of.example.is_empty() {
        found.examples.push(format!("{} “{}”", of.column, of.example));
    }
    if !lines.is_empty() {
        let more = if of.rows > lines.len() as u64 { ", …" } else { "" };
        found.examples.push(format!("line {}{more}", lines.join(", ")));
    }
    found
}

fn of_rows(counts: &Counts) -> Vec<Issue> {
    use Severity::{Doubtful, Note};
    let dirty = &counts.dirty_dates;
    let days_only = dirty.at_midnight as f64 > 0.5 * counts.accepted.max(1) as f64;
    let all = [
        issue(
            "in_the_future",
            Doubtful,
            (dirty.in_the_future, "events"),
            "Times in the future",
            "Time zone, or day and month, may be wrong.",
        ),
        issue(
            "before_1990",
            Doubtful,
            (dirty.before_1990, "events"),
            "Times before 1990",
            "Such dates often stand for “unknown”.",
        ),
        issue(
            "start_after_end",
            Doubtful,
            (dirty.start_after_end, "rows"),
            "Starts after their end",
            "The columns of start and end may be the wrong way round.",
        ),
        issue(
            "short_rows",
            Doubtful,
            (counts.short_rows, "rows"),
            "Fewer cells than the header",
            "The missing cells are empty.",
        ),
        issue(
            "long_rows",
            Doubtful,
            (counts.long_rows, "rows"),
            "More cells than the header",
            "The extra cells are left out; a separator may stand in a text without quotes.",
        ),
        issue(
            "clock_gaps",
            Doubtful,
            (counts.clock_gaps, "times"),
            "Times that the clock skipped in spring",
            "They are moved forward by an hour; the zone may be wrong.",
        ),
        issue(
            "clock_overlaps",
            Note,
            (counts.clock_overlaps, "times"),
            "Times that come twice in autumn",
            "The first of both hours is taken.",
        ),
        issue(
            "days_only",
            Note,
            (if days_only { dirty.at_midnight } else { 0 }, "events"),
            "Days without a time",
            "Their order within a day is that of the file.",
        ),
        issue(
            "ties",
            Note,
            (counts.ties, "rows"),
            "The same time as the row of the case before",
            "The order of the file decides which came first.",
        ),
        issue(
            "out_of_order",
            Note,
            (counts.out_of_order, "rows"),
            "Out of order in the file",
            "They are put in order by their time.",
        ),
        issue("blank_lines", Note, (counts.blank_lines, "lines"), "Blank lines", "They are passed over."),
        issue("empty_cases", Note, (counts.empty_cases, "traces"), "Traces without events", "They are left out."),
    ];
    all.into_iter().filter(|issue| issue.found > 0).collect()
}

fn doubted(doubts: &Frame, row: usize) -> Option<Issue> {
    let found = doubts.integer("found", row)?.unsigned_abs();
    let mut issue = match doubts.text("doubt", row)? {
        "doubled_events" => issue(
            "doubled_events",
            Severity::Doubtful,
            (found, "events"),
            "Events that look like doubles",
            "Same case, activity, time and resource as the next. They are kept; an export may have written them twice.",
        ),
        _ => issue(
            "single_event_cases",
            Severity::Note,
            (found, "cases"),
            "Cases of a single event",
            "They have no path; the export may begin or end in the middle of them.",
        ),
    };
    issue.examples.extend(doubts.text("example", row).map(|case| format!("case {case}")));
    Some(issue)
}

fn spellings(snapshot: &Snapshot) -> Option<Issue> {
    let pairs = alike(snapshot.names("activity").iter().flatten());
    let mut found = issue(
        "similar_activities",
        Severity::Doubtful,
        (pairs.len() as u64, "pairs"),
        "Activities whose names are nearly the same",
        "If they mean the same, mend the names in the source: here they are different steps.",
    );
    found.examples = pairs.iter().take(EXAMPLES).map(|(one, other)| format!("{one} / {other}")).collect();
    (!pairs.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_found_is_an_issue() {
        assert!(of_rows(&Counts::default()).is_empty());
        let mut counts = Counts::default();
        (counts.ties, counts.blank_lines) = (3, 1);
        let codes: Vec<String> = of_rows(&counts).into_iter().map(|issue| issue.code).collect();
        assert_eq!(codes, ["ties", "blank_lines"]);
    }

    #[test]
    fn rejects_name_value_and_lines() {
        let of = RejectCount { rows: 9, lines: vec![4, 7], example: "soon".to_owned(), column: "time".to_owned() };
        let issue = rejected(&crate::ingest::chunk::RejectReason::UnparsableTimestamp, &of);
        assert_eq!((issue.title.as_str(), issue.found), ("Unparsable timestamp", 9));
        assert_eq!(issue.examples, ["time “soon”", "line 4, 7, …"]);
    }
}
