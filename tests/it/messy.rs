//! Exports as they really are, read with no options at all: either the expected figures, or an error that names the
//! file and the cure.

use crate::support::{answer, answer_or_error, shared};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Formats that a later version reads; today they are refused by name.
const NOT_YET: [&str; 2] = ["helpdesk_title_rows_text_dates.xlsx", "purchasing.jsonl"];

#[test]
fn derived_exports_have_their_expected_figures() {
    let folder = shared("messy-derived");
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    for (name, truth) in expected.as_object().unwrap() {
        let file = folder.join(name);
        if NOT_YET.contains(&name.as_str()) {
            let error = answer_or_error(&["stats", file.to_str().unwrap()]).unwrap_err();
            assert!(error.contains("not supported yet") && error.contains("hint:"), "{error}");
            continue;
        }
        let stats = answer(&["stats", file.to_str().unwrap()]);
        for key in ["events", "cases", "activities"] {
            assert_eq!(stats[key], truth[key], "{name}: {key}");
        }
        for (ours, theirs) in [("first_at", "first"), ("last_at", "last")] {
            let instant = |text: &Value| chrono::DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap();
            assert_eq!(instant(&stats[ours]), instant(&truth[theirs]), "{name}: {ours}");
        }
        let map = answer(&["map", file.to_str().unwrap()]);
        for node in map["activities"].as_array().unwrap() {
            let activity = node["activity"].as_str().unwrap();
            assert_eq!(node["events"], truth["activity_event_counts"][activity], "{name}: {activity}");
        }
    }
}

#[test]
fn bad_rows_are_counted_by_reason_and_line() {
    let file = shared("messy-derived/receipt_bad_rows.csv");
    let data = tempfile::tempdir().unwrap();
    let report = answer(&["import", file.to_str().unwrap(), "--flow", "bad", "--data", data.path().to_str().unwrap()]);
    let report = &report["files"][0]["report"];
    let rejected = |reason: &str| report["rejects"][reason]["rows"].as_i64().unwrap();
    assert_eq!(rejected("missing_case"), 14);
    assert_eq!(rejected("missing_activity"), 11);
    assert_eq!(rejected("missing_timestamp"), 13);
    assert_eq!(rejected("unparsable_timestamp"), 14);
    assert_eq!(report["rejected"], 14 + 11 + 13 + 14);
    assert_eq!(report["long_rows"], 11);
    // Fifteen were planted, two more end the file.
    assert_eq!(report["blank_lines"], 17);
    // The first line listed is really at fault.
    let line = report["rejects"]["unparsable_timestamp"]["lines"][0].as_u64().unwrap();
    let example = report["rejects"]["unparsable_timestamp"]["example"].as_str().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().nth(line as usize - 1).unwrap().contains(example), "line {line}, {example}");
}

#[test]
fn cost_with_decimal_comma_adds_up() {
    let file = shared("messy-derived/consulta_cp1252_semicolon_dayfirst_crlf.csv");
    let sum = answer(&["sql", "SELECT sum(\"Coste €\") AS total FROM events", "--flow", file.to_str().unwrap()]);
    let total = sum["rows"][0][0].as_f64().unwrap();
    assert!((total - 299_432.25).abs() < 1e-6, "{total}");
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Every file of the shared folders, whatever it is: an answer, or an error with what, where and a cure.
#[test]
fn no_file_panics_and_every_refusal_says_what_to_do() {
    let mut all = Vec::new();
    files(&shared(""), &mut all);
    all.sort();
    assert!(all.len() > 150, "the shared logs are missing");
    let (mut read, mut refused) = (0, 0);
    for file in all {
        match answer_or_error(&["stats", file.to_str().unwrap()]) {
            Ok(stats) => {
                read += 1;
                assert!(stats["events"].as_i64().unwrap() > 0, "{}", file.display());
            }
            Err(error) => {
                refused += 1;
                assert!(!error.contains("panicked"), "{}: {error}", file.display());
                assert!(error.starts_with("error: "), "{}: {error}", file.display());
                let name = file.file_name().unwrap().to_str().unwrap();
                assert!(error.contains(name), "{}: {error}", file.display());
                assert!(error.contains("hint: ") || error.contains("; "), "{}: {error}", file.display());
            }
        }
    }
    assert!(read >= 84, "only {read} files were read, {refused} refused");
}

#[test]
fn small_dialects_and_encodings_are_read() {
    let check = |name: &str, activity: &str| {
        let map = answer(&["map", shared(&format!("messy-csv-small/{name}")).to_str().unwrap()]);
        let found = map["activities"].as_array().unwrap().iter().any(|node| node["activity"] == activity);
        assert!(found, "{name}: no {activity} in {map}");
    };
    check("cid_acti_timest/05.csv", "Assess");
    check("cid_acti_timest/08.csv", "Wrap up");
    check("encodings/02_utf16.csv", "Approve");
    check("encodings/03_cp1252.csv", "Início");
    check("encodings/04_macroman.csv", "Início");
    check("overall/01.csv", "Process");
    check("overall/02.csv", "Execute");
    check("overall/03.csv", "Middle");
    check("overall/04.csv", "Finish");
}
