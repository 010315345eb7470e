//! Replays the inputs that fuzzing found worth keeping (`fuzz/corpus`), with the checks of the fuzz targets.

use std::path::{Path, PathBuf};
use throughline::ingest::{Progress, read_file};

/// What the checks need of the program, see `fuzz/src/lib.rs`.
mod library {
    pub use throughline::ingest::chunk::{Chunk, NO_CODE, Names, RejectReason, Scope};
    pub use throughline::ingest::detect::detect;
    pub use throughline::ingest::timestamp::{TimestampFormat, Zone};
    pub use throughline::ingest::xes::{XesOptions, XesReader, XesWarningKind};
    pub use throughline::model::filter::Filter;
    pub use throughline::model::mapping::MappingOptions;
    pub use throughline::query::Header;
}

#[path = "../../fuzz/src/checks.rs"]
mod checks;
#[path = "../../fuzz/src/input.rs"]
mod input;
#[path = "../../fuzz/src/rows.rs"]
mod rows;
#[path = "../../fuzz/src/xes.rs"]
mod xes;

/// Calls `check` with every input of a target; the name of the one at fault is in the message.
#[track_caller]
fn replay(target: &str, check: impl Fn(&Path, &[u8])) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 10, "{} has lost its inputs", folder.display());
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&path, &bytes)));
        assert!(outcome.is_ok(), "the fault above was caused by {}", path.display());
    }
}

#[test]
fn detection() {
    replay("sniff", |_, bytes| checks::sniff(bytes));
}

#[test]
fn xes_logs() {
    replay("xes", |_, bytes| checks::xes(bytes));
}

#[test]
fn filters() {
    replay("filter", |_, bytes| checks::filter(bytes));
}

#[test]
fn query_headers() {
    replay("header", |_, bytes| checks::header(bytes));
}

/// Tables go the whole way to a raw batch, or to an error that says what to do. That small and large blocks agree is
/// tested beside the code that cuts them.
#[test]
fn tables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("table.csv");
    replay("csv", |_, bytes| {
        checks::sniff(bytes);
        let input = input::Input::new(bytes);
        std::fs::write(&file, input.file).unwrap();
        let into = tempfile::tempdir_in(folder.path()).unwrap();
        let progress = Progress::default();
        if let Ok((batch, _)) = read_file(&file, &input.mapping(), into.path(), 2, &progress) {
            let seen = progress.snapshot();
            assert!(batch.counts.accepted > 0 && batch.counts.accepted <= seen.rows);
            assert_eq!(seen.bytes, input.file.len() as u64);
        }
    });
}
