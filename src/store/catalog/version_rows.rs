//! How a version lies in the tables: one row, and a list of its imports in order.

use super::error::{CatalogError, Step, read_count, stored_count};
use super::versions::{NewVersion, VersionRecord};
use crate::model::mapping::Lifecycle;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const LONGEST_DIRECTORY: usize = 500;

/// The columns in the order of [`read_version`]; the imports come as one JSON list, so that a version is one row.
macro_rules! select_versions {
    ($rest:literal) => {
        concat!(
            "SELECT flows.name, versions.number, versions.created_at, versions.directory, versions.manifest_hash, ",
            "(SELECT json_group_array(import_id ORDER BY position) FROM version_imports ",
            "WHERE version_imports.flow_id = versions.flow_id AND version_imports.number = versions.number), ",
            "versions.events, versions.cases, versions.first_at, versions.last_at, versions.lifecycle ",
            "FROM versions JOIN flows ON flows.id = versions.flow_id ",
            $rest
        )
    };
}
pub(super) use select_versions;

pub(super) fn read_version(row: &Row<'_>) -> rusqlite::Result<VersionRecord> {
    let unreadable =
        |column: usize, fault: String| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, fault.into());
    let imports: String = row.get(5)?;
    let imports = serde_json::from_str(&imports).map_err(|fault| unreadable(5, fault.to_string()))?;
    let lifecycle: String = row.get(10)?;
    let lifecycle = match lifecycle.as_str() {
        "merge" => Lifecycle::Merge,
        "keep" => Lifecycle::Keep,
        other => return Err(unreadable(10, format!("unknown lifecycle \"{other}\""))),
    };
    Ok(VersionRecord {
        flow: row.get(0)?,
        number: row.get(1)?,
        created_at: row.get(2)?,
        directory: row.get(3)?,
        manifest_hash: row.get(4)?,
        imports,
        events: read_count(row.get(6)?),
        cases: read_count(row.get(7)?),
        first_at: row.get(8)?,
        last_at: row.get(9)?,
        lifecycle,
    })
}

/// Number of the newest version of the flow with this id.
pub(super) fn newest_number(connection: &Connection, flow_id: &str) -> Result<Option<u32>, CatalogError> {
    let sql = "SELECT max(number) FROM versions WHERE flow_id = ?1";
    connection.query_row(sql, [flow_id], |row| row.get(0)).step("read the number of the newest version")
}

pub(super) fn insert_version(
    transaction: &Transaction<'_>,
    flow_id: &str,
    number: u32,
    now: i64,
    version: &NewVersion,
) -> Result<(), CatalogError> {
    let step = "write the version";
    let NewVersion { directory, manifest_hash, imports, first_at, last_at, .. } = version;
    let events = stored_count("the number of events", version.events)?;
    let cases = stored_count("the number of cases", version.cases)?;
    let lifecycle = match version.lifecycle {
        Lifecycle::Merge => "merge",
        Lifecycle::Keep => "keep",
    };
    let taken = "SELECT 1 FROM versions WHERE directory = ?1";
    if transaction.query_row(taken, [directory], |_| Ok(())).optional().step(step)?.is_some() {
        let hint = "write every version to a fresh folder".to_owned();
        return Err(CatalogError::AlreadyExists { what: "version folder", name: directory.clone(), hint });
    }
    let sql = "INSERT INTO versions (flow_id, number, created_at, directory, manifest_hash, events, cases, first_at,
               last_at, lifecycle) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = params![flow_id, number, now, directory, manifest_hash, events, cases, first_at, last_at, lifecycle];
    transaction.execute(sql, values).step(step)?;
    let sql = "INSERT INTO version_imports (flow_id, number, position, import_id)
               SELECT ?1, ?2, ?3, id FROM imports WHERE id = ?4";
    for (position, import) in (0_i64..).zip(imports) {
        transaction.execute(sql, params![flow_id, number, position, import]).step(step)?;
    }
    Ok(())
}

/// A folder name is later joined to the data folder and removed with all that is in it, so it must stay inside.
pub(super) fn check_directory(directory: &str) -> Result<(), CatalogError> {
    let good = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    if directory.len() <= LONGEST_DIRECTORY && directory.split('/').all(good) {
        return Ok(());
    }
    let hint = "use letters, digits, \"-\", \"_\" and \".\" in parts that are joined by \"/\"";
    Err(CatalogError::invalid("the folder of the version", "is not a plain relative path", hint))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{
        catalog, clocked_catalog, commit, finished, flow_name, new_version, running_import,
    };
    use super::super::{AuditFilter, Catalog, ImportState, VersionCommit};
    use super::*;

    fn with_orders() -> (Catalog, tempfile::TempDir) {
        let (catalog, folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        (catalog, folder)
    }

    fn commit_of(version: NewVersion, done: &[&str]) -> VersionCommit {
        let finished = done.iter().map(|id| finished(id)).collect();
        VersionCommit { flow: "orders".to_owned(), expected_previous: None, version, finished }
    }

    #[test]
    fn a_commit_makes_version_and_import_visible_together() {
        let (catalog, _folder) = with_orders();
        assert_eq!(catalog.newest_version("orders").unwrap(), None);
        let import = running_import(&catalog, "orders", '1');
        assert_eq!(commit(&catalog, "orders", None, &import, "flows/x/versions/1").unwrap(), 1);
        let version = catalog.newest_version("orders").unwrap().unwrap();
        assert_eq!((version.number, version.events, version.cases), (1, 10, 3));
        assert_eq!(version.imports, [import.as_str()]);
        assert_eq!((version.first_at, version.last_at, version.lifecycle), (Some(1), Some(2), Lifecycle::Merge));
        assert_eq!(catalog.get_version("orders", 1).unwrap(), version);
        let done = catalog.get_import(&import).unwrap();
        assert_eq!((done.state, done.version), (ImportState::Done, Some(1)));
        assert_eq!((done.rows_accepted, done.rows_rejected), (Some(9), Some(1)));
        assert_eq!(done.report.as_deref(), Some("{\"rows\": 10}"));
        let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
        assert_eq!((audit[0].action.as_str(), audit[0].subject.as_str()), ("version.commit", "1"));
    }

    #[test]
    fn imports_keep_their_order_and_rules_alone_make_a_version_too() {
        let (catalog, _clock, _folder) = clocked_catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let ids: Vec<String> = "123".chars().map(|digit| running_import(&catalog, "orders", digit)).collect();
        let order = [ids[2].as_str(), ids[0].as_str(), ids[1].as_str()];
        assert_eq!(catalog.commit_version("ann", &commit_of(new_version("v1", &order), &order)).unwrap(), 1);
        assert_eq!(catalog.newest_version("orders").unwrap().unwrap().imports, order);
        let again = VersionCommit { expected_previous: Some(1), ..commit_of(new_version("v2", &order), &[]) };
        assert_eq!(catalog.commit_version("ann", &again).unwrap(), 2);
        let numbers: Vec<u32> = catalog.list_versions("orders").unwrap().iter().map(|version| version.number).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(catalog.get_import(&ids[0]).unwrap().version, Some(1));
    }

    #[test]
    fn a_commit_on_an_old_state_changes_nothing() {
        let (catalog, _folder) = with_orders();
        let first = running_import(&catalog, "orders", '1');
        let second = running_import(&catalog, "orders", '2');
        commit(&catalog, "orders", None, &first, "v1").unwrap();
        let late = commit(&catalog, "orders", None, &second, "v2").unwrap_err();
        let expected = "flow \"orders\" has moved on: its newest version is 1, and this work began at none";
        assert_eq!(late.to_string(), expected);
        assert!(matches!(late, CatalogError::Conflict { .. }));
        assert_eq!(catalog.get_import(&second).unwrap().state, ImportState::Running);
        assert_eq!(catalog.list_versions("orders").unwrap().len(), 1);
        assert!(commit(&catalog, "orders", Some(7), &second, "v2").is_err());
        assert_eq!(commit(&catalog, "orders", Some(1), &second, "v2").unwrap(), 2);
    }

    #[test]
    fn no_content_is_counted_twice() {
        let (catalog, _folder) = with_orders();
        let [first, again, other] = ['1', '1', '2'].map(|digit| running_import(&catalog, "orders", digit));
        commit(&catalog, "orders", None, &first, "v1").unwrap();
        let both = commit_of(new_version("v2", &[&first, &again]), &[&again]);
        let both = VersionCommit { expected_previous: Some(1), ..both };
        let refused = catalog.commit_version("ann", &both).unwrap_err();
        assert!(matches!(refused, CatalogError::Conflict { .. }), "{refused:?}");
        assert!(refused.to_string().contains(&format!("file_1.csv of import {first}")), "{refused}");
        assert_eq!(catalog.newest_version("orders").unwrap().unwrap().number, 1);
        let different = commit_of(new_version("v2", &[&first, &other]), &[&other]);
        let different = VersionCommit { expected_previous: Some(1), ..different };
        assert_eq!(catalog.commit_version("ann", &different).unwrap(), 2);
        // Instead of the first, the same content may come again.
        assert_eq!(commit(&catalog, "orders", Some(2), &again, "v3").unwrap(), 3);
    }

    #[test]
    fn a_refused_commit_leaves_no_trace() {
        let (catalog, _folder) = with_orders();
        catalog.create_flow("ann", &flow_name("other"), "Other").unwrap();
        let import = running_import(&catalog, "orders", '1');
        let unfinished = running_import(&catalog, "orders", '2');
        let foreign = running_import(&catalog, "other", '3');
        commit(&catalog, "other", None, &running_import(&catalog, "other", '4'), "taken").unwrap();
        let base = || new_version("v1", &[import.as_str()]);
        let done = [import.as_str()];
        let huge = NewVersion { events: u64::MAX, ..base() };
        let backwards = NewVersion { first_at: Some(5), ..base() };
        let mut broken_report = commit_of(base(), &done);
        broken_report.finished[0].report = "oops".to_owned();
        let refused = [
            commit_of(new_version("v1", &[&import, &unfinished]), &done),
            commit_of(new_version("v1", &[&import, &foreign]), &[&import, &foreign]),
            commit_of(new_version("v1", &[&import, "unknown"]), &done),
            commit_of(new_version("v1", &[&import, &import]), &done),
            commit_of(new_version("v1", &[&unfinished]), &done),
            commit_of(new_version("taken", &[&import]), &done),
            commit_of(NewVersion { manifest_hash: "x".to_owned(), ..base() }, &done),
            commit_of(huge, &done),
            commit_of(backwards, &done),
            broken_report,
        ];
        let before = catalog.revision().unwrap();
        for commit in refused {
            let result = catalog.commit_version("ann", &commit);
            assert!(result.is_err(), "{commit:?}");
            assert!(!matches!(result, Err(CatalogError::Storage { .. })), "{result:?}");
        }
        assert_eq!(catalog.revision().unwrap(), before);
        assert_eq!(catalog.newest_version("orders").unwrap(), None);
        assert_eq!(catalog.get_import(&import).unwrap().state, ImportState::Running);
        assert_eq!(catalog.get_import(&foreign).unwrap().state, ImportState::Running);
    }

    #[test]
    fn old_versions_can_be_removed_and_their_numbers_stay_gone() {
        let (catalog, _folder) = with_orders();
        for (digit, expected, directory) in [('1', None, "v1"), ('2', Some(1), "v2")] {
            let import = running_import(&catalog, "orders", digit);
            commit(&catalog, "orders", expected, &import, directory).unwrap();
        }
        assert!(matches!(catalog.remove_version("ann", "orders", 2), Err(CatalogError::Conflict { .. })));
        assert_eq!(catalog.remove_version("ann", "orders", 1).unwrap(), "v1");
        assert!(matches!(catalog.remove_version("ann", "orders", 1), Err(CatalogError::NotFound { .. })));
        let missing = catalog.get_version("orders", 1).unwrap_err();
        assert_eq!(missing.hint(), Some("the newest version of flow \"orders\" is 2"));
        assert_eq!(catalog.version_directories().unwrap().into_iter().collect::<Vec<_>>(), ["v2"]);
        let import = running_import(&catalog, "orders", '3');
        assert_eq!(commit(&catalog, "orders", Some(2), &import, "v3").unwrap(), 3);
    }

    #[test]
    fn folders_stay_inside_the_data_folder() {
        let check = |directory: &str, good: bool| assert_eq!(check_directory(directory).is_ok(), good, "{directory:?}");
        check("flows/0a1b/versions/01", true);
        check("v1.2_x-y", true);
        for directory in
            ["", "/etc", "a//b", "a/", "../x", "a/../b", "a/.", ".hidden", "a\\b", "C:x", "a b", "é", "a\0"]
        {
            check(directory, false);
        }
        check(&"a".repeat(501), false);
    }
}
