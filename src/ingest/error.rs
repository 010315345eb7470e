//! Everything that can end an import. Bad rows are no errors: they are kept as rejects.

use std::path::{Path, PathBuf};

/// Why a file could not become a log.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the data folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An archive that cannot be opened or holds no or several files.
    #[error("cannot unpack {}: {what}", path.display())]
    Archive {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// More came out of an archive than there is room for.
    #[error("{} holds more than {bytes_max} bytes", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How many are allowed.
        bytes_max: u64,
    },
    /// A format that is known but not read.
    #[error("cannot import {}: {what}", path.display())]
    Unsupported {
        /// Which file.
        path: PathBuf,
        /// What it is.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// An option that says nothing about a file of this kind.
    #[error("{option} means nothing for {}: {why}", path.display())]
    Meaningless {
        /// Which file.
        path: PathBuf,
        /// The option as the command line has it.
        option: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// What a person named for a cost, or for what tells programs from people, cannot be one.
    #[error("{option} {column} means nothing for {}: {why}", path.display())]
    Measure {
        /// Which file.
        path: PathBuf,
        /// The option as the command line has it.
        option: &'static str,
        /// The column.
        column: String,
        /// Why not.
        why: &'static str,
    },
    /// Columns, dialect or encoding could not be settled.
    #[error("cannot tell how to read {}: {}", path.display(), reason.parts().0)]
    Detect {
        /// Which file.
        path: PathBuf,
        /// What is missing.
        reason: Box<crate::ingest::detect::DetectError>,
    },
    /// The XES document is broken.
    #[error("cannot read {} as XES", path.display())]
    Xes {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: crate::ingest::xes::XesError,
    },
    /// The Parquet file is broken or lacks a column.
    #[error("cannot read {} as Parquet: {what}", path.display())]
    Parquet {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        what: String,
    },
    /// No row of the file was usable.
    #[error("{} has no usable row: {what}", path.display())]
    NoRows {
        /// Which file.
        path: PathBuf,
        /// What was wrong with the rows.
        what: String,
    },
    /// A columnar file of the data folder could not be written or read back.
    #[error("cannot {step}")]
    Columnar {
        /// What was being done.
        step: String,
        /// What the library said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody asked for it.
    #[error("the import was cancelled")]
    Cancelled,
}

impl IngestError {
    /// A failed read; a cancelled import shows up here too.
    pub fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    /// A failed write.
    pub fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    /// A broken or ambiguous archive.
    pub fn archive(path: &Path, what: &str) -> Self {
        Self::Archive { path: path.to_owned(), what: what.to_owned() }
    }

    /// A failure of the columnar libraries on a file of ours.
    pub fn columnar(step: impl Into<String>) -> impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> Self {
        let step = step.into();
        move |source| Self::Columnar { step, source }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unsupported { hint, .. } => Some(hint.clone()),
            Self::Meaningless { option, .. } => {
                Some(format!("leave {option} out, or import the files that need it on their own"))
            }
            Self::Measure { option, .. } => Some(format!("name another column with {option}, or leave it out")),
            Self::Detect { reason, .. } => Some(reason.parts().1).filter(|hint| !hint.is_empty()),
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some("check the path; flows that are stored are listed by `throughline flows`".to_owned())
            }
            Self::Write { source, .. } => Some(match source.kind() {
                std::io::ErrorKind::StorageFull => "the disk is full: free some space and run it again".to_owned(),
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    "the data folder is read-only: give the program the right to write, or choose another with --data"
                        .to_owned()
                }
                _ => "check the disk of the data folder; nothing of the flow was changed".to_owned(),
            }),
            Self::Archive { .. } => Some("unpack the file and import what is inside".to_owned()),
            Self::TooLarge { .. } => Some("send the Parquet file as it is: it is compressed inside".to_owned()),
            Self::NoRows { .. } => {
                Some("check the mapping: --case, --activity and --timestamp name columns".to_owned())
            }
            _ => None,
        }
    }
}
