//! Files that can only be read when they lie there whole: what is inside an archive is put into a folder that is given.

use crate::ingest::IngestError;
use crate::ingest::input::{self, Opened};
use crate::ingest::progress::Progress;
use crate::model::mapping::MappingOptions;
use std::io::Write;
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

/// Parquet needs to jump within the file: one inside an archive is unpacked to a temporary file first.
pub(super) enum Unpacked {
    /// It was not packed.
    AsIs(PathBuf),
    /// Removed with this value.
    Temporary(tempfile::NamedTempFile),
}

/// Bytes that are unpacked before it is looked whether somebody still waits for them.
const UNPACK_STEP: usize = 1 << 20;

impl Unpacked {
    /// The file itself, or what is inside its archive.
    pub(super) fn of(
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

    /// Where it can be read.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::AsIs(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::read::inspect;

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
