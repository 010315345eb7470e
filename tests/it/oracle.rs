//! `stats`, `map` and `variants` of every shared log with a known answer equal that answer: counts exactly, durations
//! to 1e-6 relative (the answers are rounded to a microsecond).

use crate::support::{answer, shared};
use serde_json::Value;
use std::collections::BTreeMap;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= (1e-6 * a.abs().max(b.abs())).max(1e-6)
}

fn counts(list: &Value, name: &str, count: &str) -> BTreeMap<String, i64> {
    let entry = |entry: &Value| (entry[name].as_str().unwrap().to_owned(), entry[count].as_i64().unwrap());
    list.as_array().unwrap().iter().map(entry).collect()
}

fn object(value: &Value) -> BTreeMap<String, i64> {
    value.as_object().unwrap().iter().map(|(name, count)| (name.clone(), count.as_i64().unwrap())).collect()
}

/// Compares the durations that both sides have.
fn durations(log: &str, what: &str, ours: &Value, truth: &Value) -> usize {
    let mut compared = 0;
    for key in ["mean", "median", "p90", "p95", "min", "max"] {
        if let Some(expected) = truth[key].as_f64() {
            let got = ours[key].as_f64().unwrap_or_else(|| panic!("{log}: {what} has no {key}"));
            assert!(close(got, expected), "{log}: {what} {key} is {got}, not {expected}");
            compared += 1;
        }
    }
    compared
}

fn check(folder: &str) {
    let text = std::fs::read_to_string(shared(folder).join("oracle.json")).unwrap();
    let oracle: Value = serde_json::from_str(&text).unwrap();
    let truth = &oracle["all_events"];
    let file = shared(folder).join(oracle["file"].as_str().unwrap());
    let options: Vec<&str> =
        oracle["read_with"]["options"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let ask = |command: &str| answer(&[&[command, file.to_str().unwrap()], options.as_slice()].concat());

    let stats = ask("stats");
    for key in ["events", "cases", "activities", "variants", "resources"] {
        if let Some(expected) = truth[key].as_i64() {
            assert_eq!(stats[key].as_i64(), Some(expected), "{folder}: {key}");
        }
    }
    assert_eq!(counts(&stats["start_activities"], "activity", "cases"), object(&truth["start_activities"]), "{folder}");
    assert_eq!(counts(&stats["end_activities"], "activity", "cases"), object(&truth["end_activities"]), "{folder}");
    assert_eq!(counts(&stats["rework"], "activity", "cases"), object(&truth["rework_cases_per_activity"]), "{folder}");
    let cycle = match &truth["case_duration_seconds_from_first_start"] {
        Value::Null => &truth["case_duration_seconds"],
        from_start => from_start,
    };
    if cycle.is_null() {
        assert!(stats["cycle_time_s"].is_null(), "{folder}: a log without times has no cycle time");
    } else {
        assert!(durations(folder, "cycle time", &stats["cycle_time_s"], cycle) >= 6);
        for (ours, theirs) in [("first_at", "first_event"), ("last_at", "last_event")] {
            let instant = |text: &Value| chrono::DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap();
            assert_eq!(instant(&stats[ours]), instant(&truth[theirs]), "{folder}: {ours}");
        }
    }

    let map = ask("map");
    assert_eq!(counts(&map["activities"], "activity", "events"), object(&truth["activity_event_counts"]), "{folder}");
    assert_eq!(counts(&map["activities"], "activity", "cases"), object(&truth["activity_case_counts"]), "{folder}");
    let edges: BTreeMap<(&str, &str), &Value> = map["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| ((edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap()), edge))
        .collect();
    let pairs = truth["dfg"].as_array().unwrap();
    assert_eq!(edges.len(), pairs.len(), "{folder}: number of pairs");
    for pair in pairs {
        let key = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        assert_eq!(edges[&key]["count"], pair[2], "{folder}: {key:?}");
    }
    // Their durations run from end to end, which is the same only where a row has one time.
    let one_time = oracle["read_with"]["interval"] == Value::Bool(false);
    for pair in truth["performance_dfg_seconds_top50"].as_array().filter(|_| one_time).into_iter().flatten() {
        let key = (pair["source"].as_str().unwrap(), pair["target"].as_str().unwrap());
        durations(folder, &format!("{key:?}"), &edges[&key]["duration_s"], pair);
    }

    let variants = ask("variants");
    assert_eq!(variants["total"], truth["variants"], "{folder}");
    let paths: BTreeMap<Vec<&str>, i64> = variants["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| {
            (
                v["activities"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect(),
                v["cases"].as_i64().unwrap(),
            )
        })
        .collect();
    for top in truth["top_variants"].as_array().unwrap() {
        let path: Vec<&str> = top["trace"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        assert_eq!(paths.get(&path).copied(), top["count"].as_i64(), "{folder}: {path:?}");
    }
    let singles = paths.values().filter(|cases| **cases == 1).count();
    assert_eq!(Some(singles as i64), truth["singleton_variants"].as_i64(), "{folder}");
}

/// With pairing, logs whose starts all have a completion equal the view of completions only.
fn check_merged(folder: &str, unfinished: i64) {
    let text = std::fs::read_to_string(shared(folder).join("oracle.json")).unwrap();
    let oracle: Value = serde_json::from_str(&text).unwrap();
    let truth = &oracle["complete_only"];
    let file = shared(folder).join(oracle["file"].as_str().unwrap());
    let options: Vec<&str> = oracle["read_with"]["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .map(|word| if word == "keep" { "merge" } else { word })
        .collect();
    let ask = |command: &str| answer(&[&[command, file.to_str().unwrap()], options.as_slice()].concat());
    let stats = ask("stats");
    // A start that is never completed stays an event of its own.
    assert_eq!(stats["events"].as_i64(), truth["events"].as_i64().map(|events| events + unfinished), "{folder}");
    assert_eq!((&stats["cases"], &stats["activities"]), (&truth["cases"], &truth["activities"]), "{folder}");
    if unfinished > 0 {
        return;
    }
    assert_eq!(stats["variants"], truth["variants"], "{folder}");
    let map = ask("map");
    for pair in truth["dfg"].as_array().unwrap() {
        let edge = map["edges"].as_array().unwrap().iter().find(|e| e["from"] == pair[0] && e["to"] == pair[1]);
        assert_eq!(edge.map(|edge| &edge["count"]), Some(&pair[2]), "{folder}: {pair}");
    }
}

macro_rules! logs {
    ($($name:ident: $folder:literal),* $(,)?) => {
        $(#[test] fn $name() { check($folder) })*

        /// No log with a known answer is left out of the list above.
        #[test]
        fn every_oracle_is_tested() {
            let mut tested = vec![$($folder),*];
            tested.sort_unstable();
            let mut found: Vec<String> = std::fs::read_dir(shared(""))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| !name.starts_with("ocel") && shared(name).join("oracle.json").exists())
                .collect();
            found.sort_unstable();
            assert_eq!(tested, found);
        }
    };
}

logs! {
    bpic2013_incidents: "bpic2013-incidents",
    bpic2020_domestic: "bpic2020-domestic",
    bpic2020_rfp: "bpic2020-rfp",
    helpdesk: "helpdesk",
    loan_app: "loan-app",
    patients: "patients",
    purchasing_example: "purchasing-example",
    receipt: "receipt",
    repair_example: "repair-example",
    reviewing: "reviewing",
    road_fines_100: "road-fines-100",
    running_example: "running-example",
    servicenow_incidents: "servicenow-incidents",
    synthetic_a12: "synthetic-a12",
    synthetic_a32: "synthetic-a32",
    synthetic_insurance_claims: "synthetic-insurance-claims",
    synthetic_pharmacy: "synthetic-pharmacy",
    synthetic_procure_to_pay: "synthetic-procure-to-pay",
}

#[test]
fn merged_repair_example() {
    check_merged("repair-example", 1);
}

#[test]
fn merged_patients() {
    check_merged("patients", 0);
}

#[test]
fn merged_reviewing() {
    check_merged("reviewing", 0);
}
