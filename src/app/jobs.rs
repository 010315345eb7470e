//! Imports that a server runs in the background: a queue, a few workers, and progress for whoever watches.

use crate::app::import::Registered;
use crate::app::{App, AppError};
use crate::ingest::Progress;
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{ImportRecord, ImportState};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// An import that somebody may watch.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub import: String,
    /// How far it is.
    pub progress: Progress,
}

/// The queue and its workers.
pub struct Jobs {
    app: Arc<App>,
    queue: Mutex<Option<Sender<Job>>>,
    running: Arc<Mutex<BTreeMap<String, Progress>>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl Jobs {
    /// Starts the workers and takes up what a former run left in the queue.
    pub fn start(app: Arc<App>) -> Result<Arc<Self>, AppError> {
        let (queue, waiting) = unbounded::<Job>();
        let running: Arc<Mutex<BTreeMap<String, Progress>>> = Arc::default();
        let mut workers = Vec::new();
        for number in 0..app.config.limits.parallel_imports {
            let (app, waiting, running) = (Arc::clone(&app), waiting.clone(), Arc::clone(&running));
            let worker = std::thread::Builder::new().name(format!("import-{number}"));
            let worker = worker.spawn(move || work(&app, &waiting, &running));
            workers.push(worker.map_err(|e| AppError::Internal(format!("cannot start a worker: {e}")))?);
        }
        let left: Vec<String> = app.recovered.requeued.clone();
        let jobs = Self { app, queue: Mutex::new(Some(queue)), running, workers: Mutex::new(workers) };
        for import in left {
            tracing::info!(%import, "resuming an import that was cut short");
            jobs.enqueue(&import);
        }
        Ok(Arc::new(jobs))
    }

    /// Puts a registered import, whose upload is in place, into the queue.
    pub fn enqueue(&self, import: &str) {
        let job = Job { import: import.to_owned(), progress: Progress::default() };
        lock(&self.running).insert(job.import.clone(), job.progress.clone());
        if let Some(queue) = lock(&self.queue).as_ref() {
            // The workers live as long as the queue does.
            let _ = queue.send(job);
        }
    }

    /// How far an import is that waits or runs here.
    pub fn progress(&self, import: &str) -> Option<Progress> {
        lock(&self.running).get(import).cloned()
    }

    /// How many imports wait or run.
    pub fn count(&self) -> usize {
        lock(&self.running).len()
    }

    /// Ends an import, and removes what it left.
    pub fn cancel(&self, actor: &str, import: &str) -> Result<ImportRecord, AppError> {
        let record = self.app.store.catalog.cancel_import(actor, import)?;
        match self.progress(import) {
            Some(progress) => progress.cancel(),
            None => self.app.store.remove_all([self.app.store.upload(import)])?,
        }
        Ok(record)
    }

    /// Takes no more work and waits for what runs; what only waits stays in the queue for the next start.
    pub fn finish(&self) {
        drop(lock(&self.queue).take());
        let workers = std::mem::take(&mut *lock(&self.workers));
        for worker in workers {
            if worker.join().is_err() {
                tracing::error!("an import worker ended unexpectedly");
            }
        }
    }

    /// Asks running imports to stop; they will be resumed at the next start.
    pub fn interrupt(&self) {
        lock(&self.running).values().for_each(Progress::cancel);
    }
}

fn work(app: &App, waiting: &Receiver<Job>, running: &Mutex<BTreeMap<String, Progress>>) {
    for job in waiting {
        let upload = app.store.upload(&job.import);
        let outcome = run(app, &job);
        match &outcome {
            Ok(version) => tracing::info!(import = %job.import, version, "import done"),
            Err(error) => {
                tracing::warn!(import = %job.import, error = %crate::app::import::in_words(error), "import ended");
            }
        }
        if let Err(error) = app.store.remove_all([upload]) {
            tracing::error!(import = %job.import, %error, "cannot remove the upload");
        }
        lock(running).remove(&job.import);
    }
}

fn run(app: &App, job: &Job) -> Result<u32, AppError> {
    let record = app.store.catalog.get_import(&job.import)?;
    if record.state != ImportState::Queued {
        // Cancelled while it waited.
        return Err(AppError::Ingest(crate::ingest::IngestError::Cancelled));
    }
    let options: MappingOptions =
        serde_json::from_str(&record.mapping).map_err(|e| AppError::Internal(e.to_string()))?;
    let (path, append) = (app.store.upload(&record.id), record.append);
    let registered = [Registered { record, path }];
    Ok(app.run_registered(&registered, &options, append, "import worker", &job.progress)?.version)
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
