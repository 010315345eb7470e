//! Where the header of a table is, behind titles and comments, and whether there is one.

use super::kinds::{is_number, number_with_comma};
use super::records::{Cell, Record, Records, Signs, text_of};
use super::synonyms::{Meaning, Words};
use crate::ingest::timestamp::infer;

/// A header further down than this is not looked for.
const MOST_TITLES: usize = 100;
/// Rows that are compared with the header.
const COMPARED_ROWS: usize = 200;

/// Cells of a row that are looked at; wider tables are told apart by these, too.
const LOOKED_AT: usize = 500;

/// Where the table starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Line of its first record, from 1.
    pub line: u64,
    /// Byte of its first record.
    pub offset: usize,
    /// That record names the columns.
    pub is_header: bool,
    /// Lines with content before it.
    pub skipped: usize,
}

/// A record with its cells as text.
struct Row {
    record: Record,
    cells: Vec<String>,
}

/// Finds the first record of the table in `text` from byte `body` on; most records have `width` cells.
pub(super) fn find_header(text: &str, signs: &Signs, body: usize, width: usize) -> Header {
    let rows = first_rows(text, signs, body);
    let fits = |row: &Row| row.cells.len() == width && filled(row) * 2 >= width && !is_comment(row, width);
    let near = |at: usize| nearly(&rows, at, width);
    let at = (0..rows.len().min(MOST_TITLES)).find(|at| fits(&rows[*at]) || near(*at));
    let at = at.or_else(|| rows.iter().position(|row| row.cells.len() == width)).unwrap_or(0);
    let Some(first) = rows.get(at) else { return Header { line: 1, offset: body, is_header: true, skipped: 0 } };
    let is_header = names_columns(&first.cells, &rows[at + 1..]);
    let record = first.record;
    Header { line: record.line, offset: record.offset, is_header, skipped: at }
}

/// The first records that have any content.
fn first_rows(text: &str, signs: &Signs, body: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    let rest = text.get(body..).unwrap_or_default();
    let lines_before = u64::from(body > 0);
    let mut records = Records::new(rest, *signs);
    while let Some(mut record) = records.next(&mut cells) {
        if cells.iter().all(|cell| rest.get(cell.from..cell.to).unwrap_or_default().trim().is_empty()) {
            continue;
        }
        record.offset += body;
        record.line += lines_before;
        let cells = cells.iter().map(|cell| text_of(rest, cell, signs).trim().to_owned()).collect();
        rows.push(Row { record, cells });
        if rows.len() >= MOST_TITLES + COMPARED_ROWS {
            break;
        }
    }
    rows
}

fn filled(row: &Row) -> usize {
    row.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// A comment starts with `#` and a blank, or is not as wide as the table.
fn is_comment(row: &Row, width: usize) -> bool {
    let first = row.cells.first().map(String::as_str).unwrap_or_default();
    first.starts_with('#') && (row.cells.len() != width || first[1..].starts_with([' ', '\t']) || first.len() == 1)
}

/// A header may be a cell longer or shorter than its rows, when those end in a delimiter or the header does.
fn nearly(rows: &[Row], at: usize, width: usize) -> bool {
    let row = &rows[at];
    let close = row.cells.len().abs_diff(width) == 1 && row.cells.len() >= 3;
    let next_fits = rows.get(at + 1).is_some_and(|next| next.cells.len() == width);
    let named = |cell: &String| !is_value(cell);
    close
        && next_fits
        && !is_comment(row, width)
        && filled(row) + 1 >= row.cells.len()
        && row.cells.iter().take(LOOKED_AT).all(named)
}

/// Whether a cell is a number or a time, as names of columns are not.
fn is_value(cell: &str) -> bool {
    is_number(cell) || number_with_comma(cell) || infer(&[cell.as_bytes()]).is_some()
}

/// Whether the first record names the columns rather than being a row like the others.
fn names_columns(all: &[String], rows: &[Row]) -> bool {
    let first = &all[..all.len().min(LOOKED_AT)];
    let known = first.iter().filter(|cell| Words::of(cell).best() >= 0.5).count();
    let values = first.iter().filter(|cell| is_value(cell)).count();
    let times = first.iter().filter(|cell| !is_number(cell) && infer(&[cell.as_bytes()]).is_some()).count();
    if times > 0 || values * 3 > first.len().max(1) {
        return known > first.len() / 2;
    }
    if known > 0 {
        return true;
    }
    // In a table without header the first row's values come again further down in the same columns. A whole row
    // like the first is the header once more, as in files that were put together.
    let comes_again = |(column, cell): &(usize, &String)| {
        !cell.is_empty() && rows.iter().take(COMPARED_ROWS).any(|row| row.cells.get(*column) == Some(cell))
    };
    let repeated = first.iter().enumerate().filter(comes_again).count();
    repeated == 0 || rows.iter().any(|row| row.cells == all)
}

impl Words {
    /// The greatest weight of any meaning.
    fn best(&self) -> f64 {
        Meaning::ALL.iter().map(|meaning| self.weight(*meaning)).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, line: u64, is_header: bool) {
        let signs = Signs { delimiter: b',', quote: Some(b'"'), escape: None, lone_return: false };
        let found = find_header(text, &signs, 0, width);
        assert_eq!((found.line, found.is_header), (line, is_header), "{text:?}");
        let expected: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
        assert_eq!(found.offset, expected, "{text:?}");
    }

    #[test]
    fn headers() {
        check("case,activity,time\n1,a,2024-01-01\n", 3, 1, true);
        check("Report,,\n\ncase,activity,time\n1,a,2024-01-01\n", 3, 3, true);
        check("# made, by, hand\ncase,activity,time\n1,a,2024-01-01\n", 3, 2, true);
        check("#case,activity,time\n1,a,2024-01-01\n", 3, 1, true);
        check("x,y,z\n1,a,2024-01-01,\n1,b,2024-01-01,\n", 4, 1, true);
        check("1,a,2024-01-01\n1,b,2024-01-02\n", 3, 1, false);
        check("A1,open,Bob\nA1,close,Ann\nA2,open,Bob\n", 3, 1, false);
        check("Name,Age,City\nJohn,28,York\n", 3, 1, true);
        check(",x,y\n0,a,b\n1,b,c\n", 3, 1, true);
    }
}
