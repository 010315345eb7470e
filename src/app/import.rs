//! From files to a committed version: read into raw batches, build the tables, move into place, commit.

use crate::app::{App, AppError, threads};
use crate::ingest::build::{BuildOptions, Input, build};
use crate::ingest::lifecycle::why_not_joined;
use crate::ingest::{ImportReport, IngestError, Progress, Stage, hash_file, read_file};
use crate::model::mapping::{Lifecycle, MappingOptions};
use crate::store::Work;
use crate::store::catalog::{
    FinishedImport, FlowName, FlowRecord, ImportRecord, NewImport, NewVersion, VersionCommit, VersionRecord,
};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
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

/// An import that is registered in the catalog, with the file that it reads.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The catalog's record.
    pub record: ImportRecord,
    /// Where the file lies.
    pub path: PathBuf,
}

/// How imports are run.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// How the files are to be read.
    pub options: &'a MappingOptions,
    /// Whether the rows are added to the log, or replace it.
    pub append: bool,
    /// Who asks, for the audit.
    pub actor: &'a str,
    /// Set when the program is about to end: what is then cut short waits for the next start, as if it had not begun.
    pub leaving: &'a AtomicBool,
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
        let imported = self.register(request, &hashes).and_then(|registered| {
            let (options, append, actor) = (&request.options, request.append, request.actor.as_str());
            self.run_registered(
                &registered,
                &How { options, append, actor, leaving: &AtomicBool::new(false) },
                progress,
            )
        });
        if let (Err(_), Some(flow)) = (&imported, made) {
            self.store.catalog.delete_flow("system", flow.name.as_str())?;
        }
        imported
    }

    /// Makes the flow if there is none, and says so by returning it.
    pub fn flow_for(&self, name: &FlowName, title: &str, actor: &str) -> Result<Option<FlowRecord>, AppError> {
        match self.store.catalog.get_flow(name.as_str()) {
            Ok(_) => Ok(None),
            Err(_) => Ok(Some(self.store.catalog.create_flow(actor, name, title)?)),
        }
    }

    fn register(&self, request: &ImportRequest, hashes: &[(String, u64)]) -> Result<Vec<Registered>, AppError> {
        let flow = request.flow.as_str();
        for (at, (file, (hash, _))) in request.files.iter().zip(hashes).enumerate() {
            self.refuse_known(flow, &file.name, hash)?;
            if let Some(first) = hashes[..at].iter().position(|(other, _)| other == hash) {
                return Err(AppError::SameFile {
                    file: file.name.clone(),
                    flow: flow.to_owned(),
                    hint: format!("its content equals that of {}, given before it", request.files[first].name),
                });
            }
        }
        let mapping = serde_json::to_string(&request.options).map_err(|e| AppError::Internal(e.to_string()))?;
        let register = |(file, (hash, bytes)): (&SourceFile, &(String, u64))| {
            let new = NewImport {
                file_name: file.name.clone(),
                bytes: *bytes,
                hash: hash.clone(),
                mapping: mapping.clone(),
                append: request.append,
            };
            let record = self.store.catalog.new_import(&request.actor, flow, &new)?;
            Ok(Registered { record, path: file.path.clone() })
        };
        request.files.iter().zip(hashes).map(register).collect()
    }

    /// The same bytes twice would count every event twice.
    pub fn refuse_known(&self, flow: &str, file: &str, hash: &str) -> Result<(), AppError> {
        match self.store.catalog.find_same_content(flow, hash)? {
            None => Ok(()),
            Some(first) => Err(AppError::SameFile {
                file: file.to_owned(),
                flow: flow.to_owned(),
                hint: format!(
                    "it came as {} with import {} (version {})",
                    first.file_name,
                    first.id,
                    first.version.unwrap_or_default()
                ),
            }),
        }
    }

    /// Runs imports of one flow that are in the queue, as one version.
    pub fn run_registered(
        &self,
        imports: &[Registered],
        how: &How<'_>,
        progress: &Progress,
    ) -> Result<ImportOutcome, AppError> {
        // Held before anything is said to run, so that nobody takes the import for one whose worker has died.
        let work = self.store.begin_work()?;
        for import in imports {
            self.store.catalog.start_import(how.actor, &import.record.id)?;
        }
        let stop = AtomicBool::new(false);
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| self.beat(imports, &stop, progress));
            let outcome = self.make_version(imports, how, &work, progress);
            stop.store(true, Ordering::Relaxed);
            outcome
        });
        if let Err(error) = &outcome {
            self.end_failed(imports, error, how, progress);
        }
        outcome
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
                let alive = imports.iter().all(|import| self.store.catalog.beat_import(&import.record.id).is_ok());
                // Between the commit and the end of this loop the import is done, not cancelled.
                if !alive && !stop.load(Ordering::Relaxed) {
                    progress.cancel();
                }
            }
            std::thread::sleep(BEAT);
        }
    }

    /// Marks imports as ended by an error, by somebody's wish, or, when the program is leaving, as waiting again.
    pub(super) fn end_failed(&self, imports: &[Registered], error: &AppError, how: &How<'_>, progress: &Progress) {
        let cancelled = progress.is_cancelled() || matches!(error, AppError::Ingest(IngestError::Cancelled));
        let catalog = &self.store.catalog;
        for Registered { record, path } in imports {
            let id = &record.id;
            let ended = if cancelled && how.leaving.load(Ordering::Relaxed) {
                catalog.get_import(id).and_then(|seen| catalog.requeue_import(how.actor, &seen))
            } else if cancelled {
                catalog.cancel_import(how.actor, id)
            } else {
                // Where the program keeps an upload is nobody's business; its owner knows it by its name.
                let why = in_words(error).replace(path.to_string_lossy().as_ref(), &record.file_name);
                catalog.fail_import(how.actor, id, &why, None)
            };
            // It may have been ended by whoever cancelled it; the first error is the one to report.
            if let Err(other) = ended {
                tracing::debug!(import = %id, error = %other, "could not mark the import as ended");
            }
        }
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
        let manifest = build(&inputs, &tables, BuildOptions { lifecycle, threads: threads(), memory }, progress)?;

        if lifecycle == Lifecycle::Merge && manifest.merged == 0 {
            for (file, transitions) in files.iter_mut().zip(&transitions) {
                file.report.warnings.extend(why_not_joined(transitions.iter().map(String::as_str)));
            }
        }

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
        let version = self.store.catalog.commit_version(how.actor, &commit)?;
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
#[path = "import_tests.rs"]
mod tests;
