//! From the text of one block to a chunk: cells are trimmed, times are read, names are numbered, and what cannot
//! be used is kept as a reject with its line.

use crate::ingest::chunk::{Attribute, Chunk, NO_TIME, Names, Reject, RejectReason, Scope};
use crate::ingest::csv::cut::Block;
use crate::ingest::detect::TextShape;
use crate::ingest::timestamp::{TimestampFormat, Zone};
use arrow::array::StringBuilder;
use csv::{ByteRecord, ReaderBuilder, Terminator};
use memchr::memchr_iter;
use std::io::Read;

/// How much of a rejected row is kept.
pub const RAW_ROW_BYTES: usize = 4096;

/// Stands in front of each block, as the parser takes a byte order mark for no part of the first cell: it would be one
/// only where a block begins, which is chance.
const FRONT: &[u8] = b"\n";

/// A time column with its way of writing times.
#[derive(Debug)]
struct TimeColumn {
    column: usize,
    format: TimestampFormat,
    /// The format with day and month changed over, while no value has told them apart.
    twin: Option<TimestampFormat>,
}

/// Which column goes where; the same for all blocks.
#[derive(Debug)]
pub struct Plan {
    delimiter: u8,
    quote: Option<u8>,
    double_quote: bool,
    escape: Option<u8>,
    columns: usize,
    case: usize,
    activity: usize,
    end: Option<TimeColumn>,
    start: Option<TimeColumn>,
    resource: Option<usize>,
    role: Option<usize>,
    system: Option<usize>,
    lifecycle: Option<usize>,
    attributes: Vec<(usize, String, Scope)>,
    names: Vec<String>,
    zone: Zone,
}

impl Plan {
    /// Takes over what detection settled.
    pub fn new(shape: &TextShape) -> Self {
        let roles = &shape.roles;
        let time = |role: &Option<crate::ingest::detect::Role>| {
            role.as_ref().and_then(|role| {
                let times = shape.times_of(role.column)?;
                Some(TimeColumn { column: role.column, format: times.format.clone(), twin: times.twin.clone() })
            })
        };
        let at = |role: &Option<crate::ingest::detect::Role>| role.as_ref().map(|role| role.column);
        let (end, start) = (time(&roles.timestamp), time(&roles.start));
        let taken: Vec<usize> = [Some(roles.case.column), Some(roles.activity.column)]
            .into_iter()
            .chain(
                [&roles.timestamp, &roles.start, &roles.resource, &roles.role, &roles.system, &roles.lifecycle].map(at),
            )
            .flatten()
            .collect();
        let attributes = (0..shape.columns.len())
            .filter(|column| !taken.contains(column))
            .map(|column| attribute_of(column, &shape.columns[column].name))
            .collect();
        Self {
            delimiter: shape.dialect.delimiter,
            quote: shape.dialect.quote,
            double_quote: shape.dialect.double_quote,
            escape: shape.dialect.escape,
            columns: shape.columns.len(),
            case: roles.case.column,
            activity: roles.activity.column,
            end,
            start,
            resource: at(&roles.resource),
            role: at(&roles.role),
            system: at(&roles.system),
            lifecycle: at(&roles.lifecycle),
            attributes,
            names: shape.columns.iter().map(|column| column.name.clone()).collect(),
            zone: shape.zone.clone(),
        }
    }

    /// A chunk without rows that has all attribute columns.
    pub fn empty_chunk(&self) -> Chunk {
        let column = |(_, name, scope): &(usize, String, Scope)| Attribute {
            name: name.clone(),
            scope: *scope,
            cells: StringBuilder::new(),
        };
        Chunk { attributes: self.attributes.iter().map(column).collect(), ..Chunk::default() }
    }

    /// A clock of the caller's own, for [`Plan::row`].
    pub fn clock(&self) -> Zone {
        self.zone.clone()
    }

    /// All rows of a block.
    pub fn chunk(&self, block: &Block) -> Chunk {
        let (mut chunk, mut zone) = (self.empty_chunk(), self.zone.clone());
        if block.broken {
            let raw = cut_text(&block.bytes);
            let value = raw.clone();
            chunk.rejects.push(Reject {
                line: block.first_line,
                column: String::new(),
                value,
                reason: RejectReason::Malformed,
                raw,
            });
            return chunk;
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quote.is_some())
            .quote(self.quote.unwrap_or(b'"'))
            .double_quote(self.double_quote)
            .escape(self.escape)
            // A carriage return within a line belongs to its cell, one before the line feed is trimmed away.
            .terminator(Terminator::Any(b'\n'))
            .from_reader(FRONT.chain(block.bytes.as_slice()));
        let mut record = ByteRecord::new();
        let mut line = block.first_line;
        let mut seen = 0;
        // Reading from memory fails on nothing: broken text is reported below, row by row.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let end = (reader.position().byte() as usize).saturating_sub(FRONT.len());
            let raw = &block.bytes[seen..end];
            let blanks = raw.iter().take_while(|byte| **byte == b'\n').count();
            chunk.blank_lines += blanks as u64;
            line += blanks as u64;
            self.row(&record, line, &raw[blanks..], &mut zone, &mut chunk);
            line += memchr_iter(b'\n', &raw[blanks..]).count() as u64;
            seen = end;
        }
        chunk.blank_lines += memchr_iter(b'\n', &block.bytes[seen..]).count() as u64;
        chunk.clock = zone.take_counts();
        chunk
    }

    /// Adds one record, or keeps it as a reject; `raw` is how it stood in the file.
    pub fn row(&self, record: &ByteRecord, line: u64, raw: &[u8], zone: &mut Zone, chunk: &mut Chunk) {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            chunk.blank_lines += 1;
            return;
        }
        let reject = |column: usize, reason: RejectReason| Reject {
            line,
            column: self.names.get(column).cloned().unwrap_or_default(),
            value: record.get(column).map(cut_text).unwrap_or_default(),
            reason,
            raw: cut_text(raw.trim_ascii_end()),
        };
        let cell = |column: usize| record.get(column).unwrap_or_default();
        self.note_order(record, chunk);
        let (Ok(case), Ok(activity)) = (text(cell(self.case)), text(cell(self.activity))) else {
            let column = if text(cell(self.case)).is_err() { self.case } else { self.activity };
            chunk.rejects.push(reject(column, RejectReason::Malformed));
            return;
        };
        let end = match self.time(&self.end, record, zone) {
            Ok(end) => end,
            Err((column, reason)) => return chunk.rejects.push(reject(column, reason)),
        };
        let start = match self.time(&self.start, record, zone) {
            Ok(start) => start,
            Err((_, RejectReason::MissingTimestamp)) => NO_TIME,
            Err((column, reason)) => return chunk.rejects.push(reject(column, reason)),
        };
        let Some(case) = case else { return chunk.rejects.push(reject(self.case, RejectReason::MissingCase)) };
        let Some(activity) = activity else {
            return chunk.rejects.push(reject(self.activity, RejectReason::MissingActivity));
        };
        if let Some((column, _)) = record.iter().enumerate().find(|(_, cell)| text(cell).is_err()) {
            return chunk.rejects.push(reject(column, RejectReason::Malformed));
        }
        chunk.short_rows += u64::from(record.len() < self.columns);
        chunk.long_rows += u64::from(record.len() > self.columns);
        chunk.case.push(Some(case));
        chunk.activity.push(Some(activity));
        chunk.end.push(end);
        chunk.start.push(start);
        chunk.line.push(line);
        let name = |names: &mut Names, column: Option<usize>| {
            names.push(column.and_then(|column| text(cell(column)).ok().flatten()));
        };
        name(&mut chunk.resource, self.resource);
        name(&mut chunk.role, self.role);
        name(&mut chunk.system, self.system);
        name(&mut chunk.lifecycle, self.lifecycle);
        for ((column, _, _), attribute) in self.attributes.iter().zip(&mut chunk.attributes) {
            attribute.cells.append_option(text(cell(*column)).ok().flatten());
        }
    }

    /// Counts what the cells say about formats that are still open, in rejected rows too: the wrong order rejects them.
    fn note_order(&self, record: &ByteRecord, chunk: &mut Chunk) {
        for (time, seen) in [&self.end, &self.start].into_iter().zip(&mut chunk.order) {
            let Some(TimeColumn { column, format, twin: Some(twin) }) = time else { continue };
            let cell = record.get(*column).unwrap_or_default().trim_ascii();
            match (format.parse(cell).is_some(), twin.parse(cell).is_some()) {
                (true, false) => seen.chosen += 1,
                (false, true) => seen.twin += 1,
                _ => {}
            }
        }
    }

    /// The instant in a time column; [`NO_TIME`] where the log has no such column.
    fn time(
        &self,
        column: &Option<TimeColumn>,
        record: &ByteRecord,
        zone: &mut Zone,
    ) -> Result<i64, (usize, RejectReason)> {
        let Some(TimeColumn { column, format, .. }) = column else { return Ok(NO_TIME) };
        let cell = record.get(*column).unwrap_or_default().trim_ascii();
        if cell.is_empty() {
            return Err((*column, RejectReason::MissingTimestamp));
        }
        let parsed = format.parse(cell).ok_or((*column, RejectReason::UnparsableTimestamp))?;
        Ok(if parsed.zoned { parsed.micros } else { zone.to_utc(parsed.micros) })
    }
}

/// A `case:` prefix says that an attribute belongs to the case.
fn attribute_of(column: usize, name: &str) -> (usize, String, Scope) {
    match name.strip_prefix("case:") {
        Some(rest) if !rest.is_empty() => (column, rest.to_owned(), Scope::Case),
        _ => (column, name.to_owned(), Scope::Event),
    }
}

/// The text of a cell without blanks and stray byte order marks around it, nothing if it is empty, an error if it is
/// no UTF-8.
#[inline]
fn text(cell: &[u8]) -> Result<Option<&str>, std::str::Utf8Error> {
    let text = std::str::from_utf8(cell)?.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    Ok((!text.is_empty()).then_some(text))
}

/// Text for a person's eyes: at most [`RAW_ROW_BYTES`], broken bytes replaced.
pub fn cut_text(bytes: &[u8]) -> String {
    let mut end = bytes.len().min(RAW_ROW_BYTES);
    // Half a character at the cut would look like a broken byte.
    while end < bytes.len() && end + 3 > RAW_ROW_BYTES && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_are_cut_between_characters() {
        for front in 0..3 {
            let text = "x".repeat(front) + &"€".repeat(2000);
            let end = (0..=RAW_ROW_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            assert_eq!(cut_text(text.as_bytes()), text[..end], "{front} in front");
        }
        assert_eq!(cut_text(b"a\xFFb"), "a\u{fffd}b");
        assert_eq!(cut_text(&[0xFF; 5000]).chars().count(), RAW_ROW_BYTES);
        // Nothing but the inside of characters: at most three bytes are given up.
        assert_eq!(cut_text(&[0x80; 5000]).chars().count(), RAW_ROW_BYTES - 3);
    }
}
