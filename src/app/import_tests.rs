//! Imports of small files into a data folder of their own.

use super::*;
use crate::config::Config;

/// Imports files with these contents, in order, into one flow.
fn import(contents: &[&str], options: &MappingOptions) -> Result<ImportOutcome, AppError> {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = folder.path().join("data");
    let app = App::open(config, None)?;
    let file = |(at, content): (usize, &&str)| {
        let name = format!("{}.csv", at + 1);
        let path = folder.path().join(&name);
        std::fs::write(&path, content).unwrap();
        SourceFile { path, name }
    };
    let request = ImportRequest {
        flow: FlowName::new("orders").unwrap(),
        title: "orders".to_owned(),
        files: contents.iter().enumerate().map(file).collect(),
        options: options.clone(),
        append: false,
        actor: "test".to_owned(),
    };
    app.import(&request, &Progress::default())
}

const TIMED: &str = "case,activity,time\na,Do,2024-01-01T08:00:00Z\na,End,2024-01-01T09:00:00Z\n";
const UNTIMED: &str = "case,activity,who\nb,Do,Ann\nb,End,Bob\n";

#[test]
fn files_with_and_without_times_are_not_mixed() {
    for files in [[TIMED, UNTIMED], [UNTIMED, TIMED]] {
        let error = import(&files, &MappingOptions::default()).unwrap_err();
        assert_eq!(error.code().0, "mixed_times");
        let text = error.to_string();
        assert!(text.starts_with("2.csv has ") && text.contains(" and 1.csv, given before it, has "), "{text}");
    }
    assert_eq!(import(&[UNTIMED], &MappingOptions::default()).unwrap().events, 2);
}
