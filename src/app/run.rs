//! What holds for every import that is registered, whoever runs it: it says that it is alive while it runs, and it is
//! marked as ended however it ends. One that stayed in the queue would be taken up at the next start, when newer data
//! may be in its place.

use crate::app::{App, AppError};
use crate::ingest::{IngestError, Progress};
use crate::store::StoreError;
use crate::store::catalog::{CatalogError, ImportRecord};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// An import that is registered in the catalog, with the file that it reads.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The catalog's record.
    pub record: ImportRecord,
    /// Where the file lies.
    pub path: PathBuf,
}

/// Who runs imports.
#[derive(Debug, Clone, Copy)]
pub struct Runner<'a> {
    /// Its name, for the audit.
    pub actor: &'a str,
    /// Set when the program is about to end: what is then cut short waits for the next start, as if it had not begun.
    pub leaving: &'a AtomicBool,
}

impl App {
    /// Does the work of registered imports. If it fails at any step, even by a fault of the program, they are marked as
    /// ended.
    pub(super) fn settle<T>(
        &self,
        imports: &[Registered],
        by: Runner<'_>,
        progress: &Progress,
        work: impl FnOnce() -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        // What the work had begun lies in a folder of its own and in transactions that were never committed.
        let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(unexpected(panic.as_ref())));
        if let Err(error) = &outcome {
            self.end_failed(imports, error, by, progress);
        }
        outcome
    }

    /// Does work while the catalog is told that it goes on.
    pub(super) fn while_beating<T>(&self, imports: &[Registered], progress: &Progress, work: impl FnOnce() -> T) -> T {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| self.beat(imports, &stop, progress));
            // The scope waits for the beat, so it has to end however the work does.
            let _stop = SetWhenDropped(&stop);
            work()
        })
    }

    /// Says that the work goes on, and learns whether somebody cancelled it.
    fn beat(&self, imports: &[Registered], stop: &AtomicBool, progress: &Progress) {
        const BEAT: Duration = Duration::from_millis(100);
        const BEATS_BETWEEN_SIGNS: u32 = 10;
        for beat in 0u32.. {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            if beat % BEATS_BETWEEN_SIGNS == BEATS_BETWEEN_SIGNS - 1 {
                for import in imports.iter().take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let ended = says_ended(self.store.catalog.beat_import(&import.record.id));
                    // Between the commit and the end of this loop the import is done, not cancelled.
                    if ended && !stop.load(Ordering::Relaxed) {
                        progress.cancel();
                    }
                }
            }
            std::thread::sleep(BEAT);
        }
    }

    /// Marks imports as ended by an error, by somebody's wish, or, when the program is leaving, as waiting again.
    fn end_failed(&self, imports: &[Registered], error: &AppError, by: Runner<'_>, progress: &Progress) {
        let cancelled = is_cancellation(error, progress);
        let catalog = &self.store.catalog;
        for Registered { record, path } in imports {
            let id = &record.id;
            let ended = if cancelled && by.leaving.load(Ordering::Relaxed) {
                catalog.get_import(id).and_then(|seen| catalog.requeue_import(by.actor, &seen))
            } else if cancelled {
                catalog.cancel_import(by.actor, id)
            } else {
                // Where the program keeps an upload is nobody's business; its owner knows it by its name.
                let why = in_words(error).replace(path.to_string_lossy().as_ref(), &record.file_name);
                catalog.fail_import(by.actor, id, &why, None)
            };
            // It may have been ended by whoever cancelled it; the first error is the one to report.
            if let Err(other) = ended {
                tracing::debug!(import = %id, error = %other, "could not mark the import as ended");
            }
        }
    }
}

/// Whether a sign of life was refused because somebody ended the import. A catalog that cannot be asked for a while says
/// nothing about that.
fn says_ended(beat: Result<(), CatalogError>) -> bool {
    match beat {
        Ok(()) => false,
        Err(CatalogError::Conflict { .. } | CatalogError::NotFound { .. }) => true,
        Err(error) => {
            tracing::warn!(%error, "cannot note that an import goes on");
            false
        }
    }
}

/// Whether the error is what becomes of an import that was asked to end. A full disk is a full disk even then.
fn is_cancellation(error: &AppError, progress: &Progress) -> bool {
    match error {
        AppError::Ingest(IngestError::Cancelled) => true,
        // Readers meet the wish to end as a failed read, wrapped in their own errors.
        AppError::Ingest(_) => progress.is_cancelled() && in_words(error).contains(&IngestError::Cancelled.to_string()),
        // The catalog commits nothing of what was cancelled.
        AppError::Store(StoreError::Catalog(CatalogError::Conflict { .. })) => progress.is_cancelled(),
        _ => false,
    }
}

/// A flag that is set when this goes away, in whatever way.
pub struct SetWhenDropped<'a>(pub &'a AtomicBool);

impl Drop for SetWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn unexpected(panic: &(dyn Any + Send)) -> AppError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    AppError::Internal(format!("the import ended by a fault of the program: {}", text.unwrap_or("it left no message")))
}

/// An error with its causes and its hint, as one text.
pub fn in_words(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    if let Some(hint) = error.hint() {
        text.push_str("; ");
        text.push_str(&hint);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::import_tests::{app, csv, send, state};
    use crate::store::catalog::ImportState;
    use std::io::{Error, ErrorKind};

    #[test]
    fn only_an_import_that_was_ended_counts_as_ended() {
        let conflict = CatalogError::Conflict { message: "it is cancelled".to_owned(), hint: String::new() };
        let gone = CatalogError::NotFound { what: "import", name: "x".to_owned(), hint: String::new() };
        let broken = CatalogError::Storage { step: "write".to_owned(), source: "disk I/O error".into() };
        let beats = [Ok(()), Err(conflict), Err(gone), Err(CatalogError::Busy), Err(broken)];
        assert_eq!(beats.map(says_ended), [false, true, true, false, false]);
    }

    #[test]
    fn an_error_is_told_even_if_the_import_was_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path());
        let path = folder.path().join("part");
        let cut_short = || AppError::Ingest(IngestError::read(&path, Error::other("the import was cancelled")));
        let check = |error: AppError, leaving: bool, expected: ImportState| {
            let record = send(&app, &[&csv("a")], false).remove(0);
            app.store.catalog.start_import("ann", &record.id).unwrap();
            let imports = [Registered { path: app.store.upload(&record.id), record: record.clone() }];
            let (progress, leaving) = (Progress::default(), AtomicBool::new(leaving));
            progress.cancel();
            let by = Runner { actor: "ann", leaving: &leaving };
            let outcome: Result<(), _> = app.settle(&imports, by, &progress, || Err(error));
            assert!(outcome.is_err());
            assert_eq!(state(&app, &record), expected);
        };
        let full = || AppError::Ingest(IngestError::write(&path, Error::from(ErrorKind::StorageFull)));
        check(full(), false, ImportState::Failed);
        check(full(), true, ImportState::Failed);
        check(cut_short(), false, ImportState::Cancelled);
        check(cut_short(), true, ImportState::Queued);
        check(IngestError::Cancelled.into(), true, ImportState::Queued);
        let conflict = CatalogError::Conflict { message: "a.csv is cancelled".to_owned(), hint: String::new() };
        check(conflict.into(), false, ImportState::Cancelled);
    }
}
