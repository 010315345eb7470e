//! Writes a raw batch while the rows come in. Memory grows with the number of cases and of different names,
//! not with the number of rows.

use crate::ingest::IngestError;
use crate::ingest::chunk::{Attribute, Chunk, Interner, NO_CODE, NO_TIME, Names, OrderEvidence, Scope};
use crate::ingest::files::pieces;
use crate::ingest::measures::Measured;
use crate::ingest::raw::{Batch, BatchAttribute, Dictionaries, Profile, column, column_of};
use crate::ingest::report::{CaseSoFar, Counts};
use crate::ingest::timestamp::Zone;
use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// See the module.
pub struct RawWriter {
    folder: PathBuf,
    cases: Interner,
    cases_so_far: Vec<CaseSoFar>,
    activities: Interner,
    resources: Interner,
    roles: Interner,
    systems: Interner,
    lifecycles: Interner,
    attributes: Vec<(String, Scope, Profile)>,
    schema: SchemaRef,
    rows: Option<ArrowWriter<File>>,
    files: Vec<String>,
    rejects: csv::Writer<File>,
    counts: Counts,
    /// Bytes of text in all rows, and in those of the open row group.
    text_bytes: u64,
    group_bytes: u64,
    order: [OrderEvidence; 2],
}

impl RawWriter {
    /// Begins a batch in an empty folder.
    pub fn create(folder: &Path) -> Result<Self, IngestError> {
        let path = folder.join("rejects.csv");
        let mut rejects = csv::Writer::from_path(&path).map_err(|e| IngestError::write(&path, e.into()))?;
        rejects
            .write_record(["line", "column", "value", "reason", "row"])
            .map_err(|e| IngestError::write(&path, e.into()))?;
        Ok(Self {
            folder: folder.to_owned(),
            cases: Interner::default(),
            cases_so_far: Vec::new(),
            activities: Interner::default(),
            resources: Interner::default(),
            roles: Interner::default(),
            systems: Interner::default(),
            lifecycles: Interner::default(),
            attributes: Vec::new(),
            schema: Arc::new(Schema::empty()),
            rows: None,
            files: Vec::new(),
            rejects,
            counts: Counts::default(),
            text_bytes: 0,
            group_bytes: 0,
            order: [OrderEvidence::default(); 2],
        })
    }

    /// Keeps the rows of a chunk; chunks come in file order.
    pub fn add(&mut self, mut chunk: Chunk) -> Result<(), IngestError> {
        self.keep_rejects(&chunk)?;
        self.counts.add(&chunk);
        for (all, of_chunk) in self.order.iter_mut().zip(chunk.order) {
            *all += of_chunk;
        }
        if chunk.rows() == 0 {
            return Ok(());
        }
        let case = global(&chunk.case, &mut self.cases);
        self.cases_so_far.resize(self.cases.len(), CaseSoFar::default());
        for ((case, &end), &start) in case.iter().zip(&chunk.end).zip(&chunk.start) {
            let time = if start == NO_TIME { end } else { start.min(end) };
            self.counts.add_row(&mut self.cases_so_far[*case as usize], end, time);
        }
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int32Array::from(case)),
            Arc::new(Int32Array::from(global(&chunk.activity, &mut self.activities))),
            Arc::new(Int32Array::from(global(&chunk.resource, &mut self.resources))),
            Arc::new(Int32Array::from(global(&chunk.role, &mut self.roles))),
            Arc::new(Int32Array::from(global(&chunk.system, &mut self.systems))),
            Arc::new(Int32Array::from(global(&chunk.lifecycle, &mut self.lifecycles))),
            Arc::new(Int64Array::from(std::mem::take(&mut chunk.end))),
            Arc::new(Int64Array::from(std::mem::take(&mut chunk.start))),
            Arc::new(Int64Array::from(chunk.line.iter().map(|line| *line as i64).collect::<Vec<_>>())),
        ];
        let text = self.text_bytes;
        columns.extend(self.attribute_columns(&mut chunk.attributes, columns[0].len()));
        self.follow_schema()?;
        self.group_bytes += self.text_bytes - text;
        let step = || format!("write the rows of {}", self.folder.display());
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
        let Some(rows) = &mut self.rows else { return Ok(()) };
        rows.write(&batch).map_err(|e| write_error(&self.folder, e))?;
        if self.group_bytes >= PIECE_BYTES as u64 {
            // Its text as it is read back counts, not as it is encoded: a long text in every row is encoded once.
            rows.flush().map_err(|e| write_error(&self.folder, e))?;
            self.group_bytes = 0;
        }
        Ok(())
    }

    /// What the rows so far say about time formats that the sample left open, of the end and of the start.
    pub fn order(&self) -> [OrderEvidence; 2] {
        self.order
    }

    /// Counts of the rows so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Gives up the batch, so that the folder is empty for another one.
    pub fn discard(self) -> Result<(), IngestError> {
        let Self { folder, rows, files, rejects, .. } = self;
        drop((rows, rejects));
        for name in files.iter().map(String::as_str).chain(["rejects.csv"]) {
            let path = folder.join(name);
            std::fs::remove_file(&path).map_err(|e| IngestError::write(&path, e))?;
        }
        Ok(())
    }

    fn keep_rejects(&mut self, chunk: &Chunk) -> Result<(), IngestError> {
        for reject in &chunk.rejects {
            self.counts.add_reject(reject);
            let reason = serde_json::to_value(reject.reason).unwrap_or_default();
            let line = reject.line.to_string();
            let record = [&line, &reject.column, &reject.value, reason.as_str().unwrap_or_default(), &reject.raw];
            self.rejects.write_record(record).map_err(|e| IngestError::write(&self.folder, e.into()))?;
        }
        Ok(())
    }

    /// The chunk's attributes in the batch's order, with columns of nulls for those that it lacks.
    fn attribute_columns(&mut self, attributes: &mut [Attribute], rows: usize) -> Vec<ArrayRef> {
        for attribute in attributes.iter() {
            if !self.attributes.iter().any(|(name, scope, _)| *name == attribute.name && *scope == attribute.scope) {
                self.attributes.push((attribute.name.clone(), attribute.scope, Profile::default()));
            }
        }
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.attributes.len());
        for (name, scope, profile) in &mut self.attributes {
            let Some(found) = attributes.iter_mut().find(|a| a.name == *name && a.scope == *scope) else {
                columns.push(Arc::new(StringArray::new_null(rows)));
                continue;
            };
            let cells = found.cells.finish();
            self.text_bytes += cells.values().len() as u64;
            if !profile.is_text() {
                for cell in cells.iter().flatten() {
                    profile.add(cell);
                    if profile.is_text() {
                        break;
                    }
                }
            }
            columns.push(Arc::new(cells));
        }
        columns
    }

    /// Begins a new file where the attributes have become more.
    fn follow_schema(&mut self) -> Result<(), IngestError> {
        if self.rows.is_some() && self.schema.fields().len() == FIXED.len() + self.attributes.len() {
            return Ok(());
        }
        self.close_rows()?;
        self.group_bytes = 0;
        let fixed = FIXED.iter().map(|(name, kind)| Field::new(*name, kind.clone(), false));
        let attributes =
            self.attributes.iter().map(|(name, scope, _)| Field::new(column_of(name, *scope), DataType::Utf8, true));
        self.schema = Arc::new(Schema::new(fixed.chain(attributes).collect::<Vec<_>>()));
        let name = format!("rows-{:05}.parquet", self.files.len());
        let path = self.folder.join(&name);
        let file = File::create(&path).map_err(|e| IngestError::write(&path, e))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&self.schema), Some(properties()))
            .map_err(|e| write_error(&path, e))?;
        self.rows = Some(writer);
        self.files.push(name);
        Ok(())
    }

    fn close_rows(&mut self) -> Result<(), IngestError> {
        let Some(writer) = self.rows.take() else { return Ok(()) };
        let file = writer.into_inner().map_err(|e| write_error(&self.folder, e))?;
        file.sync_all().map_err(|e| IngestError::write(&self.folder, e))
    }

    /// The attributes of the rows so far.
    pub fn attributes(&self) -> Vec<BatchAttribute> {
        let attribute = |(name, scope, profile): &(String, Scope, Profile)| BatchAttribute {
            name: name.clone(),
            of_case: *scope == Scope::Case,
            reads: *profile,
        };
        self.attributes.iter().map(attribute).collect()
    }

    /// Closes all files and writes what the codes stand for; `zone` is that of times without an offset.
    pub fn finish(mut self, zone: &Zone, measures: Vec<Measured>) -> Result<Batch, IngestError> {
        self.close_rows()?;
        self.counts.settle(&self.cases_so_far);
        self.write_cases(PIECE_BYTES)?;
        let list = |names: &Interner| names.iter().map(str::to_owned).collect();
        let dictionaries = Dictionaries {
            activities: list(&self.activities),
            resources: list(&self.resources),
            roles: list(&self.roles),
            systems: list(&self.systems),
            lifecycles: list(&self.lifecycles),
        };
        let batch = Batch {
            files: self.files.clone(),
            dictionaries,
            attributes: self.attributes(),
            measures,
            zone: zone.name().to_owned(),
            text_bytes: self.text_bytes,
            counts: self.counts.clone(),
        };
        if batch.counts.has_times && batch.counts.rows_without_time > 0 {
            self.reject_timeless(&batch)?;
        }
        let rejects = self.rejects.into_inner().map_err(|e| IngestError::write(&self.folder, e.into_error()))?;
        rejects.sync_all().map_err(|e| IngestError::write(&self.folder, e))?;
        let batch = Batch { counts: self.counts, ..batch };
        crate::ingest::files::write_json(&self.folder.join("batch.json"), &batch)?;
        Ok(batch)
    }

    /// Rows without a time were taken while the log might have had none at all; now they become rejects.
    fn reject_timeless(&mut self, batch: &Batch) -> Result<(), IngestError> {
        let step = || format!("look through the rows of {}", self.folder.display());
        for file in &batch.files {
            let path = self.folder.join(file);
            for rows in crate::ingest::files::read_parquet(&path, Some(&[column::END, column::LINE, column::CASE]))? {
                let rows = rows.map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
                let (case, end, line) = (ints(&rows, 0), longs(&rows, 1), longs(&rows, 2));
                for at in (0..rows.num_rows()).filter(|at| end.value(*at) == NO_TIME) {
                    let reject = crate::ingest::chunk::Reject {
                        line: line.value(at) as u64,
                        column: "time:timestamp".to_owned(),
                        value: String::new(),
                        reason: crate::ingest::chunk::RejectReason::MissingTimestamp,
                        raw: format!("case {}", self.cases.get(case.value(at) as u32)),
                    };
                    self.counts.move_to_rejects(&reject);
                    let record = [&reject.line.to_string(), &reject.column, "", "missing_timestamp", &reject.raw];
                    self.rejects.write_record(record).map_err(|e| IngestError::write(&self.folder, e.into()))?;
                }
            }
        }
        Ok(())
    }

    fn write_cases(&self, piece_bytes: usize) -> Result<(), IngestError> {
        let field = |(name, kind): (&str, DataType)| Field::new(name, kind, false);
        let schema: SchemaRef = Arc::new(Schema::new(CASES.map(field).to_vec()));
        let piece = |at: Range<usize>| {
            let counts = |count: fn(&CaseSoFar) -> u32| -> ArrayRef {
                Arc::new(
                    self.cases_so_far[at.clone()].iter().map(|case| Some(count(case) as i32)).collect::<Int32Array>(),
                )
            };
            let ids = at.clone().map(|case| Some(self.cases.get(case as u32)));
            let columns: Vec<ArrayRef> = vec![
                Arc::new(ids.collect::<StringArray>()),
                Arc::new(self.cases_so_far[at.clone()].iter().map(|case| Some(case.first)).collect::<Int64Array>()),
                counts(|case| case.timed),
                counts(|case| case.untimed),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        };
        let batches = pieces(self.cases.iter().map(str::len), piece_bytes).into_iter().map(piece);
        let path = self.folder.join("cases.parquet");
        crate::ingest::files::write_parquet(&path, Arc::clone(&schema), batches, properties())
    }
}

/// Text that is made one column at a time, and text of a row group.
const PIECE_BYTES: usize = 64 << 20;

/// Columns of `cases.parquet`.
const CASES: [(&str, DataType); 4] =
    [("case_id", DataType::Utf8), ("first", DataType::Int64), ("timed", DataType::Int32), ("untimed", DataType::Int32)];

const FIXED: [(&str, DataType); 9] = [
    (column::CASE, DataType::Int32),
    (column::ACTIVITY, DataType::Int32),
    (column::RESOURCE, DataType::Int32),
    (column::ROLE, DataType::Int32),
    (column::SYSTEM, DataType::Int32),
    (column::LIFECYCLE, DataType::Int32),
    (column::END, DataType::Int64),
    (column::START, DataType::Int64),
    (column::LINE, DataType::Int64),
];

/// Small codes as dictionaries, times and lines as differences, no statistics: nobody searches here.
fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::None);
    for name in [column::CASE, column::END, column::START, column::LINE, "first"] {
        let path = ColumnPath::from(name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

/// The chunk's codes as codes of the whole batch; -1 where there is none.
fn global(names: &Names, all: &mut Interner) -> Vec<i32> {
    let map: Vec<i32> = names.names.iter().map(|name| all.intern(name) as i32).collect();
    names.codes.iter().map(|code| if *code == NO_CODE { -1 } else { map[*code as usize] }).collect()
}

fn write_error(path: &Path, error: parquet::errors::ParquetError) -> IngestError {
    crate::ingest::files::parquet_error(path, error)
}

fn ints(rows: &RecordBatch, at: usize) -> Int32Array {
    Int32Array::from(rows.column(at).to_data())
}

fn longs(rows: &RecordBatch, at: usize) -> Int64Array {
    Int64Array::from(rows.column(at).to_data())
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
