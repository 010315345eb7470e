//! Why a text file cannot be taken in as an event log.

use thiserror::Error;

/// A file, or a wish about it, that cannot be followed. Each text says what is wrong and, after the last `; `,
/// what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DetectError {
    /// Nothing in it, or nothing but blanks.
    #[error("the file is empty; export it again and check that it has a header and rows")]
    Empty,
    /// Bytes that are no text.
    #[error("the file is not text: {what}; export it as CSV in UTF-8")]
    NotText {
        /// What was seen.
        what: String,
    },
    /// Text of another kind, for example JSON.
    #[error("the file is {what}, not a table of separated values; {cure}")]
    NotATable {
        /// What it is.
        what: &'static str,
        /// What to do.
        cure: &'static str,
    },
    /// UTF-32, which no reader here decodes.
    #[error("the file is in UTF-32, which is not supported; save it as UTF-8")]
    Utf32,
    /// A name that no encoding has.
    #[error("no encoding \"{label}\"; use one of: {near}")]
    UnknownEncoding {
        /// As given.
        label: String,
        /// Names written alike.
        near: String,
    },
    /// A delimiter of several characters, or one outside ASCII.
    #[error("delimiter \"{given}\" is not a single ASCII character; give one such as , ; | or the word tab")]
    Delimiter {
        /// As given.
        given: String,
    },
    /// A zone that does not exist.
    #[error("{0}; give --timezone an IANA name")]
    Zone(String),
    /// A time format that cannot be compiled.
    #[error("{0}; correct --timestamp-format")]
    Format(String),
    /// A column that the header does not have.
    #[error("no column \"{given}\" for the {role}: line {line} names {columns}; {cure}")]
    UnknownColumn {
        /// Which option.
        role: &'static str,
        /// As given.
        given: String,
        /// Line of the header, from 1.
        line: u64,
        /// The columns there are.
        columns: String,
        /// The nearest name, or how to give one.
        cure: String,
    },
    /// A table about objects, with several ids in a cell.
    #[error(
        "line {line} has object-centric columns ({columns}), whose rows belong to several cases at once; import the \
         JSON, XML or SQLite form of the log, or export one row per case and event"
    )]
    ObjectCentric {
        /// Line of the header, from 1.
        line: u64,
        /// The columns that show it.
        columns: String,
    },
    /// A table of cases, not of events.
    #[error(
        "this looks like one row per case with several dates: \"{case}\" never repeats and {dates} are dates, such \
         tables are not supported yet; export the history, one row per event, or name the columns with --case COLUMN \
         --activity COLUMN --timestamp COLUMN"
    )]
    OneRowPerCase {
        /// Column of the ids.
        case: String,
        /// Columns with dates.
        dates: String,
    },
    /// No column can be the case, or none the activity.
    #[error(
        "cannot tell which column is {missing}: line {line} names {columns}; name them with --case COLUMN --activity \
         COLUMN --timestamp COLUMN"
    )]
    RolesNotFound {
        /// "the case", "the activity" or both.
        missing: &'static str,
        /// Line of the header, from 1.
        line: u64,
        /// The columns there are.
        columns: String,
    },
    /// A column of times with values that are none.
    #[error("column \"{column}\" holds no times that can be read, for example \"{example}\"; {cure}")]
    UnreadableTimes {
        /// The column.
        column: String,
        /// One of its values.
        example: String,
        /// What to do.
        cure: String,
    },
}

impl DetectError {
    /// The text without its advice, and the advice: for the lines `error:` and `hint:`.
    pub fn parts(&self) -> (String, String) {
        let text = self.to_string();
        match text.rsplit_once("; ") {
            Some((what, hint)) => (what.to_owned(), hint.to_owned()),
            None => (text, String::new()),
        }
    }

    /// A stable word for the kind of fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotText { .. } => "not_text",
            Self::NotATable { .. } => "not_a_table",
            Self::Utf32 => "utf32",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::Delimiter { .. } => "bad_delimiter",
            Self::Zone(_) => "unknown_timezone",
            Self::Format(_) => "bad_timestamp_format",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::ObjectCentric { .. } => "object_centric",
            Self::OneRowPerCase { .. } => "one_row_per_case",
            Self::RolesNotFound { .. } => "columns_not_found",
            Self::UnreadableTimes { .. } => "unreadable_times",
        }
    }
}
