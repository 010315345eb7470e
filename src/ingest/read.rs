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
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Where a file may be unpacked that can only be read when it lies there whole, and how large it may become: what is
/// inside an archive is not known before.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// A folder that is removed by who made it, even after a crash.
    pub folder: &'a Path,
    /// So many bytes at most.
    pub bytes_max: u64,
}

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
    let (shape, unpacked) = match opened.format {
        Format::Xes => (None, None),
        Format::Csv => (Some(settle(path, &opened.sample, opened.whole, options)?), None),
        Format::Parquet => {
            let unpacked = Unpacked::of(path, &opened, options, room, progress)?;
            // Dialect and encoding are those of the text made here, not the user's.
            let options = MappingOptions { delimiter: None, encoding: None, ..options.clone() };
            let sample = parquet::sample(unpacked.path()).map_err(|error| naming(error, path))?;
            (Some(settle(path, &sample, false, &options)?), Some(unpacked))
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
    // An import takes what it needs: whoever may import may fill the disk, and its folder goes if it fails.
    let room = Room { folder, bytes_max: u64::MAX };
    let Look { opened, shape, unpacked } = look(path, options, room, progress)?;
    let mut writer = RawWriter::create(folder)?;
    let mut xes = None;
    match (&shape, unpacked) {
        (Some(shape), None) => {
            input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
                read_csv(path, stream, shape, threads, progress, |chunk| writer.add(chunk))
            })?;
        }
        (Some(shape), Some(unpacked)) => {
            let read = read_parquet_log(unpacked.path(), shape, progress, |chunk| writer.add(chunk));
            read.map_err(|error| naming(error, path))?;
        }
        (None, _) => {
            let options = xes_options(path, options)?;
            xes = Some(input::with_stream(path, None, progress, |stream, _| {
                read_xes(path, stream, &options, progress, |chunk| writer.add(chunk))
            })?);
        }
    }
    let batch = writer.finish()?;
    let report = ImportReport::new(&opened, shape.as_ref(), xes, &batch, options);
    if batch.counts.accepted == 0 {
        return Err(IngestError::NoRows { path: path.to_owned(), what: report.why_no_rows() });
    }
    Ok((batch, report))
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

/// Bytes that are unpacked before it is looked whether somebody still waits for them.
const UNPACK_STEP: usize = 1 << 20;

impl Unpacked {
    fn of(
        path: &Path,
        opened: &Opened,
        options: &MappingOptions,
        room: Room<'_>,
        progress: &Progress,
    ) -> Result<Self, IngestError> {
        if opened.wrappers.is_empty() {
            return Ok(Self::AsIs(path.to_owned()));
        }
        let unwritten = |error| IngestError::write(room.folder, error);
        let made = tempfile::Builder::new().prefix("unpacked-").tempfile_in(room.folder);
        let mut file = made.map_err(unwritten)?;
        let read = input::with_stream(path, options.sheet.as_deref(), progress, |stream, _| {
            let mut buffer = vec![0u8; UNPACK_STEP];
            let mut left = room.bytes_max;
            loop {
                let got = stream.read(&mut buffer);
                if progress.is_cancelled() {
                    return Err(IngestError::Cancelled);
                }
                let got = match got {
                    Ok(0) => return Ok(()),
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                    got => got.map_err(|error| IngestError::read(path, error))?,
                };
                let too_large = || IngestError::TooLarge { path: path.to_owned(), bytes_max: room.bytes_max };
                left = left.checked_sub(got as u64).ok_or_else(too_large)?;
                file.write_all(&buffer[..got]).map_err(unwritten)?;
            }
        });
        // Reading fails, too, once it was cancelled; that is the answer then.
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled);
        }
        read?;
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
mod tests {
    use super::*;

    /// A compressed file that begins like Parquet and then goes on for so long.
    fn packed(folder: &Path, bytes: usize) -> PathBuf {
        let path = folder.join("log.parquet.gz");
        let mut packer =
            flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
        packer.write_all(b"PAR1").unwrap();
        packer.write_all(&vec![0; bytes - 4]).unwrap();
        packer.finish().unwrap();
        path
    }

    #[test]
    fn what_is_unpacked_stays_in_its_room_and_its_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), 3 << 20);
        let room = folder.path().join("room");
        std::fs::create_dir(&room).unwrap();
        let entries = || std::fs::read_dir(&room).unwrap().count();
        let options = MappingOptions::default();
        let opened = input::open(&path, None).unwrap();
        let unpack = |bytes_max: u64, progress: &Progress| {
            Unpacked::of(&path, &opened, &options, Room { folder: &room, bytes_max }, progress)
        };
        let going = Progress::default();
        let unpacked = unpack(3 << 20, &going).unwrap();
        assert!(unpacked.path().starts_with(&room), "{}", unpacked.path().display());
        assert_eq!((std::fs::metadata(unpacked.path()).unwrap().len(), entries()), (3 << 20, 1));
        drop(unpacked);
        let refused = unpack((3 << 20) - 1, &going).err();
        assert!(matches!(refused, Some(IngestError::TooLarge { bytes_max: 3_145_727, .. })), "{refused:?}");
        going.cancel();
        assert!(matches!(unpack(u64::MAX, &going), Err(IngestError::Cancelled)));
        assert_eq!(entries(), 0);
    }

    #[test]
    fn a_broken_file_is_named_as_its_owner_knows_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = packed(folder.path(), 3 << 20);
        let room = Room { folder: folder.path(), bytes_max: u64::MAX };
        let error = inspect(&path, &MappingOptions::default(), room, &Progress::default()).unwrap_err().to_string();
        assert!(error.contains("log.parquet.gz as Parquet") && !error.contains("unpacked-"), "{error}");
    }
}
