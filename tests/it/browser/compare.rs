//! Two sides on one map: figures, places, signs, and the way to the cases.

use super::keyboard::strings;
use super::server;
use super::tab::Tab;
use serde_json::Value;

const SIDES: &str = "filter=start%3D2011-04-01..&with=rest";
const PLACES: &str =
    "[...document.querySelectorAll('[data-node]')].map((node) => node.dataset.node + node.getAttribute('transform'))";

fn open(query: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(&format!("/flows/receipt/compare{query}"));
    tab
}

/// What the API says of a headline figure.
fn figure(name: &str) -> Value {
    let all = server().get(&format!("/api/v1/flows/receipt/compare?{SIDES}")).json();
    all["figures"].as_array().unwrap().iter().find(|one| one["figure"] == name).unwrap().clone()
}

fn number(text: &str) -> i64 {
    text.replace(',', "").trim().parse().unwrap()
}

#[test]
fn a_metric_moves_nothing_and_a_choice_leads_to_the_cases_of_each_side() {
    let tab = open(&format!("?{SIDES}"));
    let places = strings(&tab.value(PLACES));
    assert!(places.len() > 20, "{places:?}");
    tab.click("#metrics a[href*=median_wait]");
    tab.until("location.search.includes('median_wait') && document.querySelector('#metrics a[aria-current]').href.includes('median_wait')");
    assert_eq!(strings(&tab.value(PLACES)), places);
    let shown = [1, 2]
        .map(|at| number(&tab.text(&format!("document.querySelector('#inspector tbody tr').cells[{at}].textContent"))));
    let cases = figure("cases");
    assert_eq!([Value::from(shown[0]), Value::from(shown[1])], [cases["a"].clone(), cases["b"].clone()]);
    tab.click("[data-node='T02 Check confirmation of receipt'] a");
    tab.until("document.querySelector('#inspector .pick a.button')");
    for at in 1..=2 {
        let link = format!("#inspector .pick a:nth-child({at})");
        let words = tab.text(&format!("document.querySelector('{link}').lastChild.textContent"));
        tab.follow(|| tab.click(&link));
        let list = tab.text("document.querySelector('#count').textContent");
        assert!(list.starts_with(words.trim_end_matches(" cases")), "{words}: {list}");
        tab.follow(|| {
            tab.value("history.back()");
        });
    }
    // Both sides keep to what is chosen.
    tab.follow(|| tab.click("#inspector [data-filter]"));
    assert_eq!(tab.value("document.querySelectorAll('.sides .chip').length"), 4);
}

#[test]
fn exchanged_sides_flip_the_signs() {
    let tab = open(&format!("?{SIDES}"));
    let differences = "[...document.querySelectorAll('#inspector td.diff')].map((cell) => cell.firstChild.textContent)";
    let before = strings(&tab.value(differences));
    tab.follow(|| tab.click("a.swap"));
    let flipped = |text: &String| match text.split_at_checked(1) {
        Some(("+", rest)) => format!("−{rest}"),
        _ => text.replacen('−', "+", 1),
    };
    assert_eq!(strings(&tab.value(differences)), before.iter().map(flipped).collect::<Vec<_>>());
    tab.follow(|| tab.click("a.swap"));
    assert_eq!(strings(&tab.value(differences)), before);
}

#[test]
fn a_second_side_is_chosen_by_hand() {
    let tab = open("");
    // What is proposed is a comparison.
    tab.follow(|| tab.click(".proposals a"));
    tab.until("document.querySelector('#map-svg')");
    tab.click("#other-side summary");
    tab.follow(|| tab.click(".ready a[href*='with=all']"));
    assert!(tab.text("document.querySelector('.side.is-b h2').textContent").contains("1,434 cases"));
    tab.click("#other-side summary");
    tab.value(
        "document.getElementById('b-from').value = '2011-01-01'; document.getElementById('b-to').value = '2011-02-01'",
    );
    tab.follow(|| tab.click("#other-side form:has(#b-from) button"));
    let chip = tab.text("document.querySelector('#other-side .chip .value').textContent");
    assert_eq!(chip, "started from 2011-01-01 to before 2011-02-01");
    tab.follow(|| tab.click(".segments a[href*='view=table']"));
    assert!(tab.value("document.querySelectorAll('.compare-table tbody tr').length").as_i64().unwrap() > 50);
}
