//! Variants: chosen ones on the map, shares that add up, a search.

use super::keyboard::strings;
use super::tab::Tab;
use super::{FLOWS, server};
use serde_json::Value;
use std::collections::BTreeSet;

fn open(query: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(&format!("/flows/{}/variants{query}", FLOWS[0]));
    tab
}

const BOXES: &str = "[...document.querySelectorAll('.variants-table input[type=checkbox]')]";

#[test]
fn the_chosen_are_on_the_map_and_nothing_else() {
    let tab = open("");
    let variants = server().get("/api/v1/flows/receipt/variants").json();
    let chosen = [0, 2, 5];
    for at in chosen {
        tab.value(&format!("{BOXES}[{at}].id = 'box-{at}'"));
        tab.click(&format!("#box-{at}"));
    }
    assert_eq!(tab.value(&format!("{BOXES}.filter((box) => box.checked).length")), 3);
    tab.follow(|| tab.click("button[form=chosen]"));
    assert_eq!(tab.text("location.pathname"), "/flows/receipt/map");
    let cases: i64 = chosen.iter().map(|at| variants["variants"][at]["cases"].as_i64().unwrap()).sum();
    let count = tab.text("document.getElementById('count').textContent");
    assert!(count.starts_with(&format!("{} of ", throughline::draw::figure::count(cases))), "{count}");
    // All that the map has at most are the steps of these paths.
    tab.go(&tab.text("`${location.pathname}${location.search}&activities=100&paths=100`"));
    let label = "(id) => document.querySelector(`[data-node=\"${CSS.escape(id)}\"]`).dataset.label";
    let edges = tab.value(&format!(
        "[...document.querySelectorAll('[data-edge]')].map((edge) => edge.dataset.edge.split('>').map({label}).join(' > '))"
    ));
    let shown: BTreeSet<String> = strings(&edges).into_iter().collect();
    let mut expected = BTreeSet::new();
    for at in chosen {
        let path = strings(&variants["variants"][at]["activities"]);
        let path = [&["Start".to_owned()], path.as_slice(), &["End".to_owned()]].concat();
        expected.extend(path.windows(2).map(|pair| pair.join(" > ")));
    }
    assert_eq!(shown, expected);
}

#[test]
fn shares_add_up_to_everything() {
    let tab = open("");
    let all = server().get("/api/v1/flows/receipt/variants").json();
    let total = all["total"].as_i64().unwrap();
    let mut cumulative = Vec::new();
    let mut cases = 0;
    loop {
        cumulative.extend(strings(&tab.value(
            "[...document.querySelectorAll('.variants-table tbody tr')].map((row) => row.cells[4].textContent)",
        )));
        let here = tab.value("[...document.querySelectorAll('.variants-table tbody .bar-cell a')].map((link) => Number(link.textContent.replaceAll(',', '')))");
        cases += here.as_array().unwrap().iter().filter_map(Value::as_i64).sum::<i64>();
        if tab.value("document.querySelector('.pager a[rel=next]') === null") == true {
            break;
        }
        tab.follow(|| tab.click(".pager a[rel=next]"));
    }
    assert_eq!((cumulative.len() as i64, cases), (total, all["cases"].as_i64().unwrap()));
    assert_eq!(cumulative.last().unwrap(), "100 %");
    let share = |text: &String| text.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().unwrap();
    assert!(cumulative.windows(2).all(|pair| share(&pair[0]) <= share(&pair[1])), "{cumulative:?}");
}

#[test]
fn modes_keep_the_paths_and_a_search_narrows_them() {
    let tab = open("");
    let ranks = "[...document.querySelectorAll('.variants-table tbody tr')].map((row) => row.cells[1].textContent)";
    let before = tab.value(ranks);
    for mode in ["time", "difference"] {
        tab.click(&format!(".segments a[href*='mode={mode}']"));
        tab.until(&format!("location.search.includes('mode={mode}') && document.querySelector('.segments[aria-label=Show] a[aria-current]').href.includes('mode={mode}')"));
        assert_eq!(tab.value(ranks), before, "{mode}");
    }
    tab.press("/");
    tab.call("Input.insertText", serde_json::json!({"text": "receipt -> * -> T10"}));
    tab.follow(|| tab.press("Enter"));
    let paths = strings(
        &tab.value("[...document.querySelectorAll('.variants-table ol.chevrons')].map((path) => path.textContent)"),
    );
    assert!(!paths.is_empty() && paths.iter().all(|path| path.contains("T10")), "{paths:?}");
    assert!(tab.text("location.search").contains("mode=difference"));
    // A number leads to its cases in one click.
    let number = tab.text("document.querySelector('.variants-table .bar-cell a').textContent");
    tab.follow(|| tab.click(".variants-table .bar-cell a"));
    let words = tab.text("document.querySelector('#cases-view .tools p').textContent");
    assert!(words.ends_with(&format!(" of {number} cases")), "{words}");
}
