//! The addresses below `/api/v1`, one file a subject. A handler extracts, calls App, answers.

pub mod causes;
pub mod compare;
pub mod document;
pub mod events;
pub mod flows;
pub mod imports;
pub mod inspect;
pub mod ledger;
pub mod log;
pub mod official;
pub mod official_versions;
pub mod reading;
pub mod tokens;
pub mod upload;
