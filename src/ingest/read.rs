//! From a file to a raw batch and its report, whatever the format: look, settle how it is to be read, read.

use crate::ingest::chunk::{Chunk, RejectReason};
use crate::ingest::csv::read_csv;
use crate::ingest::detect::{self, DetectError, TextShape};
use crate::ingest::input::{self, Format, Opened};
use crate::ingest::parquet::{self, read_parquet_log};
use crate::ingest::progress::{Progress, Stage};
use crate::ingest::raw::{Batch, RawWriter};
use crate::ingest::report::{ImportReport, XesReport};
use crate::ingest::timestamp::{TimestampFormat, Zone};
use crate::ingest::unpack::{Room, Unpacked};
use crate::ingest::xes::{XesClassifier, XesHeader, XesOptions, XesReader, XesWarning};
use crate::ingest::{IngestError, measures, stream};
use crate::model::mapping::MappingOptions;
use std::io::Read;
use std::path::Path;

/// A look at a file that stores nothing: what it is and how it would be read.
pub fn inspect(
    path: &Path,
    options: &MappingOptions,
    room: Room<'_>,
    progress: &Progress,
) -> Result<(Opened, Option<TextShape>), IngestError> {
    let look = look(path, options, room, progress)?;
    Ok((look.opened, look.shape))
}

struct Look {
    opened: Opened,
    /// How its rows are to be read; nothing for XES, which says so itself.
    shape: Option<TextShape>,
    /// A Parquet file as it can be read, so that it is unpacked only once.
    unpacked: Option<Unpacked>,
}

fn look(path: &Path, options: &MappingOptions, room: Room<'_>, progress: &Progress) -> Result<Look, IngestError> {
    let opened = input::open(path, options.sheet.as_deref())?;
    refuse_meaningless(path, &opened, options)?;
    let (shape, unpacked) = match opened.format {
        Format::Xes => (None, None),
        Format::Csv => (Some(settle(path, &opened.sample, opened.whole, options)?), None),
        Format::Parquet => {
            let unpacked = Unpacked::of(path, &opened, options, room, progress)?;
            let sample = parquet::sample(unpacked.path()).map_err(|error| naming(error, path))?;
            (Some(settle(path, &sample, false, options)?), Some(unpacked))
        }
    };
    Ok(Look { opened, shape, unpacked })
}

/// The owner of a file knows its name, and not where its content was unpacked.
fn naming(error: IngestError, path: &Path) -> IngestError {
    match error {
        IngestError::Parquet { what, .. } => IngestError::Parquet { path: path.to_owned(), what },
        IngestError::Read { source, .. } => IngestError::read(path, source),
        other => other,
    }
}

/// Somebody who gives an option expects that it does something.
fn refuse_meaningless(path: &Path, opened: &Opened, options: &MappingOptions) -> Result<(), IngestError> {
    let why = match opened.format {
        Format::Csv => None,
        Format::Xes => Some("it is an XES log, which says itself how it is written"),
        Format::Parquet => Some("it is a Parquet file, whose columns are no text"),
    };
    let archive = opened.wrappers.iter().any(|wrapper| wrapper.starts_with("zip: "));
    let given = [
        ("--delimiter", options.delimiter.is_some(), why),
        ("--encoding", options.encoding.is_some(), why),
        ("--sheet", options.sheet.is_some(), (!archive).then_some("it is no archive")),
    ];
    match given.into_iter().find_map(|(option, is_given, why)| Some((option, why.filter(|_| is_given)?))) {
        Some((option, why)) => Err(IngestError::Meaningless { path: path.to_owned(), option, why }),
        None => Ok(()),
    }
}

fn settle(path: &Path, sample: &[u8], whole: bool, options: &MappingOptions) -> Result<TextShape, IngestError> {
    detect::detect(sample, whole, options).map_err(|reason| unclear(path, reason))
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
    // An import takes what it needs: whoever may import may fill the disk, and its folder goes if it fails.
    let room = Room { folder, bytes_max: u64::MAX };
    let Look { opened, mut shape, unpacked } = look(path, options, room, progress)?;
    let source = Source { path, unpacked: unpacked.as_ref(), options, threads, progress };
    let mut classifier = None;
    let (writer, xes) = loop {
        let mut writer = RawWriter::create(folder)?;
        let xes = source.read(shape.as_ref(), classifier.as_ref(), &mut writer)?;
        // What the sample, or the front of the log, cannot tell may show in the rows: then all are read once more. This
        // happens once, since it leaves neither question open.
        let turned = shape.as_mut().is_some_and(|shape| shape.settle_order(writer.order()));
        let named = if classifier.is_none() { source.other_classifier(&writer, xes.as_ref()) } else { None };
        if !turned && named.is_none() {
            break (writer, xes);
        }
        classifier = named;
        progress.take_back_rows(writer.counts().rows_read);
        writer.discard()?;
    };
    let (measures, doubts) = measures::settle(path, &writer.attributes(), shape.as_ref(), options)?;
    let batch = writer.finish(&zone_of(path, options)?, measures)?;
    let xes = xes.map(|log| log.report(classifier.as_ref()));
    let mut report = ImportReport::new(&opened, shape.as_ref(), xes, &batch, options);
    report.warnings.extend(doubts);
    if batch.counts.accepted == 0 {
        return Err(IngestError::NoRows { path: path.to_owned(), what: report.why_no_rows() });
    }
    Ok((batch, report))
}

/// A file whose rows are to be read.
struct Source<'a> {
    path: &'a Path,
    /// Where a Parquet file can be read.
    unpacked: Option<&'a Unpacked>,
    options: &'a MappingOptions,
    threads: usize,
    progress: &'a Progress,
}

impl Source<'_> {
    /// Reads all rows, in the way that was settled, into a raw batch.
    fn read(
        &self,
        shape: Option<&TextShape>,
        classifier: Option<&XesClassifier>,
        writer: &mut RawWriter,
    ) -> Result<Option<XesLog>, IngestError> {
        let Self { path, unpacked, options, threads, progress } = *self;
        match (shape, unpacked) {
            (Some(shape), None) => {
                input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
                    read_csv(path, stream, shape, threads, progress, |chunk| writer.add(chunk))
                })?;
                Ok(None)
            }
            (Some(shape), Some(unpacked)) => {
                let read = read_parquet_log(unpacked.path(), shape, progress, |chunk| writer.add(chunk));
                read.map_err(|error| naming(error, path))?;
                Ok(None)
            }
            (None, _) => {
                let mut xes = xes_options(path, options)?;
                xes.classifier = classifier.map(|classifier| classifier.name.clone());
                let log = input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
                    read_xes(path, stream, &xes, progress, |chunk| writer.add(chunk))
                })?;
                Ok(Some(log))
            }
        }
    }

    /// The classifier by which to name the events of an XES log of which none has a `concept:name`.
    fn other_classifier(&self, writer: &RawWriter, log: Option<&XesLog>) -> Option<XesClassifier> {
        use RejectReason::{Malformed, MissingActivity, MissingCase};
        let counts = writer.counts();
        let nameless = counts.accepted == 0
            && counts.rejects.contains_key(&MissingActivity)
            && counts.rejects.keys().all(|reason| matches!(reason, MissingActivity | MissingCase | Malformed));
        log.filter(|_| nameless && self.options.activity.is_none())?.header.classifier_without_name().cloned()
    }
}

/// What an XES log says about itself, and what was odd about it.
struct XesLog {
    header: XesHeader,
    warnings: Vec<XesWarning>,
}

impl XesLog {
    fn report(&self, classifier: Option<&XesClassifier>) -> XesReport {
        let mut report = XesReport::new(&self.header, &self.warnings);
        report.warnings.extend(classifier.map(|classifier| {
            let (name, keys) = (&classifier.name, classifier.keys.join("+"));
            format!(
                "no event has a concept:name; activities are named by the classifier \"{name}\" ({keys}), otherwise give \
                 --activity"
            )
        }));
        report
    }
}

/// How many events a chunk of an XES log has at most.
const XES_CHUNK_ROWS: usize = 1 << 16;

fn unclear(path: &Path, reason: DetectError) -> IngestError {
    IngestError::Detect { path: path.to_owned(), reason: Box::new(reason) }
}

/// The zone of times without an offset.
fn zone_of(path: &Path, options: &MappingOptions) -> Result<Zone, IngestError> {
    let zone = options.timezone.as_deref().map(Zone::parse).transpose();
    Ok(zone.map_err(|what| unclear(path, DetectError::Zone(what)))?.unwrap_or_default())
}

fn xes_options(path: &Path, options: &MappingOptions) -> Result<XesOptions, IngestError> {
    let format = options.timestamp_format.as_deref().map(TimestampFormat::compile).transpose();
    let timestamp_format = format.map_err(|what| unclear(path, DetectError::Format(what)))?;
    Ok(XesOptions {
        case: options.case.clone(),
        activity: options.activity.clone(),
        timestamp: options.timestamp.clone(),
        start: options.start.clone(),
        resource: options.resource.clone(),
        role: options.role.clone(),
        system: options.system.clone(),
        classifier: None,
        timestamp_format,
        zone: Some(zone_of(path, options)?),
    })
}

/// Unwraps, parses and keeps at the same time: one thread each for the first two, the caller for the third.
fn read_xes(
    path: &Path,
    bytes: &mut (dyn Read + Send),
    options: &XesOptions,
    progress: &Progress,
    mut take: impl FnMut(Chunk) -> Result<(), IngestError>,
) -> Result<XesLog, IngestError> {
    let fault = |source| IngestError::Xes { path: path.to_owned(), source };
    let (sender, reader) = stream::pipe();
    let (to_caller, chunks) = crossbeam_channel::bounded::<Chunk>(2);
    std::thread::scope(|scope| {
        let pumping = scope.spawn(move || stream::pump(bytes, sender));
        let parsing = scope.spawn(move || -> Result<XesLog, IngestError> {
            let mut log = XesReader::new(reader, options).map_err(fault)?;
            while let Some(chunk) = log.next_chunk(XES_CHUNK_ROWS).map_err(fault)? {
                if to_caller.send(chunk).is_err() {
                    break;
                }
            }
            Ok(XesLog { header: log.header().clone(), warnings: log.warnings().to_vec() })
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

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
