//! From a file to a raw batch and its report, whatever the format: look, settle how it is to be read, read.

use crate::ingest::chunk::Chunk;
use crate::ingest::csv::read_csv;
use crate::ingest::detect::{self, TextShape};
use crate::ingest::input::{self, Format, Opened};
use crate::ingest::parquet::{self, read_parquet_log};
use crate::ingest::progress::{Progress, Stage};
use crate::ingest::raw::{Batch, RawWriter};
use crate::ingest::report::{ImportReport, XesReport};
use crate::ingest::timestamp::Zone;
use crate::ingest::xes::{XesOptions, XesReader};
use crate::ingest::{IngestError, stream};
use crate::model::mapping::MappingOptions;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A look at a file that stores nothing: what it is and how it would be read.
pub fn inspect(path: &Path, options: &MappingOptions) -> Result<(Opened, Option<TextShape>), IngestError> {
    let opened = input::open(path, options.sheet.as_deref())?;
    let shape = match opened.format {
        Format::Xes => None,
        Format::Csv => Some(settle(path, &opened.sample, opened.whole, options)?),
        Format::Parquet => {
            let unpacked = Unpacked::of(path, &opened, options, &Progress::default())?;
            // Dialect and encoding are those of the text made here, not the user's.
            let options = MappingOptions { delimiter: None, encoding: None, ..options.clone() };
            Some(settle(path, &parquet::sample(unpacked.path())?, false, &options)?)
        }
    };
    Ok((opened, shape))
}

fn settle(path: &Path, sample: &[u8], whole: bool, options: &MappingOptions) -> Result<TextShape, IngestError> {
    detect::detect(sample, whole, options)
        .map_err(|reason| IngestError::Detect { path: path.to_owned(), reason: Box::new(reason) })
}

/// Reads a file into a raw batch in `folder`, which is empty.
pub fn read_file(
    path: &Path,
    options: &MappingOptions,
    folder: &Path,
    threads: usize,
    progress: &Progress,
) -> Result<(Batch, ImportReport), IngestError> {
    progress.enter(Stage::Reading);
    let (opened, mut shape) = inspect(path, options)?;
    let (writer, xes) = loop {
        let mut writer = RawWriter::create(folder)?;
        let xes = read_rows(path, &opened, shape.as_ref(), options, threads, progress, &mut writer)?;
        // Which comes first, day or month, may show only after the sample: then all rows are read once more. This
        // happens once, since it leaves no order open.
        if !shape.as_mut().is_some_and(|shape| shape.settle_order(writer.order())) {
            break (writer, xes);
        }
        progress.take_back_rows(writer.counts().rows_read);
        writer.discard()?;
    };
    let batch = writer.finish()?;
    let report = ImportReport::new(&opened, shape.as_ref(), xes, &batch, options);
    if batch.counts.accepted == 0 {
        return Err(IngestError::NoRows { path: path.to_owned(), what: report.why_no_rows() });
    }
    Ok((batch, report))
}

/// Reads all rows of a file, in the way that was settled, into a raw batch.
fn read_rows(
    path: &Path,
    opened: &Opened,
    shape: Option<&TextShape>,
    options: &MappingOptions,
    threads: usize,
    progress: &Progress,
    writer: &mut RawWriter,
) -> Result<Option<XesReport>, IngestError> {
    match (opened.format, shape) {
        (Format::Csv, Some(shape)) => {
            input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
                read_csv(path, stream, shape, threads, progress, |chunk| writer.add(chunk))
            })?;
            Ok(None)
        }
        (Format::Parquet, Some(shape)) => {
            let unpacked = Unpacked::of(path, opened, options, progress)?;
            read_parquet_log(unpacked.path(), shape, progress, |chunk| writer.add(chunk))?;
            Ok(None)
        }
        _ => {
            let options = xes_options(path, options)?;
            let report = input::with_stream(path, None, progress, |stream, _| {
                read_xes(path, stream, &options, progress, |chunk| writer.add(chunk))
            })?;
            Ok(Some(report))
        }
    }
}

/// How many events a chunk of an XES log has at most.
const XES_CHUNK_ROWS: usize = 1 << 16;

fn xes_options(path: &Path, options: &MappingOptions) -> Result<XesOptions, IngestError> {
    let fault = |reason| IngestError::Detect { path: path.to_owned(), reason: Box::new(reason) };
    let zone = options.timezone.as_deref().map(Zone::parse).transpose();
    let zone = zone.map_err(|what| fault(detect::DetectError::Zone(what)))?;
    Ok(XesOptions {
        case: options.case.clone(),
        activity: options.activity.clone(),
        timestamp: options.timestamp.clone(),
        start: options.start.clone(),
        resource: options.resource.clone(),
        role: options.role.clone(),
        system: options.system.clone(),
        classifier: None,
        zone,
    })
}

/// Unwraps, parses and keeps at the same time: one thread each for the first two, the caller for the third.
fn read_xes(
    path: &Path,
    bytes: &mut (dyn Read + Send),
    options: &XesOptions,
    progress: &Progress,
    mut take: impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<XesReport, IngestError> {
    let fault = |source| IngestError::Xes { path: path.to_owned(), source };
    let (sender, reader) = stream::pipe();
    let (to_caller, chunks) = crossbeam_channel::bounded::<Chunk>(2);
    std::thread::scope(|scope| {
        let pumping = scope.spawn(move || stream::pump(bytes, sender));
        let parsing = scope.spawn(move || -> Result<XesReport, IngestError> {
            let mut log = XesReader::new(reader, options).map_err(fault)?;
            while let Some(chunk) = log.next_chunk(XES_CHUNK_ROWS).map_err(fault)? {
                if to_caller.send(chunk).is_err() {
                    break;
                }
            }
            Ok(XesReport::new(log.header(), log.warnings()))
        });
        let mut taken = Ok(());
        for chunk in &chunks {
            progress.add_rows((chunk.rows() + chunk.rejects.len()) as u64);
            taken = if progress.is_cancelled() { Err(IngestError::Cancelled) } else { take(chunk) };
            if taken.is_err() {
                break;
            }
        }
        drop(chunks);
        let ended = || IngestError::read(path, std::io::Error::other("a reading thread ended unexpectedly"));
        let parsed = parsing.join().unwrap_or_else(|_| Err(ended()));
        let pumped = pumping.join().unwrap_or_else(|_| Err(std::io::Error::other("the reading thread ended")));
        taken?;
        // The parser only sees that bytes ended early; why they did is the better answer.
        pumped.map_err(|e| IngestError::read(path, e))?;
        parsed
    })
}

/// Parquet needs to jump within the file: one inside an archive is unpacked to a temporary file first.
enum Unpacked {
    AsIs(PathBuf),
    Temporary(tempfile::NamedTempFile),
}

impl Unpacked {
    fn of(path: &Path, opened: &Opened, options: &MappingOptions, progress: &Progress) -> Result<Self, IngestError> {
        if opened.wrappers.is_empty() {
            return Ok(Self::AsIs(path.to_owned()));
        }
        let mut file = tempfile::NamedTempFile::new().map_err(|e| IngestError::write(path, e))?;
        input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
            std::io::copy(stream, &mut file).map_err(|e| IngestError::read(path, e))
        })?;
        Ok(Self::Temporary(file))
    }

    fn path(&self) -> &Path {
        match self {
            Self::AsIs(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
