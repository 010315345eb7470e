//! Files on their way in from a browser or another program: first into a private folder, then, once all of them are
//! here and known to be new, into the queue.

use crate::app::known::Content;
use crate::app::{App, AppError, ImportRequest};
use crate::store::Work;
use crate::store::catalog::{ImportRecord, NewImport};
use std::path::PathBuf;

/// Files that are being received. Dropping it removes them: a connection that breaks leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    work: Work,
    /// What has arrived whole, in order.
    pub files: Vec<Received>,
}

/// A file that has arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// What its owner calls it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash of the content, in hex.
    pub hash: String,
}

impl Incoming {
    /// Where the next file is to be written.
    pub fn next_path(&self) -> PathBuf {
        self.work.path(&format!("upload-{}", self.files.len()))
    }
}

impl App {
    /// A private folder for files that somebody sends.
    ///
    /// # Errors
    /// `Store`.
    pub fn receive(&self) -> Result<Incoming, AppError> {
        Ok(Incoming { work: self.store.begin_work()?, files: Vec::new() })
    }

    /// Registers received files as imports that wait, and keeps them until their turn comes. The first replaces the log
    /// unless the request says otherwise, the others add to it.
    ///
    /// # Errors
    /// `SameFile` if one of them is part of the log already or came twice; `Invalid` if there is none; `Store`.
    pub fn register_received(
        &self,
        incoming: &Incoming,
        request: &ImportRequest,
    ) -> Result<Vec<ImportRecord>, AppError> {
        if incoming.files.is_empty() {
            let hint = "send one or more parts named `file`, e.g. curl -F file=@log.csv".to_owned();
            return Err(AppError::Invalid { what: "the request has no file".to_owned(), hint });
        }
        let flow = request.flow.as_str();
        let contents: Vec<Content<'_>> =
            incoming.files.iter().map(|file| Content { name: &file.name, hash: &file.hash }).collect();
        let newest = self.newest_if_any(flow)?;
        self.refuse_known(flow, newest.as_ref(), request.append, &contents, &request.options)?;
        let made = self.flow_for(&request.flow, &request.title, &request.actor)?;
        let waiting = self.queue(incoming, request);
        if let (Err(_), Some(flow)) = (&waiting, &made) {
            self.forget_unused(flow);
        }
        waiting
    }

    fn queue(&self, incoming: &Incoming, request: &ImportRequest) -> Result<Vec<ImportRecord>, AppError> {
        let mapping = serde_json::to_string(&request.options).map_err(|e| AppError::Internal(e.to_string()))?;
        let new = |(at, file): (usize, &Received)| NewImport {
            file_name: file.name.clone(),
            bytes: file.bytes,
            hash: file.hash.clone(),
            mapping: mapping.clone(),
            append: request.append || at > 0,
        };
        let new: Vec<NewImport> = incoming.files.iter().enumerate().map(new).collect();
        let records = self.store.catalog.new_imports(&request.actor, request.flow.as_str(), &new)?;
        let files = incoming.files.iter().map(|file| file.path.as_path());
        if let Err(error) = self.store.keep_uploads(files.zip(records.iter().map(|record| record.id.as_str()))) {
            self.give_up(&records);
            return Err(error.into());
        }
        Ok(records)
    }

    /// Nobody will run these: none may stay in the queue, and no upload may be found by the next start.
    fn give_up(&self, records: &[ImportRecord]) {
        for record in records {
            let cancelled = self.store.catalog.cancel_import("system", &record.id).map(drop).map_err(AppError::from);
            let removed = self.store.remove_all([self.store.upload(&record.id)]).map_err(AppError::from);
            for error in [cancelled, removed].into_iter().filter_map(Result::err) {
                tracing::error!(import = %record.id, %error, "cannot give up an upload that could not be kept");
            }
        }
    }
}
