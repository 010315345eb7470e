//! From a flow without an official one to a decision about a difference, as a person goes, without scripts.

use super::tab::Tab;
use super::{chromium::Chromium, server};
use crate::support::server::TestServer;
use crate::support::shared;
use std::sync::Arc;

#[test]
fn an_official_flow_is_given_and_a_difference_is_decided() {
    let folder = tempfile::tempdir_in(&Chromium::shared().folder).unwrap();
    let server = TestServer::on(Arc::new(folder), |_| {}, false);
    let receipt = std::fs::read_to_string(shared("receipt/receipt.csv")).unwrap();
    server.import_as("receipt", "Environmental permits", "receipt.csv", &receipt);
    let tab = Tab::signed_in(&server);
    tab.scripts(false);
    tab.go("/flows/receipt/conformance");
    assert!(tab.text("document.querySelector('h1').textContent").contains("no official flow yet"));
    let model = Chromium::shared().file("model.bpmn");
    std::fs::copy(shared("receipt/model.bpmn"), &model).unwrap();
    tab.give("#model-file", &model);
    tab.follow(|| tab.click("#give-model button"));
    let title = tab.text("document.querySelector('h1').textContent");
    assert!(title.contains("finished cases follow the official flow; the most frequent difference is"), "{title}");
    assert!(tab.value("document.querySelectorAll('.model-svg .gateway').length").as_i64().unwrap() > 2);
    let first = "#differences .differences h3 a";
    let name = tab.text(&format!("document.querySelector('{first}').textContent"));
    tab.follow(|| tab.click(first));
    assert_eq!(tab.text("document.querySelector('#facts h2').textContent"), name);
    let cases = tab.text("document.querySelector('#cases .actions a').textContent");
    tab.click("input[name=status][value=accepted]");
    tab.fill("#owner", "Ann");
    tab.fill("#comment", "It is the better way.");
    tab.follow(|| tab.click("#ledger form.ledger-form button"));
    assert!(tab.text("document.querySelector('#history').textContent").contains("It is the better way."));
    // Accepted, it has left the list and is still there to be counted.
    tab.follow(|| tab.click(".page-head a"));
    assert!(!tab.text("document.querySelector('#differences .differences').textContent").contains(&name));
    let folded = "[...document.querySelectorAll('#differences details')].map((one) => one.textContent).join(' ')";
    assert!(tab.text(folded).contains(&name));
    let link = "[...document.querySelectorAll('#differences details')].find((one) => one.textContent.includes('Accepted')).querySelector('h3 a').getAttribute('href')";
    let link = tab.text(link);
    tab.go(&link);
    tab.follow(|| tab.click("#cases .actions a"));
    let count = tab.text("document.getElementById('count').textContent");
    assert!(cases.contains(count.split(' ').next().unwrap()), "{cases}: {count}");
}

#[test]
fn the_page_says_what_the_answer_says() {
    let tab = Tab::signed_in(server());
    tab.go("/flows/order-to-cash/conformance");
    let found = server().get("/api/v1/flows/order-to-cash/deviations").json();
    let rows = tab.value("document.querySelectorAll('#differences > .differences > li, #differences > .differences + details li').length").as_i64().unwrap();
    let faults = found["deviations"].as_array().unwrap().iter().filter(|one| one["kind"] != "not_finished").count();
    assert_eq!(rows, faults as i64);
    let share = found["finished"]["conforming_share"].as_f64().unwrap();
    let told = tab.text("document.querySelector('.tiles .value').textContent");
    assert_eq!(told, throughline::draw::figure::percent(share));
    tab.follow(|| tab.click("#differences .segments a[href*='sort=time']"));
    let first = tab.text("document.querySelector('#differences .delta').textContent");
    assert!(first.starts_with('+'), "{first}");
}
