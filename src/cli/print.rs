//! Writing to standard output: JSON, and tables for people.

use crate::cli::CliError;
use crate::model::kind::Kind;
use crate::query::{Frame, Values};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::Write;

/// Prints a value as JSON.
pub fn json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| CliError::Io { step: "write the answer as JSON".to_owned(), source: e.into() })?;
    line(&text)
}

/// Prints a line. A reader that has seen enough (`| head`) is no failure.
pub fn line(text: &str) -> Result<(), CliError> {
    bytes(text.as_bytes())?;
    bytes(b"\n")
}

/// Prints a line where messages go: on standard error.
pub fn message(text: &str) -> Result<(), CliError> {
    writeln!(std::io::stderr(), "{text}").map_err(CliError::io("write to standard error"))
}

/// Prints bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<(), CliError> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(CliError::io("write to standard output")),
    }
}

/// An empty table with these headings; numbers are aligned to the right by [`number`].
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_header(headings.iter().map(Cell::new));
    table
}

/// A cell that is aligned to the right.
pub fn number(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// A whole number with blanks between thousands.
pub fn count(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 { format!("-{text}") } else { text }
}

/// A share as per cent.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The first so many rows of a frame as a table, with humane units.
pub fn frame(frame: &Frame, rows: usize) -> Table {
    let names: Vec<&str> = frame.columns.iter().map(|column| column.name.as_str()).collect();
    let mut table = table(&names);
    for row in 0..frame.rows.min(rows) {
        table.add_row((0..frame.columns.len()).map(|column| cell(frame, column, row)));
    }
    table
}

fn cell(frame: &Frame, column: usize, row: usize) -> Cell {
    let values = &frame.columns[column].values;
    match (frame.columns[column].kind, values) {
        (Kind::DurationS, Values::Number(values)) => {
            number(values[row].map_or_else(|| "–".to_owned(), crate::model::time::humane))
        }
        (Kind::Share, Values::Number(values)) => number(values[row].map_or_else(|| "–".to_owned(), percent)),
        (Kind::Count, Values::Integer(values)) => number(values[row].map_or_else(|| "–".to_owned(), count)),
        (_, Values::Integer(_) | Values::Number(_)) => number(frame.plain(column, row)),
        _ => Cell::new(frame.plain(column, row)),
    }
}
