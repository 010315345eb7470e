//! The distinct paths of a version: collected range by range, then merged, ranked and written.

use crate::ingest::IngestError;
use crate::ingest::build::dictionaries::Merged;
use crate::ingest::build::range::Done;
use crate::ingest::build::write::Table;
use crate::model::tables::{self, TableFile, variant};
use arrow::array::{ArrayRef, Int32Builder, Int64Array, ListBuilder, StringBuilder};
use hashbrown::HashTable;
use std::hash::BuildHasher;
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
    let file = write(&all, &ranked, &dictionaries.activities.names, folder)?;
    Ok(MergedVariants { count: all.len() as u64, of_range, file })
}

fn write(all: &Sequences, ranked: &[u32], names: &[String], folder: &Path) -> Result<TableFile, IngestError> {
    let mut ids = ListBuilder::new(Int32Builder::new());
    let mut activities = ListBuilder::new(StringBuilder::new());
    let mut repeated = ListBuilder::new(Int32Builder::new());
    let mut cases = Vec::with_capacity(ranked.len());
    let mut sorted = Vec::new();
    for number in ranked {
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
    let mut by_path: Vec<usize> = (0..ranked.len()).collect();
    by_path.sort_unstable_by_key(|at| all.get(ranked[*at]));
    let mut path_rank = vec![0i32; ranked.len()];
    for (rank, at) in by_path.iter().enumerate() {
        path_rank[*at] = rank as i32;
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        (variant::VARIANT, Arc::new((1..=ranked.len() as i32).collect::<arrow::array::Int32Array>())),
        (variant::PATH_RANK, Arc::new(arrow::array::Int32Array::from(path_rank))),
        (variant::CASES, Arc::new(Int64Array::from(cases))),
        (variant::ACTIVITY_IDS, Arc::new(ids.finish())),
        (variant::ACTIVITIES, Arc::new(activities.finish())),
        (variant::REPEATED_IDS, Arc::new(repeated.finish())),
    ];
    Table::small(tables::VARIANTS).write(folder, columns)
}
