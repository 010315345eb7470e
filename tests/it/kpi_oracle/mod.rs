//! KPIs against plain loops over the rows of the exported log: no SQL and no table of the program, and where there is
//! another way to a figure, that one. Which row comes first is worked out beside each query; here rows are found by
//! their first column.

mod flow;
mod log;
mod people;
mod quality;
mod time;

use crate::support::{answer, shared};
use log::{Case, read};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Rows of an answer, in no order.
type Rows = Vec<Vec<Value>>;
/// A KPI that needs no parameter, by loops.
type Plain = fn(&[Case]) -> Rows;
/// A KPI that is told some activities, by loops.
type Named = fn(&[Case], &[&str]) -> Rows;

const PLAIN: [(&str, Plain); 32] = [
    ("arrival_rate", time::arrival_rate),
    ("automation_activities", people::automation_activities),
    ("automation_over_time", people::automation_over_time),
    ("automation_rate", people::automation_rate),
    ("batching", people::batching),
    ("completeness", quality::completeness),
    ("concentration", people::concentration),
    ("duplicate_events", quality::duplicate_events),
    ("first_pass_yield", quality::first_pass_yield),
    ("first_response", time::first_response),
    ("flow_balance", time::flow_balance),
    ("flow_efficiency", flow::flow_efficiency),
    ("flow_efficiency_over_time", flow::flow_efficiency_over_time),
    ("handoffs_kinds", people::handoffs_kinds),
    ("littles_law", time::littles_law),
    ("ping_pong", people::ping_pong),
    ("predictability", time::predictability),
    ("reassignments", people::reassignments),
    ("rework_effort", quality::rework_effort),
    ("rework_kinds", quality::rework_kinds),
    ("rework_kinds_steps", quality::rework_kinds_steps),
    ("rolled_yield", quality::rolled_yield),
    ("straight_through", people::straight_through),
    ("straight_through_over_time", people::straight_through_over_time),
    ("throughput_per_person", people::throughput_per_person),
    ("time_precision", quality::time_precision),
    ("touch_time", flow::touch_time),
    ("variant_spread", flow::variant_spread),
    // Older ones that the same loops can count.
    ("activity_frequency", flow::activity_frequency),
    ("handoffs_per_case", people::handoffs_per_case),
    ("resource_count", people::resource_count),
    ("rework_cases", quality::rework_cases),
];

const NAMED: [(&str, &str, Named); 4] = [
    ("case_states", "ends", flow::case_states),
    ("error_rate", "markers", quality::error_rate),
    ("open_cases", "ends", flow::open_cases),
    ("reopened", "ends", quality::reopened),
];

/// Microseconds as seconds.
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Type 7: the place is `share` of the way from the first to the last.
fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    Some(below + place.fract() * (above - below))
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn quotient(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| part / whole)
}

/// k, n, k/n and the rates from which k/n is 1.96 standard errors away, which is what Wilson's interval is.
fn rate(k: usize, n: usize) -> Vec<Value> {
    if n == 0 {
        return vec![json!(k), json!(n), Value::Null, Value::Null, Value::Null];
    }
    let (share, z2) = (k as f64 / n as f64, 1.959_963_984_540_054_f64.powi(2) / n as f64);
    let (a, b, c) = (1.0 + z2, -(2.0 * share + z2), share * share);
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    vec![json!(k), json!(n), json!(share), json!((-b - root) / (2.0 * a)), json!((-b + root) / (2.0 * a))]
}

fn row(parts: &[&[Value]]) -> Vec<Value> {
    parts.concat()
}

/// Numbers to a millionth, whatever way they were computed.
fn same(ours: &Value, truth: &Value) -> bool {
    match (ours.as_f64(), truth.as_f64()) {
        (Some(ours), Some(truth)) => (ours - truth).abs() <= 1e-6 + 1e-9 * truth.abs(),
        _ => ours == truth,
    }
}

fn compare(what: &str, answered: &Value, mut truth: Rows) {
    assert_eq!(answered["meta"]["truncated"], false, "{what}");
    let mut rows: Rows =
        answered["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().clone()).collect();
    for list in [&mut rows, &mut truth] {
        list.sort_by_key(|row| row[0].to_string());
    }
    assert_eq!(rows.len(), truth.len(), "{what}: {rows:?}\nby loops {truth:?}");
    for (ours, truth) in rows.iter().zip(&truth) {
        let equal = ours.len() == truth.len() && ours.iter().zip(truth).all(|(ours, truth)| same(ours, truth));
        assert!(equal, "{what}: {ours:?}\nby loops {truth:?}");
    }
}

fn check(file: &Path, options: &[&str], named: &[&str]) {
    let cases = read(file, options);
    let name = file.to_str().unwrap();
    let all = answer(&[&["kpi", name], options].concat());
    let answers = all["kpis"].as_array().unwrap();
    for (id, loops) in PLAIN {
        let answered = answers.iter().find(|one| one["kpi"]["id"] == id).unwrap_or_else(|| panic!("no {id}"));
        compare(&format!("{name}: {id}"), answered, loops(&cases));
    }
    for (id, parameter, loops) in NAMED {
        let given = format!("{parameter}={}", named.join("|"));
        let answered = answer(&[&["kpi", id, name, "--param", given.as_str()], options].concat());
        compare(&format!("{name}: {id}"), &answered, loops(&cases, named));
    }
}

/// Starts, ends and resources; hardly any waiting.
#[test]
fn loan_app() {
    let options = "--case case:concept:name --activity concept:name --timestamp time:timestamp --start start_timestamp \
                   --resource org:resource --lifecycle keep";
    let options: Vec<&str> = options.split_whitespace().collect();
    check(&shared("loan-app/LoanApp_simplified.csv.gz"), &options, &["Approve application", "Reject application"]);
}

/// Starts and ends, much rework, overlaps.
#[test]
fn purchasing_example() {
    let options = "--case case_id --activity activity --timestamp end_time --start start_time --resource resource --lifecycle keep";
    let options: Vec<&str> = options.split_whitespace().collect();
    check(&shared("purchasing-example/PurchasingExample.csv.gz"), &options, &["Pay Invoice"]);
}

/// Many people, ping-pong, reopened cases, one time a row.
#[test]
fn bpic2013_incidents() {
    check(&shared("bpic2013-incidents/bpic2013_incidents.xes.gz"), &["--lifecycle", "keep"], &["Completed"]);
}

/// All that a log may say, doubled rows among it.
#[test]
fn sample() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample_data/order_to_cash.csv.gz");
    check(&file, &[], &["Reconcile payment", "Cancel order"]);
}
