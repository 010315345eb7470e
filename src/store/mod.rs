//! Where bytes lie. The only room that knows the folders of the data directory; what is in the files is none of its
//! business.
//!
//! ```text
//! <data>/catalog.sqlite              flows, imports, versions, access, audit
//! <data>/flows/<id>/raw/<import>/    raw rows of an import, never changed
//! <data>/flows/<id>/versions/<v>/    tables of a log version, never changed
//! <data>/uploads/<import>            uploaded files that wait for their import
//! <data>/staging/                    work in progress; worthless after a crash
//! <data>/spill/                      what queries put aside when memory is short
//! <data>/work.lock                   held, shared, by everybody who writes
//! ```
//! Everything is first written in `staging`, synced, moved into place, and then made visible by one transaction of
//! the catalog. Whoever finds the lock free knows that nobody works, and removes what no version refers to.

pub mod catalog;

use catalog::{Catalog, CatalogError, ImportState};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A folder or file of it could not be made, moved or removed.
    #[error("cannot {step} {}", path.display())]
    Folder {
        /// What was being done.
        step: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The catalog refused or failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Catalog(error) => error.hint().map(str::to_owned),
            Self::Folder { source, .. } => Some(match source.kind() {
                io::ErrorKind::StorageFull => "the disk is full: free some space and run it again".to_owned(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "give the program the right to write there, or choose another data folder with --data".to_owned()
                }
                _ => "check the disk of the data folder".to_owned(),
            }),
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    /// Flows, imports, versions, access, audit.
    pub catalog: Catalog,
    /// As long as it is held, nobody removes what queries of this program put aside.
    _may_spill: File,
}

/// What a start after a crash found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Folders and files that nothing referred to.
    pub removed: Vec<PathBuf>,
    /// Jobs whose uploads are all here, in order, each with the ids of its imports: they wait in the queue again.
    pub requeued: Vec<Vec<String>>,
    /// Imports that were cut short and cannot be resumed.
    pub failed: Vec<String>,
}

impl Store {
    /// Opens the data folder, makes it if there is none, and clears up after a crash unless somebody is at work.
    pub fn open(root: &Path) -> Result<(Self, Recovered), StoreError> {
        for folder in ["flows", "uploads", "staging", "spill"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).map_err(folder_error("make", &path))?;
        }
        let catalog = Catalog::open(root.join("catalog.sqlite"))?;
        let mut spilled = Vec::new();
        let may_spill = clear_spill(root, &mut spilled)?;
        let store = Self { root: root.to_owned(), catalog, _may_spill: may_spill };
        let (lock, path) = lock_file(root, "work.lock")?;
        let mut recovered = if is_free(&lock, &path)? { store.recover()? } else { Recovered::default() };
        recovered.removed.append(&mut spilled);
        Ok((store, recovered))
    }

    /// Nobody else is at work: whatever is not referred to is debris, and whatever runs is dead.
    fn recover(&self) -> Result<Recovered, StoreError> {
        let mut found = Recovered::default();
        let unfinished = self.catalog.unfinished_imports(Duration::ZERO)?;
        // The id of a job begins with the time of its making, so the oldest comes first.
        let jobs: BTreeSet<String> = unfinished.into_iter().map(|import| import.job).collect();
        for job in &jobs {
            self.recover_job(job, &mut found)?;
        }
        let mut keep = BTreeSet::new();
        for flow in self.catalog.list_flows()? {
            for version in self.catalog.list_versions(flow.name.as_str())? {
                keep.insert(self.version_folder(&version.directory));
                keep.extend(version.imports.iter().map(|import| self.raw_folder(&flow.id, import)));
            }
        }
        keep.extend(found.requeued.iter().flatten().map(|import| self.upload(import)));
        for place in ["staging", "uploads"] {
            sweep(&self.root.join(place), &keep, &mut found.removed)?;
        }
        for flow in entries(&self.root.join("flows"))? {
            for place in ["raw", "versions"] {
                sweep(&flow.join(place), &keep, &mut found.removed)?;
            }
        }
        Ok(found)
    }

    /// What was to become one version together is resumed together or not at all: a part of it would be another log.
    fn recover_job(&self, job: &str, found: &mut Recovered) -> Result<(), StoreError> {
        let imports = self.catalog.imports_of_job(job)?;
        let ended = imports.iter().find(|import| import.state.is_final());
        if ended.is_none() && imports.iter().all(|import| self.upload(&import.id).exists()) {
            for import in imports.iter().filter(|import| import.state == ImportState::Running) {
                self.catalog.requeue_import("system", import)?;
            }
            found.requeued.push(imports.into_iter().map(|import| import.id).collect());
            return Ok(());
        }
        let why = ended.map_or_else(
            || "the program ended before the import did; run it again".to_owned(),
            |ended| format!("{}, which came with it, is {}; send both again", ended.file_name, ended.state.as_str()),
        );
        for import in imports.iter().filter(|import| !import.state.is_final()) {
            self.catalog.fail_import("system", &import.id, &why, None)?;
            found.failed.push(import.id.clone());
        }
        Ok(())
    }

    /// Begins to write: nobody clears up until the returned value is dropped, which removes its folder.
    pub fn begin_work(&self) -> Result<Work, StoreError> {
        let (lock, path) = lock_file(&self.root, "work.lock")?;
        lock.lock_shared().map_err(folder_error("lock", &path))?;
        let staging = self.root.join("staging");
        // Another process may have cleared up between opening the data folder and now.
        fs::create_dir_all(&staging).map_err(folder_error("make", &staging))?;
        let folder = tempfile::Builder::new().prefix("work-").tempdir_in(&staging);
        Ok(Work { folder: folder.map_err(folder_error("make a folder in", &staging))?, _lock: lock })
    }

    /// Folder of an import's raw rows.
    pub fn raw_folder(&self, flow_id: &str, import: &str) -> PathBuf {
        self.root.join("flows").join(flow_id).join("raw").join(import)
    }

    /// A folder for a new version, relative to the data folder.
    pub fn new_version_directory(&self, flow_id: &str, import: &str) -> String {
        format!("flows/{flow_id}/versions/{import}")
    }

    /// Folder of a version.
    pub fn version_folder(&self, directory: &str) -> PathBuf {
        directory.split('/').fold(self.root.clone(), |path, part| path.join(part))
    }

    /// Where an uploaded file waits for its import.
    pub fn upload(&self, import: &str) -> PathBuf {
        self.root.join("uploads").join(import)
    }

    /// Keeps received files, each for its import, until their turn comes. When this returns, no power cut loses them;
    /// their bytes were synced when they were whole.
    pub fn keep_uploads<'a>(&self, files: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Result<(), StoreError> {
        for (from, import) in files {
            let to = self.upload(import);
            // The same disk, so this is a change of name.
            fs::rename(from, &to).map_err(folder_error("keep the upload", &to))?;
        }
        sync_folder(&self.root.join("uploads"))?;
        sync_folder(&self.root)
    }

    /// Where queries put data aside.
    pub fn spill_folder(&self) -> PathBuf {
        self.root.join("spill")
    }

    /// Moves a finished folder to its final place and brings both to the disk.
    pub fn put_in_place(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        let parent = to.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent).map_err(folder_error("make", parent))?;
        sync_folder(from)?;
        fs::rename(from, to).map_err(folder_error("move a finished folder to", to))?;
        // The name of a new folder lives in its parent, up to a folder that was there before.
        for folder in parent.ancestors().take_while(|folder| folder.starts_with(&self.root)) {
            sync_folder(folder)?;
        }
        Ok(())
    }

    /// Removes folders that the catalog no longer refers to.
    pub fn remove_all(&self, paths: impl IntoIterator<Item = PathBuf>) -> Result<(), StoreError> {
        paths.into_iter().filter(|path| path.exists()).try_for_each(|path| remove(&path))
    }

    /// Folder of a flow.
    pub fn flow_folder(&self, flow_id: &str) -> PathBuf {
        self.root.join("flows").join(flow_id)
    }
}

/// A private folder, and the promise that nobody clears up meanwhile.
#[derive(Debug)]
pub struct Work {
    folder: tempfile::TempDir,
    _lock: File,
}

impl Work {
    /// A new folder inside it.
    pub fn folder(&self, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.folder.path().join(name);
        fs::create_dir(&path).map_err(folder_error("make", &path))?;
        Ok(path)
    }

    /// A path inside it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn lock_file(root: &Path, name: &str) -> Result<(File, PathBuf), StoreError> {
    let path = root.join(name);
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    Ok((file.map_err(folder_error("open", &path))?, path))
}

/// Takes a lock for oneself unless somebody has it.
fn is_free(lock: &File, path: &Path) -> Result<bool, StoreError> {
    match lock.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(StoreError::Folder { step: "lock", path: path.to_owned(), source }),
    }
}

/// Removes what queries of programs that have died had put aside, unless another program may be using the folder, and
/// returns the lock that keeps others from doing so.
fn clear_spill(root: &Path, removed: &mut Vec<PathBuf>) -> Result<File, StoreError> {
    let (lock, path) = lock_file(root, "spill.lock")?;
    if is_free(&lock, &path)? {
        sweep(&root.join("spill"), &BTreeSet::new(), removed)?;
        // A lock that is held cannot be changed in one step. Who clears up in between removes nothing of this program,
        // which has put nothing aside yet.
        lock.unlock().map_err(folder_error("unlock", &path))?;
    }
    lock.lock_shared().map_err(folder_error("lock", &path))?;
    Ok(lock)
}

fn sweep(place: &Path, keep: &BTreeSet<PathBuf>, removed: &mut Vec<PathBuf>) -> Result<(), StoreError> {
    for path in entries(place)? {
        if !keep.contains(&path) {
            remove(&path)?;
            removed.push(path);
        }
    }
    Ok(())
}

fn folder_error<'a>(step: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |source| StoreError::Folder { step, path: path.to_owned(), source }
}

fn entries(place: &Path) -> Result<Vec<PathBuf>, StoreError> {
    match fs::read_dir(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(StoreError::Folder { step: "list", path: place.to_owned(), source }),
        Ok(found) => {
            let paths: io::Result<Vec<PathBuf>> = found.map(|entry| entry.map(|entry| entry.path())).collect();
            let mut paths = paths.map_err(folder_error("list", place))?;
            paths.sort();
            Ok(paths)
        }
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(folder_error("remove", path))
}

/// Brings the names in a folder to the disk.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(folder_error("sync", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_kept_under_the_name_of_its_import() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).unwrap();
        let work = store.begin_work().unwrap();
        let [first, lost] = ["first", "lost"].map(|name| work.path(name));
        fs::write(&first, "rows").unwrap();
        store.keep_uploads([(first.as_path(), "import-1")]).unwrap();
        assert_eq!(fs::read_to_string(store.upload("import-1")).unwrap(), "rows");
        let error = store.keep_uploads([(lost.as_path(), "import-2")]).unwrap_err();
        assert!(error.to_string().starts_with("cannot keep the upload"), "{error}");
        // Without the folder there is no telling that the name is on the disk.
        fs::remove_dir_all(folder.path().join("uploads")).unwrap();
        let error = store.keep_uploads([]).unwrap_err();
        assert!(error.to_string().starts_with("cannot sync"), "{error}");
    }

    #[test]
    fn what_queries_put_aside_stays_as_long_as_anybody_may_ask() {
        let folder = tempfile::tempdir().unwrap();
        let (asking, _) = Store::open(folder.path()).unwrap();
        let aside = asking.spill_folder().join("query");
        fs::create_dir(&aside).unwrap();
        let (other, recovered) = Store::open(folder.path()).unwrap();
        assert!(aside.exists() && recovered.removed.is_empty(), "{recovered:?}");
        drop(asking);
        assert!(Store::open(folder.path()).unwrap().1.removed.is_empty(), "another one may be asking, too");
        drop(other);
        // All of them have ended, so it was left by one that died.
        assert_eq!(Store::open(folder.path()).unwrap().1.removed, [aside]);
    }
}
