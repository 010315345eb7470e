//! What can go wrong with the catalog, in words that say what to do next.

use std::error::Error as StdError;

/// Why the catalog refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Nothing has this name or id.
    #[error("no {what} \"{name}\"")]
    NotFound {
        /// The kind of thing that was looked for, e.g. `flow`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What exists instead.
        hint: String,
    },
    /// The name or value is taken.
    #[error("{what} \"{name}\" exists already")]
    AlreadyExists {
        /// The kind of thing, e.g. `flow`.
        what: &'static str,
        /// The name that is taken.
        name: String,
        /// What to do instead.
        hint: String,
    },
    /// The thing is no longer, or not yet, in the state that the change needs.
    #[error("{message}")]
    Conflict {
        /// What stands in the way.
        message: String,
        /// What to do next.
        hint: String,
    },
    /// A value that the catalog cannot keep, or a file that is not a catalog of this program.
    #[error("{what} {message}")]
    Invalid {
        /// The value at fault.
        what: &'static str,
        /// What is wrong with it.
        message: String,
        /// What would be right.
        hint: String,
    },
    /// Another process held the catalog for longer than the waiting time.
    #[error("the catalog is held by another process")]
    Busy,
    /// The disk, the file system, SQLite or the random source failed.
    #[error("could not {step}")]
    Storage {
        /// What was being done.
        step: String,
        /// Why it failed.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl CatalogError {
    /// What the reader of the message can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NotFound { hint, .. }
            | Self::AlreadyExists { hint, .. }
            | Self::Conflict { hint, .. }
            | Self::Invalid { hint, .. } => (!hint.is_empty()).then_some(hint),
            Self::Busy => {
                Some("try again in a moment; if it stays so, look for a program that holds catalog.sqlite open")
            }
            Self::Storage { .. } => None,
        }
    }

    /// The error for a failed step of SQLite: waiting in vain is `Busy`, everything else is `Storage`.
    pub(super) fn from_sqlite(step: &str, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        match source.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            _ => Self::Storage { step: step.to_owned(), source: Box::new(source) },
        }
    }

    pub(super) fn invalid(what: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Invalid { what, message: message.into(), hint: hint.into() }
    }

    pub(super) fn conflict(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Conflict { message: message.into(), hint: hint.into() }
    }
}

/// Gives a result of SQLite the name of the step that made it.
pub(super) trait Step<T> {
    /// `step` completes the sentence "could not …".
    fn step(self, step: &str) -> Result<T, CatalogError>;
}

impl<T> Step<T> for rusqlite::Result<T> {
    fn step(self, step: &str) -> Result<T, CatalogError> {
        self.map_err(|source| CatalogError::from_sqlite(step, source))
    }
}

/// A count as SQLite keeps it.
///
/// # Errors
/// `Invalid` if the count is above 2^63 - 1, the largest whole number that SQLite holds.
pub(super) fn stored_count(what: &'static str, count: u64) -> Result<i64, CatalogError> {
    i64::try_from(count).map_err(|_| CatalogError::invalid(what, format!("{count} is too large"), ""))
}

/// A stored count; the schema's checks keep it from being below zero.
pub(super) fn read_count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// Checks that a text is one JSON value, since the catalog promises its readers JSON.
///
/// # Errors
/// `Invalid` with the line and column of the fault.
pub(super) fn check_json(what: &'static str, text: &str) -> Result<(), CatalogError> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(fault) => Err(CatalogError::invalid(what, format!("is not JSON: {fault}"), "")),
    }
}

/// Checks that a hash is written as 64 lower-case hex digits, so that equal hashes are equal texts.
///
/// # Errors
/// `Invalid` otherwise.
pub(super) fn check_hash(what: &'static str, hash: &str) -> Result<(), CatalogError> {
    if hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(());
    }
    Err(CatalogError::invalid(what, "is not 64 lower-case hex digits", "give the BLAKE3 hash of the content"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_checked() {
        let check = |hash: &str, good: bool| assert_eq!(check_hash("hash", hash).is_ok(), good, "{hash}");
        check(&"0f".repeat(32), true);
        check(&"0F".repeat(32), false);
        check(&"0f".repeat(31), false);
        check("", false);
        check(&"é".repeat(32), false);
    }

    #[test]
    fn json_is_checked_and_the_place_is_named() {
        assert!(check_json("mapping", "{\"a\": [1, null]}").is_ok());
        let fault = check_json("mapping", "{\"a\": }").map_err(|error| error.to_string());
        assert_eq!(fault, Err("mapping is not JSON: expected value at line 1 column 7".to_owned()));
        assert!(check_json("mapping", "{} {}").is_err());
        // Depth is bounded by the reader, so hostile nesting is refused and does not exhaust the stack.
        assert!(check_json("mapping", &"[".repeat(100_000)).is_err());
    }

    #[test]
    fn counts_beyond_sqlite_are_refused() {
        assert!(stored_count("bytes", u64::MAX).is_err());
        assert_eq!(stored_count("bytes", 7).ok(), Some(7));
    }
}
