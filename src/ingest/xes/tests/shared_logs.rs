//! Real logs with known answers. They are not part of the project: where they are not at hand, nothing is checked.

use super::table::{Table, add};
use crate::ingest::xes::{XesOptions, XesReader};
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let root = PathBuf::from(format!("{}/../shared/eventlogs", env!("CARGO_MANIFEST_DIR")));
    let folders = fs::read_dir(root).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    match path.extension().is_some_and(|extension| extension == "gz") {
        true => GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap(),
        false => File::open(path).unwrap().read_to_end(&mut bytes).unwrap(),
    };
    bytes
}

fn table(bytes: &[u8]) -> Table {
    let mut reader = XesReader::new(BufReader::new(bytes), &XesOptions::default()).unwrap();
    let mut table = Table::default();
    while let Some(chunk) = reader.next_chunk(1000).unwrap() {
        add(chunk, &mut table);
    }
    table
}

/// Opening tags by a search that knows nothing of XML but comments.
fn count(text: &str, tag: &str) -> usize {
    let mut plain = String::new();
    for part in text.split("<!--") {
        plain.push_str(part.split_once("-->").map_or(part, |(_, after)| after));
    }
    plain
        .match_indices(tag)
        .filter(|(at, _)| plain[at + tag.len()..].starts_with([' ', '>', '/', '\r', '\n', '\t']))
        .count()
}

fn is_xes(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".xes") || name.ends_with(".xes.gz")
}

#[test]
fn every_event_and_trace_is_accounted_for() {
    for path in files().iter().filter(|path| is_xes(path)) {
        let bytes = bytes(path);
        // The largest ones are compared with the oracle only, to keep the test short.
        if bytes.len() > 10_000_000 {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        let table = table(&bytes);
        assert_eq!(table.rows.len() + table.rejects.len(), count(&text, "<event"), "{}", path.display());
        // No log here has two traces of one name or a trace whose events were all rejected but one.
        let cases: BTreeSet<&str> = table.rows.iter().map(|row| row.case.as_str()).collect();
        let without_rows = usize::from(table.rows.is_empty() && !table.rejects.is_empty());
        let traces = cases.len() + table.empty_cases as usize + without_rows;
        assert_eq!(traces, count(&text, "<trace"), "{}", path.display());
        assert!(
            table.rejects.iter().all(|reject| reject.0 == "MissingActivity"),
            "{}: {:?}",
            path.display(),
            table.rejects
        );
        for row in &table.rows {
            let line = text.lines().nth(row.line as usize - 1).unwrap_or_default();
            assert!(line.contains("<event"), "{} line {}: {line}", path.display(), row.line);
            if row.line > 2000 {
                break;
            }
        }
    }
}

#[test]
fn edge_cases_are_read_as_they_should() {
    let check = |name: &str, rows: usize, rejects: usize, empty_cases: u64, without_time: usize| {
        let Some(path) = files().into_iter().find(|path| path.ends_with(format!("xes-edge-cases/{name}"))) else {
            return;
        };
        let table = table(&bytes(&path));
        let timeless = table.rows.iter().filter(|row| row.end.is_none()).count();
        let found = (table.rows.len(), table.rejects.len(), table.empty_cases, timeless);
        assert_eq!(found, (rows, rejects, empty_cases, without_time), "{name}");
    };
    check("L1_empty_log.xes", 0, 0, 0, 0);
    check("L1_1trace_empty_trace.xes", 0, 0, 1, 0);
    check("L1_1trace_1event_no_concept_name.xes", 0, 1, 0, 0);
    check("composite_list_attributes.xes", 0, 1, 0, 0);
    check("L1_start_complete_no_overlapping_missing_timestamp.xes", 46, 0, 0, 1);
    check("partial order example.xes", 25, 0, 0, 25);
    check("partial order example 3.xes", 64, 0, 0, 64);
    check("L1_2traces_each_1event.xes", 3, 0, 0, 0);
}

#[test]
fn answers_agree_with_the_oracle() {
    for path in files().iter().filter(|path| path.ends_with("oracle.json")) {
        let oracle: serde_json::Value = serde_json::from_slice(&bytes(path)).unwrap();
        let log = path.with_file_name(oracle["file"].as_str().unwrap_or_default());
        if !is_xes(&log) {
            continue;
        }
        let (table, expected) = (table(&bytes(&log)), &oracle["all_events"]);
        let count = |key: &str| expected[key].as_u64().unwrap() as usize;
        let cases: BTreeSet<&str> = table.rows.iter().map(|row| row.case.as_str()).collect();
        let mut activities: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &table.rows {
            *activities.entry(&row.activity).or_default() += 1;
        }
        let found = (cases.len(), table.rows.len(), activities.len());
        assert_eq!(found, (count("cases"), count("events"), count("activities")), "{}", log.display());
        for (activity, events) in &activities {
            assert_eq!(expected["activity_event_counts"][activity].as_u64(), Some(*events), "{activity}");
        }
        let resources: BTreeSet<&str> =
            table.rows.iter().map(|row| &*row.resource).filter(|name| !name.is_empty()).collect();
        if let Some(expected) = expected["resources"].as_u64() {
            assert_eq!(resources.len() as u64, expected, "{}", log.display());
        }
        let first = table.rows.iter().filter_map(|row| row.end).min();
        if let Some(expected) = expected["first_event"].as_str() {
            let expected = chrono::DateTime::parse_from_rfc3339(expected).unwrap().timestamp_micros();
            assert_eq!(first, Some(expected), "{}", log.display());
        }
    }
}

#[test]
fn other_xml_is_named() {
    for path in files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let expected = match name.as_str() {
            "pendingEvent.xml" => "DCR graph",
            _ if name.ends_with(".bpmn") => "BPMN",
            _ if name.ends_with(".pnml") => "Petri net",
            _ if name.ends_with(".ptml") => "process tree",
            _ if name.ends_with(".xmlocel") || name.ends_with(".xml.gz") => "object-centric logs are not supported yet",
            _ if name.ends_with(".csv") => "expected an XES log",
            _ => continue,
        };
        let bytes = bytes(&path);
        let error = XesReader::new(BufReader::new(&*bytes), &XesOptions::default());
        let error = error.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(expected), "{}: {error}", path.display());
    }
}
