//! Tests of the whole generator: the same seed gives the same bytes, and a recount of the CSV, made with other code
//! and another calendar, finds what `truth.json` says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Madrid;
use serde_json::Value;

use crate::calendar::HOLIDAYS;
use crate::generation::{Request, RowOrder, generate};
use crate::output::{Columns, Output};

fn made(cases: u64, seed: u64, order: RowOrder, columns: Columns) -> (Value, String) {
    let request = Request { cases, seed, order };
    let (truth, bytes) = generate(request, Output::memory(columns)).unwrap();
    (serde_json::to_value(truth).unwrap(), String::from_utf8(bytes).unwrap())
}

#[derive(Clone, Debug, PartialEq)]
struct Line<'a> {
    case: &'a str,
    activity: &'a str,
    start: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
    resource: &'a str,
    fields: Vec<&'a str>,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 15, "{line}");
            let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
            let (start, end) = (time(fields[2]), time(fields[3]));
            Line { case: fields[0], activity: fields[1], start, end, resource: fields[4], fields }
        })
        .collect()
}

fn by_case<'a, 'b>(lines: &'b [Line<'a>]) -> BTreeMap<&'a str, Vec<&'b Line<'a>>> {
    let mut cases: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        cases.entry(line.case).or_default().push(line);
    }
    cases
}

fn working_seconds(from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> i64 {
    let (from, to) = (from.with_timezone(&Madrid), to.with_timezone(&Madrid));
    let days = from.date_naive().iter_days().take_while(|day| *day <= to.date_naive());
    let worked = |day: NaiveDate| {
        if day.weekday().num_days_from_monday() > 4 || HOLIDAYS.contains(&(day.month(), day.day())) {
            return 0;
        }
        let at = |hour| Madrid.from_local_datetime(&day.and_hms_opt(hour, 0, 0).unwrap()).unwrap();
        (to.min(at(18)) - from.max(at(9))).num_seconds().max(0)
    };
    days.map(worked).sum()
}

type Counts = BTreeMap<String, u64>;

fn count(counts: &mut Counts, key: &str, counted: bool) {
    *counts.entry(key.to_owned()).or_default() += u64::from(counted);
}

fn is_confirmation(line: &Line) -> bool {
    matches!(line.activity, "Confirm order" | "Order confirmation sent")
}

fn recount_case(rows: &[&Line], counts: &mut Counts) {
    let find = |activity: &str| rows.iter().find(|row| row.activity == activity);
    let fields = &rows[0].fields;
    assert!(rows.iter().all(|row| row.fields[9..] == fields[9..]), "attributes of {} differ", rows[0].case);
    let (segment, region, channel) = (fields[9], fields[10], fields[11]);
    let (amount, discount): (f64, f64) = (fields[12].parse().unwrap(), fields[13].parse().unwrap());
    let confirmed = rows.iter().find(|row| is_confirmation(row));
    let approved = find("Approve order");
    if confirmed.is_some() {
        let side = if amount > 10_000.0 || discount > 15.0 { "inside" } else { "outside" };
        count(counts, &format!("approval_rule.cases_{side}_rule"), true);
        count(counts, &format!("approval_rule.approved_{side}_rule"), approved.is_some());
        count(counts, "skipped_approval.without_approval_in_log", side == "inside" && approved.is_none());
    }
    if let Some(approved) = approved {
        count(counts, "segregation_of_duties.cases_approved", true);
        let same = rows.iter().any(|row| row.activity == "Enter order" && row.resource == approved.resource);
        count(counts, "segregation_of_duties.cases_violating", same);
    }
    if find("Review credit by hand").is_some() {
        count(counts, "random_judgement.cases_reviewed", true);
        count(counts, "random_judgement.cases_with_prepayment", find("Ask for prepayment").is_some());
    }
    let start = rows.iter().map(|row| row.start).min().unwrap().with_timezone(&Madrid).date_naive();
    let half = if start < NaiveDate::from_ymd_opt(2025, 6, 1).unwrap() { "before" } else { "from" };
    count(counts, &format!("drift.cases_{half}"), true);
    count(counts, &format!("drift.with_missing_data_{half}"), find("Ask for missing data").is_some());
    let cancelled = find("Cancel order").is_some();
    let open = find("Reconcile payment").is_none() && !cancelled;
    count(counts, "open_cases.open", open);
    count(counts, "open_cases.closed", !open);
    count(counts, "open_cases.closed_by_cancellation", cancelled);
    let path: Vec<&str> = rows.iter().map(|row| row.activity).collect();
    let happy = "Receive order,Enter order,Check credit,Confirm order,Ship goods,Send invoice,Receive payment,Reconcile payment";
    count(counts, "happy_path.cases", path.join(",") == happy);
    if let (Some(received), Some(confirmed)) = (find("Receive order"), confirmed) {
        recount_promise(segment, received, confirmed, counts);
    }
    if let Some(shipped) = find("Ship goods") {
        let day = shipped.end.with_timezone(&Madrid).date_naive().to_string();
        let part = if (region, channel) == ("South", "Phone") { "combination" } else { "rest" };
        count(counts, &format!("late_delivery.cases_of_{part}"), true);
        count(counts, &format!("late_delivery.late_of_{part}"), day.as_str() > fields[14]);
    }
    let place = |activity| path.iter().position(|step| *step == activity);
    if let (Some(ship), Some(invoice)) = (place("Ship goods"), place("Send invoice")) {
        count(counts, "parallel_steps.cases", true);
        count(counts, "parallel_steps.invoice_first", invoice < ship);
    }
    let mut same_second = false;
    for pair in rows.windows(2) {
        count(counts, "duplicates.duplicate_rows", pair[0] == pair[1]);
        same_second |= pair[0] != pair[1] && pair[0].end == pair[1].end;
    }
    count(counts, "equal_timestamps.cases", same_second);
}

fn recount_promise(segment: &str, received: &Line, confirmed: &Line, counts: &mut Counts) {
    let hours = BTreeMap::from([("Key account", (48, 18)), ("Business", (72, 27)), ("Small", (96, 36))])[segment];
    let elapsed = (confirmed.end - received.end).num_seconds();
    let late = elapsed > hours.0 * 3_600;
    count(counts, &format!("confirmation_sla.cases.{segment}"), true);
    count(counts, &format!("confirmation_sla.late_elapsed.{segment}"), late);
    let late_working = working_seconds(received.end, confirmed.end) > hours.1 * 3_600;
    count(counts, &format!("confirmation_sla.late_working.{segment}"), late_working);
    if received.end.offset() != confirmed.end.offset() {
        let by_the_wall = (confirmed.end.naive_local() - received.end.naive_local()).num_seconds();
        count(counts, "clock_change.cases", true);
        count(counts, "clock_change.judged_wrongly_by_local_time", (by_the_wall > hours.0 * 3_600) != late);
    }
}

fn recount_row(line: &Line, counts: &mut Counts) {
    assert!(line.start <= line.end, "{line:?}");
    let within = |from: &str, to: &str| {
        let end = line.end.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        from <= end.as_str() && end.as_str() < to
    };
    count(counts, "log.rows", true);
    count(counts, "synonym_label.rows", line.activity == "Order confirmation sent");
    count(counts, "collection_gap.rows_in_gap", within("2025-02-19T23:00:00Z", "2025-02-21T23:00:00Z"));
    let (outage, erp) = (within("2025-05-13T08:00:00Z", "2025-05-13T12:00:00Z"), line.fields[6] == "ERP");
    count(counts, "outage.rows_of_system", outage && erp);
    count(counts, "outage.rows_of_other_systems", outage && !erp);
    if line.activity == "Reconcile payment" {
        count(counts, "key_person.rows", true);
        count(counts, "key_person.rows_by_key_person", line.resource == "Silvia Reyes");
    }
    if line.activity == "Ship goods" {
        let half = if line.start.to_rfc3339().as_str() < "2025-09-01" { "before" } else { "from" };
        count(counts, &format!("before_after.rows_{half}"), true);
    }
}

fn fact<'a>(truth: &'a Value, id: &str) -> &'a Value {
    truth["facts"].as_array().unwrap().iter().find(|fact| fact["id"] == id).unwrap()
}

fn share(truth: &Value, id: &str, key: &str) -> f64 {
    fact(truth, id)["found"][key].as_f64().unwrap()
}

#[test]
fn a_recount_finds_what_the_truth_says() {
    for order in [RowOrder::Time, RowOrder::Case] {
        let (truth, text) = made(5_000, 1, order, Columns::Full);
        let lines = lines(&text);
        let cases = by_case(&lines);
        let mut counts = Counts::new();
        lines.iter().for_each(|line| recount_row(line, &mut counts));
        cases.values().for_each(|rows| recount_case(rows, &mut counts));
        assert!(counts.len() > 40, "{counts:?}");
        for (key, counted) in &counts {
            let mut parts = key.split('.');
            let id = parts.next().unwrap();
            let found = if id == "log" { &truth["log"] } else { &fact(&truth, id)["found"] };
            let found = parts.fold(found, |value, part| &value[part]);
            assert_eq!(found.as_u64(), Some(*counted), "{key}");
        }
        let distinct = |value: fn(&Line) -> String| lines.iter().map(value).collect::<BTreeSet<String>>().len() as u64;
        let variants: BTreeSet<Vec<&str>> =
            cases.values().map(|rows| rows.iter().map(|row| row.activity).collect()).collect();
        let expected = [cases.len(), variants.len()].map(|count| count as u64);
        let log = &truth["log"];
        assert_eq!([&log["cases"], &log["variants"]].map(Value::as_u64), expected.map(Some));
        assert_eq!(log["activities"].as_u64(), Some(distinct(|line| line.activity.to_owned())));
        assert_eq!(log["resources"].as_u64(), Some(distinct(|line| line.resource.to_owned())));
        let listed = fact(&truth, "open_cases")["case_ids"].as_array().unwrap().len() as u64;
        assert_eq!(Some(listed), fact(&truth, "open_cases")["found"]["open"].as_u64());
    }
}

#[test]
fn the_planted_rates_hold() {
    let (truth, _) = made(20_000, 3, RowOrder::Case, Columns::Full);
    let check = |id, key, expected: f64, tolerance: f64| {
        let found = share(&truth, id, key);
        assert!((found - expected).abs() <= tolerance, "{id}.{key}: {found} instead of {expected}");
    };
    check("skipped_approval", "share", 0.0909, 0.004);
    check("approval_rule", "approved_outside_rule", 0.0, 0.0);
    check("random_judgement", "share", 0.5, 0.03);
    check("drift", "share_before", 0.06, 0.008);
    check("drift", "share_from", 0.22, 0.015);
    check("key_person", "share", 0.92, 0.002);
    check("segregation_of_duties", "share", 1.0 / 30.0, 0.003);
    check("before_after", "change", -0.2, 0.02);
    check("mix_shift", "key_account_share_before", 0.14, 0.015);
    check("mix_shift", "key_account_share_from", 0.32, 0.02);
    check("outage", "rows_of_system", 0.0, 0.0);
    check("late_delivery", "share_of_rest", 0.06, 0.03);
    check("late_delivery", "share_of_combination", 0.6, 0.1);
    let rows = truth["log"]["rows"].as_f64().unwrap() / 20_000.0;
    assert!((rows - crate::generation::ROWS_OF_A_THOUSAND_CASES as f64 / 1_000.0).abs() < 0.1, "{rows} rows a case");
}

#[test]
fn the_same_seed_gives_the_same_bytes_for_ever() {
    let checksum =
        |text: &str| text.bytes().fold(17_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let (_, text) = made(300, 1, RowOrder::Time, Columns::Full);
    assert_eq!(text, made(300, 1, RowOrder::Time, Columns::Full).1);
    assert_ne!(text, made(300, 2, RowOrder::Time, Columns::Full).1);
    assert_eq!(checksum(&text), STABLE_CHECKSUM, "the sample files have to be made again");
}

/// Written down once, on one platform, to be found again on all others.
const STABLE_CHECKSUM: u64 = 13_791_654_313_679_321_580;

#[test]
fn rows_by_time_are_sorted_and_are_the_rows_by_case() {
    for columns in [Columns::Full, Columns::Slim] {
        let (_, by_time) = made(2_000, 5, RowOrder::Time, columns);
        let (_, by_case) = made(2_000, 5, RowOrder::Case, columns);
        let column = if columns == Columns::Full { 3 } else { 2 };
        let end = |line: &str| DateTime::parse_from_rfc3339(line.split(',').nth(column).unwrap()).unwrap();
        let times: Vec<_> = by_time.lines().skip(1).map(end).collect();
        assert!(times.is_sorted() && times.len() > 15_000);
        let mut rows: Vec<&str> = by_time.lines().skip(1).collect();
        // A stable sort by case: the rows of a case keep their order.
        rows.sort_by_key(|line| line.split(',').next());
        assert!(rows.iter().copied().eq(by_case.lines().skip(1)));
    }
}

#[test]
fn people_work_in_their_hours() {
    let (_, text) = made(2_000, 8, RowOrder::Time, Columns::Full);
    let mut nights = 0;
    for line in lines(&text).iter().filter(|line| line.fields[7] == "false") {
        let start = line.start.with_timezone(&Madrid);
        let off = start.weekday().num_days_from_monday() > 4 || !(7..19).contains(&start.hour());
        nights += u32::from(off);
    }
    assert_eq!(nights, 0);
}

#[test]
fn a_case_may_be_alone_or_vanish() {
    for cases in [1, 2, 12] {
        for seed in 0..50 {
            let (truth, text) = made(cases, seed, RowOrder::Time, Columns::Full);
            assert_eq!(truth["log"]["rows"].as_u64(), Some(text.lines().count() as u64 - 1));
        }
    }
}

#[test]
fn the_shipped_sample_is_what_the_generator_makes() {
    let folder = format!("{}/sample_data", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::File::open(format!("{folder}/order_to_cash.csv.gz")).unwrap();
    let mut shipped = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut shipped).unwrap();
    let (truth, text) = made(5_000, 1, RowOrder::Time, Columns::Full);
    assert!(shipped == text, "order_to_cash.csv.gz has to be made again, see sample_data/README.md");
    let shipped: Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/truth.json")).unwrap()).unwrap();
    assert!(shipped == truth, "truth.json has to be made again, see sample_data/README.md");
}
