//! The numbers of a version: cases by their start, names in alphabetical order; and, for each batch, what its own
//! codes become.

use crate::ingest::IngestError;
use crate::ingest::build::Input;
use crate::ingest::build::range::Done;
use crate::ingest::build::scatter::{ints, longs};
use crate::ingest::build::write::Table;
use crate::ingest::chunk::{Interner, Texts};
use crate::ingest::files::read_parquet;
use crate::ingest::raw::Batch;
use crate::model::tables::{self, TableFile};
use arrow::array::{Array, ArrayRef, Int32Array, Int64Array, StringArray};
use std::path::Path;
use std::sync::Arc;

/// One kind of name over all batches.
#[derive(Debug, Default)]
pub struct NameTable {
    /// By number, sorted.
    pub names: Vec<String>,
    /// For each batch, its codes as numbers.
    pub of_batch: Vec<Vec<i32>>,
}

impl NameTable {
    fn new<'a>(per_batch: impl Iterator<Item = &'a Vec<String>> + Clone) -> Self {
        let mut names: Vec<String> = per_batch.clone().flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &String| names.binary_search(name).map_or(-1, |at| at as i32);
        let of_batch = per_batch.map(|codes| codes.iter().map(number).collect()).collect();
        Self { names, of_batch }
    }

    /// For each number, whether its name is one of those asked for.
    pub fn marks(&self, wanted: fn(&str) -> bool) -> Vec<bool> {
        self.names.iter().map(|name| wanted(name)).collect()
    }
}

/// See the module.
#[derive(Debug)]
pub struct Merged {
    /// Activities.
    pub activities: NameTable,
    /// Resources.
    pub resources: NameTable,
    /// Roles.
    pub roles: NameTable,
    /// Systems.
    pub systems: NameTable,
    /// Lifecycle transitions.
    pub lifecycles: NameTable,
    /// For each batch, its case codes as case numbers; -1 for a case without any usable row.
    pub case_of_batch: Vec<Vec<i32>>,
    /// Case ids, in no particular order, and for each case number which of them it is.
    ids: Texts,
    id_of_case: Vec<u32>,
    /// Usable rows before each case number, and in all at the end.
    rows_before: Vec<u64>,
    /// Usable rows.
    pub rows: u64,
    /// Whether rows without a time are unusable.
    pub has_times: bool,
}

/// A case over all batches, before it has its number.
struct Gathered {
    ids: Interner,
    first: Vec<i64>,
    rows: Vec<u64>,
    of_batch: Vec<Vec<u32>>,
}

impl Merged {
    /// Merges the dictionaries of all batches.
    pub fn new(batches: &[(&Input, Batch)]) -> Result<Self, IngestError> {
        let has_times = batches.iter().any(|(_, batch)| batch.counts.has_times);
        let gathered = gather(batches, has_times)?;
        let mut order: Vec<u32> =
            (0..gathered.rows.len() as u32).filter(|at| gathered.rows[*at as usize] > 0).collect();
        // Equal starts keep the order of first appearance, which is the order of the codes.
        order.sort_by_key(|at| gathered.first[*at as usize]);
        let mut number = vec![-1i32; gathered.rows.len()];
        let mut rows_before = Vec::with_capacity(order.len() + 1);
        let mut rows = 0;
        for (case, at) in order.iter().enumerate() {
            number[*at as usize] = case as i32;
            rows_before.push(rows);
            rows += gathered.rows[*at as usize];
        }
        rows_before.push(rows);
        let case_of_batch =
            gathered.of_batch.iter().map(|codes| codes.iter().map(|at| number[*at as usize]).collect()).collect();
        let dictionaries = batches.iter().map(|(_, batch)| &batch.dictionaries);
        Ok(Self {
            activities: NameTable::new(dictionaries.clone().map(|d| &d.activities)),
            resources: NameTable::new(dictionaries.clone().map(|d| &d.resources)),
            roles: NameTable::new(dictionaries.clone().map(|d| &d.roles)),
            systems: NameTable::new(dictionaries.clone().map(|d| &d.systems)),
            lifecycles: NameTable::new(dictionaries.map(|d| &d.lifecycles)),
            case_of_batch,
            ids: gathered.ids.into_texts(),
            id_of_case: order,
            rows_before,
            rows,
            has_times,
        })
    }

    /// Number of cases.
    pub fn case_count(&self) -> usize {
        self.id_of_case.len()
    }

    /// Bytes of all case ids.
    pub fn id_bytes(&self) -> u64 {
        self.ids.bytes()
    }

    /// The ids of `count` cases, from case number `first`.
    pub fn case_ids(&self, first: usize, count: usize) -> StringArray {
        self.id_of_case[first..first + count].iter().map(|at| Some(self.ids.get(*at))).collect()
    }

    /// Cuts the cases into ranges of about equal numbers of rows: the first case of each, and the end.
    pub fn ranges(&self, count: usize) -> Vec<i32> {
        let mut bounds = vec![0];
        for part in 1..count as u64 {
            let rows = self.rows * part / count as u64;
            let case = self.rows_before.partition_point(|before| *before < rows).min(self.case_count()) as i32;
            if bounds.last().is_some_and(|last| case > *last) && case < self.case_count() as i32 {
                bounds.push(case);
            }
        }
        bounds.push(self.case_count() as i32);
        bounds
    }

    /// Writes what the numbers stand for.
    pub fn write(&self, folder: &Path, done: &[Done]) -> Result<Vec<TableFile>, IngestError> {
        let total = |counts: fn(&Done) -> &Vec<i64>, at: usize| done.iter().map(|range| counts(range)[at]).sum::<i64>();
        let events = (0..self.activities.names.len()).map(|at| total(|range| &range.activity_events, at));
        let cases = (0..self.activities.names.len()).map(|at| total(|range| &range.activity_cases, at));
        let extra: Vec<(&str, ArrayRef)> = vec![
            ("events", Arc::new(events.collect::<Int64Array>())),
            ("cases", Arc::new(cases.collect::<Int64Array>())),
        ];
        let named = |table: &str, one: &str, names: &NameTable, extra: Vec<(&str, ArrayRef)>| {
            let id = format!("{one}_id");
            let mut columns: Vec<(&str, ArrayRef)> = vec![
                (&id, Arc::new((0..names.names.len() as i32).collect::<Int32Array>())),
                (one, Arc::new(names.names.iter().map(Some).collect::<StringArray>())),
            ];
            columns.extend(extra);
            Table::small(table).write(folder, columns)
        };
        Ok(vec![
            named(tables::ACTIVITIES, "activity", &self.activities, extra)?,
            named(tables::RESOURCES, "resource", &self.resources, Vec::new())?,
            named(tables::ROLES, "role", &self.roles, Vec::new())?,
            named(tables::SYSTEMS, "system", &self.systems, Vec::new())?,
            named(tables::LIFECYCLES, "lifecycle", &self.lifecycles, Vec::new())?,
        ])
    }
}

fn gather(batches: &[(&Input, Batch)], has_times: bool) -> Result<Gathered, IngestError> {
    let mut all = Gathered { ids: Interner::default(), first: Vec::new(), rows: Vec::new(), of_batch: Vec::new() };
    for (input, _) in batches {
        let path = input.folder.join("cases.parquet");
        let mut codes = Vec::new();
        for table in read_parquet(&path, None)? {
            let step = || format!("read {}", path.display());
            let table = table.map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
            let ids = StringArray::from(table.column(0).to_data());
            let first = longs(table.column(1));
            let rows = ints(table.column(if has_times { 2 } else { 3 }));
            for at in 0..ids.len() {
                let code = all.ids.intern(ids.value(at));
                let slot = code as usize;
                if slot == all.rows.len() {
                    all.rows.push(0);
                    all.first.push(i64::MAX);
                }
                all.rows[slot] += rows.value(at) as u64;
                all.first[slot] = all.first[slot].min(first.value(at));
                codes.push(code);
            }
        }
        all.of_batch.push(codes);
    }
    Ok(all)
}
