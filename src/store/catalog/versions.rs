//! Versions: the immutable states of a flow's log. Committing one is the only moment at which data becomes visible.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step, check_hash, check_json, stored_count};
use super::flows::{FlowRecord, find_flow};
use super::import_work::check_step;
use super::imports::{ImportRecord, ImportState, find_import};
use super::version_rows::{check_directory, insert_version, newest_number, read_version, select_versions};
use crate::model::mapping::Lifecycle;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A version whose files are written and synced, about to be made visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// Folder of its files, relative to the data folder, never used before. Best made from the flow's id.
    pub directory: String,
    /// Hash of its manifest, 64 lower-case hex digits.
    pub manifest_hash: String,
    /// Ids of the imports that it is made of, in the order in which their rows were taken.
    pub imports: Vec<String>,
    /// Number of events.
    pub events: u64,
    /// Number of cases.
    pub cases: u64,
    /// First moment in the log, in microseconds since 1970 in UTC; `None` for a log without times.
    pub first_at: Option<i64>,
    /// Last moment in the log.
    pub last_at: Option<i64>,
    /// What became of start and complete rows.
    pub lifecycle: Lifecycle,
}

/// An import that is done once the version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedImport {
    /// Its id; it must be running, and among the imports of the version.
    pub import_id: String,
    /// Rows that became events.
    pub rows_accepted: u64,
    /// Rows that did not.
    pub rows_rejected: u64,
    /// The import report, as JSON.
    pub report: String,
}

/// All that one commit changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCommit {
    /// Name of the flow.
    pub flow: String,
    /// The newest version when the work began; `None` if there was none.
    pub expected_previous: Option<u32>,
    /// The version.
    pub version: NewVersion,
    /// The imports that this finishes: usually one; none when only rules have changed.
    pub finished: Vec<FinishedImport>,
}

/// One version of a flow's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRecord {
    /// Name of the flow.
    pub flow: String,
    /// 1, 2, 3 … within the flow.
    pub number: u32,
    /// When it became visible; this and all times here are microseconds since 1970 in UTC.
    pub created_at: i64,
    /// Folder of its files, relative to the data folder.
    pub directory: String,
    /// Hash of its manifest.
    pub manifest_hash: String,
    /// Ids of the imports that it is made of, in order.
    pub imports: Vec<String>,
    /// Number of events.
    pub events: u64,
    /// Number of cases.
    pub cases: u64,
    /// First moment in the log.
    pub first_at: Option<i64>,
    /// Last moment in the log.
    pub last_at: Option<i64>,
    /// What became of start and complete rows.
    pub lifecycle: Lifecycle,
}

impl Catalog {
    /// Makes a version visible and its imports done, in one transaction; returns its number.
    ///
    /// # Errors
    /// `Conflict` if the newest version is not the expected one, an import is not running (e.g. cancelled meanwhile), or
    /// two imports have the same content: nothing has changed then, and the written folder is garbage. `NotFound` for flow or imports, `Invalid` for
    /// values that cannot be kept, `AlreadyExists` for a folder in use, `Busy` or `Storage`.
    pub fn commit_version(&self, actor: &str, commit: &VersionCommit) -> Result<u32, CatalogError> {
        check_commit(commit)?;
        self.change(|transaction| {
            let flow = find_flow(transaction, &commit.flow)?;
            let newest = newest_number(transaction, &flow.id)?;
            if newest != commit.expected_previous {
                return Err(CatalogError::conflict(
                    format!(
                        "flow \"{}\" has moved on: its newest version is {}, and this work began at {}",
                        commit.flow,
                        in_words(newest),
                        in_words(commit.expected_previous)
                    ),
                    "do the import again on top of the newest version",
                ));
            }
            let number = newest.unwrap_or(0).checked_add(1).ok_or_else(|| {
                CatalogError::invalid("the version number", "has reached its end", "import into a new flow")
            })?;
            let now = self.now();
            insert_version(transaction, &flow.id, number, now, &commit.version)?;
            for finished in &commit.finished {
                finish_import(transaction, &flow, number, now, finished)?;
            }
            check_imports(transaction, &flow, commit)?;
            let NewVersion { directory, manifest_hash, imports, events, cases, .. } = &commit.version;
            let before = serde_json::json!({"version": newest}).to_string();
            let after = serde_json::json!({
                "version": number, "directory": directory, "manifest_hash": manifest_hash,
                "imports": imports, "events": events, "cases": cases
            });
            let entry = AuditEntry {
                actor,
                action: "version.commit",
                flow: Some(flow.name.as_str()),
                subject: &number.to_string(),
                before: Some(&before),
                after: Some(&after.to_string()),
            };
            audit::append(transaction, now, entry)?;
            Ok(number)
        })
    }

    /// The newest version of a flow's log; `None` as long as nothing was imported.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Busy` or `Storage`.
    pub fn newest_version(&self, flow: &str) -> Result<Option<VersionRecord>, CatalogError> {
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let sql = select_versions!("WHERE versions.flow_id = ?1 ORDER BY versions.number DESC LIMIT 1");
            connection.query_row(sql, [&flow.id], read_version).optional().step("read the newest version")
        })
    }

    /// All versions of a flow's log, the newest first.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Busy` or `Storage`.
    pub fn list_versions(&self, flow: &str) -> Result<Vec<VersionRecord>, CatalogError> {
        let step = "list the versions";
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let sql = select_versions!("WHERE versions.flow_id = ?1 ORDER BY versions.number DESC");
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map([&flow.id], read_version).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }

    /// One version of a flow's log.
    ///
    /// # Errors
    /// `NotFound` for flow or version; `Busy` or `Storage`.
    pub fn get_version(&self, flow: &str, number: u32) -> Result<VersionRecord, CatalogError> {
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let sql = select_versions!("WHERE versions.flow_id = ?1 AND versions.number = ?2");
            let found = connection.query_row(sql, params![flow.id, number], read_version).optional();
            let newest = newest_number(connection, &flow.id)?;
            found.step("read the version")?.ok_or_else(|| CatalogError::NotFound {
                what: "version",
                name: number.to_string(),
                hint: format!("the newest version of flow \"{}\" is {}", flow.name, in_words(newest)),
            })
        })
    }

    /// Forgets an old version and returns its folder, which is now to be removed. Its number is not used again.
    ///
    /// # Errors
    /// `Conflict` if it is the newest; `NotFound`, `Busy` or `Storage`.
    pub fn remove_version(&self, actor: &str, flow: &str, number: u32) -> Result<String, CatalogError> {
        let step = "remove the version";
        self.change(|transaction| {
            let flow = find_flow(transaction, flow)?;
            if newest_number(transaction, &flow.id)? == Some(number) {
                let message = format!("version {number} is the newest of flow \"{}\"", flow.name);
                return Err(CatalogError::conflict(message, "delete the flow, or import before removing this version"));
            }
            let sql = "DELETE FROM versions WHERE flow_id = ?1 AND number = ?2 RETURNING directory";
            let removed: Option<String> =
                transaction.query_row(sql, params![flow.id, number], |row| row.get(0)).optional().step(step)?;
            let directory = removed.ok_or_else(|| CatalogError::NotFound {
                what: "version",
                name: number.to_string(),
                hint: format!("the list of versions of flow \"{}\" shows what there is", flow.name),
            })?;
            let before = serde_json::json!({"version": number, "directory": directory}).to_string();
            let entry = AuditEntry {
                actor,
                action: "version.remove",
                flow: Some(flow.name.as_str()),
                subject: &number.to_string(),
                before: Some(&before),
                after: None,
            };
            audit::append(transaction, self.now(), entry)?;
            Ok(directory)
        })
    }

    /// The folders of all versions of all flows. Whatever else lies among them was left by a crash or is being written.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn version_directories(&self) -> Result<BTreeSet<String>, CatalogError> {
        let step = "list the folders of the versions";
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT directory FROM versions").step(step)?;
            let rows = statement.query_map([], |row| row.get(0)).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }
}

/// Checks all of a commit that can be checked without the catalog.
fn check_commit(commit: &VersionCommit) -> Result<(), CatalogError> {
    let version = &commit.version;
    check_directory(&version.directory)?;
    check_hash("the hash of the manifest", &version.manifest_hash)?;
    if let (Some(first), Some(last)) = (version.first_at, version.last_at)
        && first > last
    {
        return Err(CatalogError::invalid("the time range", "of the version ends before it begins", ""));
    }
    let mut distinct = BTreeSet::new();
    if !version.imports.iter().all(|import| distinct.insert(import)) {
        return Err(CatalogError::invalid("the list of imports", "of the version names one twice", ""));
    }
    for finished in &commit.finished {
        check_json("the import report", &finished.report)?;
        if !distinct.contains(&finished.import_id) {
            return Err(CatalogError::invalid("the finished import", "is not part of the version", ""));
        }
    }
    Ok(())
}

fn finish_import(
    transaction: &Transaction<'_>,
    flow: &FlowRecord,
    number: u32,
    now: i64,
    finished: &FinishedImport,
) -> Result<(), CatalogError> {
    let FinishedImport { import_id, rows_accepted, rows_rejected, report } = finished;
    check_step(transaction, import_id, ImportState::Done)?;
    let accepted = stored_count("the number of accepted rows", *rows_accepted)?;
    let rejected = stored_count("the number of rejected rows", *rows_rejected)?;
    let sql = "UPDATE imports SET state = 'done', finished_at = ?3, heartbeat_at = ?3, version = ?4,
               rows_accepted = ?5, rows_rejected = ?6, report = ?7, error = NULL WHERE id = ?1 AND flow_id = ?2";
    let values = params![import_id, flow.id, now, number, accepted, rejected, report];
    transaction.execute(sql, values).step("finish the import")?;
    Ok(())
}

/// Every import of a version belongs to its flow and is done: nothing unfinished or foreign shows through. And none that
/// is finished here has the content of another, since every event would count twice.
fn check_imports(transaction: &Transaction<'_>, flow: &FlowRecord, commit: &VersionCommit) -> Result<(), CatalogError> {
    let is_new = |import: &ImportRecord| commit.finished.iter().any(|finished| finished.import_id == import.id);
    let mut contents: BTreeMap<String, ImportRecord> = BTreeMap::new();
    for id in &commit.version.imports {
        let import = find_import(transaction, id)?;
        if import.flow != flow.name.as_str() {
            let message = format!("of the version contains import {id} of flow \"{}\"", import.flow);
            return Err(CatalogError::invalid("the list of imports", message, "import the file into this flow"));
        }
        if import.state != ImportState::Done {
            let message = format!("import {id} is {}, so no version can contain it", import.state.as_str());
            return Err(CatalogError::conflict(message, "finish the import in the same commit"));
        }
        match contents.get(&import.hash) {
            Some(first) if is_new(&import) || is_new(first) => {
                let first = format!("{} of import {}", first.file_name, first.id);
                let message = format!("{} of import {id} has the same content as {first}", import.file_name);
                return Err(CatalogError::conflict(message, "leave one of them out: every event would count twice"));
            }
            _ => contents.insert(import.hash.clone(), import),
        };
    }
    Ok(())
}

fn in_words(number: Option<u32>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}
