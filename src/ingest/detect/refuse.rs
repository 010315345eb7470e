//! Tables that are no event log with one row per event.

use super::DetectError;
use super::columns::{Column, Table};
use super::synonyms::{Meaning, Words};

/// Refuses tables whose header speaks of objects.
pub(super) fn object_centric(columns: &[Column], line: u64) -> Result<(), DetectError> {
    let found: Vec<&str> = columns
        .iter()
        .map(|column| column.header.as_str())
        .filter(|header| header.to_ascii_lowercase().starts_with("ocel:"))
        .take(5)
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(DetectError::ObjectCentric { line, columns: found.join(", ") })
}

/// Refuses tables in which every id has a single row and the rows have several dates. `case` is the column that
/// would be the case, if any could.
pub(super) fn one_row_per_case(
    table: &Table<'_>,
    columns: &[Column],
    words: &[Words],
    case: Option<usize>,
    has_activity: bool,
) -> Result<(), DetectError> {
    let unique = |at: usize| columns[at].distinct == table.rows && table.rows > 1 && columns[at].times().is_none();
    let id_like = |at: usize| words[at].is_id() || words[at].weight(Meaning::Case) > 0.0;
    let id = match case {
        Some(case) => Some(case).filter(|case| unique(*case)),
        None => (0..columns.len()).find(|at| unique(*at) && id_like(*at)),
    };
    let dates: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].times().is_some()).collect();
    let Some(id) = id.filter(|_| dates.len() >= 2) else { return Ok(()) };
    // A start and an end are one event, not two milestones.
    let any = |meaning| dates.iter().any(|at| words[*at].weight(meaning) >= 0.8);
    if dates.len() == 2 && any(Meaning::Start) && any(Meaning::End) && has_activity {
        return Ok(());
    }
    let names: Vec<String> = dates.iter().take(6).map(|at| format!("\"{}\"", columns[*at].name)).collect();
    Err(DetectError::OneRowPerCase { case: columns[id].name.clone(), dates: names.join(", ") })
}
