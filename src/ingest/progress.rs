//! How far an import is, and the switch that ends it; shared by the worker threads and whoever watches.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

/// The steps of an import, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Not begun.
    Waiting,
    /// Rows are read and kept as they came.
    Reading,
    /// Events are put in order and written.
    Building,
    /// Everything is written; waiting for the disk and the catalog.
    Committing,
}

#[derive(Debug, Default)]
struct Counters {
    bytes: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    built: AtomicU64,
    stage: AtomicU8,
    cancelled: AtomicBool,
}

/// A cheap handle; clones watch the same import.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counters>);

/// What can be seen of an import at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct ProgressSnapshot {
    /// Which step it is in.
    pub stage: Stage,
    /// Bytes of the file consumed so far.
    pub bytes: u64,
    /// Size of the file.
    pub bytes_total: u64,
    /// Rows read so far.
    pub rows: u64,
    /// Events put in place so far.
    pub events_built: u64,
}

impl Progress {
    /// Declares the size of the file.
    pub fn set_total(&self, bytes: u64) {
        self.0.total.store(bytes, Relaxed);
    }

    /// Enters a step.
    pub fn enter(&self, stage: Stage) {
        self.0.stage.store(stage as u8, Relaxed);
    }

    /// Counts rows that were read.
    pub fn add_rows(&self, rows: u64) {
        self.0.rows.fetch_add(rows, Relaxed);
    }

    /// Forgets the rows of a file that is read once more.
    pub fn take_back_rows(&self, rows: u64) {
        self.0.rows.fetch_sub(rows, Relaxed);
    }

    /// Counts events that were put in place.
    pub fn add_built(&self, events: u64) {
        self.0.built.fetch_add(events, Relaxed);
    }

    /// Asks the import to end as soon as it can.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Relaxed);
    }

    /// Whether somebody asked it to end.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Relaxed)
    }

    /// A consistent enough picture for a progress bar.
    pub fn snapshot(&self) -> ProgressSnapshot {
        let stage = match self.0.stage.load(Relaxed) {
            0 => Stage::Waiting,
            1 => Stage::Reading,
            2 => Stage::Building,
            _ => Stage::Committing,
        };
        ProgressSnapshot {
            stage,
            bytes: self.0.bytes.load(Relaxed),
            bytes_total: self.0.total.load(Relaxed),
            rows: self.0.rows.load(Relaxed),
            events_built: self.0.built.load(Relaxed),
        }
    }

    /// A file whose reads are counted, and fail once the import was cancelled.
    pub fn watch(&self, file: File) -> Watched {
        self.0.bytes.store(0, Relaxed);
        Watched { file, progress: self.clone() }
    }
}

/// See [`Progress::watch`].
#[derive(Debug)]
pub struct Watched {
    file: File,
    progress: Progress,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.progress.is_cancelled() {
            return Err(std::io::Error::other("the import was cancelled"));
        }
        let n = self.file.read(buffer)?;
        self.progress.0.bytes.fetch_add(n as u64, Relaxed);
        Ok(n)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}
