//! What came of a statement: rows, or what is wrong and where.

use super::kind_words;
use crate::app::SqlAnswer;
use crate::draw::figure::count;
use crate::model::kind::Kind;
use crate::web::pages::cell::{cell, is_number};

/// Longer answers are cut on the page; files have all rows.
const ROWS_SHOWN: usize = 500;

/// The answer as a table.
pub struct Result {
    pub columns: Vec<Heading>,
    pub rows: Vec<Vec<String>>,
    /// How many rows, and what was left out.
    pub words: String,
}

/// A column of the answer.
pub struct Heading {
    pub name: String,
    pub kind: &'static str,
    pub is_number: bool,
}

/// Why there is no answer.
pub struct Fault {
    pub what: String,
    pub hint: Option<String>,
    pub limit: Option<&'static str>,
    /// Line and column, from 1.
    pub at: Option<(usize, usize)>,
    /// The line with a mark below the column.
    pub excerpt: Option<String>,
}

/// The answer with at most so many rows as a page can show.
pub fn shown(answer: &SqlAnswer, most: u64) -> Result {
    let frame = &answer.frame;
    let heading = |at: usize| Heading {
        name: frame.columns[at].name.clone(),
        kind: match frame.columns[at].kind {
            // What counts seconds is written in the unit that suits it.
            Kind::DurationS => "duration",
            kind => kind_words(kind),
        },
        is_number: is_number(frame, at),
    };
    let columns = frame.columns.len();
    let shown = frame.rows.min(ROWS_SHOWN);
    let rows = (0..shown).map(|row| (0..columns).map(|at| cell(frame, at, row)).collect());
    let mut words = match frame.rows {
        1 => "1 row".to_owned(),
        rows => format!("{} rows", count(rows as i64)),
    };
    if answer.meta.truncated {
        words.push_str(&format!(", cut after {} (limits.rows_returned_max)", count(most as i64)));
    }
    if shown < frame.rows {
        words.push_str(&format!("; the first {} are shown, the files have all", count(shown as i64)));
    }
    Result { columns: (0..columns).map(heading).collect(), rows: rows.collect(), words }
}

impl Fault {
    /// With the place in the statement, if it is known.
    pub fn new(
        what: String,
        hint: Option<String>,
        limit: Option<&'static str>,
        at: Option<(usize, usize)>,
        q: &str,
    ) -> Self {
        let excerpt = at.and_then(|(line, column)| {
            let text = q.lines().nth(line.checked_sub(1)?)?.replace('\t', " ");
            let number = format!("{line} │ ");
            // The mark stands below the sign that it means, so it is as far in as that.
            let before = number.chars().count() + column.saturating_sub(1).min(text.chars().count());
            Some(format!("{number}{text}\n{}▲", " ".repeat(before)))
        });
        // What is said in front of it need not be said behind it once more.
        let behind = at.map(|(line, column)| format!(" (line {line}, column {column})"));
        let what = behind.and_then(|behind| what.strip_suffix(&behind).map(str::to_owned)).unwrap_or(what);
        Self { what, hint, limit, at, excerpt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_fault_is_marked() {
        let fault = |at| Fault::new("x".to_owned(), None, None, at, "SELECT a\n\tFROM b").excerpt;
        assert_eq!(fault(Some((2, 2))).as_deref(), Some("2 │  FROM b\n     ▲"));
        assert_eq!(fault(Some((1, 99))).as_deref(), Some("1 │ SELECT a\n            ▲"));
        assert_eq!((fault(Some((3, 1))), fault(Some((0, 0))), fault(None)), (None, None, None));
    }
}
