//! The distinct paths of a version: collected range by range, then merged, ranked and written.

use crate::ingest::IngestError;
use crate::ingest::build::dictionaries::Merged;
use crate::ingest::build::range::Done;
use crate::ingest::build::write::{Table, TableWriter};
use crate::ingest::files::pieces;
use crate::model::tables::{self, TableFile, variant};
use arrow::array::{ArrayRef, Int32Array, Int32Builder, Int64Array, ListBuilder, RecordBatch, StringBuilder};
use arrow::error::ArrowError;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Sequences of activity numbers, numbered by first appearance, with the cases of each; one arena.
#[derive(Default)]
pub struct Sequences {
    arena: Vec<i32>,
    ends: Vec<usize>,
    /// Number of cases by sequence number.
    pub cases: Vec<u64>,
    table: HashTable<u32>,
    hasher: rustc_hash::FxBuildHasher,
}

impl Sequences {
    /// Counts `cases` more cases with this path and returns its number.
    pub fn add(&mut self, path: &[i32], cases: u64) -> u32 {
        let Self { arena, ends, table, hasher, .. } = self;
        let hash = hasher.hash_one(path);
        if let Some(&number) = table.find(hash, |number| slice(arena, ends, *number) == path) {
            self.cases[number as usize] += cases;
            return number;
        }
        let number = ends.len() as u32;
        arena.extend_from_slice(path);
        ends.push(arena.len());
        table.insert_unique(hash, number, |number| hasher.hash_one(slice(arena, ends, *number)));
        self.cases.push(cases);
        number
    }

    /// The path with this number.
    pub fn get(&self, number: u32) -> &[i32] {
        slice(&self.arena, &self.ends, number)
    }

    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(arena: &'a [i32], ends: &[usize], number: u32) -> &'a [i32] {
    let number = number as usize;
    let from = if number == 0 { 0 } else { ends[number - 1] };
    &arena[from..ends[number]]
}

/// The variants of the version.
pub struct MergedVariants {
    /// How many.
    pub count: u64,
    /// For each range, its own path numbers as variant ids.
    pub of_range: Vec<Vec<i32>>,
    /// The table that was written.
    pub file: TableFile,
}

/// Ranks all paths by their cases, equal ones by their activities, and writes them.
pub fn merge(done: &[Done], dictionaries: &Merged, folder: &Path) -> Result<MergedVariants, IngestError> {
    let mut all = Sequences::default();
    let add = |all: &mut Sequences, range: &Done| -> Vec<u32> {
        let paths = &range.sequences;
        (0..paths.len() as u32).map(|at| all.add(paths.get(at), paths.cases[at as usize])).collect()
    };
    let numbers: Vec<Vec<u32>> = done.iter().map(|range| add(&mut all, range)).collect();
    let mut ranked: Vec<u32> = (0..all.len() as u32).collect();
    // Activity numbers follow the names' order, so comparing numbers compares names.
    ranked.sort_unstable_by(|a, b| {
        all.cases[*b as usize].cmp(&all.cases[*a as usize]).then_with(|| all.get(*a).cmp(all.get(*b)))
    });
    let mut id = vec![0i32; all.len()];
    for (rank, number) in ranked.iter().enumerate() {
        id[*number as usize] = rank as i32 + 1;
    }
    let of_range = numbers.iter().map(|range| range.iter().map(|number| id[*number as usize]).collect()).collect();
    let file = write(&all, &ranked, &dictionaries.activities.names, folder, PIECE_BYTES)?;
    Ok(MergedVariants { count: all.len() as u64, of_range, file })
}

/// Names that are made one column at a time, in bytes.
const PIECE_BYTES: usize = 64 << 20;

fn write(
    all: &Sequences,
    ranked: &[u32],
    names: &[String],
    folder: &Path,
    piece_bytes: usize,
) -> Result<TableFile, IngestError> {
    let mut by_path: Vec<usize> = (0..ranked.len()).collect();
    by_path.sort_unstable_by_key(|at| all.get(ranked[*at]));
    let mut path_rank = vec![0i32; ranked.len()];
    for (rank, at) in by_path.iter().enumerate() {
        path_rank[*at] = rank as i32;
    }
    // A name of many paths is written for each of them, with two numbers and an offset.
    let size = |number: &u32| all.get(*number).iter().map(|at| names[*at as usize].len() + 12).sum();
    let mut writer: Option<TableWriter> = None;
    for piece in pieces(ranked.iter().map(size), piece_bytes) {
        let rows = rows(all, ranked, &path_rank, names, piece)
            .map_err(|e| IngestError::columnar("make the table of variants")(Box::new(e)))?;
        let to = match writer.take() {
            Some(open) => open,
            None => Table::small(tables::VARIANTS).open(folder, rows.schema())?,
        };
        writer.insert(to).add(&rows, &[rows.num_rows()])?;
    }
    match writer {
        Some(writer) => writer.close(),
        None => Err(IngestError::columnar("make the table of variants")("there is no piece of it".into())),
    }
}

/// The rows of the table for some of the ranked paths.
fn rows(
    all: &Sequences,
    ranked: &[u32],
    path_rank: &[i32],
    names: &[String],
    piece: Range<usize>,
) -> Result<RecordBatch, ArrowError> {
    let mut ids = ListBuilder::new(Int32Builder::new());
    let mut activities = ListBuilder::new(StringBuilder::new());
    let mut repeated = ListBuilder::new(Int32Builder::new());
    let mut cases = Vec::with_capacity(piece.len());
    let mut sorted = Vec::new();
    for number in &ranked[piece.clone()] {
        let path = all.get(*number);
        for activity in path {
            ids.values().append_value(*activity);
            activities.values().append_value(&names[*activity as usize]);
        }
        sorted.clear();
        sorted.extend_from_slice(path);
        sorted.sort_unstable();
        let mut last_added = None;
        for pair in sorted.windows(2) {
            if pair[0] == pair[1] && last_added != Some(pair[0]) {
                repeated.values().append_value(pair[0]);
                last_added = Some(pair[0]);
            }
        }
        ids.append(true);
        activities.append(true);
        repeated.append(true);
        cases.push(all.cases[*number as usize] as i64);
    }
    let number: Int32Array = piece.clone().map(|at| Some(at as i32 + 1)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        (variant::VARIANT, Arc::new(number)),
        (variant::PATH_RANK, Arc::new(Int32Array::from(path_rank[piece].to_vec()))),
        (variant::CASES, Arc::new(Int64Array::from(cases))),
        (variant::ACTIVITY_IDS, Arc::new(ids.finish())),
        (variant::ACTIVITIES, Arc::new(activities.finish())),
        (variant::REPEATED_IDS, Arc::new(repeated.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::files::{read_parquet, row_groups};
    use arrow::array::{Array, ListArray, StringArray};

    #[test]
    fn paths_are_written_piece_by_piece() {
        let mut all = Sequences::default();
        all.add(&[0, 1, 0], 5);
        all.add(&[1], 3);
        all.add(&[0, 0, 1], 2);
        let names = ["A".to_owned(), "Bee".to_owned()];
        let ids = |rows: &RecordBatch, at: usize| Int32Array::from(rows.column(at).to_data());
        for (piece_bytes, groups) in [(1, 3), (60, 2), (10_000, 1)] {
            let folder = tempfile::tempdir().unwrap();
            let file = write(&all, &[0, 1, 2], &names, folder.path(), piece_bytes).unwrap();
            assert_eq!((file.rows, row_groups(&folder.path().join(&file.name)).unwrap()), (3, groups));
            let mut found = Vec::new();
            for rows in read_parquet(&folder.path().join(&file.name), None).unwrap() {
                let rows = rows.unwrap();
                let paths = ListArray::from(rows.column(4).to_data());
                for at in 0..rows.num_rows() {
                    let path = StringArray::from(paths.value(at).to_data());
                    let path: Vec<&str> = (0..path.len()).map(|at| path.value(at)).collect();
                    found.push((ids(&rows, 0).value(at), ids(&rows, 1).value(at), path.join(">")));
                }
            }
            let expected = [(1, 1, "A>Bee>A"), (2, 2, "Bee"), (3, 0, "A>A>Bee")];
            assert_eq!(found, expected.map(|(id, rank, path)| (id, rank, path.to_owned())));
        }
    }
}
