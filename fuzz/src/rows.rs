//! Chunks laid out row by row, so that two readings of one file can be held against each other however they were cut.

use super::library::{Chunk, NO_CODE, Names, RejectReason, Scope};

/// An accepted row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub case: Option<String>,
    pub activity: Option<String>,
    pub resource: Option<String>,
    pub role: Option<String>,
    pub system: Option<String>,
    pub lifecycle: Option<String>,
    pub end: i64,
    pub start: i64,
    /// Attributes that have a value, by scope (1 for the case) and name.
    pub attributes: Vec<(u8, String, String)>,
}

/// A rejected row: line, column, value, reason and how it stood in the file.
pub type Rejected = (u64, String, String, RejectReason, String);

/// Everything that a reading gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub rows: Vec<Row>,
    pub rejects: Vec<Rejected>,
    /// Short and long rows, blank lines, empty cases, gaps and overlaps of the clock.
    pub counts: [u64; 6],
}

impl Reading {
    /// Adds a chunk, which must be whole: all its columns of the same length.
    pub fn add(&mut self, mut chunk: Chunk) {
        let counts = [
            chunk.short_rows,
            chunk.long_rows,
            chunk.blank_lines,
            chunk.empty_cases,
            chunk.clock.gaps,
            chunk.clock.overlaps,
        ];
        for (sum, count) in self.counts.iter_mut().zip(counts) {
            *sum += count;
        }
        let attributes: Vec<_> = chunk
            .attributes
            .iter_mut()
            .map(|attribute| (attribute.scope == Scope::Case, attribute.name.clone(), attribute.cells.finish()))
            .collect();
        let count = chunk.rows();
        let columns = [&chunk.case, &chunk.activity, &chunk.resource, &chunk.role, &chunk.system, &chunk.lifecycle];
        assert!(columns.iter().all(|column| column.codes.len() == count), "columns differ in length: {chunk:?}");
        assert!(attributes.iter().all(|(_, _, cells)| cells.iter().len() == count), "attributes differ in length");
        assert!(chunk.start.len() == count && chunk.line.len() == count, "times differ in length");
        for at in 0..count {
            let name = |names: &Names| {
                let code = names.codes[at];
                (code != NO_CODE).then(|| names.names.get(code).to_owned())
            };
            let mut filled: Vec<_> = attributes
                .iter()
                .filter_map(|(of_case, name, cells)| {
                    let cell = cells.iter().nth(at).flatten()?;
                    Some((u8::from(*of_case), name.clone(), cell.to_owned()))
                })
                .collect();
            filled.sort();
            let row = Row {
                line: chunk.line[at],
                case: name(&chunk.case),
                activity: name(&chunk.activity),
                resource: name(&chunk.resource),
                role: name(&chunk.role),
                system: name(&chunk.system),
                lifecycle: name(&chunk.lifecycle),
                end: chunk.end[at],
                start: chunk.start[at],
                attributes: filled,
            };
            assert!(row.case.is_some() && row.activity.is_some(), "a row without case or activity: {row:?}");
            self.rows.push(row);
        }
        let rejects = chunk.rejects.into_iter();
        self.rejects
            .extend(rejects.map(|reject| (reject.line, reject.column, reject.value, reject.reason, reject.raw)));
    }
}
