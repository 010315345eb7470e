//! Writing the tables of a version: how each column is encoded, where row groups end, and a hash of every file
//! taken while it is written.

use crate::ingest::IngestError;
use crate::ingest::files::parquet_error;
use crate::model::tables::{TableFile, case, event};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Rows per row group, cut at the next case border.
pub const ROW_GROUP_ROWS: usize = 1 << 20;

/// Columns whose neighbours differ little: stored as differences, which are small and quick to read.
const DIFFERENCES: [&str; 8] = [
    event::CASE,
    event::POSITION,
    event::STARTED_AT,
    event::ENDED_AT,
    case::FIRST_EVENT_AT,
    event::LINE,
    case::CYCLE,
    case::EVENTS,
];
/// Columns stored as they are: a dictionary would only be in the way.
const PLAIN: [&str; 1] = [event::WAIT];
/// Columns that every question reads: compression would cost more time than it saves.
const HOT: [&str; 12] = [
    event::CASE,
    event::ACTIVITY,
    event::ENDED_AT,
    event::STARTED_AT,
    event::RESOURCE,
    event::NEXT_ACTIVITY,
    event::WAIT,
    event::EDGE,
    event::ACTIVITY_FIRST,
    event::EDGE_FIRST,
    case::CYCLE,
    case::VARIANT,
];

/// A table file that is to be written.
pub struct Table {
    table: String,
    name: String,
    sorted_by_case: bool,
}

impl Table {
    /// A part of a table that is sorted by case in its first column.
    pub fn part(table: &str, number: usize) -> Self {
        Self { table: table.to_owned(), name: format!("{table}-{number:05}.parquet"), sorted_by_case: true }
    }

    /// A small table in one file.
    pub fn small(table: &str) -> Self {
        Self { table: table.to_owned(), name: format!("{table}.parquet"), sorted_by_case: false }
    }

    /// Writes all columns at once.
    pub fn write(self, folder: &Path, columns: Vec<(&str, ArrayRef)>) -> Result<TableFile, IngestError> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, c)| (name, c, true)))
            .map_err(|e| IngestError::columnar(format!("write {}", self.name))(Box::new(e)))?;
        let rows = batch.num_rows();
        let mut writer = self.open(folder, batch.schema())?;
        writer.add(&batch, &[rows])?;
        writer.close()
    }

    /// Opens the file for writing.
    pub fn open(self, folder: &Path, schema: SchemaRef) -> Result<TableWriter, IngestError> {
        let path = folder.join(&self.name);
        let file = File::create(&path).map_err(|e| IngestError::write(&path, e))?;
        let hashed = Hashed { file: BufWriter::with_capacity(1 << 20, file), hasher: blake3::Hasher::new(), bytes: 0 };
        let properties = properties(&schema, self.sorted_by_case);
        let writer = ArrowWriter::try_new(hashed, schema, Some(properties)).map_err(|e| parquet_error(&path, e))?;
        Ok(TableWriter { table: self, path, writer, rows: 0 })
    }
}

/// An open table file.
pub struct TableWriter {
    table: Table,
    path: PathBuf,
    writer: ArrowWriter<Hashed>,
    rows: u64,
}

impl TableWriter {
    /// Writes rows; `ends` are the row counts after which a row group may end, the last being all rows.
    pub fn add(&mut self, rows: &RecordBatch, ends: &[usize]) -> Result<(), IngestError> {
        let mut from = 0;
        for end in ends {
            self.writer.write(&rows.slice(from, end - from)).map_err(|e| parquet_error(&self.path, e))?;
            self.writer.flush().map_err(|e| parquet_error(&self.path, e))?;
            from = *end;
        }
        self.rows += rows.num_rows() as u64;
        Ok(())
    }

    /// Ends the file and brings it to the disk.
    pub fn close(self) -> Result<TableFile, IngestError> {
        let hashed = self.writer.into_inner().map_err(|e| parquet_error(&self.path, e))?;
        let (hash, bytes) = (hashed.hasher.finalize().to_hex().to_string(), hashed.bytes);
        let file = hashed.file.into_inner().map_err(|e| IngestError::write(&self.path, e.into_error()))?;
        file.sync_all().map_err(|e| IngestError::write(&self.path, e))?;
        Ok(TableFile { table: self.table.table, name: self.table.name, bytes, hash, rows: self.rows })
    }
}

fn properties(schema: &SchemaRef, sorted_by_case: bool) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(None)
        .set_created_by(concat!("throughline ", env!("CARGO_PKG_VERSION")).to_owned());
    if sorted_by_case {
        // Readers that know it may skip sorting: case numbers never descend.
        let by_case = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
        properties = properties.set_sorting_columns(Some(vec![by_case]));
    }
    for field in schema.fields() {
        let (name, path) = (field.name().as_str(), ColumnPath::from(field.name().as_str()));
        if sorted_by_case && DIFFERENCES.contains(&name) {
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED);
        }
        if sorted_by_case && PLAIN.contains(&name) {
            properties = properties.set_column_dictionary_enabled(path.clone(), false);
        }
        if HOT.contains(&name) {
            properties = properties.set_column_compression(path, Compression::UNCOMPRESSED);
        }
    }
    properties.build()
}

/// A file that knows the hash of what was written to it.
struct Hashed {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
