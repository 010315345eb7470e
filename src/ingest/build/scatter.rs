//! Brings the raw rows of each range of cases together. Pieces wait in memory; when they exceed the budget, the
//! largest range moves to disk.

use crate::ingest::IngestError;
use crate::ingest::build::attributes::Planned;
use crate::ingest::build::dictionaries::Merged;
use crate::ingest::build::{BuildOptions, Input, in_parallel};
use crate::ingest::chunk::NO_TIME;
use crate::ingest::files::{read_row_groups, row_groups};
use crate::ingest::progress::Progress;
use crate::ingest::raw::{Batch, column};
use crate::ingest::timestamp::Zone;
use arrow::array::{Array, ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The rows of one range, in pieces.
#[derive(Default)]
pub struct Pieces {
    /// Where a piece stands among all rows, and the piece.
    memory: Vec<(u64, RecordBatch)>,
    bytes: usize,
    spilled: Option<Spilled>,
}

struct Spilled {
    path: PathBuf,
    writer: StreamWriter<BufWriter<File>>,
    positions: Vec<u64>,
}

/// A row group of a raw file.
struct Unit {
    batch: usize,
    path: PathBuf,
    group: usize,
    number: u64,
}

/// Names of the columns of a piece, in order; attributes follow.
pub const PIECE_COLUMNS: [&str; 10] = [
    column::CASE,
    column::ACTIVITY,
    column::RESOURCE,
    column::ROLE,
    column::SYSTEM,
    column::LIFECYCLE,
    column::END,
    column::START,
    column::LINE,
    "batch",
];

struct Scatter<'a> {
    batches: &'a [(&'a Input, Batch)],
    merged: &'a Merged,
    planned: &'a [Planned],
    /// Of times without an offset, by batch.
    zones: Vec<Zone>,
    bounds: &'a [i32],
    folder: &'a Path,
    ranges: Vec<Mutex<Pieces>>,
    bytes: AtomicUsize,
    budget: usize,
}

/// See the module. `bounds` are the first case of each range, and the number of cases.
pub fn scatter(
    batches: &[(&Input, Batch)],
    merged: &Merged,
    planned: &[Planned],
    bounds: &[i32],
    folder: &Path,
    options: BuildOptions,
    progress: &Progress,
) -> Result<Vec<Pieces>, IngestError> {
    let mut units = Vec::new();
    for (number, (input, batch)) in batches.iter().enumerate() {
        for file in &batch.files {
            let path = input.folder.join(file);
            for group in 0..row_groups(&path)? {
                units.push(Unit { batch: number, path: path.clone(), group, number: units.len() as u64 });
            }
        }
    }
    let ranges = (1..bounds.len()).map(|_| Mutex::new(Pieces::default())).collect();
    let bytes = AtomicUsize::new(0);
    let zone = |batch: &Batch| {
        Zone::parse(&batch.zone).map_err(|what| IngestError::columnar("read the times of a batch")(what.into()))
    };
    let zones = batches.iter().map(|(_, batch)| zone(batch)).collect::<Result<_, _>>()?;
    let work = Scatter { batches, merged, planned, zones, bounds, folder, ranges, bytes, budget: options.memory };
    in_parallel(units, options.threads, |_, unit| {
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled);
        }
        work.unit(&unit)
    })?;
    Ok(work.ranges.into_iter().map(|range| range.into_inner().unwrap_or_else(PoisonError::into_inner)).collect())
}

impl Scatter<'_> {
    fn unit(&self, unit: &Unit) -> Result<(), IngestError> {
        let step = || format!("read {}", unit.path.display());
        let reader = read_row_groups(&unit.path, None, Some(vec![unit.group]))?;
        for (number, rows) in reader.enumerate() {
            let rows = rows.map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
            let position = (unit.number << 24) + number as u64;
            for (range, piece) in self.split(unit.batch, &rows)? {
                self.put(range, position, piece)?;
            }
        }
        Ok(())
    }

    /// The usable rows of a batch of raw rows, by range, with codes replaced by numbers.
    fn split(&self, batch: usize, rows: &RecordBatch) -> Result<Vec<(usize, RecordBatch)>, IngestError> {
        let case_of = &self.merged.case_of_batch[batch];
        let codes = ints(rows.column(0));
        let end = longs(rows.column(6));
        let mut picks: Vec<Vec<u32>> = vec![Vec::new(); self.ranges.len()];
        let ranges = self.ranges.len();
        let mut cases = Vec::with_capacity(codes.len());
        for (at, code) in codes.values().iter().enumerate() {
            let case = case_of[*code as usize];
            cases.push(case);
            if case < 0 || (self.merged.has_times && end.value(at) == NO_TIME) {
                continue;
            }
            let range = if ranges == 1 { 0 } else { self.bounds.partition_point(|bound| *bound <= case) - 1 };
            picks[range].push(at as u32);
        }
        let numbered = self.numbered(batch, rows, cases);
        let mut pieces = Vec::with_capacity(ranges);
        for (range, pick) in picks.into_iter().enumerate().filter(|(_, pick)| !pick.is_empty()) {
            let all = pick.len() == rows.num_rows();
            let pick = UInt32Array::from(pick);
            let taken = numbered
                .iter()
                .map(|(name, column)| {
                    let column = if all { Arc::clone(column) } else { take(column, &pick, None)? };
                    Ok((name.as_str(), column, true))
                })
                .collect::<Result<Vec<_>, arrow::error::ArrowError>>();
            let piece = taken
                .and_then(RecordBatch::try_from_iter_with_nullable)
                .map_err(|e| IngestError::columnar("sort rows into ranges")(Box::new(e)))?;
            pieces.push((range, piece));
        }
        Ok(pieces)
    }

    /// The columns of a piece before rows are picked.
    fn numbered(&self, batch: usize, rows: &RecordBatch, cases: Vec<i32>) -> Vec<(String, ArrayRef)> {
        let merged = self.merged;
        let names =
            [&merged.activities, &merged.resources, &merged.roles, &merged.systems, &merged.lifecycles].into_iter();
        let mut columns: Vec<(String, ArrayRef)> =
            vec![(column::CASE.to_owned(), Arc::new(Int32Array::from(cases)) as ArrayRef)];
        for (at, table) in names.enumerate() {
            // A kind of name that the whole log lacks costs nothing.
            if table.names.is_empty() {
                continue;
            }
            let map = &table.of_batch[batch];
            let codes = ints(rows.column(at + 1));
            let number = |code: &i32| if *code < 0 { -1 } else { map[*code as usize] };
            let numbers: Vec<i32> = codes.values().iter().map(number).collect();
            columns.push((PIECE_COLUMNS[at + 1].to_owned(), Arc::new(Int32Array::from(numbers))));
        }
        for (at, name) in PIECE_COLUMNS.iter().enumerate().take(9).skip(6) {
            columns.push(((*name).to_owned(), Arc::clone(rows.column(at))));
        }
        if self.batches.len() > 1 {
            let number = Int32Array::from(vec![batch as i32; rows.num_rows()]);
            columns.push((PIECE_COLUMNS[9].to_owned(), Arc::new(number)));
        }
        for (at, attribute) in self.planned.iter().enumerate() {
            let cells = attribute.raw[batch].as_ref().and_then(|name| rows.column_by_name(name)).cloned();
            let cells = cells.unwrap_or_else(|| Arc::new(StringArray::new_null(rows.num_rows())));
            columns.push((format!("attribute {at}"), attribute.in_utc(cells, &self.zones[batch])));
        }
        columns
    }

    fn put(&self, range: usize, position: u64, piece: RecordBatch) -> Result<(), IngestError> {
        let bytes = piece.get_array_memory_size();
        {
            let mut pieces = lock(&self.ranges[range]);
            pieces.bytes += bytes;
            pieces.memory.push((position, piece));
        }
        if self.bytes.fetch_add(bytes, Relaxed) + bytes > self.budget {
            self.spill_largest()?;
        }
        Ok(())
    }

    fn spill_largest(&self) -> Result<(), IngestError> {
        let sizes = self.ranges.iter().map(|range| lock(range).bytes);
        let Some((largest, _)) = sizes.enumerate().max_by_key(|(_, bytes)| *bytes) else { return Ok(()) };
        let mut pieces = lock(&self.ranges[largest]);
        let freed = pieces.bytes;
        pieces.spill(&self.folder.join(format!("range-{largest}.arrow")))?;
        self.bytes.fetch_sub(freed, Relaxed);
        Ok(())
    }
}

impl Pieces {
    fn spill(&mut self, path: &Path) -> Result<(), IngestError> {
        let Some((_, first)) = self.memory.first() else { return Ok(()) };
        if self.spilled.is_none() {
            let file = File::create(path).map_err(|e| IngestError::write(path, e))?;
            let writer =
                StreamWriter::try_new(BufWriter::new(file), &first.schema()).map_err(|e| arrow_write_error(path, e))?;
            self.spilled = Some(Spilled { path: path.to_owned(), writer, positions: Vec::new() });
        }
        if let Some(spilled) = &mut self.spilled {
            for (position, piece) in self.memory.drain(..) {
                spilled.writer.write(&piece).map_err(|e| arrow_write_error(path, e))?;
                spilled.positions.push(position);
            }
        }
        self.bytes = 0;
        Ok(())
    }

    /// All pieces in the order of the rows, as one batch.
    pub fn into_rows(self) -> Result<RecordBatch, IngestError> {
        let mut pieces = self.memory;
        if let Some(mut spilled) = self.spilled {
            spilled.writer.finish().map_err(|e| arrow_write_error(&spilled.path, e))?;
            let file = File::open(&spilled.path).map_err(|e| IngestError::read(&spilled.path, e))?;
            let step = || format!("read {}", spilled.path.display());
            let reader = StreamReader::try_new(BufReader::new(file), None)
                .map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
            for (position, piece) in spilled.positions.iter().zip(reader) {
                pieces.push((*position, piece.map_err(|e| IngestError::columnar(step())(Box::new(e)))?));
            }
        }
        pieces.sort_by_key(|(position, _)| *position);
        let schema = pieces.first().map(|(_, piece)| piece.schema());
        let schema = schema.ok_or_else(|| IngestError::columnar("build a range of cases")("it has no rows".into()))?;
        arrow::compute::concat_batches(&schema, pieces.iter().map(|(_, piece)| piece))
            .map_err(|e| IngestError::columnar("join the rows of a range")(Box::new(e)))
    }
}

/// Tells a full disk from everything else.
pub fn arrow_write_error(path: &Path, error: arrow::error::ArrowError) -> IngestError {
    match error {
        arrow::error::ArrowError::IoError(_, source) => IngestError::write(path, source),
        other => IngestError::columnar(format!("write {}", path.display()))(Box::new(other)),
    }
}

fn lock(range: &Mutex<Pieces>) -> MutexGuard<'_, Pieces> {
    range.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A column of ours as what it is known to be.
pub fn ints(column: &ArrayRef) -> Int32Array {
    Int32Array::from(column.to_data())
}

/// A column of ours as what it is known to be.
pub fn longs(column: &ArrayRef) -> Int64Array {
    Int64Array::from(column.to_data())
}
