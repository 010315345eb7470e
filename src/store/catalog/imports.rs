//! Imports: one uploaded file on its way into a flow's log, and what became of it.
//!
//! This file makes and finds them; `import_work` moves them from state to state; an import is done when
//! `versions` has committed it.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step, check_hash, check_json, read_count, stored_count};
use super::flows::{FlowRecord, find_flow};
use super::secret;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

const LONGEST_FILE_NAME: usize = 1000;
/// The most imports that one page of a list holds; each carries its whole report.
const LARGEST_PAGE: u32 = 200;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// Uploaded; nobody works on it yet.
    Queued,
    /// Somebody works on it.
    Running,
    /// Part of a version.
    Done,
    /// Ended by an error; it made no version.
    Failed,
    /// Ended by somebody's wish; it made no version.
    Cancelled,
}

impl ImportState {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// The only steps there are. Back from running to queued is for work whose process has died.
    pub(super) fn may_become(self, next: Self) -> bool {
        use ImportState::{Cancelled, Done, Failed, Queued, Running};
        matches!((self, next), (Queued, Running | Failed | Cancelled) | (Running, Done | Failed | Cancelled | Queued))
    }

    fn from_stored(text: &str) -> Option<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An import that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// Name of the file as its owner calls it; for show, never a path to open.
    pub file_name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of the content, 64 lower-case hex digits.
    pub hash: String,
    /// The mapping as asked for, as JSON.
    pub mapping: String,
    /// Whether it adds to the log (true) or replaces it.
    pub append: bool,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportRecord {
    /// 32 hex digits; ids of later imports sort after those of earlier ones.
    pub id: String,
    /// Name of the flow.
    pub flow: String,
    /// What it shares with the imports that become one version together with it: the id of the first of them.
    pub job: String,
    /// Name of the file as its owner calls it.
    pub file_name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of the content.
    pub hash: String,
    /// The mapping as asked for, as JSON.
    pub mapping: String,
    /// Whether it adds to the log or replaces it.
    pub append: bool,
    /// Where it stands.
    pub state: ImportState,
    /// When it was made; this and all times here are microseconds since 1970 in UTC.
    pub created_at: i64,
    /// When somebody last began to work on it.
    pub started_at: Option<i64>,
    /// When it reached its last state.
    pub finished_at: Option<i64>,
    /// When it was made, or its worker last said that it is alive.
    pub heartbeat_at: i64,
    /// Number of the version that it made.
    pub version: Option<u32>,
    /// Rows that became events.
    pub rows_accepted: Option<u64>,
    /// Rows that did not, and that are kept with the reason.
    pub rows_rejected: Option<u64>,
    /// The import report, as JSON.
    pub report: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// The columns in the order of [`read_import`].
macro_rules! select_imports {
    ($rest:literal) => {
        concat!(
            "SELECT imports.id, flows.name, imports.file_name, imports.bytes, imports.hash, imports.mapping, ",
            "imports.append, imports.state, imports.created_at, imports.started_at, imports.finished_at, ",
            "imports.heartbeat_at, imports.version, imports.rows_accepted, imports.rows_rejected, imports.report, ",
            "imports.error, imports.job_id FROM imports JOIN flows ON flows.id = imports.flow_id ",
            $rest
        )
    };
}
pub(super) use select_imports;

impl Catalog {
    /// Makes imports in state queued, in this order: all of them or none. They are to become one version together.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Invalid` for a file name, hash or mapping; `Busy` or `Storage`.
    pub fn new_imports(
        &self,
        actor: &str,
        flow: &str,
        imports: &[NewImport],
    ) -> Result<Vec<ImportRecord>, CatalogError> {
        let sizes = imports.iter().map(check_new).collect::<Result<Vec<_>, _>>()?;
        self.change(|transaction| {
            let flow = find_flow(transaction, flow)?;
            // Ids begin with the time: a microsecond apart, they sort in the order of the files.
            let times = self.now()..;
            let mut made: Vec<ImportRecord> = Vec::with_capacity(imports.len());
            for ((import, bytes), now) in imports.iter().zip(sizes).zip(times) {
                let id = secret::new_id(now)?;
                let job = made.first().map_or(&id, |first| &first.id);
                insert_import(transaction, actor, &flow, (&id, job, now), (import, bytes))?;
                made.push(find_import(transaction, &id)?);
            }
            Ok(made)
        })
    }

    /// The import with this id.
    ///
    /// # Errors
    /// `NotFound`, `Busy` or `Storage`.
    pub fn get_import(&self, id: &str) -> Result<ImportRecord, CatalogError> {
        self.read(|connection| find_import(connection, id))
    }

    /// A page of a flow's imports, the newest first: at most `limit` (0 and anything above 200 mean 200) that are older
    /// than the import with the id `before`.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Busy` or `Storage`.
    pub fn list_imports(
        &self,
        flow: &str,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ImportRecord>, CatalogError> {
        let step = "list the imports";
        let limit = if limit == 0 { LARGEST_PAGE } else { limit.min(LARGEST_PAGE) };
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let sql = select_imports!(
                "WHERE imports.flow_id = ?1 AND (?2 IS NULL OR imports.id < ?2) ORDER BY imports.id DESC LIMIT ?3"
            );
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map(params![flow.id, before, limit], read_import).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }
}

fn insert_import(
    transaction: &Transaction<'_>,
    actor: &str,
    flow: &FlowRecord,
    (id, job, now): (&str, &str, i64),
    (import, bytes): (&NewImport, i64),
) -> Result<(), CatalogError> {
    let NewImport { file_name, hash, mapping, append, .. } = import;
    let sql = "INSERT INTO imports
               (id, flow_id, file_name, bytes, hash, mapping, append, state, created_at, heartbeat_at, job_id)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?8, ?9)";
    let values = params![id, flow.id, file_name, bytes, hash, mapping, append, now, job];
    transaction.execute(sql, values).step("make the import")?;
    let after = serde_json::json!({"file_name": file_name, "bytes": bytes, "hash": hash, "append": append});
    let entry = AuditEntry {
        actor,
        action: "import.create",
        flow: Some(flow.name.as_str()),
        subject: id,
        before: None,
        after: Some(&after.to_string()),
    };
    audit::append(transaction, now, entry)
}

/// The import with this id, inside a transaction.
pub(super) fn find_import(connection: &Connection, id: &str) -> Result<ImportRecord, CatalogError> {
    let sql = select_imports!("WHERE imports.id = ?1");
    let found = connection.query_row(sql, [id], read_import).optional().step("read the import")?;
    found.ok_or_else(|| {
        let name = id.chars().take(64).filter(|character| !character.is_control()).collect();
        let hint = "it may have gone with its flow; the list of imports shows what there is".to_owned();
        CatalogError::NotFound { what: "import", name, hint }
    })
}

pub(super) fn read_import(row: &Row<'_>) -> rusqlite::Result<ImportRecord> {
    let state: String = row.get(7)?;
    let state = ImportState::from_stored(&state).ok_or_else(|| {
        let fault = format!("unknown state \"{state}\"");
        rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Text, fault.into())
    })?;
    Ok(ImportRecord {
        id: row.get(0)?,
        flow: row.get(1)?,
        file_name: row.get(2)?,
        bytes: read_count(row.get(3)?),
        hash: row.get(4)?,
        mapping: row.get(5)?,
        append: row.get(6)?,
        state,
        created_at: row.get(8)?,
        started_at: row.get(9)?,
        finished_at: row.get(10)?,
        heartbeat_at: row.get(11)?,
        version: row.get(12)?,
        rows_accepted: row.get::<_, Option<i64>>(13)?.map(read_count),
        rows_rejected: row.get::<_, Option<i64>>(14)?.map(read_count),
        report: row.get(15)?,
        error: row.get(16)?,
        job: row.get(17)?,
    })
}

/// Checks an import before it is made; returns its size as it is stored.
fn check_new(import: &NewImport) -> Result<i64, CatalogError> {
    let name = &import.file_name;
    if name.trim().is_empty() || name.chars().count() > LONGEST_FILE_NAME || name.chars().any(char::is_control) {
        let message = "is empty, longer than 1000 characters or has control characters";
        return Err(CatalogError::invalid("the file name", message, "rename the file"));
    }
    check_hash("the hash of the file", &import.hash)?;
    check_json("the mapping", &import.mapping)?;
    stored_count("the size of the file", import.bytes)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{catalog, clocked_catalog, flow_name, new_import};
    use super::*;

    #[test]
    fn imports_are_made_in_order_and_all_or_none() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let mut asked: Vec<NewImport> = "0123456789abcdef".chars().map(new_import).collect();
        let made = catalog.new_imports("ann", "orders", &asked).unwrap();
        let names = |imports: &[ImportRecord]| imports.iter().map(|made| made.file_name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&made), asked.iter().map(|import| import.file_name.clone()).collect::<Vec<_>>());
        assert_eq!(catalog.unfinished_imports(std::time::Duration::ZERO).unwrap(), made);
        assert_eq!(catalog.imports_of_job(&made[0].id).unwrap(), made);
        asked[15].mapping = "no json".to_owned();
        assert!(matches!(catalog.new_imports("ann", "orders", &asked), Err(CatalogError::Invalid { .. })));
        assert_eq!(catalog.list_imports("orders", None, 0).unwrap().len(), made.len());
    }

    #[test]
    fn an_import_is_kept_as_it_was_given() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let asked = NewImport {
            file_name: "März'; DROP TABLE imports; --.csv".to_owned(),
            bytes: 20 << 30,
            mapping: "{\"case\": \"Auftrag\"}".to_owned(),
            append: true,
            ..new_import('a')
        };
        let made = catalog.new_import("ann", "orders", &asked).unwrap();
        let kept = catalog.get_import(&made.id).unwrap();
        assert_eq!(kept, made);
        assert_eq!((kept.file_name, kept.bytes, kept.hash), (asked.file_name, asked.bytes, asked.hash));
        assert_eq!((kept.mapping, kept.append, kept.state), (asked.mapping, true, ImportState::Queued));
        assert_eq!((kept.version, kept.rows_accepted, kept.report, kept.error), (None, None, None, None));
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let good = || new_import('a');
        let refused = [
            NewImport { file_name: String::new(), ..good() },
            NewImport { file_name: "a\0b".to_owned(), ..good() },
            NewImport { file_name: "x".repeat(1001), ..good() },
            NewImport { hash: "A".repeat(64), ..good() },
            NewImport { mapping: "case=x".to_owned(), ..good() },
            NewImport { bytes: u64::MAX, ..good() },
        ];
        for import in refused {
            let result = catalog.new_import("ann", "orders", &import);
            assert!(matches!(result, Err(CatalogError::Invalid { .. })), "{result:?}");
        }
        assert!(matches!(catalog.new_import("ann", "none", &good()), Err(CatalogError::NotFound { .. })));
        assert!(catalog.list_imports("orders", None, 0).unwrap().is_empty());
    }

    #[test]
    fn imports_are_listed_by_page_newest_first() {
        let (catalog, _clock, _folder) = clocked_catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        catalog.create_flow("ann", &flow_name("other"), "Other").unwrap();
        catalog.new_import("ann", "other", &new_import('f')).unwrap();
        let mut ids: Vec<String> =
            "01234".chars().map(|digit| catalog.new_import("ann", "orders", &new_import(digit)).unwrap().id).collect();
        ids.reverse();
        let page = |before: Option<&str>, limit| -> Vec<String> {
            let imports = catalog.list_imports("orders", before, limit).unwrap();
            imports.into_iter().map(|import| import.id).collect()
        };
        assert_eq!(page(None, 0), ids);
        assert_eq!(page(None, 2), ids[..2]);
        assert_eq!(page(Some(&ids[1]), 2), ids[2..4]);
        assert_eq!(page(Some(&ids[4]), 2), Vec::<String>::new());
    }
}
