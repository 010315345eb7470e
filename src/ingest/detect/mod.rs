//! What a text file is, found out from its first bytes: encoding, separators, header, types and meaning of its
//! columns, format of its times.
//!
//! Pure functions over a sample; nothing here opens a file, and nothing here knows how rows become a log. The
//! steps follow each other in `inspect`; each is a module of its own: `encoding`, `dialect` (with `records`,
//! `scores` and `header`), `columns`, `roles` (with `synonyms`, `vocabulary` and `evidence`), `refuse` for what is no event log, and `shape`
//! for the answer. What a sample cannot settle, day before month, is settled by `order` when all rows were seen.

mod columns;
mod content;
mod dialect;
mod encoding;
mod error;
mod evidence;
mod header;
mod inspect;
mod kinds;
mod order;
mod overrides;
mod records;
mod refuse;
mod report;
mod roles;
mod scores;
mod shape;
mod synonyms;
mod vocabulary;

use crate::model::measure::Measure;

pub use columns::{Column, ColumnKind};
pub use content::{not_a_table, not_text};
pub use dialect::{Dialect, DialectGuess, Terminator, guess_dialect};
pub use encoding::{EncodingGuess, guess_encoding};
pub use error::DetectError;
pub use inspect::detect;
pub use report::{ColumnReport, DetectionReport, RoleReport};
pub use shape::{Role, Roles, TextShape, TimeColumn};

/// How well the name of a column says that it has this measure, 0 to 1.
pub fn name_fits(name: &str, measure: Measure) -> f64 {
    synonyms::Words::of(name).weight(match measure {
        Measure::Cost => synonyms::Meaning::Cost,
        Measure::Automated => synonyms::Meaning::Automated,
        Measure::Currency => synonyms::Meaning::Currency,
    })
}

/// The letters and digits of a name, small and without accents, so that its spellings are one.
pub fn squeezed(name: &str) -> String {
    synonyms::Words::of(name).squeezed().to_owned()
}
