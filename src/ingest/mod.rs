//! From files to log versions: unwrap, detect, read, keep raw rows, build sorted tables. Polars lives here and only
//! here. Knows folders that it is given, never where they lie.
//!
//! Read next: [`read_file`] (a file becomes a raw batch and a report), then [`build`] (raw batches become the tables of
//! a version).

pub mod build;
pub mod chunk;
mod csv;
pub mod detect;
mod error;
mod files;
mod input;
pub mod lifecycle;
mod measures;
mod parquet;
mod progress;
pub mod raw;
mod read;
mod report;
pub mod sample;
mod stream;
pub mod timestamp;
mod unpack;
pub mod xes;

pub use error::IngestError;
pub use input::{Format, hash_file};
pub use measures::Measured;
pub use progress::{Progress, ProgressSnapshot, Stage};
pub use read::{inspect, read_file};
pub use report::{Counts, ImportReport, RejectCount};
pub use unpack::Room;
