//! Cases: the timeline adds up, and everything has an address.

use super::keyboard::strings;
use super::tab::Tab;
use super::{FLOWS, server};
use serde_json::Value;
use throughline::draw::figure::duration;
use throughline::model::time;

fn open(path: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(path);
    tab
}

/// Seconds from one time to another.
fn seconds(from: &Value, to: &Value) -> f64 {
    let micros = |value: &Value| time::parse(value.as_str().unwrap()).unwrap();
    (micros(to) - micros(from)) as f64 / 1e6
}

/// Widths of the bars of a colour, in seconds, if the whole is `whole` seconds from the first to the last bar.
fn bars(tab: &Tab, whole: f64) -> (f64, f64) {
    let script = "(() => {
        const all = [...document.querySelectorAll('.gantt rect')].map((bar) => ['x', 'width'].map((name) => Number(bar.getAttribute(name))).concat(bar.getAttribute('fill')));
        const waits = all.filter(([, , fill]) => fill === 'var(--time2)');
        const works = all.filter(([, , fill]) => fill === 'var(--c1)');
        const sum = (list) => list.reduce((total, [, width]) => total + width, 0);
        return [sum(works), sum(waits), Math.max(...all.map(([x, width]) => x + width)) - Math.min(...all.map(([x]) => x))];
    })()";
    let widths = tab.value(script);
    let width = |at: usize| widths[at].as_f64().unwrap() / widths[2].as_f64().unwrap() * whole;
    (width(0), width(1))
}

#[test]
fn work_and_waits_make_up_the_duration() {
    let server = server();
    // A case whose steps do not overlap, the longest of the first hundred: its bars can be measured.
    let cases = server.get("/api/v1/flows/order-to-cash/cases?limit=100").json();
    let mut found = None;
    for case in cases["cases"].as_array().unwrap() {
        let id = case["case"].as_str().unwrap();
        let whole = server.get(&format!("/api/v1/flows/order-to-cash/cases/{id}")).json();
        let events = whole["timeline"].as_array().unwrap().clone();
        let apart = events.windows(2).all(|pair| seconds(&pair[0]["ended_at"], &pair[1]["started_at"]) >= 0.0);
        if apart && events.len() > 6 {
            found = Some((id.to_owned(), whole, events));
            break;
        }
    }
    let (id, whole, events) = found.unwrap();
    let cycle = whole["cycle_time_s"].as_f64().unwrap();
    let work: f64 = events.iter().map(|event| seconds(&event["started_at"], &event["ended_at"])).sum();
    let wait: f64 = events.iter().filter_map(|event| event["wait_s"].as_f64()).sum();
    assert!((work + wait - cycle).abs() < 1e-3, "{id}: {work} + {wait} is not {cycle}");

    let tab = open(&format!("/flows/order-to-cash/cases/{id}"));
    let facts = strings(&tab.value("[...document.querySelectorAll('.strip div')].map((fact) => fact.textContent)"));
    for (name, value) in [("Duration", cycle), ("Work", work), ("Waiting", wait)] {
        assert!(facts.contains(&format!("{name}{}", duration(value))), "{name} {value}: {facts:?}");
    }
    // The picture says the same, but that short work is drawn a little wider to be seen.
    for lanes in ["resource", "activity"] {
        tab.click(&format!(".segments a[href*='lanes={lanes}']"));
        tab.until(&format!("location.search.includes('lanes={lanes}') && !document.querySelector('.htmx-request')"));
        tab.until(&format!("document.querySelector('#lanes [aria-current]').href.includes('lanes={lanes}')"));
        let (works, waits) = bars(&tab, cycle);
        assert!((waits - wait).abs() < cycle * 0.02, "{lanes}: {waits} is not {wait}");
        assert!(works >= work * 0.98, "{lanes}: {works} is less than {work}");
        assert_eq!(tab.value("document.querySelectorAll('.gantt a').length"), events.len());
    }
    // A bar leads to its event, and the address keeps it.
    tab.value("document.querySelector('.gantt a').focus()");
    tab.press("Enter");
    tab.until("location.hash === '#event-1'");
}

#[test]
fn every_number_has_a_link_to_its_cases() {
    let tab = open(&format!("/flows/{}/map", FLOWS[0]));
    // Map, then inspector, then case: two clicks.
    let row = "document.querySelector('#inspector .flowlist a')";
    let path = tab.text(&format!("{row}.textContent"));
    tab.click("#inspector .flowlist a");
    tab.until("document.querySelector('#inspector .kind')?.textContent === 'Path'");
    let example = tab.text("document.querySelector('#inspector a.id').textContent");
    tab.follow(|| tab.click("#inspector a.id"));
    assert_eq!(tab.text("decodeURIComponent(location.pathname)"), format!("/flows/{}/cases/{example}", FLOWS[0]));
    let (from, to) = path.split_once(" → ").unwrap();
    let events = strings(&tab.value(
        "[...document.querySelectorAll('tr[id^=event-] .with-code')].map((event) => event.lastChild.textContent)",
    ));
    assert!(events.windows(2).any(|pair| pair[0] == from && pair[1] == to), "{path}: {events:?}");
    // The condition came along, and the neighbours are those of the list.
    assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), 1);
}

#[test]
fn a_case_is_found_and_has_neighbours() {
    let server = server();
    let tab = open("/flows/order-to-cash/cases");
    let list = server.get("/api/v1/flows/order-to-cash/cases?limit=3").json();
    let ids: Vec<&str> = (0..3).map(|at| list["cases"][at]["case"].as_str().unwrap()).collect();
    tab.follow(|| tab.click("#cases-view tbody tr:nth-child(2) a.id"));
    let here = || tab.text("decodeURIComponent(location.pathname.split('/').at(-1))");
    assert_eq!(here(), ids[1]);
    tab.follow(|| tab.click("a[rel=next]"));
    assert_eq!(here(), ids[2]);
    tab.follow(|| tab.click("a[rel=prev]"));
    tab.follow(|| tab.click("a[rel=prev]"));
    assert_eq!(here(), ids[0]);
    // By its id.
    tab.follow(|| tab.press("g c"));
    tab.press("/");
    tab.call("Input.insertText", serde_json::json!({"text": ids[2]}));
    tab.follow(|| tab.press("Enter"));
    assert_eq!(here(), ids[2]);
    tab.go("/flows/order-to-cash/cases?q=nobody");
    assert!(tab.text("document.querySelector('[role=alert]').textContent").contains("There is no case “nobody”"));
}
