//! The catalog: which flows exist, what was imported into them, which versions their logs have, and who may ask.
//!
//! It is one SQLite file beside the logs, in write-ahead mode, and the single place where a change becomes visible:
//! a log version is first written to a folder of its own, and exists for readers only once [`Catalog::commit_version`]
//! has returned. Server and command line may have the same file open at the same time.
//!
//! The catalog must not know what lies inside a version folder, how an import is read, or what a request looks like.
//! It keeps mappings and reports as JSON text that it does not interpret. Times are microseconds since 1970 in UTC.
//!
//! Read on in `connection` (opening, transactions), `schema` (migrations), `versions` (the commit), `access` (tokens)
//! and `sign_in` (sessions).

mod access;
mod audit;
mod connection;
mod error;
mod flow_name;
mod flows;
mod import_work;
mod imports;
mod ledger;
mod official_flows;
mod schema;
mod secret;
mod sign_in;
mod version_rows;
mod versions;

#[cfg(test)]
mod concurrency_tests;
#[cfg(test)]
mod official_flow_tests;
#[cfg(test)]
mod test_support;

pub use access::{Identity, NewToken, Role, TokenRecord};
pub use audit::{AuditEntry, AuditFilter, AuditRecord};
pub use connection::{Catalog, Clock};
pub use error::CatalogError;
pub use flow_name::{FlowName, FlowNameError};
pub use flows::{DeletedFlow, FlowPatch, FlowRecord};
pub use imports::{ImportRecord, ImportState, NewImport};
pub use ledger::{DecisionRecord, NewDecision, OfficialState};
pub use official_flows::{Decision, NewOfficialFlow, OfficialFlowRecord};
pub use secret::Secret;
pub use sign_in::{SessionTimes, SignInCode};
pub use versions::{FinishedImport, NewVersion, VersionCommit, VersionRecord};
