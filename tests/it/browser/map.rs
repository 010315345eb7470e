//! The map under the hand.

use super::keyboard::strings;
use super::tab::Tab;
use super::{FLOWS, server};
use crate::support::{run, shared};
use serde_json::{Value, json};

/// Where everything is, from the page or from a file.
const GEOMETRY: &str = "((root) => ({
    nodes: Object.fromEntries([...root.querySelectorAll('[data-node]')].map((node) => [node.dataset.node, [node.getAttribute('transform'),
        ...['x', 'y', 'width', 'height', 'r'].map((name) => node.querySelector('.node-box').getAttribute(name))]])),
    edges: Object.fromEntries([...root.querySelectorAll('[data-edge]')].map((edge) => [edge.dataset.edge, [
        edge.querySelector('.edge-line').getAttribute('d'), edge.querySelector('.pill')?.getAttribute('transform')]])),
}))";

fn on_page(tab: &Tab) -> Value {
    tab.value(&format!("{GEOMETRY}(document.getElementById('map-svg'))"))
}

fn in_file(tab: &Tab, svg: &str) -> Value {
    tab.value(&format!("{GEOMETRY}(new DOMParser().parseFromString({}, 'image/svg+xml').documentElement)", json!(svg)))
}

fn places(geometry: &Value) -> (usize, usize) {
    let count = |what: &str| geometry[what].as_object().unwrap().len();
    (count("nodes"), count("edges"))
}

/// A tab with the map of the real log, or of the sample, and nothing that moves.
fn open(flow: &str, query: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(&format!("/flows/{flow}/map{query}"));
    tab
}

/// The whole picture but for the part of it that is seen.
const PICTURE: &str = "document.getElementById('map-svg').innerHTML";

#[test]
fn a_metric_changes_colours_and_figures_and_no_place() {
    let tab = open(FLOWS[1], "");
    let (before, mut last) = (on_page(&tab)["nodes"].clone(), tab.text(PICTURE));
    let lines = "[...document.querySelectorAll('.edge-line')].map((line) => [line.parentNode.parentNode.dataset.edge, line.getAttribute('d')]).sort()";
    let edges = tab.value(lines);
    let metrics = strings(
        &tab.value("[...document.querySelectorAll('#metrics a:not([aria-current])')].map((link) => link.textContent)"),
    );
    assert!(metrics.len() >= 5, "{metrics:?}");
    for metric in metrics {
        let link = format!(
            "[...document.querySelectorAll('#metrics a')].find((link) => link.textContent === {})",
            json!(metric)
        );
        tab.value(&format!("{link}.id = 'wanted'"));
        tab.click("#wanted");
        tab.until(&format!("{link}.ariaCurrent === 'true'"));
        assert_eq!(on_page(&tab)["nodes"], before, "{metric}");
        assert_eq!(tab.value(lines), edges, "{metric}");
        let picture = tab.text(PICTURE);
        assert_ne!(picture, last, "{metric}");
        last = picture;
    }
    // Each was a step that the browser can go back.
    tab.value("history.back()");
    tab.until(&format!("{PICTURE} !== {}", json!(last)));
    tab.loaded();
    assert_eq!(on_page(&tab)["nodes"], before);
}

#[test]
fn sliders_change_the_picture() {
    let tab = open(FLOWS[1], "");
    let before = places(&on_page(&tab));
    let words = tab.text("document.getElementById('map-words').textContent");
    tab.value("document.getElementById('paths-slider').focus()");
    tab.press("End");
    tab.until("location.search.includes('paths=100') && document.getElementById('paths-slider').value === '100'");
    let all = places(&on_page(&tab));
    assert!(all.1 > before.1 && all.0 >= before.0, "{before:?} {all:?}");
    assert_ne!(tab.text("document.getElementById('map-words').textContent"), words);
    assert_eq!(tab.text("document.querySelector('output[for=paths-slider]').textContent"), "100 %");
    // Whoever moves a slider with keys goes on with keys.
    assert_eq!(tab.text("document.activeElement.id"), "paths-slider");
    tab.value("document.getElementById('activities-slider').focus()");
    tab.press("Home");
    tab.until(
        "location.search.includes('activities=5') && Number(document.getElementById('activities-slider').value) < 20",
    );
    assert!(places(&on_page(&tab)).0 < all.0);
    let kept = on_page(&tab);
    tab.go(&tab.text("location.pathname + location.search"));
    assert_eq!(on_page(&tab), kept);
}

/// A path in sight, with the place of its figure: one between two activities that not every case takes.
const EDGE_IN_SIGHT: &str = "(() => {
    const all = Number(document.getElementById('count').textContent.replace(/[^0-9]/g, ''));
    for (const edge of document.querySelectorAll('[data-edge]')) {
        const [from, to] = edge.dataset.edge.split('>');
        const pill = edge.querySelector('.pill');
        if (from === 'start' || to === 'end' || from === to || !pill) continue;
        const { x, y, width, height } = pill.getBoundingClientRect();
        const at = [x + width / 2, y + height / 2];
        if (edge.contains(document.elementFromPoint(...at)) && Number(pill.textContent.replace(/[^0-9]/g, '')) < all) return [edge.dataset.edge, ...at];
    }
})()";

#[test]
fn a_path_leads_to_its_cases_and_back() {
    let server = server();
    let tab = open(FLOWS[0], "");
    let picture = on_page(&tab);
    let (address, all) = (tab.text("location.href"), tab.text("document.getElementById('count').textContent"));
    let found = tab.until(EDGE_IN_SIGHT);
    tab.click_at(found[1].as_f64().unwrap(), found[2].as_f64().unwrap());
    tab.until("document.querySelector('#inspector .kind')?.textContent === 'Path'");
    let title = tab.text("document.querySelector('#inspector h2').lastChild.textContent");
    let (from, to) = title.split_once(" → ").unwrap();
    let map = server.get("/api/v1/flows/receipt/map").json();
    let edge = map["edges"].as_array().unwrap().iter().find(|edge| edge["from"] == from && edge["to"] == to).unwrap();
    let cases = edge["cases"].as_i64().unwrap();
    let figure = throughline::draw::figure::count(cases);
    assert_eq!(tab.text("document.querySelector('#inspector .big dd').textContent"), figure);

    tab.follow(|| tab.click("#inspector [data-filter]"));
    let chips = "[...document.querySelectorAll('.filterbar .chip .value')].map((chip) => chip.textContent)";
    let chip = strings(&tab.value(chips));
    assert!(chip.len() == 1 && chip[0].contains(from) && chip[0].contains(to), "{chip:?}");
    let count = tab.text("document.getElementById('count').textContent");
    assert!(count.starts_with(&format!("{figure} of ")), "{count}: {cases}");

    tab.follow(|| tab.press("g c"));
    assert_eq!(tab.text("location.pathname"), "/flows/receipt/cases");
    assert_eq!(tab.text("document.getElementById('count').textContent"), count);
    let words = tab.text("document.querySelector('#cases-view .tools p').textContent");
    assert!(words.ends_with(&format!(" of {figure} cases")), "{words}");
    let filter = tab.text("new URLSearchParams(location.search).get('filter')");
    let filter = tab.text(&format!("encodeURIComponent({})", json!(filter)));
    let listed = server.get(&format!("/api/v1/flows/receipt/cases?filter={filter}")).json();
    assert_eq!(listed["total"], cases);

    // The way back shows what was there.
    tab.follow(|| drop(tab.value("history.back()")));
    assert_eq!(strings(&tab.value(chips)), chip);
    tab.follow(|| drop(tab.value("history.back()")));
    assert_eq!(tab.text("document.getElementById('count').textContent"), all);
    assert_eq!(on_page(&tab), picture);
    assert!(tab.text("location.href").starts_with(&address));
    // Without the condition there are all cases again.
    tab.value("history.forward()");
    tab.until("document.querySelector('.filterbar .chip a')");
    tab.loaded();
    tab.follow(|| tab.click(".filterbar .chip a"));
    assert_eq!(tab.text("document.getElementById('count').textContent"), all);
}

#[test]
fn files_have_the_geometry_of_the_page() {
    let server = server();
    let tab = open(FLOWS[0], "?metric=median_wait&paths=60");
    let page = on_page(&tab);
    let link = tab.text("document.querySelector('.page-head a[download][href*=\".svg\"]').getAttribute('href')");
    let svg = server.get(&link).text();
    assert_eq!(in_file(&tab, &svg), page);
    // So has what the command line makes of the same file.
    tab.go("/flows/receipt/map");
    let page = on_page(&tab);
    let file = super::Chromium::shared().file("map.svg");
    let (log, out) = (shared("receipt/receipt.csv"), file.to_str().unwrap());
    let done = run(&["map", log.to_str().unwrap(), "-o", out]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let made = in_file(&tab, &std::fs::read_to_string(&file).unwrap());
    assert_eq!(made, page);
    assert!(places(&made).0 > 10, "{made}");
}

#[test]
fn a_link_that_was_copied_shows_the_same_picture() {
    let tab = open(FLOWS[0], "");
    tab.value("document.getElementById('paths-slider').focus()");
    tab.press("Home");
    tab.until("location.search.includes('paths=0')");
    tab.until("document.getElementById('paths-slider').value === '0'");
    tab.value(
        "[...document.querySelectorAll('#metrics a')].find((link) => link.href.includes('median_wait')).id = 'wanted'",
    );
    tab.click("#wanted");
    tab.until("location.search.includes('median_wait')");
    tab.until("document.querySelector('#metrics [aria-current]').href.includes('median_wait')");
    tab.value("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    tab.click("[data-copy-link]");
    let copied = tab.until("window.copied");
    let (geometry, picture) = (on_page(&tab), tab.text(PICTURE));
    let other = Tab::signed_in(server());
    other.scheme("light");
    other.go(copied.as_str().unwrap().strip_prefix(&other.base).unwrap());
    assert_eq!(on_page(&other), geometry);
    let without_focus = |text: &str| text.replace(" tabindex=\"-1\"", "").replace(" tabindex=\"0\"", "");
    assert_eq!(without_focus(&other.text(PICTURE)), without_focus(&picture));
}

#[test]
fn keys_walk_along_the_paths() {
    let tab = open(FLOWS[1], "");
    let focused = "document.activeElement.closest('[data-node]')?.dataset.node";
    tab.value("document.querySelector('[data-node] a[tabindex=\"0\"]').focus()");
    assert_eq!(tab.text(focused), "start");
    tab.press("ArrowDown");
    let first = tab.text(focused);
    assert_ne!(first, "start");
    tab.press("Enter");
    tab.until("document.querySelector('#inspector .kind')?.textContent === 'Activity'");
    let name = tab.text("document.activeElement.closest('[data-node]').dataset.label");
    assert!(tab.text("document.querySelector('#inspector h2').textContent").contains(&name), "{name}");
    tab.press("ArrowDown ArrowUp");
    assert_eq!(tab.text(focused), first);
    tab.press("Escape");
    tab.until("!document.querySelector('#inspector .kind')");
    tab.press("ArrowDown");
    let second = tab.text("document.activeElement.closest('[data-node]').dataset.label");
    tab.follow(|| tab.press("f"));
    let chip = tab.text("document.querySelector('.filterbar .chip .value').textContent");
    assert!(chip.contains(&second), "{chip}: {second}");
    // Search finds by part of a name.
    tab.press("/");
    tab.call("Input.insertText", json!({"text": "invoice"}));
    tab.press("Enter");
    tab.until("document.querySelector('#inspector h2').textContent.toLowerCase().includes('invoice')");
}
