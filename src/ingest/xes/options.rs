//! What a caller may say about how a log is to be read; it knows nothing of the file.

use crate::ingest::timestamp::{TimestampFormat, Zone};

/// Overrides of the usual reading. A key is looked up in the event first, then in its trace; with `case:` in front
/// it is the key of a trace attribute.
#[derive(Debug, Clone, Default)]
pub struct XesOptions {
    /// Key of the case id instead of the `concept:name` of the trace.
    pub case: Option<String>,
    /// Key of the activity instead of `concept:name`, failing that the name of a classifier of the log, or keys joined
    /// by `+`; goes before `classifier`.
    pub activity: Option<String>,
    /// Key of the event time instead of `time:timestamp`.
    pub timestamp: Option<String>,
    /// Key of the start time instead of `start_timestamp`.
    pub start: Option<String>,
    /// Key of the resource instead of `org:resource`.
    pub resource: Option<String>,
    /// Key of the role instead of `org:role` or `org:group`.
    pub role: Option<String>,
    /// Key of the system; none unless given.
    pub system: Option<String>,
    /// Name of a classifier of the log, or keys joined by `+`, that make up the activity.
    pub classifier: Option<String>,
    /// How times are written; ISO 8601, as the standard demands, unless given.
    pub timestamp_format: Option<TimestampFormat>,
    /// For times without an offset; UTC unless given.
    pub zone: Option<Zone>,
}
