//! Small columnar and JSON files of the data folder: written, synced, read back. Every byte that a version stands
//! on goes through here, so that a full disk is told apart from a broken file.

use crate::ingest::IngestError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Rows per batch when a file of ours is read back.
const BATCH_ROWS: usize = 64 << 10;

/// Writes a value as JSON and syncs it.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), IngestError> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|e| IngestError::columnar(format!("write {}", path.display()))(Box::new(e)))?;
    let mut file = File::create(path).map_err(|e| IngestError::write(path, e))?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(|e| IngestError::write(path, e))
}

/// Cuts a list of things of these sizes into pieces of at most about `limit` each; at least one piece, so that an empty
/// list makes an empty table. Columns of text have 32-bit offsets: what grows with the log must not be one column.
pub fn pieces(sizes: impl Iterator<Item = usize>, limit: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut from, mut end, mut size) = (0, 0, 0usize);
    for one in sizes {
        if end > from && size.saturating_add(one) > limit {
            pieces.push(from..end);
            (from, size) = (end, 0);
        }
        end += 1;
        size = size.saturating_add(one);
    }
    pieces.push(from..end);
    pieces
}

/// Writes batches of one schema as a Parquet file and syncs it.
pub fn write_parquet(
    path: &Path,
    schema: SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    properties: WriterProperties,
) -> Result<(), IngestError> {
    let file = File::create(path).map_err(|e| IngestError::write(path, e))?;
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(|e| parquet_error(path, e))?;
    for batch in batches {
        let batch = batch.map_err(|e| IngestError::columnar(format!("write {}", path.display()))(Box::new(e)))?;
        writer.write(&batch).map_err(|e| parquet_error(path, e))?;
    }
    let file = writer.into_inner().map_err(|e| parquet_error(path, e))?;
    file.sync_all().map_err(|e| IngestError::write(path, e))
}

/// Reads a Parquet file of ours, all columns or those named (they come in the order of the file).
pub fn read_parquet(path: &Path, columns: Option<&[&str]>) -> Result<ParquetRecordBatchReader, IngestError> {
    read_row_groups(path, columns, None)
}

/// The same, restricted to some row groups.
pub fn read_row_groups(
    path: &Path,
    columns: Option<&[&str]>,
    groups: Option<Vec<usize>>,
) -> Result<ParquetRecordBatchReader, IngestError> {
    let file = File::open(path).map_err(|e| IngestError::read(path, e))?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| parquet_error(path, e))?;
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    if let Some(groups) = groups {
        builder = builder.with_row_groups(groups);
    }
    builder.with_batch_size(BATCH_ROWS).build().map_err(|e| parquet_error(path, e))
}

/// How many row groups a file has.
pub fn row_groups(path: &Path) -> Result<usize, IngestError> {
    let file = File::open(path).map_err(|e| IngestError::read(path, e))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| parquet_error(path, e))?;
    Ok(builder.metadata().num_row_groups())
}

/// A failure of the Parquet library, with the system's own error on top where there is one.
pub fn parquet_error(path: &Path, error: ParquetError) -> IngestError {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(io) => IngestError::write(path, *io),
            Err(other) => IngestError::columnar(format!("write or read {}", path.display()))(other),
        },
        other => IngestError::columnar(format!("write or read {}", path.display()))(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_bounded_and_complete() {
        // Each piece ends where the next begins.
        let ends =
            |sizes: &[usize]| pieces(sizes.iter().copied(), 9).iter().map(|p| (p.start, p.end)).collect::<Vec<_>>();
        for (sizes, expected) in [
            (&[][..], &[(0, 0)][..]),
            (&[3, 3, 3], &[(0, 3)]),
            (&[4, 4, 4], &[(0, 2), (2, 3)]),
            (&[20, 1, 20], &[(0, 1), (1, 2), (2, 3)]),
        ] {
            assert_eq!(ends(sizes), expected, "{sizes:?}");
        }
    }
}
