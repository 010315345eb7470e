//! Times as files write them: a fast ISO 8601 reader, compiled formats, the guess of a column's format from its
//! values, and time zones.
//!
//! Pure functions over bytes. Nothing here knows of files, columns' names or the log that is being built. Read
//! `iso` first, then `format`; `infer` shows how a format is found.

mod calendar;
mod format;
mod infer;
mod iso;
mod layout;
mod names;
mod pattern;
mod zone;

pub use format::{Precision, TimestampFormat};
pub use infer::{Inference, infer};
pub use iso::iso_micros;
pub use pattern::Pattern;
pub use zone::{Zone, ZoneCounts};

/// A moment as a cell gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    /// Microseconds since 1970: UTC if `zoned`, otherwise of the wall clock of a place still to be named.
    pub micros: i64,
    /// Whether the cell itself says how far it is from UTC.
    pub zoned: bool,
}
