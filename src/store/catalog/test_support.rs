//! What the tests of the catalog share: a fresh catalog with a clock that obeys, and short ways to fill it.

use super::{
    Catalog, CatalogError, Clock, FinishedImport, FlowName, ImportRecord, NewImport, NewVersion, VersionCommit,
};
use crate::model::mapping::Lifecycle;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// A fresh catalog in a folder that lives as long as the second value.
pub(super) fn catalog() -> (Catalog, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(folder.path().join("catalog.sqlite")).unwrap();
    (catalog, folder)
}

/// A clock that stands still until it is told to move, but for one microsecond a look.
#[derive(Clone)]
pub(super) struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub(super) fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

/// A fresh catalog with a clock of the test's own.
pub(super) fn clocked_catalog() -> (Catalog, ManualClock, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicI64::new(1_700_000_000_000_000));
    let shared = Arc::clone(&time);
    let clock: Clock = Arc::new(move || shared.fetch_add(1, Ordering::SeqCst));
    let catalog = Catalog::open_with_clock(folder.path().join("catalog.sqlite"), clock).unwrap();
    (catalog, ManualClock(time), folder)
}

pub(super) fn flow_name(text: &str) -> FlowName {
    FlowName::new(text).unwrap()
}

/// An import as a test needs it; its hash is 64 times `digit`.
pub(super) fn new_import(digit: char) -> NewImport {
    NewImport {
        file_name: format!("file_{digit}.csv"),
        bytes: 1234,
        hash: digit.to_string().repeat(64),
        mapping: "{}".to_owned(),
        append: false,
    }
}

impl Catalog {
    /// Makes an import that comes alone.
    pub(super) fn new_import(&self, actor: &str, flow: &str, import: &NewImport) -> Result<ImportRecord, CatalogError> {
        self.new_imports(actor, flow, std::slice::from_ref(import)).map(|mut made| made.remove(0))
    }
}

/// Makes an import and starts it; returns its id.
pub(super) fn running_import(catalog: &Catalog, flow: &str, digit: char) -> String {
    let import = catalog.new_import("test", flow, &new_import(digit)).unwrap();
    catalog.start_import("test", &import.id).unwrap();
    import.id
}

/// A version made of these imports.
pub(super) fn new_version(directory: &str, imports: &[&str]) -> NewVersion {
    NewVersion {
        directory: directory.to_owned(),
        manifest_hash: "ab".repeat(32),
        imports: imports.iter().map(|id| (*id).to_owned()).collect(),
        events: 10,
        cases: 3,
        first_at: Some(1),
        last_at: Some(2),
        lifecycle: Lifecycle::Merge,
    }
}

/// How an import ended well.
pub(super) fn finished(import: &str) -> FinishedImport {
    FinishedImport {
        import_id: import.to_owned(),
        rows_accepted: 9,
        rows_rejected: 1,
        report: "{\"rows\": 10}".to_owned(),
    }
}

/// Commits a version made of one import that is running.
pub(super) fn commit(
    catalog: &Catalog,
    flow: &str,
    expected: Option<u32>,
    import: &str,
    directory: &str,
) -> Result<u32, CatalogError> {
    catalog.commit_version(
        "test",
        &VersionCommit {
            flow: flow.to_owned(),
            expected_previous: expected,
            version: new_version(directory, &[import]),
            finished: vec![finished(import)],
        },
    )
}
