//! Parquet files of others, read by Polars, which knows every type that such files have. Each row becomes a record of
//! texts and goes the way of CSV rows, so that roles, times and rejects mean the same for both.

use crate::ingest::IngestError;
use crate::ingest::chunk::Chunk;
use crate::ingest::csv::Plan;
use crate::ingest::detect::TextShape;
use crate::ingest::progress::Progress;
use crate::ingest::timestamp::Zone;
use csv::ByteRecord;
use polars::io::SerReader;
use polars::prelude::{AnyValue, Column, DataFrame, ParquetReader, TimeUnit};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Rows that are decoded at a time.
const SLICE_ROWS: usize = 100_000;
/// Text after which a chunk is handed over even if it has few rows.
const CHUNK_BYTES: usize = 32 << 20;
/// Rows that detection looks at.
const SAMPLE_ROWS: usize = 10_000;

/// The first rows as CSV text, for detection.
pub fn sample(path: &Path) -> Result<Vec<u8>, IngestError> {
    let frame = slice(path, 0, SAMPLE_ROWS)?;
    let fault = |e: csv::Error| IngestError::Parquet { path: path.to_owned(), what: e.to_string() };
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(frame.columns().iter().map(|column| column.name().as_str())).map_err(fault)?;
    let mut record = ByteRecord::new();
    for row in 0..frame.height() {
        fill(&mut record, frame.columns(), row, path)?;
        writer.write_byte_record(&record).map_err(fault)?;
    }
    writer.into_inner().map_err(|e| IngestError::read(path, e.into_error()))
}

/// Reads all rows and hands them over in order; the "line" of a row is its number, from 1.
pub fn read_parquet_log(
    path: &Path,
    shape: &TextShape,
    progress: &Progress,
    mut take: impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let plan = Plan::new(shape);
    let rows = reader(path)?.num_rows().map_err(|e| fault(path, &e))?;
    let mut record = ByteRecord::new();
    let mut zone = plan.clock();
    for offset in (0..rows).step_by(SLICE_ROWS) {
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled);
        }
        let frame = slice(path, offset, SLICE_ROWS)?;
        let (mut chunk, mut bytes) = (plan.empty_chunk(), 0);
        for row in 0..frame.height() {
            fill(&mut record, frame.columns(), row, path)?;
            let raw = record.iter().collect::<Vec<_>>().join(&b","[..]);
            plan.row(&record, (offset + row + 1) as u64, &raw, &mut zone, &mut chunk);
            bytes += raw.len();
            if bytes >= CHUNK_BYTES {
                hand_over(std::mem::replace(&mut chunk, plan.empty_chunk()), &mut zone, &mut take)?;
                bytes = 0;
            }
        }
        progress.add_rows(frame.height() as u64);
        hand_over(chunk, &mut zone, &mut take)?;
    }
    Ok(())
}

fn hand_over(
    mut chunk: Chunk,
    zone: &mut Zone,
    take: &mut impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    chunk.clock = zone.take_counts();
    take(chunk)
}

fn reader(path: &Path) -> Result<ParquetReader<File>, IngestError> {
    Ok(ParquetReader::new(File::open(path).map_err(|e| IngestError::read(path, e))?))
}

fn slice(path: &Path, offset: usize, rows: usize) -> Result<DataFrame, IngestError> {
    reader(path)?.with_slice(Some((offset, rows))).finish().map_err(|e| fault(path, &e))
}

fn fault(path: &Path, error: &polars::error::PolarsError) -> IngestError {
    IngestError::Parquet { path: path.to_owned(), what: error.to_string() }
}

fn fill(record: &mut ByteRecord, columns: &[Column], row: usize, path: &Path) -> Result<(), IngestError> {
    record.clear();
    let mut cell = Vec::new();
    for column in columns {
        cell.clear();
        let value = column.get(row).map_err(|e| fault(path, &e))?;
        write_cell(&mut cell, &value).map_err(|e| IngestError::read(path, e))?;
        record.push_field(&cell);
    }
    Ok(())
}

/// A value as text; instants as ISO 8601, with `Z` where the column has a zone.
fn write_cell(cell: &mut Vec<u8>, value: &AnyValue<'_>) -> std::io::Result<()> {
    match value {
        AnyValue::Null => Ok(()),
        AnyValue::String(text) => cell.write_all(text.as_bytes()),
        AnyValue::StringOwned(text) => cell.write_all(text.as_bytes()),
        AnyValue::Boolean(value) => write!(cell, "{value}"),
        AnyValue::Float32(value) => write!(cell, "{value}"),
        AnyValue::Float64(value) => write!(cell, "{value}"),
        AnyValue::Datetime(value, unit, zone) => instant(cell, *value, *unit, zone.is_some()),
        AnyValue::DatetimeOwned(value, unit, zone) => instant(cell, *value, *unit, zone.is_some()),
        AnyValue::Categorical(..) | AnyValue::CategoricalOwned(..) | AnyValue::Enum(..) | AnyValue::EnumOwned(..) => {
            cell.write_all(value.get_str().unwrap_or_default().as_bytes())
        }
        other => write!(cell, "{other}"),
    }
}

fn instant(cell: &mut Vec<u8>, value: i64, unit: TimeUnit, zoned: bool) -> std::io::Result<()> {
    let micros = match unit {
        TimeUnit::Nanoseconds => value.div_euclid(1_000),
        TimeUnit::Microseconds => value,
        TimeUnit::Milliseconds => value.saturating_mul(1_000),
    };
    let Some(instant) = chrono::DateTime::from_timestamp_micros(micros) else { return write!(cell, "{micros}") };
    let zone = if zoned { "Z" } else { "" };
    write!(cell, "{}{zone}", instant.naive_utc().format("%Y-%m-%dT%H:%M:%S%.6f"))
}
