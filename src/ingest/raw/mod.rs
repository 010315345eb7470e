//! The raw batch: every accepted row of one import as it came, in file order, with its line; the rejected rows
//! beside it. Built once, never changed; log versions are made from raw batches.
//!
//! On disk a batch is a folder: `rows-00000.parquet` … (codes and texts; a new file begins where a new attribute
//! shows up), `cases.parquet` (what the case codes stand for), `rejects.csv`, and `batch.json` ([`Batch`]).

mod profile;
mod writer;

pub use profile::{AttributeKind, Profile, boolean, comma_number, grouped_number, integer, number};
pub use writer::RawWriter;

use crate::ingest::IngestError;
use crate::ingest::chunk::Scope;
use crate::ingest::measures::Measured;
use crate::ingest::report::Counts;
use crate::ingest::timestamp::Zone;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Names of the columns of `rows-*.parquet`; attributes are called `event:…` and `case:…`.
pub mod column {
    /// Code of the case.
    pub const CASE: &str = "case";
    /// Code of the activity.
    pub const ACTIVITY: &str = "activity";
    /// Code of the resource, or -1.
    pub const RESOURCE: &str = "resource";
    /// Code of the role, or -1.
    pub const ROLE: &str = "role";
    /// Code of the system, or -1.
    pub const SYSTEM: &str = "system";
    /// Code of the lifecycle transition, or -1.
    pub const LIFECYCLE: &str = "lifecycle";
    /// Microseconds since 1970 UTC, or the least integer.
    pub const END: &str = "end";
    /// The same, for the recorded start.
    pub const START: &str = "start";
    /// Line of the file.
    pub const LINE: &str = "line";
}

/// What the codes of a batch stand for, except those of the cases, which may be millions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionaries {
    /// By code.
    pub activities: Vec<String>,
    /// By code.
    pub resources: Vec<String>,
    /// By code.
    pub roles: Vec<String>,
    /// By code.
    pub systems: Vec<String>,
    /// By code.
    pub lifecycles: Vec<String>,
}

/// An attribute column of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAttribute {
    /// Its name in the source.
    pub name: String,
    /// Whether the source says that it belongs to the case.
    pub of_case: bool,
    /// What all its cells can be read as.
    pub reads: Profile,
}

impl BatchAttribute {
    /// The column that holds it.
    pub fn column(&self) -> String {
        column_of(&self.name, if self.of_case { Scope::Case } else { Scope::Event })
    }
}

fn column_of(name: &str, scope: Scope) -> String {
    match scope {
        Scope::Case => format!("case:{name}"),
        Scope::Event => format!("event:{name}"),
    }
}

/// `batch.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Batch {
    /// Files of rows, in order.
    pub files: Vec<String>,
    /// What the codes stand for.
    pub dictionaries: Dictionaries,
    /// All attributes, in the order of their first appearance.
    pub attributes: Vec<BatchAttribute>,
    /// Which of them say what an event cost and whether a program did it.
    #[serde(default)]
    pub measures: Vec<Measured>,
    /// The zone of times without an offset, by its IANA name: attributes are read when a version is built.
    #[serde(default = "utc")]
    pub zone: String,
    /// Bytes of text in the cells of all attributes.
    #[serde(default)]
    pub text_bytes: u64,
    /// How many rows, what was wrong with the others, which times.
    pub counts: Counts,
}

fn utc() -> String {
    Zone::utc().name().to_owned()
}

impl Batch {
    /// Reads the description of a batch.
    pub fn open(folder: &Path) -> Result<Self, IngestError> {
        let path = folder.join("batch.json");
        let text = std::fs::read(&path).map_err(|e| IngestError::read(&path, e))?;
        serde_json::from_slice(&text)
            .map_err(|e| IngestError::columnar(format!("understand {}", path.display()))(Box::new(e)))
    }
}
