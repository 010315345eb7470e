//! Imports and tokens as answers show them: times as text, reports as data, nothing secret.

use crate::app::{App, AppError, Target};
use crate::ingest::{ImportReport, ProgressSnapshot};
use crate::model::mapping::MappingOptions;
use crate::model::time::rfc3339;
use crate::store::catalog::{CatalogError, ImportRecord, TokenRecord};
use serde::Serialize;
use utoipa::ToSchema;

/// An import and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ImportInfo {
    /// Its id.
    pub id: String,
    /// Into which flow.
    pub flow: String,
    /// What the owner calls the file.
    pub file: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of its content.
    pub hash: String,
    /// Whether its rows are added to the log, or replace it.
    pub append: bool,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: &'static str,
    /// How the file was asked to be read.
    pub mapping: MappingOptions,
    /// When it was asked for.
    pub created_at: String,
    /// When the work began.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// The version of the log that it made.
    pub version: Option<u32>,
    /// Rows that are in the log.
    pub rows_accepted: Option<u64>,
    /// Rows that are not; `rejects.csv` has them.
    pub rows_rejected: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// How far it is, while it waits or runs.
    pub progress: Option<ProgressSnapshot>,
    /// What was read, once it is done.
    pub report: Option<ImportReport>,
}

/// Imports, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Imports {
    /// A page of them.
    pub imports: Vec<ImportInfo>,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenInfo {
    /// Its id, by which it is revoked.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `viewer`, `editor` or `admin`.
    pub role: String,
    /// When it was made.
    pub created_at: String,
    /// From when on it is refused; null for never.
    pub expires_at: Option<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<String>,
}

/// All tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tokens {
    /// By name.
    pub tokens: Vec<TokenInfo>,
}

/// A fresh token: the only answer that shows a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenMade {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// The secret. It is not kept and cannot be shown again.
    pub token: String,
}

impl ImportInfo {
    /// A record of the catalog, with the progress of an import that is under way.
    pub fn new(record: ImportRecord, progress: Option<ProgressSnapshot>) -> Self {
        Self {
            id: record.id,
            flow: record.flow,
            file: record.file_name,
            bytes: record.bytes,
            hash: record.hash,
            append: record.append,
            state: record.state.as_str(),
            mapping: serde_json::from_str(&record.mapping).unwrap_or_default(),
            created_at: rfc3339(record.created_at),
            started_at: record.started_at.map(rfc3339),
            finished_at: record.finished_at.map(rfc3339),
            version: record.version,
            rows_accepted: record.rows_accepted,
            rows_rejected: record.rows_rejected,
            error: record.error,
            progress,
            // A report of another program version that has other fields is left out rather than refused.
            report: record.report.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}

impl From<TokenRecord> for TokenInfo {
    fn from(record: TokenRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            role: record.role.as_str().to_owned(),
            created_at: rfc3339(record.created_at),
            expires_at: record.expires_at.map(rfc3339),
            last_used_at: record.last_used_at.map(rfc3339),
        }
    }
}

impl App {
    /// An import of this flow.
    ///
    /// # Errors
    /// `NotFound` for the flow or the import, also if it belongs to another flow.
    pub fn import_of(&self, flow: &str, id: &str) -> Result<ImportRecord, AppError> {
        let flow = self.flow(flow)?;
        let record = self.store.catalog.get_import(id)?;
        if record.flow == flow.name.as_str() {
            return Ok(record);
        }
        Err(AppError::from(CatalogError::NotFound {
            what: "import",
            name: id.to_owned(),
            hint: format!("it belongs to flow \"{}\"", record.flow),
        }))
    }

    /// The imports that a version is made of, in order.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn imports_of(&self, target: &Target) -> Result<Vec<ImportInfo>, AppError> {
        let version = self.store.catalog.get_version(&target.flow, target.version)?;
        let import = |id: &String| Ok(ImportInfo::new(self.store.catalog.get_import(id)?, None));
        version.imports.iter().map(import).collect()
    }

    /// The kept file of rows that an import left out.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` if the import is not done, since only then the file is kept.
    pub fn rejects_of(&self, flow: &str, id: &str) -> Result<std::path::PathBuf, AppError> {
        let record = self.import_of(flow, id)?;
        let path = self.store.raw_folder(&self.flow(flow)?.id, id).join("rejects.csv");
        if path.is_file() {
            return Ok(path);
        }
        Err(AppError::from(CatalogError::NotFound {
            what: "file of rejected rows of import",
            name: record.id,
            hint: format!("the import is {}; rows are kept when it is done", record.state.as_str()),
        }))
    }
}
