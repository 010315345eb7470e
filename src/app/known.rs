//! Whether files are part of a log already. The same bytes twice would count every event twice, and a log that replaces
//! itself would be the same log again.

use crate::app::{App, AppError};
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{CatalogError, ImportRecord, VersionRecord};

/// A file by what it is known by.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// BLAKE3 hash of the content, in hex.
    pub hash: &'a str,
}

impl<'a> Content<'a> {
    /// Of the file that an import reads.
    pub fn of(import: &'a ImportRecord) -> Self {
        Self { name: &import.file_name, hash: &import.hash }
    }
}

impl App {
    /// The newest version of a flow that need not exist.
    pub(super) fn newest_if_any(&self, flow: &str) -> Result<Option<VersionRecord>, AppError> {
        match self.store.catalog.newest_version(flow) {
            Err(CatalogError::NotFound { .. }) => Ok(None),
            found => Ok(found?),
        }
    }

    /// Refuses files that `newest` has already, or that come twice. A log may be replaced by the same files if they are
    /// read in another way.
    ///
    /// # Errors
    /// `SameFile`; `Store`.
    pub(super) fn refuse_known(
        &self,
        flow: &str,
        newest: Option<&VersionRecord>,
        append: bool,
        files: &[Content<'_>],
        options: &MappingOptions,
    ) -> Result<(), AppError> {
        let refused = |file: &Content<'_>, first: Option<&ImportRecord>, hint: String| {
            let (file, first) = (file.name.to_owned(), first.map(|first| first.id.clone()));
            Err(AppError::SameFile { file, flow: flow.to_owned(), hint, first })
        };
        for (at, file) in files.iter().enumerate() {
            if let Some(first) = files[..at].iter().find(|other| other.hash == file.hash) {
                return refused(file, None, format!("its content equals that of {}, given before it", first.name));
            }
        }
        let Some(newest) = newest else { return Ok(()) };
        // What replaces a log by another number of files is another log.
        if !append && newest.imports.len() != files.len() {
            return Ok(());
        }
        let known = newest.imports.iter().map(|import| self.store.catalog.get_import(import));
        let known = known.collect::<Result<Vec<ImportRecord>, _>>()?;
        let came = |first: &ImportRecord| {
            let version = first.version.unwrap_or_default();
            format!("it came as {} with import {} (version {version})", first.file_name, first.id)
        };
        if append {
            for file in files {
                if let Some(first) = known.iter().find(|first| first.hash == file.hash) {
                    return refused(file, Some(first), format!("{}; leave it out", came(first)));
                }
            }
            return Ok(());
        }
        let again = |(first, file): (&ImportRecord, &Content<'_>)| first.hash == file.hash && has(first, options);
        match (known.first(), files.first()) {
            (Some(first), Some(file)) if known.iter().zip(files).all(again) => {
                let hint = format!("{}, read in the same way; to read it anew, give another mapping", came(first));
                refused(file, Some(first), hint)
            }
            _ => Ok(()),
        }
    }
}

/// Whether an import was asked to be read in this way.
fn has(import: &ImportRecord, options: &MappingOptions) -> bool {
    serde_json::from_str::<MappingOptions>(&import.mapping).is_ok_and(|known| known == *options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::import::{ImportOutcome, ImportRequest, SourceFile};
    use crate::app::import_tests::{app, csv, request};
    use crate::ingest::Progress;
    use std::path::PathBuf;

    fn import(
        app: &App,
        paths: &[&PathBuf],
        append: bool,
        change: impl FnOnce(&mut MappingOptions),
    ) -> Result<ImportOutcome, AppError> {
        let file = |path: &&PathBuf| SourceFile {
            path: (*path).clone(),
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
        };
        let mut asked = ImportRequest { files: paths.iter().map(file).collect(), ..request(append) };
        change(&mut asked.options);
        app.import(&asked, &Progress::default())
    }

    #[test]
    fn a_log_may_be_read_anew_but_no_event_counts_twice() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder.path().join("data"));
        let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
        std::fs::write(&a, csv("a")).unwrap();
        std::fs::write(&b, csv("b")).unwrap();
        let same = |_: &mut MappingOptions| {};
        let zone = |options: &mut MappingOptions| options.timezone = Some("Europe/Madrid".to_owned());
        let hint = |refused: Result<ImportOutcome, AppError>| match refused {
            Err(error @ AppError::SameFile { .. }) => error.hint().unwrap(),
            other => panic!("{other:?}"),
        };
        let first = import(&app, &[&a], false, same).unwrap().files.remove(0).import;
        let again = hint(import(&app, &[&a], false, same));
        assert!(again.contains(&first) && again.contains("give another mapping"), "{again}");
        // Added in whatever way, it would count twice.
        assert!(hint(import(&app, &[&a], true, zone)).contains("leave it out"));
        assert_eq!(import(&app, &[&a], false, zone).unwrap().version, 2);
        hint(import(&app, &[&a], false, zone));
        assert_eq!(import(&app, &[&b], true, same).unwrap().version, 3);
        // One of two files instead of both is another log.
        assert_eq!(import(&app, &[&a], false, zone).unwrap().version, 4);
        assert!(hint(import(&app, &[&b, &b], true, same)).contains("given before it"));
    }
}
