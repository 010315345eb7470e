//! What a caller may say about how a log is to be read; it knows nothing of the file.

use std::fmt;
use std::sync::Arc;

/// Turns a local time (microseconds since 1970 as its clock showed it) into UTC, for times without an offset.
pub type Zone = Arc<dyn Fn(i64) -> i64 + Send + Sync>;

/// Overrides of the usual reading. A key is looked up in the event first, then in its trace; with `case:` in front
/// it is the key of a trace attribute.
#[derive(Clone, Default)]
pub struct XesOptions {
    /// Key of the case id instead of the `concept:name` of the trace.
    pub case: Option<String>,
    /// Key of the activity instead of `concept:name`; goes before a classifier.
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
    /// For times without an offset; UTC unless given.
    pub zone: Option<Zone>,
}

impl fmt::Debug for XesOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XesOptions")
            .field("case", &self.case)
            .field("activity", &self.activity)
            .field("timestamp", &self.timestamp)
            .field("start", &self.start)
            .field("resource", &self.resource)
            .field("role", &self.role)
            .field("system", &self.system)
            .field("classifier", &self.classifier)
            .field("zone", &self.zone.is_some())
            .finish()
    }
}
