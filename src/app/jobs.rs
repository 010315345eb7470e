//! Imports that a server runs in the background: a queue, a few workers, and progress for whoever watches.
//!
//! Imports of one flow never run at the same time, since each builds on the version before it. When the program
//! leaves, what runs goes back into the queue and keeps its upload; the next start takes it up.

use crate::app::import::How;
use crate::app::run::{Registered, Runner, in_words};
use crate::app::{App, AppError};
use crate::ingest::{IngestError, Progress};
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{CatalogError, ImportRecord, ImportState};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

const ACTOR: &str = "import worker";

/// Imports that become one version together.
#[derive(Debug, Clone)]
struct Job {
    flow: String,
    imports: Vec<ImportRecord>,
    append: bool,
    progress: Progress,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Job>,
    running: Vec<Job>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    leaving: AtomicBool,
}

/// The queue and its workers.
pub struct Jobs {
    app: Arc<App>,
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl Jobs {
    /// Starts the workers and takes up what a former run left in the queue.
    ///
    /// # Errors
    /// `Internal` if the system gives no threads.
    pub fn start(app: Arc<App>) -> Result<Arc<Self>, AppError> {
        let jobs = Self { shared: Arc::default(), workers: Mutex::default(), app };
        for imports in &jobs.app.recovered.requeued {
            tracing::info!(?imports, "resuming what was cut short");
            let records = imports.iter().map(|import| jobs.app.store.catalog.get_import(import));
            jobs.enqueue(&records.collect::<Result<Vec<_>, _>>()?);
        }
        for number in 0..jobs.app.config.limits.parallel_imports {
            let (app, shared) = (Arc::clone(&jobs.app), Arc::clone(&jobs.shared));
            let worker = std::thread::Builder::new().name(format!("import-{number}"));
            let worker = worker.spawn(move || work(&app, &shared));
            lock(&jobs.workers).push(worker.map_err(|e| AppError::Internal(format!("cannot start a worker: {e}")))?);
        }
        Ok(Arc::new(jobs))
    }

    /// Puts registered imports of one flow, whose uploads are in place, into the queue; they become one version.
    pub fn enqueue(&self, imports: &[ImportRecord]) {
        let Some(first) = imports.first() else { return };
        let job = Job {
            flow: first.flow.clone(),
            imports: imports.to_vec(),
            append: first.append,
            progress: Progress::default(),
        };
        self.shared.lock().waiting.push_back(job);
        self.shared.changed.notify_all();
    }

    /// How far an import is that waits or runs here.
    pub fn progress(&self, import: &str) -> Option<Progress> {
        let queue = self.shared.lock();
        let mut jobs = queue.running.iter().chain(&queue.waiting);
        jobs.find(|job| job.has(import)).map(|job| job.progress.clone())
    }

    /// How many imports wait or run.
    pub fn count(&self) -> usize {
        let queue = self.shared.lock();
        queue.running.iter().chain(&queue.waiting).map(|job| job.imports.len()).sum()
    }

    /// Refuses to go on while imports into this flow wait or run.
    ///
    /// # Errors
    /// `Conflict`.
    pub fn refuse_busy(&self, flow: &str) -> Result<(), AppError> {
        let queue = self.shared.lock();
        let busy = queue.running.iter().chain(&queue.waiting).find(|job| job.flow == flow);
        match busy.and_then(|job| job.imports.first()) {
            None => Ok(()),
            Some(import) => Err(AppError::from(CatalogError::Conflict {
                message: format!("import {} into flow \"{flow}\" is under way", import.id),
                hint: "wait for it, or cancel it first".to_owned(),
            })),
        }
    }

    /// Ends an import together with those that were to become one version with it, and removes what they left. What
    /// waits is gone at once; what runs stops soon.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if it has ended already; `Busy` or `Storage`.
    pub fn cancel(&self, actor: &str, import: &str) -> Result<ImportRecord, AppError> {
        let record = self.app.store.catalog.cancel_import(actor, import)?;
        let mut queue = self.shared.lock();
        if let Some(job) = queue.running.iter().find(|job| job.has(import)) {
            job.progress.cancel();
            return Ok(record);
        }
        let waiting = queue.waiting.iter().position(|job| job.has(import)).and_then(|at| queue.waiting.remove(at));
        drop(queue);
        let others = waiting.as_ref().map_or(&[][..], |job| &job.imports);
        for other in others.iter().filter(|other| other.id != import) {
            match self.app.store.catalog.cancel_import(actor, &other.id) {
                // It has ended in another way meanwhile.
                Ok(_) | Err(CatalogError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let ids = others.iter().map(|other| other.id.as_str()).chain([import]);
        self.app.store.remove_all(ids.map(|id| self.app.store.upload(id)))?;
        Ok(record)
    }

    /// Asks running imports to stop, and starts no more: all of them will be taken up at the next start.
    pub fn interrupt(&self) {
        self.shared.leave().running.iter().for_each(|job| job.progress.cancel());
        self.shared.changed.notify_all();
    }

    /// Takes no more work and waits for what runs; what only waits stays in the queue for the next start.
    pub fn finish(&self) {
        drop(self.shared.leave());
        self.shared.changed.notify_all();
        let workers = std::mem::take(&mut *lock(&self.workers));
        for worker in workers {
            if worker.join().is_err() {
                tracing::error!("an import worker ended unexpectedly");
            }
        }
    }
}

impl Job {
    fn ids(&self) -> Vec<&str> {
        self.imports.iter().map(|import| import.id.as_str()).collect()
    }

    fn has(&self, import: &str) -> bool {
        self.imports.iter().any(|record| record.id == import)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    /// Under the lock, so that no worker misses it between looking and waiting.
    fn leave(&self) -> MutexGuard<'_, Queue> {
        let queue = self.lock();
        self.leaving.store(true, Ordering::Relaxed);
        queue
    }

    /// The next job whose flow is free; `None` when the program leaves.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if self.leaving.load(Ordering::Relaxed) {
                return None;
            }
            let free = |job: &Job| !queue.running.iter().any(|other| other.flow == job.flow);
            if let Some(job) = queue.waiting.iter().position(free).and_then(|at| queue.waiting.remove(at)) {
                queue.running.push(job.clone());
                return Some(job);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn ended(&self, job: &Job) {
        self.lock().running.retain(|other| other.ids() != job.ids());
        self.changed.notify_all();
    }
}

fn work(app: &App, shared: &Shared) {
    while let Some(job) = shared.next() {
        take(app, shared, &job, |imports, by| attempt(app, &job, imports.to_vec(), by));
    }
}

/// Sees a job through to its end, whatever that is.
fn take(
    app: &App,
    shared: &Shared,
    job: &Job,
    attempt: impl FnOnce(&[Registered], Runner<'_>) -> Result<u32, AppError>,
) {
    let (flow, ids, by) = (&job.flow, job.ids(), Runner { actor: ACTOR, leaving: &shared.leaving });
    let registered = |record: &ImportRecord| Registered { record: record.clone(), path: app.store.upload(&record.id) };
    let imports: Vec<Registered> = job.imports.iter().map(registered).collect();
    match app.settle(&imports, by, &job.progress, || attempt(&imports, by)) {
        Ok(version) => tracing::info!(%flow, imports = ?ids, version, "import done"),
        Err(error) => tracing::warn!(%flow, imports = ?ids, error = %in_words(&error), "import ended"),
    }
    for import in ids {
        // Only what went back into the queue because the program leaves needs its upload again. One that could not be
        // marked as ended must not be found by the next start.
        let queued = || app.store.catalog.get_import(import).is_ok_and(|seen| seen.state == ImportState::Queued);
        let waits = shared.leaving.load(Ordering::Relaxed) && queued();
        let removed = if waits { Ok(()) } else { app.store.remove_all([app.store.upload(import)]) };
        if let Err(error) = removed {
            tracing::error!(%import, %error, "cannot remove the upload");
        }
    }
    shared.ended(job);
}

fn attempt(app: &App, job: &Job, mut imports: Vec<Registered>, by: Runner<'_>) -> Result<u32, AppError> {
    // While they waited, another process may have cancelled one of them; they end together.
    for import in &mut imports {
        import.record = app.store.catalog.get_import(&import.record.id)?;
    }
    let waiting = imports.first().filter(|_| imports.iter().all(|import| import.record.state == ImportState::Queued));
    let Some(first) = waiting else {
        return Err(AppError::Ingest(IngestError::Cancelled));
    };
    let options: MappingOptions =
        serde_json::from_str(&first.record.mapping).map_err(|e| AppError::Internal(e.to_string()))?;
    let how = How { options: &options, append: job.append, by };
    // Held before anything is said to run, so that nobody takes the import for one whose worker has died.
    let work = app.store.begin_work()?;
    Ok(app.run_registered(&imports, &how, &work, &job.progress)?.version)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::import_tests::{app, csv, run_out, send, state, uploads};

    #[test]
    fn a_fault_of_the_program_ends_one_import_and_not_the_worker() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path());
        let jobs = Jobs::start(Arc::clone(&app)).unwrap();
        let records = send(&app, &[&csv("a")], false);
        let job =
            Job { flow: "orders".to_owned(), imports: records.clone(), append: false, progress: Progress::default() };
        jobs.shared.lock().running.push(job.clone());
        take(&app, &jobs.shared, &job, |imports, by| {
            app.store.catalog.start_import(by.actor, &imports[0].record.id)?;
            app.while_beating(imports, &job.progress, || panic!("index out of bounds"))
        });
        assert_eq!((jobs.count(), uploads(folder.path())), (0, 0));
        let failed = app.store.catalog.get_import(&records[0].id).unwrap();
        assert_eq!(failed.state, ImportState::Failed);
        let error = failed.error.unwrap();
        assert!(error.contains("fault of the program: index out of bounds"), "{error}");
        // The flow is free again.
        let next = send(&app, &[&csv("b")], false);
        jobs.enqueue(&next);
        run_out(&jobs);
        assert_eq!(state(&app, &next[0]), ImportState::Done);
    }
}
