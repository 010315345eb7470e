//! Opening the catalog file, and the two ways to use it: a read, and a write that is one transaction.
//!
//! What is inside the tables is the business of the other files of this module.

use super::error::{CatalogError, Step, read_count};
use super::schema;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a call waits for another process before it says `Busy`.
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// Pause between two attempts of the one step that SQLite does not wait for by itself.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// Where the catalog reads the time, in microseconds since 1970 in UTC. Tests bring their own.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The open catalog. Cheap to share behind an `Arc`; every call is short and blocks the calling thread.
pub struct Catalog {
    path: PathBuf,
    // One connection behind a lock is enough: the calls take microseconds, and SQLite has one writer anyway.
    connection: Mutex<Connection>,
    clock: Clock,
}

impl fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Catalog").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens the catalog at `path`, makes file and folder when they are missing, and brings its tables up to date.
    ///
    /// # Errors
    /// `Invalid` if the file is no catalog, or was written by a newer program; `Busy` if another process holds it for
    /// more than 10 seconds; `Storage` if it cannot be read or written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, CatalogError> {
        Self::open_with_clock(path, Arc::new(wall_clock))
    }

    /// As [`Catalog::open`], with a clock of one's own.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn open_with_clock(path: impl AsRef<Path>, clock: Clock) -> Result<Self, CatalogError> {
        let path = path.as_ref().to_owned();
        make_private_file(&path).map_err(|source| CatalogError::Storage {
            step: format!("create the catalog {}", path.display()),
            source: Box::new(source),
        })?;
        // Without the URI flag, which is on by default: a file name is a name, never a bundle of options.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let step = format!("open the catalog {}", path.display());
        let mut connection = Connection::open_with_flags(&path, flags).step(&step)?;
        prepare(&mut connection).map_err(|error| name_foreign_file(error, &path))?;
        Ok(Self { path, connection: Mutex::new(connection), clock })
    }

    /// The file that this catalog lives in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that grows with every change of flows, imports, versions and tokens, by whichever process. As long as
    /// it stays the same, whatever was read before is still true.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn revision(&self) -> Result<u64, CatalogError> {
        self.read(|connection| {
            let revision = connection.query_row("SELECT revision FROM catalog_state", [], |row| row.get(0));
            revision.map(read_count).step("read the revision of the catalog")
        })
    }

    /// The time by this catalog's clock, in microseconds since 1970 in UTC.
    pub(super) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Runs a read of one statement.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, CatalogError>) -> Result<T, CatalogError> {
        work(&self.lock())
    }

    /// Runs a read of several statements that must all see the same state.
    pub(super) fn read_together<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let mut connection = self.lock();
        let transaction = connection.transaction().step("begin to read the catalog")?;
        work(&transaction)
    }

    /// Runs a change as one transaction and moves the revision on. Nothing of it is kept if `work` fails.
    pub(super) fn change<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        self.write(|transaction| {
            let result = work(transaction)?;
            let moved = transaction.execute("UPDATE catalog_state SET revision = revision + 1", []);
            moved.step("move the revision of the catalog on")?;
            Ok(result)
        })
    }

    /// Runs a change that no cache depends on (heartbeats, sign-in times) as one transaction.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let mut connection = self.lock();
        // Taking the write lock at once lets SQLite wait for it; a read that turns into a write would fail instead.
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.step("begin a change of the catalog")?;
        let result = work(&transaction)?;
        transaction.commit().step("commit a change of the catalog")?;
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half-made change behind: its transaction was rolled back when it was dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Sets what SQLite does not remember in the file, then brings the tables up to date.
fn prepare(connection: &mut Connection) -> Result<(), CatalogError> {
    connection.busy_timeout(BUSY_WAIT).step("set the waiting time of the catalog")?;
    // Before anything is written: a foreign file is left exactly as it was.
    schema::recognise(connection)?;
    use_write_ahead_log(connection)?;
    // FULL: a commit that has returned survives a power cut, not only a crash of the program.
    let pragmas = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;";
    connection.execute_batch(pragmas).step("set up the catalog")?;
    schema::migrate(connection)
}

/// Switching to write-ahead mode needs the file for itself for a moment, and SQLite does not wait for that one lock.
fn use_write_ahead_log(connection: &Connection) -> Result<(), CatalogError> {
    let begin = Instant::now();
    loop {
        let step = "switch the catalog to write-ahead mode";
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode.step(step) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(CatalogError::invalid(
                    "the catalog's file system",
                    format!("allows no write-ahead mode (SQLite stays in mode \"{mode}\")"),
                    "keep the data folder on a local disk, not on a network share",
                ));
            }
            Err(CatalogError::Busy) if begin.elapsed() < BUSY_WAIT => std::thread::sleep(RETRY_PAUSE),
            Err(error) => return Err(error),
        }
    }
}

/// Makes the file readable by its owner alone, since it holds hashes of secrets and the names of people's files.
/// SQLite gives the files beside it the same permissions.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A file that SQLite cannot read at all is most likely the wrong file, so the message names it.
fn name_foreign_file(error: CatalogError, path: &Path) -> CatalogError {
    let CatalogError::Storage { step, source } = error else { return error };
    let code = source.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    if code == Some(rusqlite::ErrorCode::NotADatabase) {
        let hint = "give another data folder, or move the file away and restore the catalog from a backup";
        return CatalogError::invalid("the file", format!("{} is not a catalog", path.display()), hint);
    }
    CatalogError::Storage { step: format!("{step} ({})", path.display()), source }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{catalog, flow_name};
    use super::*;

    #[test]
    fn the_promised_settings_are_in_force() {
        let (catalog, _folder) = catalog();
        let check = |pragma: &str, expected: &str| {
            let found = catalog.read(|connection| {
                let text = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
                connection.pragma_query_value(None, pragma, text).step("ask")
            });
            let found = match found.unwrap() {
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            };
            assert_eq!(found, expected, "{pragma}");
        };
        check("journal_mode", "wal");
        check("synchronous", "Integer(2)");
        check("foreign_keys", "Integer(1)");
        check("busy_timeout", "Integer(10000)");
    }

    #[test]
    fn a_failed_change_leaves_nothing_behind() {
        let (catalog, _folder) = catalog();
        let before = catalog.revision().unwrap();
        let failed: Result<(), _> = catalog.change(|transaction| {
            transaction.execute("INSERT INTO flows VALUES ('x', 'x', 'x', 0)", []).step("insert")?;
            Err(CatalogError::Busy)
        });
        assert!(matches!(failed, Err(CatalogError::Busy)));
        assert!(catalog.list_flows().unwrap().is_empty());
        assert_eq!(catalog.revision().unwrap(), before);
    }

    #[test]
    fn a_panic_inside_a_change_neither_keeps_it_nor_blocks_the_next() {
        let (catalog, _folder) = catalog();
        let shared = Arc::new(catalog);
        let other = Arc::clone(&shared);
        let result = std::thread::spawn(move || {
            let _: Result<(), _> = other.change(|transaction| {
                transaction.execute("INSERT INTO flows VALUES ('x', 'x', 'x', 0)", []).unwrap();
                panic!("on purpose");
            });
        })
        .join();
        assert!(result.is_err());
        assert!(shared.list_flows().unwrap().is_empty());
        shared.create_flow("test", &flow_name("after"), "After").unwrap();
    }

    #[test]
    fn changes_move_the_revision_on_for_other_handles_too() {
        let (catalog, folder) = catalog();
        let other = Catalog::open(folder.path().join("catalog.sqlite")).unwrap();
        let before = other.revision().unwrap();
        catalog.create_flow("test", &flow_name("orders"), "Orders").unwrap();
        assert!(other.revision().unwrap() > before);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let (_catalog, folder) = catalog();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.file_name());
        }
    }

    #[test]
    fn question_marks_and_missing_folders_in_the_path_are_fine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("file:x?mode=memory");
        drop(Catalog::open(&path).unwrap());
        assert!(path.exists());
    }
}
