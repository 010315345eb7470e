//! The columns of a table: their names made unique, and what a sample of their cells looks like.

use super::dialect::Dialect;
use super::kinds::{is_boolean, is_integer, is_number, number_with_comma};
use super::records::{Records, text_of};
use super::synonyms::Words;
use crate::ingest::timestamp::{Inference, Precision, TimestampFormat, infer};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::borrow::Cow;

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 10_000;
const SAMPLE_VALUES: usize = 5;
/// A table may have this many columns; the rest of a wider header is not looked at.
const MOST_COLUMNS: usize = 10_000;
/// Cells of the sample in all, so that a very wide table does not fill the memory.
const MOST_CELLS: usize = 2_000_000;
/// Share of the cells with content that must be of a kind.
const KIND_SHARE: f64 = 0.9;

/// What the cells of a column are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Moments in time.
    Timestamp(Inference),
    /// Whole numbers.
    Integer,
    /// Other numbers.
    Number {
        /// The decimal sign is a comma.
        decimal_comma: bool,
    },
    /// Yes and no, in words.
    Boolean,
    /// Anything else.
    Text,
}

impl ColumnKind {
    /// A word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Timestamp(_) => "timestamp",
            Self::Integer => "integer",
            Self::Number { .. } => "number",
            Self::Boolean => "boolean",
            Self::Text => "text",
        }
    }
}

/// A column and what its first rows hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its name, trimmed, never empty, unique in the file.
    pub name: String,
    /// Its name as the file has it, trimmed.
    pub header: String,
    /// Share of the sample rows without content, 0 to 1.
    pub empty_share: f64,
    /// Different values in the sample rows, empty not counted.
    pub distinct: usize,
    /// Characters of the longest value.
    pub longest: usize,
    /// The first few different values.
    pub samples: Vec<String>,
    /// What the values are.
    pub kind: ColumnKind,
}

impl Column {
    /// The times of the column, if it has any.
    pub fn times(&self) -> Option<&Inference> {
        match &self.kind {
            ColumnKind::Timestamp(inference) => Some(inference),
            _ => None,
        }
    }
}

/// The sample, column by column; cells are trimmed, missing ones empty.
pub(super) struct Table<'a> {
    pub names: Vec<String>,
    pub headers: Vec<String>,
    /// One list a column, all of the same length.
    pub cells: Vec<Vec<Cow<'a, str>>>,
    pub rows: usize,
    pub warnings: Vec<String>,
}

/// Reads the sample rows behind the header. Rows without any content are left out, as is the last one if the
/// sample may have cut it.
pub(super) fn read_table<'a>(text: &'a str, dialect: &Dialect, width: usize, whole_file: bool) -> Table<'a> {
    let rest = text.get(dialect.header_offset..).unwrap_or_default();
    let signs = dialect.signs();
    let mut records = Records::new(rest, signs);
    let mut spans = Vec::new();
    let mut headers: Vec<String> = Vec::new();
    if dialect.has_header && records.next(&mut spans).is_some() {
        headers = spans.iter().map(|cell| trim(text_of(rest, cell, &signs)).into_owned()).collect();
        // Rows that all end in a delimiter give the table one more column than the header names.
        headers.resize(headers.len().max(width), String::new());
    } else {
        headers.resize(width, String::new());
    }
    headers.truncate(MOST_COLUMNS);
    let mut warnings = Vec::new();
    let names = unique_names(&headers, dialect.has_header, &mut warnings);
    let mut cells: Vec<Vec<Cow<'a, str>>> = vec![Vec::new(); names.len()];
    let mut rows = 0;
    while rows < SAMPLE_ROWS && rows * names.len() < MOST_CELLS {
        let Some(record) = records.next(&mut spans) else { break };
        if record.last && !whole_file && rows > 0 {
            break;
        }
        let row: Vec<Cow<'a, str>> =
            spans.iter().take(names.len()).map(|cell| trim(text_of(rest, cell, &signs))).collect();
        if row.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let mut row = row.into_iter();
        for column in &mut cells {
            column.push(row.next().unwrap_or_default());
        }
        rows += 1;
    }
    drop_trailing_delimiter(&mut headers, &mut cells);
    let mut names = names;
    names.truncate(headers.len());
    Table { names, headers, cells, rows, warnings }
}

/// A last column without name and without content is only the delimiter at the end of each line.
fn drop_trailing_delimiter(headers: &mut Vec<String>, cells: &mut Vec<Vec<Cow<'_, str>>>) {
    let nameless = headers.last().is_some_and(String::is_empty);
    if headers.len() > 1 && nameless && cells.last().is_some_and(|column| column.iter().all(|cell| cell.is_empty())) {
        headers.pop();
        cells.pop();
    }
}

/// Cuts blanks, no-break spaces and stray byte order marks from both ends.
fn trim(cell: Cow<'_, str>) -> Cow<'_, str> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blank)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(blank).to_owned()),
    }
}

/// Gives nameless columns a name and numbers names that come twice.
fn unique_names(headers: &[String], has_header: bool, warnings: &mut Vec<String>) -> Vec<String> {
    let mut taken: FxHashSet<String> = headers.iter().filter(|name| !name.is_empty()).cloned().collect();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut next: rustc_hash::FxHashMap<String, usize> = rustc_hash::FxHashMap::default();
    let mut names = Vec::with_capacity(headers.len());
    let mut renamed: Vec<String> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        if !header.is_empty() && seen.insert(header.clone()) {
            names.push(header.clone());
            continue;
        }
        let wanted = if header.is_empty() { format!("column_{}", at + 1) } else { header.clone() };
        let mut name = wanted.clone();
        let number = next.entry(wanted.clone()).or_insert(2);
        while taken.contains(&name) {
            name = format!("{wanted}_{number}");
            *number += 1;
        }
        if !header.is_empty() {
            renamed.push(format!("\"{name}\""));
        }
        taken.insert(name.clone());
        names.push(name);
    }
    if !has_header {
        warnings.push(format!("the file has no header, its columns are called column_1 to column_{}", names.len()));
        return names;
    }
    let nameless: Vec<String> = headers
        .iter()
        .enumerate()
        .filter(|(_, header)| header.is_empty())
        .map(|(at, _)| (at + 1).to_string())
        .collect();
    if !nameless.is_empty() && nameless.len() < 20 {
        warnings.push(format!("column {} has no name in the header and is called by its number", nameless.join(", ")));
    }
    if !renamed.is_empty() {
        renamed.truncate(20);
        warnings.push(format!("several columns have the same name, the later ones are called {}", renamed.join(", ")));
    }
    names
}

/// Looks at every column. `given` is the time format that a person named.
pub(super) fn profile(table: &Table<'_>, given: Option<&TimestampFormat>) -> Vec<Column> {
    let mut columns: Vec<Column> = (0..table.names.len()).map(|at| profile_one(table, at, given)).collect();
    settle_by_neighbours(&mut columns);
    columns
}

fn profile_one(table: &Table<'_>, at: usize, given: Option<&TimestampFormat>) -> Column {
    let cells: Vec<&str> = table.cells[at].iter().map(AsRef::as_ref).filter(|cell| !cell.is_empty()).collect();
    let mut distinct: FxHashSet<&str> = FxHashSet::default();
    let (mut samples, mut longest) = (Vec::new(), 0);
    for cell in &cells {
        longest = longest.max(cell.chars().count());
        if distinct.insert(cell) && samples.len() < SAMPLE_VALUES {
            samples.push(cell.chars().take(200).collect());
        }
    }
    Column {
        name: table.names[at].clone(),
        header: table.headers[at].clone(),
        empty_share: 1.0 - cells.len() as f64 / table.rows.max(1) as f64,
        distinct: distinct.len(),
        longest,
        samples,
        kind: kind_of(&cells, &Words::of(&table.headers[at]), given),
    }
}

fn kind_of(cells: &[&str], name: &Words, given: Option<&TimestampFormat>) -> ColumnKind {
    let share = |test: fn(&str) -> bool| cells.iter().filter(|cell| test(cell)).count() as f64 / cells.len() as f64;
    if cells.is_empty() {
        return ColumnKind::Text;
    }
    let plausible = |times: &Inference| !times.format.is_number() || name.is_about_time();
    if let Some(times) =
        given.and_then(|given| judge(given, cells)).filter(|times| times.parsed_share >= 0.7 && plausible(times))
    {
        return ColumnKind::Timestamp(times);
    }
    let bytes: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
    if let Some(times) = infer(&bytes).filter(plausible) {
        return ColumnKind::Timestamp(times);
    }
    if share(is_integer) >= KIND_SHARE {
        ColumnKind::Integer
    } else if share(is_number) >= KIND_SHARE && share(leading_zeros) < 0.1 {
        ColumnKind::Number { decimal_comma: false }
    } else if share(number_with_comma) >= KIND_SHARE && share(leading_zeros) < 0.1 {
        ColumnKind::Number { decimal_comma: true }
    } else if share(is_boolean) >= KIND_SHARE {
        ColumnKind::Boolean
    } else {
        ColumnKind::Text
    }
}

/// `0042` and numbers too long to count with are names of things.
fn leading_zeros(cell: &str) -> bool {
    let digits = cell.as_bytes();
    digits.len() > 1 && digits.iter().all(u8::is_ascii_digit) && (digits[0] == b'0' || digits.len() > 18)
}

/// What a format that a person gave makes of the cells; nothing if it reads none of them.
pub(super) fn judge(format: &TimestampFormat, cells: &[&str]) -> Option<Inference> {
    let times: Vec<_> = cells.iter().filter_map(|cell| format.parse(cell.as_bytes())).collect();
    let precision = Precision::of_column(times.iter().map(|time| time.micros))?;
    Some(Inference {
        format: format.clone(),
        confidence: 1.0,
        reason: format!("given; {} of {} sample values fit {format}", times.len(), cells.len()),
        ambiguous_day_first: false,
        parsed_share: times.len() as f64 / cells.len().max(1) as f64,
        zoned: times.iter().any(|time| time.zoned),
        precision,
        other: None,
    })
}

/// A column that leaves open whether the day or the month comes first follows a column that does not: one program
/// wrote both.
fn settle_by_neighbours(columns: &mut [Column]) {
    let mut settled: Vec<(String, TimestampFormat)> = columns
        .iter()
        .filter_map(|column| column.times().map(|times| (column, times)))
        .filter(|(_, times)| !times.ambiguous_day_first)
        .map(|(column, times)| (column.name.clone(), times.format.clone()))
        .collect();
    settled.dedup_by(|later, earlier| later.1 == earlier.1);
    settled.truncate(20);
    for column in columns {
        let ColumnKind::Timestamp(times) = &mut column.kind else { continue };
        if !times.ambiguous_day_first {
            continue;
        }
        let decided =
            settled.iter().find(|(_, format)| *format == times.format || Some(format) == times.other.as_ref());
        if let Some((name, format)) = decided {
            times.format = format.clone();
            times.ambiguous_day_first = false;
            times.other = None;
            times.confidence = 0.9 * times.parsed_share;
            times.reason = format!("the values fit {format}, as do those of column \"{name}\", which settle the order");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialect::guess_dialect;
    use super::*;

    fn columns(text: &str) -> (Vec<Column>, Vec<String>) {
        let guess = guess_dialect(text, true, None).unwrap();
        let table = read_table(text, &guess.dialect, guess.width, true);
        (profile(&table, None), table.warnings)
    }

    #[test]
    fn names_are_made_unique() {
        let (found, warnings) =
            columns("a, Labels,Labels\u{a0},Labels,,Labels_2,column_5\n1,x,y,z,q,r,s\n2,x,,z,q,r,s\n");
        let names: Vec<&str> = found.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["a", "Labels", "Labels_3", "Labels_4", "column_5_2", "Labels_2", "column_5"]);
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }

    #[test]
    fn kinds_and_profiles() {
        let text = "id;when;cost;ok;note;zip;n\n1;01/02/2016;0,50;true;NA;08001;1\n2;15/02/2016;1.250,75;false;;08002;2\n3;16/02/2016;3,00;true;NA;08003;3\n";
        let (found, _) = columns(text);
        let kinds: Vec<&str> = found.iter().map(|column| column.kind.name()).collect();
        assert_eq!(kinds, ["integer", "timestamp", "number", "boolean", "text", "text", "integer"]);
        assert_eq!(found[2].kind, ColumnKind::Number { decimal_comma: true });
        assert_eq!((found[4].distinct, found[4].samples.clone()), (1, vec!["NA".to_owned()]));
        assert!((found[4].empty_share - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn open_orders_follow_their_neighbours() {
        let text = "id,start,end\n1,01/02/2016,02/02/2016\n2,03/02/2016,02/15/2016\n";
        let (found, _) = columns(text);
        let formats: Vec<String> =
            found.iter().filter_map(Column::times).map(|times| times.format.to_string()).collect();
        assert_eq!(formats, ["%m/%d/%Y", "%m/%d/%Y"]);
        assert!(found.iter().filter_map(Column::times).all(|times| !times.ambiguous_day_first));
    }

    #[test]
    fn tables_without_header_and_with_trailing_delimiters() {
        let (found, warnings) = columns("1,a,2024-01-01\n1,b,2024-01-02\n");
        assert_eq!(found[2].name, "column_3");
        assert!(warnings[0].contains("no header"), "{warnings:?}");
        let (found, _) = columns("a;b;\n1;2;\n3;4;\n");
        assert_eq!(found.len(), 2);
    }
}
