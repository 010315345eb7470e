//! A file on its way from the disk of a person to its map.

use super::chromium::{Chromium, DEADLINE};
use super::keyboard::strings;
use super::line::Line;
use super::tab::Tab;
use crate::support::server::TestServer;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = Chromium::shared().file(&format!("uploads/{name}"));
    std::fs::write(&path, content).unwrap();
    path
}

/// A log of so many rows; 500,000 are 32 MB.
pub fn large(name: &str, rows: usize) -> PathBuf {
    let mut text = String::from("case,activity,time,note\n");
    for at in 0..rows {
        let (case, step) = (at / 8, at % 8);
        let (day, hour, minute) = (1 + case % 28, 8 + step, case % 60);
        let _ =
            writeln!(text, "case {case},step {step},2024-01-{day:02}T{hour:02}:{minute:02}:00Z,a note of some length");
    }
    file(name, text.as_bytes())
}

/// A tab with the form.
fn open(server: &TestServer) -> Tab {
    let tab = Tab::signed_in(server);
    tab.scheme("light");
    tab.go("/upload");
    tab
}

/// Waits for the look at a file that was given.
#[track_caller]
fn looked_at(tab: &Tab) {
    tab.until("document.querySelector('#detected:not([aria-busy]) .card')");
}

/// The column that has been given each role.
fn roles(tab: &Tab) -> Value {
    tab.value(
        "Object.fromEntries([...document.querySelectorAll('select[data-column]')].filter((role) => role.value !== 'attribute')
            .map((role) => [role.value, role.dataset.column]))",
    )
}

/// Waits until nothing is left of what was under way.
#[track_caller]
fn assert_nothing_left(server: &TestServer) {
    let entries = |path: &str| std::fs::read_dir(server.data(path)).map_or(0, Iterator::count);
    let began = Instant::now();
    // The server's own place in `staging` stays as long as it runs.
    while (entries("staging"), entries("uploads")) != (1, 0) {
        assert!(began.elapsed() < DEADLINE, "{:?}", (entries("staging"), entries("uploads")));
        std::thread::sleep(Duration::from_millis(10));
    }
}

const WORDS: &str = "document.querySelector('[data-job-words]')?.textContent";

/// Notes down from now on what is said of the progress, also beyond the end of the page.
fn listen(tab: &Tab) {
    tab.value(
        "sessionStorage.said = '[]'; new MutationObserver(() => {
            sessionStorage.said = JSON.stringify([...JSON.parse(sessionStorage.said), document.querySelector('[data-job-words]').textContent]);
        }).observe(document.querySelector('[data-job-words]'), { childList: true, characterData: true, subtree: true });",
    );
}

#[test]
fn a_file_of_the_office_is_understood() {
    let server = TestServer::start();
    let tab = open(&server);
    let mut text = String::from("Vorgang;Tätigkeit;Zeitpunkt;Bearbeiter;Betrag\r\n");
    for (case, amount) in [("V-1", "1.234,50"), ("V-2", "99,95"), ("V-3", "2.000,00")] {
        for (at, step) in ["Prüfung", "Genehmigung", "Auszahlung"].iter().enumerate() {
            let _ = write!(text, "{case};{step};{}.03.2024 {:02}:30:00;Jürgen Müller;{amount}\r\n", 13 + at, 8 + at);
        }
    }
    let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(&text);
    // Dropped, as people do.
    let path = file("Vorgänge 2024.csv", &bytes);
    let place = strings(&tab.value("(({ x, y, width, height }) => [x + width / 2, y + 20].map(String))(document.getElementById('drop').getBoundingClientRect())"));
    for kind in ["dragEnter", "dragOver", "drop"] {
        let data = json!({"items": [], "files": [path], "dragOperationsMask": 1});
        let (x, y): (f64, f64) = (place[0].parse().unwrap(), place[1].parse().unwrap());
        tab.call("Input.dispatchDragEvent", json!({"type": kind, "x": x, "y": y, "data": data}));
    }
    looked_at(&tab);
    let expected =
        json!({"case": "Vorgang", "activity": "Tätigkeit", "timestamp": "Zeitpunkt", "resource": "Bearbeiter"});
    assert_eq!(roles(&tab), expected);
    let shape = tab.text("document.querySelector('[aria-labelledby=shape-title]').textContent");
    assert!(shape.contains("semicolon") && shape.to_lowercase().contains("windows-1252"), "{shape}");
    let rows =
        "[...document.querySelectorAll('[aria-labelledby=preview-title] tbody tr')].map((row) => row.textContent)";
    let rows = strings(&tab.value(rows));
    assert!(rows.len() == 9 && rows[0].contains("Prüfung") && rows[0].contains("Jürgen Müller"), "{rows:?}");
    // Nothing is stored yet.
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));

    let flow = tab.text("document.getElementById('flow').value");
    tab.follow(|| tab.click("#import-button"));
    tab.until("document.querySelector('h1')?.textContent === 'All 9 rows are in the log'");
    let stats = server.get(&format!("/api/v1/flows/{flow}/stats")).json();
    assert_eq!((&stats["cases"], &stats["first_at"]), (&json!(3), &json!("2024-03-13T08:30:00Z")));
    let query = json!({"sql": "SELECT sum(\"Betrag\") AS total FROM cases"});
    let answer = server.call("POST", &format!("/api/v1/flows/{flow}/sql")).json(&query).send().json();
    assert_eq!(answer["rows"][0][0], 3_334.45, "{answer}");
}

#[test]
fn a_wrong_separator_is_mended_on_the_spot() {
    let server = TestServer::start();
    let tab = open(&server);
    tab.give(
        "#file",
        &file(
            "orders.csv",
            b"order;step;when\n1;Receive;2024-01-15 08:00\n1;Ship;2024-01-16 08:00\n2;Receive;2024-01-17 08:00\n",
        ),
    );
    looked_at(&tab);
    tab.fill("#title", "Orders of the shop");
    tab.choose("[data-mapping=delimiter]", "|");
    tab.until("document.querySelector('#detected [role=alert]')");
    tab.expect("422");
    assert_eq!(tab.value("document.querySelectorAll('select[data-column]').length"), 0);
    tab.choose("[data-mapping=delimiter]", ";");
    tab.until("document.querySelectorAll('select[data-column]').length === 3");
    // A column that gets a role takes it from the one that had it.
    tab.choose("select[data-column=step]", "case");
    let given = "document.querySelectorAll('#detected:not([aria-busy]) select[data-given]').length === 2";
    tab.until(&format!("{given} && document.querySelector('[data-import-mapping*=\"step\"]')"));
    assert_eq!(roles(&tab), json!({"case": "step", "activity": "order", "timestamp": "when"}));
    tab.choose("select[data-column=step]", "activity");
    tab.until(&format!("{given} && document.querySelector('select[data-column=order]').value === 'case'"));
    assert_eq!(roles(&tab), json!({"case": "order", "activity": "step", "timestamp": "when"}));
    tab.follow(|| tab.click("#import-button"));
    tab.until("document.querySelector('h1')?.textContent === 'All 3 rows are in the log'");
    let flows = server.get("/api/v1/flows").json();
    assert_eq!(
        (&flows["flows"][0]["name"], &flows["flows"][0]["title"]),
        (&json!("orders"), &json!("Orders of the shop"))
    );
}

#[test]
fn progress_is_told_by_bytes_and_then_by_rows() {
    let server = TestServer::start();
    let tab = open(&server);
    let path = large("large.csv", 500_000);
    tab.give("#file", &path);
    looked_at(&tab);
    listen(&tab);
    // As fast as a good office line, so that the way takes a moment.
    tab.network(Some(30 << 20));
    tab.follow(|| tab.click("#import-button"));
    tab.network(None);
    tab.until("document.querySelector('h1')?.textContent === 'All 500,000 rows are in the log'");
    let said = strings(&tab.value("JSON.parse(sessionStorage.said)"));
    let bytes = said.iter().filter(|words| words.starts_with("Uploading: ")).count();
    let rows = said
        .iter()
        .filter(|words| words.starts_with("Reading: ") || words.starts_with("Putting events in order: "))
        .count();
    assert!(bytes > 2 && rows > 1, "{said:?}");
    assert!(tab.requests().iter().any(|address| address.ends_with("/events")));

    // The same file again is refused, with the way to where it is.
    tab.go("/upload");
    tab.give("#file", &path);
    looked_at(&tab);
    tab.click("#import-button");
    tab.until("document.querySelector('[data-job-first] a')?.checkVisibility()");
    tab.expect("409");
    tab.follow(|| tab.click("[data-job-first] a"));
    assert_eq!(tab.text("document.querySelector('h1').textContent"), "All 500,000 rows are in the log");
    let imports = server.get("/api/v1/flows/large/imports").json();
    assert_eq!(imports["imports"].as_array().unwrap().len(), 1, "{imports}");
    assert_nothing_left(&server);
}

#[test]
fn what_is_cancelled_leaves_nothing() {
    let server = TestServer::start();
    let tab = open(&server);
    tab.give("#file", &large("cancelled.csv", 500_000));
    looked_at(&tab);
    // On its way …
    tab.network(Some(2 << 20));
    tab.click("#import-button");
    tab.until(&format!("{WORDS}?.startsWith('Uploading: ')"));
    tab.click("[data-job-cancel]");
    tab.until(&format!("{WORDS} === 'Cancelled; nothing was stored'"));
    assert_nothing_left(&server);
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));
    // … and when it has arrived.
    tab.network(None);
    tab.click("#import-button");
    tab.until(&format!("{WORDS}?.startsWith('Reading') || {WORDS}?.startsWith('Putting')"));
    tab.click("[data-job-cancel]");
    tab.until(&format!("{WORDS} === 'Cancelled; nothing was stored'"));
    assert_nothing_left(&server);
    let imports = server.get("/api/v1/flows/cancelled/imports").json();
    assert_eq!(imports["imports"][0]["state"], "cancelled", "{imports}");
    assert_eq!(server.get("/api/v1/flows/cancelled").json()["version"], json!(null));
}

#[test]
fn a_line_that_breaks_loses_nothing() {
    let server = TestServer::start();
    let line = Line::to(&server.base);
    let tab = Tab::signed_in_at(&line.base, &server);
    tab.scheme("light");
    tab.go("/upload");
    tab.give("#file", &large("broken.csv", 500_000));
    looked_at(&tab);
    tab.fill("#title", "What I typed");
    tab.network(Some(2 << 20));
    tab.click("#import-button");
    tab.until(&format!("{WORDS}?.startsWith('Uploading: ')"));
    line.cut();
    tab.until(&format!("{WORDS}?.includes('nothing was stored')"));
    tab.expect("net::ERR_");
    assert_nothing_left(&server);
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));
    // File and words are still there; this time the line breaks while the server works.
    assert_eq!(tab.text("document.getElementById('title').value"), "What I typed");
    line.mend();
    tab.network(None);
    tab.click("#import-button");
    tab.until(&format!("{WORDS}?.startsWith('Reading') || {WORDS}?.startsWith('Putting')"));
    line.cut();
    let began = Instant::now();
    while server.get("/api/v1/flows/broken/imports").json()["imports"][0]["state"] != "done" {
        assert!(began.elapsed() < DEADLINE);
        std::thread::sleep(Duration::from_millis(20));
    }
    line.mend();
    tab.until("document.querySelector('h1')?.textContent === 'All 500,000 rows are in the log'");
    let faults = tab.faults();
    assert!(faults.iter().all(|fault| fault.contains("net::ERR_")), "{faults:?}");
    assert_eq!(server.get("/api/v1/flows/broken").json()["title"], "What I typed");
}
