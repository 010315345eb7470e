//! Imports of small files into a data folder of their own.

use super::*;
use crate::config::Config;
use crate::model::tables::{AttributeType, Manifest};

/// Imports files with these contents, in order, into one flow.
fn import(contents: &[&str], options: &MappingOptions) -> Result<ImportOutcome, AppError> {
    imported(contents, options).map(|(outcome, _)| outcome)
}

/// The same, with the types and attributes that the log then has.
fn imported(
    contents: &[&str],
    options: &MappingOptions,
) -> Result<(ImportOutcome, Vec<(String, AttributeType)>), AppError> {
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
    let outcome = app.import(&request, &Progress::default())?;
    let version = app.store.catalog.newest_version("orders")?.unwrap();
    let manifest = std::fs::read(app.store.version_folder(&version.directory).join("manifest.json")).unwrap();
    let manifest: Manifest = serde_json::from_slice(&manifest).unwrap();
    let types = manifest.attributes.into_iter().map(|attribute| (attribute.column, attribute.kind));
    Ok((outcome, types.collect()))
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

/// Two executions in the words of a tool, each with a start and an end.
fn in_words_of_a_tool(start: &str, end: &str) -> ImportOutcome {
    let text = format!(
        "case,activity,time,lifecycle\n\
         a,Do,2024-01-01T08:00:00Z,{start}\na,Do,2024-01-01T09:00:00Z,{end}\n\
         b,Do,2024-01-02T08:00:00Z,{start}\nb,Do,2024-01-02T09:00:00Z,{end}\n"
    );
    import(&[&text], &MappingOptions::default()).unwrap()
}

#[test]
fn starts_and_completions_are_joined_in_any_words() {
    for (start, end) in
        [("start", "complete"), ("Started", "Completed"), ("BEGIN", "END"), ("Inicio", "Fin"), ("beginn", "ende")]
    {
        let outcome = in_words_of_a_tool(start, end);
        assert_eq!((outcome.merged, outcome.events, outcome.unfinished), (2, 2, 0), "{start}, {end}");
        let warnings = &outcome.files[0].report.warnings;
        assert!(!warnings.iter().any(|text| text.contains("no start was joined")), "{warnings:?}");
    }
}

#[test]
fn transitions_that_cannot_be_joined_are_told() {
    let outcome = in_words_of_a_tool("los", "fertig");
    assert_eq!((outcome.merged, outcome.events), (0, 4));
    let warnings = &outcome.files[0].report.warnings;
    assert!(warnings.iter().any(|text| text.contains("the lifecycle column says \"los\", \"fertig\"")), "{warnings:?}");
}

#[test]
fn a_file_with_an_empty_column_changes_no_type() {
    let file = |case: &str, cost: &str| {
        format!("case,activity,time,cost\n{case},Do,2024-01-01T08:00:00Z,{cost}\n{case},End,2024-01-02T08:00:00Z,\n")
    };
    let (with, without) = (file("a", "12.5"), file("b", ""));
    for files in [[&with, &without], [&without, &with]] {
        let (_, types) = imported(&files.map(String::as_str), &MappingOptions::default()).unwrap();
        assert_eq!(types, [("cost".to_owned(), AttributeType::Number)]);
    }
}
