//! The tables' numbered migrations, and the recognition of files that are not ours.

use super::error::{CatalogError, Step};
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Marks the file as a catalog of this program; the four letters `THLN`.
const APPLICATION_ID: i64 = 0x5448_4c4e;

/// The migrations in order; the n-th brings the schema to number n.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_start.sql"),
    include_str!("migrations/002_jobs.sql"),
    include_str!("migrations/003_official_flows.sql"),
    include_str!("migrations/004_flow_definitions.sql"),
    include_str!("migrations/005_deviation_ledger.sql"),
    include_str!("migrations/006_approval.sql"),
];

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses files that this program must not touch. Changes nothing.
///
/// # Errors
/// `Invalid` for a catalog written by a newer program, or a database of another program.
pub(super) fn recognise(connection: &Connection) -> Result<(), CatalogError> {
    check_known(connection).map(|_| ())
}

/// Applies, each in a transaction of its own, the migrations that the file lacks.
///
/// # Errors
/// `Invalid` as [`recognise`]; `Storage` with the number of the migration that failed.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), CatalogError> {
    loop {
        // The usual start finds nothing to do, and then never asks for the write lock.
        if check_known(connection)? >= newest() {
            return Ok(());
        }
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.step("begin to update the catalog")?;
        // Read again under the lock: another process may have done this very step meanwhile.
        let current = check_known(&transaction)?;
        apply_next(transaction, current)?;
    }
}

fn apply_next(transaction: Transaction<'_>, current: i64) -> Result<(), CatalogError> {
    let Some(sql) = usize::try_from(current).ok().and_then(|index| MIGRATIONS.get(index)) else {
        return Ok(());
    };
    let number = current + 1;
    let step = format!("apply migration {number} of the catalog");
    transaction.execute_batch(sql).step(&step)?;
    transaction.pragma_update(None, "user_version", number).step(&step)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).step(&step)?;
    transaction.commit().step(&step)
}

/// The schema number of a file that is ours or empty.
fn check_known(connection: &Connection) -> Result<i64, CatalogError> {
    // One statement, so that all three are of the same moment.
    let question = "SELECT (SELECT user_version FROM pragma_user_version),
                           (SELECT application_id FROM pragma_application_id),
                           (SELECT count(*) FROM sqlite_schema)";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (number, application, objects): (i64, i64, i64) =
        connection.query_row(question, [], read).step("read the schema number of the catalog")?;
    let empty = number == 0 && application == 0 && objects == 0;
    if !empty && (application != APPLICATION_ID || number < 1) {
        return Err(CatalogError::invalid(
            "the file",
            "is a database of another program, not a catalog",
            "give a data folder of its own",
        ));
    }
    if number > newest() {
        return Err(CatalogError::invalid(
            "the catalog",
            format!("has schema {number}, and this program knows schemas up to {}", newest()),
            "use the newer program that wrote it, or restore a backup from before the update",
        ));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::super::test_support::{catalog, flow_name};
    use super::*;

    fn refusal(prepare: impl FnOnce(&Connection)) -> (String, Vec<u8>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        let connection = Connection::open(&path).unwrap();
        prepare(&connection);
        drop(connection);
        let before = std::fs::read(&path).unwrap();
        let error = Catalog::open(&path).unwrap_err();
        assert!(matches!(error, CatalogError::Invalid { .. }), "{error:?}");
        assert!(error.hint().is_some());
        (error.to_string(), before, std::fs::read(&path).unwrap())
    }

    #[test]
    fn an_empty_file_becomes_a_catalog() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        std::fs::write(&path, b"").unwrap();
        let catalog = Catalog::open(&path).unwrap();
        let number: i64 = catalog
            .read(|connection| connection.pragma_query_value(None, "user_version", |row| row.get(0)).step("ask"))
            .unwrap();
        assert_eq!(number, newest());
        // Opening once more applies nothing twice.
        drop(catalog);
        Catalog::open(&path).unwrap().create_flow("test", &flow_name("a"), "A").unwrap();
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_alone() {
        let (message, before, after) = refusal(|connection| {
            connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
            connection.pragma_update(None, "user_version", 99).unwrap();
        });
        assert_eq!(message, format!("the catalog has schema 99, and this program knows schemas up to {}", newest()));
        assert_eq!(before, after);
    }

    #[test]
    fn a_database_of_another_program_is_refused_and_left_alone() {
        let (message, before, after) = refusal(|connection| {
            connection.execute_batch("CREATE TABLE theirs (x INTEGER)").unwrap();
        });
        assert!(message.contains("another program"), "{message}");
        assert_eq!(before, after);
    }

    #[test]
    fn a_file_that_is_no_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        std::fs::write(&path, "case,activity\n".repeat(500)).unwrap();
        let error = Catalog::open(&path).unwrap_err();
        assert!(matches!(error, CatalogError::Invalid { .. }), "{error:?}");
        assert!(error.to_string().contains("catalog.sqlite"), "{error}");
    }

    #[test]
    fn a_migration_that_fails_halfway_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE audit (x INTEGER)").unwrap();
        let transaction = connection.transaction().unwrap();
        assert!(apply_next(transaction, 0).is_err());
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn an_import_from_before_jobs_stands_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        let mut connection = Connection::open(&path).unwrap();
        apply_next(connection.transaction().unwrap(), 0).unwrap();
        let old = "INSERT INTO flows VALUES ('f', 'orders', 'Orders', 0);
                   INSERT INTO imports (id, flow_id, file_name, bytes, hash, mapping, append, state, created_at,
                                        heartbeat_at)
                   SELECT id, 'f', id, 1, printf('%064d', 0), '{}', 0, 'queued', 0, 0
                   FROM (SELECT 'one' AS id UNION SELECT 'two')";
        connection.execute_batch(old).unwrap();
        drop(connection);
        let catalog = Catalog::open(&path).unwrap();
        let two = catalog.get_import("two").unwrap();
        assert_eq!(two.job, "two");
        assert_eq!(catalog.imports_of_job("two").unwrap(), [two]);
    }

    #[test]
    fn the_tables_are_sound_after_all_migrations() {
        let (catalog, _folder) = catalog();
        let found: String = catalog
            .read(|connection| connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).step("ask"))
            .unwrap();
        assert_eq!(found, "ok");
    }
}
