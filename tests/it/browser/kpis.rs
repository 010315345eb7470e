//! KPIs: one number, whether page, API or file.

use super::keyboard::strings;
use super::server;
use super::tab::Tab;
use serde_json::Value;
use throughline::draw::figure::{count, duration, percent};

/// The tables of the page by the ids of their KPIs, cell by cell.
const TABLES: &str = "Object.fromEntries([...document.querySelectorAll('.kpi')].map((card) => [card.id,
    [...card.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))]))";

/// What a person reads of a value of this kind.
fn shown(kind: &str, value: &Value) -> Option<String> {
    match (kind, value) {
        ("duration_s", Value::Null) | ("share", Value::Null) | ("count", Value::Null) => Some("–".to_owned()),
        ("duration_s", value) => value.as_f64().map(duration),
        ("share", value) => value.as_f64().map(percent),
        ("count", value) => value.as_i64().map(count),
        // Times are written for people, without their fractions.
        ("timestamp", Value::String(text)) => {
            let seconds = text.split(['.', 'Z']).next().unwrap_or_default();
            Some(seconds.replace('T', " "))
        }
        (_, Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

#[test]
fn page_answer_and_file_say_the_same() {
    let server = server();
    for filter in ["", "?filter=case.region%3DNorth"] {
        let tab = Tab::signed_in(server);
        tab.go(&format!("/flows/order-to-cash/kpis{filter}"));
        let sections =
            "[...document.querySelectorAll('nav[aria-label=Sections] a')].map((link) => link.getAttribute('href'))";
        let mut tables = serde_json::Map::new();
        for section in strings(&tab.value(sections)) {
            tab.go(&section);
            tables.extend(tab.value(TABLES).as_object().unwrap().clone());
        }
        let answers = server.get(&format!("/api/v1/flows/order-to-cash/kpis{filter}")).json();
        let mut compared = 0;
        for answer in answers["kpis"].as_array().unwrap() {
            let id = answer["kpi"]["id"].as_str().unwrap();
            // The page asks all of them by the length of period that fits the log.
            let has_grain = answer["kpi"]["params"]["granularity"].is_string();
            let sign = if filter.is_empty() { '?' } else { '&' };
            let weekly = format!("/api/v1/flows/order-to-cash/kpis/{id}{filter}{sign}granularity=week");
            let shown_there = if has_grain { server.get(&weekly).json() } else { answer.clone() };
            let (columns, rows) = (shown_there["columns"].as_array().unwrap(), shown_there["rows"].as_array().unwrap());
            let table = tables[id].as_array().unwrap_or_else(|| panic!("{id} is not on the page"));
            assert!(
                table.len() == rows.len() || (table.len() >= 200 && rows.len() > table.len()),
                "{id}: {}",
                table.len()
            );
            for (seen, row) in table.iter().zip(rows) {
                for (at, column) in columns.iter().enumerate() {
                    if let Some(expected) = shown(column["kind"].as_str().unwrap(), &row[at]) {
                        assert_eq!(seen[at], expected, "{id}: {}", column["name"]);
                        compared += 1;
                    }
                }
            }
            assert_file_says(server, id, filter, answer);
        }
        assert!(compared > 200, "{compared}");
        // Where it came from is one click away.
        tab.click(".kpi button[popovertarget]");
        tab.until("document.querySelector('[popover]:popover-open')?.textContent.includes('queries/')");
        tab.press("Escape");
        tab.until("!document.querySelector('[popover]:popover-open')");
    }
}

/// The CSV has the same values, as machines write them.
fn assert_file_says(server: &crate::support::server::TestServer, id: &str, filter: &str, answer: &Value) {
    let csv = server.get(&format!("/api/v1/flows/order-to-cash/kpis/{id}.csv{filter}")).body;
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let names: Vec<&str> =
        answer["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(header, names, "{id}");
    let rows = answer["rows"].as_array().unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len(), "{id}");
    for (record, row) in records.iter().zip(rows) {
        for (field, value) in record.iter().zip(row.as_array().unwrap()) {
            let same = match value {
                Value::Null => field.is_empty(),
                // Reading a number may cost its last bit.
                Value::Number(number) => {
                    let (one, other) = (field.parse::<f64>().unwrap(), number.as_f64().unwrap());
                    (one - other).abs() <= one.abs() * 1e-15
                }
                Value::String(text) => field == text,
                Value::Bool(truth) => field.parse() == Ok(*truth),
                // A path in one cell.
                Value::Array(steps) => {
                    *field == *steps.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" > ")
                }
                _ => false,
            };
            assert!(same, "{id}: {field} is not {value}");
        }
    }
}

#[test]
fn points_of_a_chart_tell_their_numbers() {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go("/flows/order-to-cash/kpis");
    let first = "document.querySelector('.figure .hits a')";
    tab.value(&format!("{first}.focus()"));
    let tip = "[...document.querySelectorAll('.tooltip')].find((tip) => tip.checkVisibility())?.innerText";
    let words = tab.until(tip);
    tab.press("ArrowRight");
    tab.until(&format!("({tip}) !== {words}"));
    let label = strings(&tab.value("[document.activeElement.dataset.label, document.activeElement.dataset.value]"));
    let words = tab.text(tip);
    assert!(label.iter().all(|part| words.contains(part)), "{label:?}: {words}");
    tab.press("Escape");
    tab.until(&format!("!({tip})"));
}
