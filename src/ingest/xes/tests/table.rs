//! Chunks as plain rows of text, to compare with.

use crate::ingest::chunk::{Chunk, NO_TIME, Names, Scope};
use crate::ingest::xes::{XesError, XesOptions, XesReader, XesWarning};
use arrow::array::Array;
use std::collections::BTreeMap;
use std::io::BufReader;

/// A row in which nothing is coded.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Row {
    pub case: String,
    pub activity: String,
    pub resource: String,
    pub role: String,
    pub system: String,
    pub lifecycle: String,
    pub end: Option<i64>,
    pub start: Option<i64>,
    pub line: u64,
    /// `case key` or `event key`.
    pub attributes: BTreeMap<String, String>,
}

/// All that was read of a log.
#[derive(Debug, Default)]
pub struct Table {
    pub rows: Vec<Row>,
    /// Reason, line, column, value and raw text.
    pub rejects: Vec<(String, u64, String, String, String)>,
    pub empty_cases: u64,
    pub clock_gaps: u64,
    pub clock_overlaps: u64,
    pub warnings: Vec<XesWarning>,
    pub header: crate::ingest::xes::XesHeader,
}

impl Table {
    /// Values of an attribute (`case key` or `event key`) by row, `-` where it is missing.
    pub fn column(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| row.attributes.get(name).map_or("-", String::as_str)).collect()
    }

    /// Case and activity of each row.
    pub fn names(&self) -> Vec<(&str, &str)> {
        self.rows.iter().map(|row| (row.case.as_str(), row.activity.as_str())).collect()
    }
}

/// Reads a whole log through a small buffer, in chunks of `max_rows`.
pub fn read_in(bytes: &[u8], options: &XesOptions, max_rows: usize) -> Result<Table, XesError> {
    let mut reader = XesReader::new(BufReader::with_capacity(7, bytes), options)?;
    let mut table = Table::default();
    while let Some(chunk) = reader.next_chunk(max_rows)? {
        assert!(chunk.rows() + chunk.rejects.len() <= max_rows);
        add(chunk, &mut table);
    }
    table.warnings = reader.warnings().to_vec();
    table.header = reader.header().clone();
    assert_eq!(reader.bytes_read(), bytes.len() as u64);
    Ok(table)
}

/// Reads a log in one chunk, with the usual options, which must succeed.
pub fn read(text: &str) -> Table {
    read_with(text, &XesOptions::default())
}

/// Reads a log in one chunk, which must succeed.
pub fn read_with(text: &str, options: &XesOptions) -> Table {
    read_in(text.as_bytes(), options, 1000).unwrap()
}

/// The error that a log must give.
pub fn error_of(bytes: &[u8]) -> String {
    read_in(bytes, &XesOptions::default(), 1000).unwrap_err().to_string()
}

/// A log with these elements inside.
pub fn log(inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">{inside}</log>\n")
}

/// A log of one trace `c` with these elements inside.
pub fn trace(inside: &str) -> String {
    log(&format!("<trace><string key=\"concept:name\" value=\"c\"/>{inside}</trace>"))
}

/// A log of one trace `c` with one event `a` with these elements inside.
pub fn event(inside: &str) -> String {
    trace(&format!("<event><string key=\"concept:name\" value=\"a\"/>{inside}</event>"))
}

/// Adds the rows of a chunk, checking that all its columns are as long as they should be.
pub fn add(mut chunk: Chunk, table: &mut Table) {
    let rows = chunk.rows();
    table.clock_gaps += chunk.clock.gaps;
    table.clock_overlaps += chunk.clock.overlaps;
    let name = |names: &Names, row: usize| {
        assert_eq!(names.codes.len(), rows);
        let code = names.codes[row];
        if code == u32::MAX { String::new() } else { names.names.get(code).to_owned() }
    };
    let time = |time: i64| (time != NO_TIME).then_some(time);
    assert_eq!((chunk.start.len(), chunk.line.len()), (rows, rows));
    let first = table.rows.len();
    for row in 0..rows {
        table.rows.push(Row {
            case: name(&chunk.case, row),
            activity: name(&chunk.activity, row),
            resource: name(&chunk.resource, row),
            role: name(&chunk.role, row),
            system: name(&chunk.system, row),
            lifecycle: name(&chunk.lifecycle, row),
            end: time(chunk.end[row]),
            start: time(chunk.start[row]),
            line: chunk.line[row],
            attributes: BTreeMap::new(),
        });
    }
    for attribute in &mut chunk.attributes {
        let scope = if attribute.scope == Scope::Case { "case" } else { "event" };
        let cells = attribute.cells.finish();
        assert_eq!(cells.len(), rows, "{}", attribute.name);
        for row in (0..rows).filter(|&row| cells.is_valid(row)) {
            let name = format!("{scope} {}", attribute.name);
            table.rows[first + row].attributes.insert(name, cells.value(row).to_owned());
        }
    }
    table.empty_cases += chunk.empty_cases;
    for reject in chunk.rejects {
        let reason = format!("{:?}", reject.reason);
        table.rejects.push((reason, reject.line, reject.column, reject.value, reject.raw));
    }
}
