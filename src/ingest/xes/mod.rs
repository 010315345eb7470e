//! Event logs in XES (IEEE 1849, versions 1.0 and 2.0), read as a stream into chunks of rows.
//!
//! A file of any size passes through in one go: nothing but the open trace, the open event and the chunk under
//! way is held. What an event is worth to the rest of the program (cases, pairs of start and complete, types of
//! attributes) is decided later; this module knows neither the engines nor the mapping options of the contract.
//!
//! # What becomes of what
//! * Case id: `concept:name` of the trace. Without one the trace is called `trace 17` by its position in the file
//!   and a warning counts it. Traces of the same name are rows of the same case.
//! * Activity: `concept:name` of the event, or the values of the keys of the chosen classifier, joined by `+`.
//! * Resource `org:resource`, lifecycle `lifecycle:transition`, end `time:timestamp`, start `start_timestamp`.
//! * Role: `org:role`, or `org:group` in a log without roles. A log is taken to be without roles if neither its
//!   event globals nor the first chunk that has any group or role names `org:role`.
//! * Every other attribute becomes a column: of the case if it stands in the trace, else of the event.
//! * Nested attributes get a column `parent/child` each; a `list` or `container` becomes a JSON array in one cell.
//! * An empty value is no value. A time that reads `?`, `NaT` or `null`, as some exporters write, is no time.
//! * The last of several attributes with one key wins.
//!
//! # Globals
//! The standard calls the values in `<global scope="event">` defaults, but nearly all exporters put a placeholder
//! there. So they are applied to the activity, the resource and the lifecycle alone, and only if the value is
//! neither a known placeholder (`__INVALID__`, `UNKNOWN`, `DEFAULT`, `__DEFAULT__`, `string`, nothing) nor the last
//! word of its own key (`name` for `concept:name`, as Disco writes). Times are never filled: a shared made-up time
//! would be a lie, and the values found there are 1970 or the moment of the export. A default case id would merge
//! all nameless traces into one, hence it is not applied either.
//!
//! # Limits
//! Elements nested deeper than 64, single elements above 64 MiB and more than 2,000 different keys are not read: the
//! first two end the reading with an error, further keys are left out with a warning.
//!
//! Read next: `reader` and `walk` (through the file), `collector` (attributes), `rows` (events to rows).

mod collector;
mod error;
mod header;
mod keys;
mod log;
mod options;
mod plan;
mod reader;
mod rows;
mod source;
mod tag;
#[cfg(test)]
mod tests;
mod walk;

pub use error::{XesError, XesWarning, XesWarningKind};
pub use header::{XesClassifier, XesExtension, XesHeader, XesValue};
pub use options::XesOptions;
pub use reader::XesReader;

/// The text of a whole XML document, whatever its encoding: by mark, by look, or as its first line says.
///
/// # Errors
/// [`XesError::UnknownEncoding`]; bytes that are no text in the encoding stand as U+FFFD.
pub fn xml_text(bytes: &[u8]) -> Result<String, XesError> {
    let mut text = String::new();
    let mut source = source::Source::new(bytes)?;
    std::io::Read::read_to_string(&mut source, &mut text).map_err(|source| XesError::Read { line: 1, source })?;
    Ok(text)
}
