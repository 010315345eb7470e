//! From files to a committed version: read into raw batches, build the tables, move into place, commit.

use crate::app::known::Content;
use crate::app::run::{Registered, Runner};
use crate::app::{App, AppError, threads};
use crate::ingest::build::{BuildOptions, Input, build};
use crate::ingest::lifecycle::why_not_joined;
use crate::ingest::{ImportReport, IngestError, Progress, Stage, hash_file, read_file};
use crate::model::mapping::{Lifecycle, MappingOptions};
use crate::store::Work;
use crate::store::catalog::{
    CatalogError, FinishedImport, FlowName, FlowRecord, NewImport, NewVersion, VersionCommit, VersionRecord,
};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use utoipa::ToSchema;

/// A file that is to be imported.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What its owner calls it.
    pub name: String,
}

/// An import as somebody asks for it.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Into which flow; made if there is none.
    pub flow: FlowName,
    /// Title of a flow that is made.
    pub title: String,
    /// The files, in order.
    pub files: Vec<SourceFile>,
    /// How they are to be read.
    pub options: MappingOptions,
    /// Whether the rows are added to the log, or replace it.
    pub append: bool,
    /// Who asks, for the audit.
    pub actor: String,
}

/// What one file became.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportedFile {
    /// Id of the import.
    pub import: String,
    /// Name of the file.
    pub file: String,
    /// What was read.
    pub report: ImportReport,
}

/// What an import became.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportOutcome {
    /// Name of the flow.
    pub flow: String,
    /// The version that was made.
    pub version: u32,
    /// Events of the version.
    pub events: u64,
    /// Cases of the version.
    pub cases: u64,
    /// Starts that were joined with their completion.
    pub merged: u64,
    /// Starts without completion; they are events of their own.
    pub unfinished: u64,
    /// File by file.
    pub files: Vec<ImportedFile>,
}

/// How imports are run.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// How the files are to be read.
    pub options: &'a MappingOptions,
    /// Whether the rows are added to the log, or replace it.
    pub append: bool,
    /// Who runs them.
    pub by: Runner<'a>,
}

impl App {
    /// Imports files and waits for the end. On failure nothing of the flow has changed.
    pub fn import(&self, request: &ImportRequest, progress: &Progress) -> Result<ImportOutcome, AppError> {
        // Errors in the files should not leave a flow behind that nobody asked for.
        let hashes = request
            .files
            .iter()
            .map(|file| Ok((hash_file(&file.path)?, size_of_file(&file.path)?)))
            .collect::<Result<Vec<_>, AppError>>()?;
        let made = self.flow_for(&request.flow, &request.title, &request.actor)?;
        let imported = self.import_into(request, &hashes, progress);
        if let (Err(_), Some(flow)) = (&imported, &made) {
            self.forget_unused(flow);
        }
        imported
    }

    fn import_into(
        &self,
        request: &ImportRequest,
        hashes: &[(String, u64)],
        progress: &Progress,
    ) -> Result<ImportOutcome, AppError> {
        // Held before anything is registered, so that nobody takes the import for one whose worker has died.
        let work = self.store.begin_work()?;
        let registered = self.register(request, hashes)?;
        let by = Runner { actor: request.actor.as_str(), leaving: &AtomicBool::new(false) };
        let how = How { options: &request.options, append: request.append, by };
        self.settle(&registered, by, progress, || self.run_registered(&registered, &how, &work, progress))
    }

    /// Makes the flow if there is none, and says so by returning it.
    pub fn flow_for(&self, name: &FlowName, title: &str, actor: &str) -> Result<Option<FlowRecord>, AppError> {
        match self.store.catalog.get_flow(name.as_str()) {
            Err(CatalogError::NotFound { .. }) => {}
            found => return Ok(found.map(|_| None)?),
        }
        match self.store.catalog.create_flow(actor, name, title) {
            // Somebody else was a moment faster.
            Err(CatalogError::AlreadyExists { .. }) => Ok(None),
            made => Ok(made.map(Some)?),
        }
    }

    /// Takes back a flow that was made for an import that failed. That failure is the one to report.
    pub(super) fn forget_unused(&self, flow: &FlowRecord) {
        if let Err(error) = self.store.catalog.remove_unused_flow("system", flow) {
            tracing::warn!(flow = %flow.name, %error, "cannot remove the flow that was made for a failed import");
        }
    }

    fn register(&self, request: &ImportRequest, hashes: &[(String, u64)]) -> Result<Vec<Registered>, AppError> {
        let flow = request.flow.as_str();
        let contents: Vec<Content<'_>> =
            request.files.iter().zip(hashes).map(|(file, (hash, _))| Content { name: &file.name, hash }).collect();
        let newest = self.newest_if_any(flow)?;
        self.refuse_known(flow, newest.as_ref(), request.append, &contents, &request.options)?;
        let mapping = serde_json::to_string(&request.options).map_err(|e| AppError::Internal(e.to_string()))?;
        let new = |(file, (hash, bytes)): (&SourceFile, &(String, u64))| NewImport {
            file_name: file.name.clone(),
            bytes: *bytes,
            hash: hash.clone(),
            mapping: mapping.clone(),
            append: request.append,
        };
        let new: Vec<NewImport> = request.files.iter().zip(hashes).map(new).collect();
        let records = self.store.catalog.new_imports(&request.actor, flow, &new)?;
        let paths = request.files.iter().map(|file| file.path.clone());
        Ok(records.into_iter().zip(paths).map(|(record, path)| Registered { record, path }).collect())
    }

    /// Runs imports of one flow that are in the queue, as one version, in the place that `work` gives. Whoever calls it
    /// settles a failure.
    pub fn run_registered(
        &self,
        imports: &[Registered],
        how: &How<'_>,
        work: &Work,
        progress: &Progress,
    ) -> Result<ImportOutcome, AppError> {
        for import in imports {
            self.store.catalog.start_import(how.by.actor, &import.record.id)?;
        }
        self.while_beating(imports, progress, || self.make_version(imports, how, work, progress))
    }

    fn make_version(
        &self,
        imports: &[Registered],
        how: &How<'_>,
        work: &Work,
        progress: &Progress,
    ) -> Result<ImportOutcome, AppError> {
        let Some(first) = imports.first() else {
            return Err(AppError::Invalid { what: "no file is given".to_owned(), hint: "name one or more".to_owned() });
        };
        let flow = self.flow(&first.record.flow)?;
        let newest = self.store.catalog.newest_version(flow.name.as_str())?;
        // Asked again of the very version that this one builds on: others may have imported the same meanwhile.
        let contents: Vec<Content<'_>> = imports.iter().map(|import| Content::of(&import.record)).collect();
        self.refuse_known(flow.name.as_str(), newest.as_ref(), how.append, &contents, how.options)?;
        let base = newest.as_ref().filter(|_| how.append);
        // A log is read in one way: what was chosen first holds for what is added.
        let lifecycle = base.map_or(how.options.lifecycle, |version| version.lifecycle);
        let options = MappingOptions { lifecycle, ..how.options.clone() };

        let mut inputs = self.inputs_of(&flow, base);
        let mut timed = base.map(|log| (format!("the log of flow `{}`", log.flow), log.first_at.is_some()));
        let mut files = Vec::with_capacity(imports.len());
        let mut transitions = Vec::with_capacity(imports.len());
        for Registered { record, path } in imports {
            let folder = work.folder(&record.id)?;
            let (batch, report) = read_file(path, &options, &folder, threads(), progress)?;
            refuse_mixed(&mut timed, &record.file_name, batch.counts.has_times)?;
            inputs.push(Input { import: record.id.clone(), folder });
            files.push(ImportedFile { import: record.id.clone(), file: record.file_name.clone(), report });
            transitions.push(batch.dictionaries.lifecycles);
        }

        progress.enter(Stage::Building);
        let tables = work.folder("tables")?;
        let memory = (self.config.limits.import_memory_mb as usize) << 20;
        let (manifest, doubtful) =
            build(&inputs, &tables, BuildOptions { lifecycle, threads: threads(), memory }, progress)?;

        if lifecycle == Lifecycle::Merge && manifest.merged == 0 {
            for (file, transitions) in files.iter_mut().zip(&transitions) {
                file.report.warnings.extend(why_not_joined(transitions.iter().map(String::as_str)));
            }
        }

        files.iter_mut().for_each(|file| file.report.forget_costs(&doubtful));

        progress.enter(Stage::Committing);
        if progress.is_cancelled() {
            return Err(IngestError::Cancelled.into());
        }
        let directory = self.store.new_version_directory(&flow.id, &first.record.id);
        let manifest_hash = hash_file(&tables.join("manifest.json"))?;
        for import in imports {
            let from = work.path(&import.record.id);
            self.store.put_in_place(&from, &self.store.raw_folder(&flow.id, &import.record.id))?;
        }
        self.store.put_in_place(&tables, &self.store.version_folder(&directory))?;
        let commit = VersionCommit {
            flow: flow.name.as_str().to_owned(),
            expected_previous: newest.as_ref().map(|version| version.number),
            version: NewVersion {
                directory,
                manifest_hash,
                imports: manifest.imports.clone(),
                events: manifest.events,
                cases: manifest.cases,
                first_at: manifest.first_us,
                last_at: manifest.last_us,
                lifecycle,
            },
            finished: files.iter().map(finished).collect::<Result<_, _>>()?,
        };
        let version = self.store.catalog.commit_version(how.by.actor, &commit)?;
        Ok(ImportOutcome {
            flow: flow.name.as_str().to_owned(),
            version,
            events: manifest.events,
            cases: manifest.cases,
            merged: manifest.merged,
            unfinished: manifest.unfinished,
            files,
        })
    }

    fn inputs_of(&self, flow: &FlowRecord, base: Option<&VersionRecord>) -> Vec<Input> {
        let input = |import: &String| Input { import: import.clone(), folder: self.store.raw_folder(&flow.id, import) };
        base.map_or_else(Vec::new, |version| version.imports.iter().map(input).collect())
    }
}

/// What the catalog keeps of a file.
fn finished(file: &ImportedFile) -> Result<FinishedImport, AppError> {
    Ok(FinishedImport {
        import_id: file.import.clone(),
        rows_accepted: file.report.counts.accepted,
        rows_rejected: file.report.counts.rejected,
        report: serde_json::to_string(&file.report).map_err(|e| AppError::Internal(e.to_string()))?,
    })
}

/// Rows without a time have no place among rows with one. `log` is what the file is to be joined with: the flow's log,
/// else the first file of the import, and whether that has times.
fn refuse_mixed(log: &mut Option<(String, bool)>, file: &str, has_times: bool) -> Result<(), AppError> {
    let words = |times: bool| if times { "times" } else { "no times" };
    let (other, other_times) = log.get_or_insert_with(|| (format!("{file}, given before it,"), has_times));
    if *other_times == has_times {
        return Ok(());
    }
    Err(AppError::Mixed {
        file: file.to_owned(),
        other: other.clone(),
        has: words(has_times),
        other_has: words(*other_times),
    })
}

fn size_of_file(path: &Path) -> Result<u64, AppError> {
    let metadata = std::fs::metadata(path).map_err(|e| IngestError::read(path, e))?;
    Ok(metadata.len())
}

#[cfg(test)]
#[path = "contents_tests.rs"]
mod tests;
