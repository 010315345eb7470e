//! The sample against its official flow: what is planted in it is found, and hardly anything else.

use crate::api::reading::block_on;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use throughline::app::{App, Asked, InForce, OfficialModel, Target};
use throughline::config::Config;
use throughline::ingest::Progress;
use throughline::model::deviations::Deviations;
use throughline::model::filter::Filter;
use throughline::model::mapping::MappingOptions;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data").join(name)
}

struct Sample {
    app: App,
    target: Target,
    _folder: tempfile::TempDir,
}

fn open() -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = folder.path().join("data");
    let app = App::open(config, None).unwrap();
    let log = sample("order_to_cash.csv.gz");
    let (target, _) = app.target_file(&log, &MappingOptions::default(), &Progress::default()).unwrap();
    Sample { app, target, _folder: folder }
}

impl Sample {
    fn held(&self, filter: &str, model: &Arc<OfficialModel>) -> Deviations {
        let asked = Asked { target: self.target.clone(), filter: filter.parse().unwrap() };
        block_on(self.app.deviations(&asked, model)).unwrap()
    }

    /// The cases that differ so.
    fn cases(&self, filter: &str, model: &Arc<OfficialModel>, wanted: &[(&str, Option<&str>)]) -> BTreeSet<String> {
        let found = self.held(filter, model);
        let is_wanted = |kind: &str, activity: &str| {
            wanted.iter().any(|(own, of)| *own == kind && of.is_none_or(|of| of == activity))
        };
        let ids: Vec<String> = found
            .deviations
            .iter()
            .filter(|one| is_wanted(&one.kind, &one.activity))
            .map(|one| one.id.clone())
            .collect();
        assert!(!ids.is_empty(), "{wanted:?}");
        let filter = Filter { deviations: ids, ..filter.parse().unwrap() };
        let asked = Asked { target: self.target.clone(), filter };
        let asked = block_on(self.app.held_against(&asked, &InForce::only(Arc::clone(model)))).unwrap();
        let cases = block_on(self.app.cases(&asked, 0, 10_000)).unwrap();
        cases.cases.into_iter().map(|case| case.case).collect()
    }
}

/// Both precision and recall.
#[track_caller]
fn agree(what: &str, found: &BTreeSet<String>, planted: &BTreeSet<String>) {
    let both = found.intersection(planted).count() as f64;
    let (precision, recall) = (both / found.len() as f64, both / planted.len() as f64);
    let wrong: Vec<&String> = found.symmetric_difference(planted).take(8).collect();
    assert!(precision >= 0.98 && recall >= 0.98, "{what}: precision {precision}, recall {recall}, e.g. {wrong:?}");
}

fn truth(id: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(sample("truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&text).unwrap();
    let fact = truth["facts"].as_array().unwrap().iter().find(|fact| fact["id"] == id).unwrap().clone();
    fact["case_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// The activities of each case in the order of the file, which is that of their ends.
fn paths() -> BTreeMap<String, Vec<String>> {
    let mut text = String::new();
    let file = std::fs::File::open(sample("order_to_cash.csv.gz")).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut fields = line.split(',');
        let (case, activity) = (fields.next().unwrap(), fields.next().unwrap());
        paths.entry(case.to_owned()).or_default().push(activity.to_owned());
    }
    paths
}

/// The official flow; `approved` takes away the way past the approval, for orders that need one.
fn model(approved: bool) -> Arc<OfficialModel> {
    let text = std::fs::read_to_string(sample("order_to_cash.bpmn")).unwrap();
    let past = "    <bpmn:sequenceFlow id=\"no_approval_needed\" sourceRef=\"needs\" targetRef=\"approved\"/>\n";
    assert!(text.contains(past));
    let text = if approved { text.replace(past, "") } else { text };
    Arc::new(OfficialModel::read("order_to_cash.bpmn", text.as_bytes()).unwrap())
}

#[test]
fn skipped_approvals_are_found_and_the_collection_gap_is_not_blamed() {
    let sample = open();
    let model = model(true);
    let mut found = BTreeSet::new();
    let mut hidden = 0;
    for needs in ["case.amount_eur>10000", "case.amount_eur<=10000;case.discount_percent>15"] {
        let all = sample.held(needs, &model);
        let skipped = all
            .deviations
            .iter()
            .find(|one| (one.kind.as_str(), one.activity.as_str()) == ("skipped", "Approve order"));
        hidden += skipped.unwrap().not_observable_cases;
        found.extend(sample.cases(needs, &model, &[("skipped", Some("Approve order"))]));
    }
    agree("skipped approvals", &found, &truth("skipped_approval"));
    // The one approval that was lost with the rows of two days; another case may have been near.
    assert!((1..=2).contains(&hidden), "{hidden}");
}

#[test]
fn open_cases_the_old_label_and_doubled_rows_are_found() {
    let sample = open();
    let model = model(false);
    // Cases that lost their last rows in the gap have been idle since, so they count as ended too early.
    let ended = [("not_finished", None), ("undeclared_end", None)];
    agree("open cases", &sample.cases("", &model, &ended), &truth("open_cases"));
    let with = |wanted: &dyn Fn(&[String]) -> bool| -> BTreeSet<String> {
        paths().into_iter().filter(|(_, path)| wanted(path)).map(|(case, _)| case).collect()
    };
    let old = "Order confirmation sent";
    let found = sample.cases("", &model, &[("extra", Some(old))]);
    agree("the old label", &found, &with(&|path| path.iter().any(|step| step == old)));
    let found = sample.cases("", &model, &[("repeated_too_often", Some("Receive order"))]);
    let twice = with(&|path| path.iter().filter(|step| *step == "Receive order").count() > 1);
    agree("orders received twice", &found, &twice);
}

#[test]
fn parallel_steps_and_the_happy_path_differ_in_nothing() {
    let sample = open();
    let model = model(false);
    let found = sample.held("", &model);
    let swapped = found.deviations.iter().find(|one| {
        one.kind == "out_of_order" && one.activity == "Send invoice" && one.other.as_deref() == Some("Ship goods")
    });
    assert!(swapped.is_none(), "{swapped:?}");
    // What fits: all but gaps, the old label, doubled rows and open cases.
    assert!(found.finished.conforming_share.unwrap() > 0.9, "{:?}", found.finished);
    assert_eq!(found.official.unknown_steps, [""; 0]);
    assert_eq!(found.official.unknown_activities, ["Order confirmation sent"]);
    let told = found.deviations.iter().find(|one| one.activity == "Order confirmation sent").unwrap();
    let sentence = "“Order confirmation sent” is not part of the flow; it was recorded in ";
    assert!(told.sentence.starts_with(sentence), "{}", told.sentence);
    assert_eq!(told.matched_on.as_deref(), Some("customer_segment"));
    assert!(told.sentence.contains("among cases of the same customer_segment"), "{}", told.sentence);
    assert!(told.trend.len() > 12 && told.granularity == "month");
    assert_eq!(told.trend.iter().map(|one| one.cases).sum::<i64>(), told.cases);
}

/// Payments of key accounts come late, orders by phone from the South are shipped late, and from June 2025 on more orders
/// lack data, so that they are entered again. Counts by another program.
#[test]
fn what_goes_with_slow_cases_and_rework_is_what_was_planted() {
    let sample = open();
    let asked = Asked { target: sample.target.clone(), filter: Filter::default() };
    let slow = block_on(sample.app.causes(&asked, &"slow".parse().unwrap())).unwrap();
    assert_eq!((slow.cases, slow.target_cases, slow.left_out_cases), (4_338, 500, 662));
    let first = &slow.findings[0];
    assert_eq!((first.attribute.as_str(), first.value.as_deref()), ("customer_segment", Some("Key account")));
    assert_eq!((first.cases, first.target_cases), (1_025, 317));
    let is_found = |attribute: &str, value: &str| {
        slow.findings.iter().any(|one| one.attribute == attribute && one.value.as_deref() == Some(value))
    };
    assert!(is_found("region", "South") && is_found("channel", "Phone"), "{:?}", slow.findings);
    let split = slow.tree.unwrap().split.unwrap();
    assert_eq!(split.attribute, "customer_segment");
    let rework = block_on(sample.app.causes(&asked, &"rework".parse().unwrap())).unwrap();
    assert_eq!((rework.cases, rework.target_cases), (5_000, 1_355));
    let first = &rework.findings[0];
    assert_eq!((first.value.as_deref(), first.cases, first.target_cases), (Some("Key account"), 1_222, 422));
    let months: Vec<&str> = rework
        .findings
        .iter()
        .filter(|one| one.attribute == "month of the start")
        .filter_map(|one| one.value.as_deref())
        .collect();
    assert!(!months.is_empty() && months.iter().all(|month| *month >= "2025-06"), "{months:?}");
}

/// Orders that nobody approves are the small ones; what is found is about finished cases only.
#[test]
fn what_goes_with_a_difference_is_about_finished_cases() {
    let sample = open();
    let asked = Asked { target: sample.target.clone(), filter: Filter::default() };
    let model = model(true);
    let found = block_on(sample.app.deviations(&asked, &model)).unwrap();
    let held = block_on(sample.app.held_against(&asked, &InForce::only(Arc::clone(&model)))).unwrap();
    let any = block_on(sample.app.causes(&held, &"deviation".parse().unwrap())).unwrap();
    assert_eq!(any.cases, found.finished.known_cases);
    assert_eq!(any.target_cases, found.finished.known_cases - found.finished.conforming_cases);
    // This model demands an approval of every order, and only large ones have one: nothing tells them apart as well.
    let split = any.tree.unwrap().split.unwrap();
    assert_eq!(split.attribute, "amount_eur");
    assert!(split.with.target_share < split.without.target_share, "{split:?}");
    let unknown = block_on(sample.app.causes(&held, &"deviation=none".parse().unwrap()));
    assert!(unknown.unwrap_err().to_string().contains("`none`"));
}
