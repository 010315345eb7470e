//! How good a file or a log is, as pages show it.

use crate::app::{Issue, Quality, Severity};
use crate::draw::figure::{count, percent};

/// See the module.
#[derive(Debug)]
pub struct QualityView {
    /// The answer in a sentence.
    pub words: String,
    /// `good`, `warn` or `bad`.
    pub tone: &'static str,
    /// The share of rows that can be used, as a width of 100.
    pub usable: String,
    /// One for each issue.
    pub issues: Vec<IssueView>,
}

/// An issue.
#[derive(Debug)]
pub struct IssueView {
    /// What it is.
    pub title: String,
    /// What it means for the rows.
    pub kind: &'static str,
    /// Its colour.
    pub tone: &'static str,
    /// How often, with its unit.
    pub found: String,
    /// Examples.
    pub examples: String,
    /// What becomes of it, or what to do.
    pub advice: String,
}

impl QualityView {
    /// For people.
    pub fn of(quality: &Quality) -> Self {
        let worst = quality.issues.first().map(|issue| issue.severity);
        let tone = match worst {
            Some(Severity::Rejected) => "bad",
            Some(Severity::Doubtful) => "warn",
            Some(Severity::Note) | None => "good",
        };
        let usable = (quality.usable_share * 1_000.0).floor() / 10.0;
        Self {
            words: words(quality),
            tone,
            usable: usable.to_string(),
            issues: quality.issues.iter().map(view).collect(),
        }
    }
}

fn words(quality: &Quality) -> String {
    let (rows, usable) = (count(quality.rows as i64), count(quality.usable as i64));
    let which = if quality.whole { "" } else { "first " };
    match quality.rows - quality.usable.min(quality.rows) {
        0 => format!("All of the {which}{rows} rows can be used"),
        lost => {
            let share = percent(1.0 - quality.usable_share);
            format!("{usable} of the {which}{rows} rows can be used; {} ({share}) cannot", count(lost as i64))
        }
    }
}

fn view(issue: &Issue) -> IssueView {
    let (kind, tone) = match issue.severity {
        Severity::Rejected => ("left out", "bad"),
        Severity::Doubtful => ("doubtful", "warn"),
        Severity::Note => ("to know", ""),
    };
    let unit = if issue.found == 1 { issue.unit.trim_end_matches('s') } else { &issue.unit };
    IssueView {
        title: issue.title.clone(),
        kind,
        tone,
        found: format!("{} {unit}", count(issue.found as i64)),
        examples: issue.examples.join(" · "),
        advice: issue.advice.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_a_sentence() {
        let quality = |rows, usable, whole| Quality {
            rows,
            usable,
            usable_share: usable as f64 / rows as f64,
            whole,
            issues: Vec::new(),
        };
        assert_eq!(words(&quality(1_200, 1_200, true)), "All of the 1,200 rows can be used");
        assert_eq!(words(&quality(1_000, 990, false)), "990 of the first 1,000 rows can be used; 10 (1 %) cannot");
        assert_eq!(QualityView::of(&quality(1_000, 999, true)).usable, "99.9");
    }
}
