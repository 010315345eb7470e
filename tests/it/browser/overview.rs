//! The overview, the comparison and the SQL page: what they show is what the API answers.

use super::keyboard::strings;
use super::server;
use super::tab::Tab;
use serde_json::{Value, json};
use throughline::draw::figure::{count, duration, percent, plain};

fn open(path: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(path);
    tab
}

/// A figure as people read it.
fn written(kind: &str, value: &Value) -> String {
    match (kind, value.as_f64()) {
        (_, None) => "–".to_owned(),
        ("duration_s", Some(value)) => duration(value),
        ("share", Some(value)) => percent(value),
        ("count", Some(value)) => count(value.round() as i64),
        (_, Some(value)) => plain(value, if value.abs() < 10.0 { 2 } else { 1 }),
    }
}

#[test]
fn figures_of_the_overview_are_those_of_the_answer() {
    for filter in ["", "?filter=case.region%3DNorth"] {
        let tab = open(&format!("/flows/order-to-cash{filter}"));
        let answer = server().get(&format!("/api/v1/flows/order-to-cash/overview{filter}")).json();
        let figures = answer["figures"].as_array().unwrap();
        let shown = strings(
            &tab.value("[...document.querySelectorAll('.tile .value')].map((value) => value.innerText.trim())"),
        );
        let expected: Vec<String> =
            figures.iter().map(|one| written(one["kind"].as_str().unwrap(), &one["value"])).collect();
        assert_eq!(shown, expected, "{answer}");
        let waits =
            strings(&tab.value("[...document.querySelectorAll('#waits tbody th')].map((name) => name.textContent)"));
        let expected = answer["waits"].as_array().unwrap().iter();
        let expected: Vec<String> = expected
            .map(|wait| format!("{} → {}", wait["from"].as_str().unwrap(), wait["to"].as_str().unwrap()))
            .collect();
        assert_eq!(waits, expected);
    }
    // Each figure leads on, and each says what it is.
    let tab = open("/flows/order-to-cash");
    tab.click(".tile button[popovertarget]");
    let file = tab.until("document.querySelector('[popover]:popover-open code')?.textContent");
    assert!(file.as_str().unwrap().starts_with("queries/"), "{file}");
    tab.press("Escape");
    let bar = "document.querySelector('#spread .hits a.hit:nth-of-type(2)')";
    let cases = tab.text(&format!("{bar}.dataset.value"));
    tab.value(&format!("{bar}.focus()"));
    tab.follow(|| tab.press("Enter"));
    let words = tab.text("document.getElementById('count').textContent");
    let figure = words.split(' ').next().unwrap();
    assert!(cases.contains(figure), "{words}: {cases}");
}

#[test]
fn sides_are_compared_and_exchanged() {
    let tab = open("/flows/order-to-cash/compare");
    tab.follow(|| tab.click(".proposals a"));
    let rows = "[...document.querySelectorAll('#inspector tbody tr')].map((row) => [...row.cells].slice(0, 3).map((cell) => cell.innerText.trim()))";
    let shown = tab.value(rows);
    let answer = server().get(&format!("/api/v1/flows/order-to-cash/compare{}", tab.text("location.search"))).json();
    for (at, figure) in answer["figures"].as_array().unwrap().iter().enumerate() {
        let kind = figure["kind"].as_str().unwrap();
        let expected = [written(kind, &figure["a"]), written(kind, &figure["b"])];
        assert_eq!([shown[at][1].as_str().unwrap(), shown[at][2].as_str().unwrap()], expected, "{figure}");
    }
    // Exchanged sides have each other's figures.
    tab.follow(|| tab.click("a.swap"));
    let swapped = tab.value(rows);
    let pairs = |rows: &Value, order: [usize; 2]| {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| order.map(|at| row[at].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&shown, [1, 2]), pairs(&swapped, [2, 1]));
    // Two maps in one: chosen in it, an activity is seen on both sides.
    tab.value("document.querySelector('#map-svg [data-node]:not([data-node=start]):not([data-node=end]) a').focus()");
    tab.press("Enter");
    tab.until("document.querySelector('#inspector .kind')?.textContent === 'Activity'");
}

#[test]
fn a_statement_is_asked_with_keys_and_taken_away() {
    let tab = open("/flows/order-to-cash/sql");
    let statement = "SELECT region, count(*) AS orders FROM cases GROUP BY region ORDER BY orders DESC, region";
    tab.fill("#sql", statement);
    tab.follow(|| tab.press("Control+Enter"));
    let rows = tab.value("[...document.querySelectorAll('#result tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))");
    let answer =
        server().call("POST", "/api/v1/flows/order-to-cash/sql").json(&json!({"sql": statement})).send().json();
    let expected: Vec<_> =
        answer["rows"].as_array().unwrap().iter().map(|row| json!([row[0], count(row[1].as_i64().unwrap())])).collect();
    assert!(expected.len() > 2);
    assert_eq!(rows, json!(expected));
    // The chart of the example before went with it, now of the columns of this statement.
    tab.until("document.querySelector('.figure svg') && document.querySelector('.chart-form').open");
    assert_eq!(tab.text("document.getElementById('chart-x').value"), "region");
    let kind = tab.text("document.querySelector('#chart-kind option:nth-child(2)').value");
    tab.choose("#chart-kind", &kind);
    tab.follow(|| tab.click("button[form=sql-form]:not([data-forget])"));
    tab.until("document.querySelector('.figure svg')");
    // The link holds the statement; a fault is shown where it is.
    tab.go(&tab.text("location.pathname + location.search"));
    assert_eq!(tab.text("document.getElementById('sql').value"), statement);
    tab.fill("#sql", "SELECT activity\nFROM nothing");
    tab.follow(|| tab.press("Control+Enter"));
    tab.faults();
    let alert = tab.text("document.querySelector('[role=alert]').textContent");
    assert!(alert.contains("nothing"), "{alert}");
    // Nobody is caught in the text.
    tab.fill("#sql", "SELECT 1");
    tab.press("Tab");
    assert_eq!(tab.text("document.activeElement.id"), "sql");
    tab.press("Escape Tab");
    assert_eq!(tab.text("document.activeElement.localName"), "button");
}

#[test]
fn a_replay_moves_stops_and_starts_with_little_motion_by_hand() {
    let tab = open("/flows/order-to-cash/map");
    tab.media("screen", &[("prefers-reduced-motion", "no-preference")]);
    tab.go("/flows/order-to-cash/map");
    let clock = "document.getElementById('replay-clock').textContent";
    let painted = "(() => { const map = document.getElementById('map-tokens'); const { data } = map.getContext('2d').getImageData(0, 0, map.width, map.height);
        return data.some((value, at) => at % 4 === 3 && value > 0); })()";
    tab.click("[data-replay-open]");
    tab.until("document.getElementById('replay-words').textContent.includes('cases.') && !document.hidden");
    tab.until("document.querySelector('[data-replay-play]').ariaLabel === 'Pause'");
    let first = tab.text(clock);
    tab.until(&format!("{clock} !== {}", json!(first)));
    tab.until(painted);
    // Nobody looks: nothing moves.
    tab.value("Object.defineProperty(document, 'hidden', { configurable: true, value: true }); document.dispatchEvent(new Event('visibilitychange'))");
    tab.until("document.querySelector('[data-replay-play]').ariaLabel === 'Play'");
    tab.value("delete document.hidden");
    tab.press("k");
    tab.until("document.querySelector('[data-replay-play]').ariaLabel === 'Pause'");
    tab.press("k");
    tab.click("[data-replay-close]");
    assert_eq!(tab.value("document.getElementById('replay').hidden"), true);

    let tab = open("/flows/order-to-cash/map");
    tab.click("[data-replay-open]");
    tab.until("document.getElementById('replay-words').textContent.includes('little motion')");
    assert_eq!(tab.text("document.querySelector('[data-replay-play]').ariaLabel"), "Play");
    let first = tab.text(clock);
    tab.click("[data-replay-on]");
    assert_ne!(tab.text(clock), first);
}
