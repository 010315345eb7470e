//! The one shape in which every reader (CSV, XES, Parquet) hands over rows: columns of a few ten thousand rows,
//! with the names that repeat turned into small integers on the spot.

use crate::ingest::timestamp::ZoneCounts;
use arrow::array::{ArrayBuilder, StringBuilder};
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Stands for "no value" among codes.
pub const NO_CODE: u32 = u32::MAX;
/// Stands for "no time" among timestamps (microseconds since 1970 UTC).
pub const NO_TIME: i64 = i64::MIN;

/// Texts by number; one arena, no allocation per text.
#[derive(Default)]
pub struct Texts {
    arena: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// The text with this number, which must be one.
    pub fn get(&self, number: u32) -> &str {
        // Only whole `&str`s enter the arena, so the slice is always valid text.
        std::str::from_utf8(slice(&self.arena, &self.ends, number)).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> u64 {
        self.arena.len() as u64
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.len() as u32).map(|number| self.get(number))).finish()
    }
}

/// Texts numbered in the order of their first appearance.
#[derive(Default)]
pub struct Interner {
    texts: Texts,
    table: HashTable<u32>,
    hasher: rustc_hash::FxBuildHasher,
}

impl std::fmt::Debug for Interner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Interner {
    /// The number of `text`, new or known.
    #[inline]
    pub fn intern(&mut self, text: &str) -> u32 {
        let Self { texts: Texts { arena, ends }, table, hasher } = self;
        let at = |code: u32| slice(arena, ends, code);
        let hash = hasher.hash_one(text.as_bytes());
        if let Some(&code) = table.find(hash, |&code| at(code) == text.as_bytes()) {
            return code;
        }
        let code = ends.len() as u32;
        arena.extend_from_slice(text.as_bytes());
        ends.push(arena.len());
        table.insert_unique(hash, code, |&code| hasher.hash_one(slice(arena, ends, code)));
        code
    }

    /// The text behind a number that this interner gave out.
    pub fn get(&self, code: u32) -> &str {
        self.texts.get(code)
    }

    /// How many different texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The texts alone, without what finds them.
    pub fn into_texts(self) -> Texts {
        self.texts
    }

    /// All texts, by number.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.get(code))
    }
}

#[inline]
fn slice<'a>(arena: &'a [u8], ends: &[usize], code: u32) -> &'a [u8] {
    let code = code as usize;
    let from = if code == 0 { 0 } else { ends[code - 1] };
    &arena[from..ends[code]]
}

/// A column of names: one code a row, and the names that the codes stand for **in this chunk**.
#[derive(Debug, Default)]
pub struct Names {
    /// One entry a row; [`NO_CODE`] where the cell is empty.
    pub codes: Vec<u32>,
    /// What the codes stand for.
    pub names: Interner,
}

impl Names {
    /// Adds a row.
    #[inline]
    pub fn push(&mut self, text: Option<&str>) {
        let code = text.map_or(NO_CODE, |text| self.names.intern(text));
        self.codes.push(code);
    }
}

/// Whether an attribute belongs to the case or to the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Said by the source to belong to the case (XES trace attribute, `case:` column).
    Case,
    /// Everything else; one that never changes within a case is moved to the case later.
    Event,
}

/// An attribute column. Cells stay text as they came; types are settled when the whole file has been seen.
#[derive(Debug)]
pub struct Attribute {
    /// Column or attribute name as the source has it.
    pub name: String,
    /// Case or event.
    pub scope: Scope,
    /// One entry a row, null where the cell is empty.
    pub cells: StringBuilder,
}

/// Why a row was not accepted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The case column is empty.
    MissingCase,
    /// The activity column is empty.
    MissingActivity,
    /// The time column is empty although the log has times.
    MissingTimestamp,
    /// The time is not of the format of its column.
    UnparsableTimestamp,
    /// Bytes that are not text in the file's encoding, or a broken record.
    Malformed,
}

/// A row that was kept out of the log, with everything a person needs to find and mend it.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Line of the file on which the row starts, from 1.
    pub line: u64,
    /// Column (or attribute) at fault; empty where the whole row is.
    pub column: String,
    /// The offending value.
    pub value: String,
    /// What is wrong with it.
    pub reason: RejectReason,
    /// The row as it came, cut at 4 KiB.
    pub raw: String,
}

/// What the cells of a time column say about a format that the sample left open: which of the two ways to put day and
/// month reads a cell that the other does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderEvidence {
    /// Cells that only the chosen format reads.
    pub chosen: u64,
    /// Cells that only its twin reads.
    pub twin: u64,
}

impl std::ops::AddAssign for OrderEvidence {
    fn add_assign(&mut self, other: Self) {
        self.chosen += other.chosen;
        self.twin += other.twin;
    }
}

/// Some ten thousand rows.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Case ids; never [`NO_CODE`].
    pub case: Names,
    /// Activities; never [`NO_CODE`].
    pub activity: Names,
    /// Who did it.
    pub resource: Names,
    /// In which role, team or group.
    pub role: Names,
    /// In which system.
    pub system: Names,
    /// Lifecycle transition as the source has it.
    pub lifecycle: Names,
    /// Event time (its end) in microseconds since 1970 UTC, or [`NO_TIME`].
    pub end: Vec<i64>,
    /// Recorded start, or [`NO_TIME`].
    pub start: Vec<i64>,
    /// Line of the file on which the row starts, from 1.
    pub line: Vec<u64>,
    /// All other columns, in the order of their first appearance.
    pub attributes: Vec<Attribute>,
    /// Rows that were not accepted, by line.
    pub rejects: Vec<Reject>,
    /// Rows whose cells were fewer or more than the header has (accepted, reported).
    pub short_rows: u64,
    /// See `short_rows`.
    pub long_rows: u64,
    /// Lines without any content.
    pub blank_lines: u64,
    /// Traces without events (XES).
    pub empty_cases: u64,
    /// Times without an offset, and those of them that the clock skips or repeats.
    pub clock: ZoneCounts,
    /// Of the end and of the start, where the sample left open whether day or month comes first.
    pub order: [OrderEvidence; 2],
}

impl Chunk {
    /// Accepted rows.
    pub fn rows(&self) -> usize {
        self.end.len()
    }

    /// The attribute column `name`, made (with nulls for the rows before) if it is new. Call before the row's
    /// own cell is pushed; `rows` is the number of complete rows so far.
    pub fn attribute(&mut self, name: &str, scope: Scope, rows: usize) -> &mut Attribute {
        let at = match self.attributes.iter().position(|a| a.scope == scope && a.name == name) {
            Some(at) => at,
            None => {
                let mut cells = StringBuilder::new();
                cells.append_nulls(rows);
                self.attributes.push(Attribute { name: name.to_owned(), scope, cells });
                self.attributes.len() - 1
            }
        };
        &mut self.attributes[at]
    }

    /// Fills every attribute up to the number of rows: the cells that the last rows did not name are null.
    pub fn pad_attributes(&mut self) {
        let rows = self.rows();
        for attribute in &mut self.attributes {
            let missing = rows - attribute.cells.len();
            attribute.cells.append_nulls(missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interner_numbers_in_order_of_appearance() {
        let mut names = Interner::default();
        assert_eq!((names.intern("b"), names.intern(""), names.intern("b"), names.intern("a")), (0, 1, 0, 2));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "", "a"]);
    }
}
