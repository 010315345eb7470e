//! The page for SQL: keys in the text, names by a click, faults where they are, charts by a form.

use super::server;
use super::tab::Tab;
use serde_json::json;

fn open(query: &str) -> Tab {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go(&format!("/flows/receipt/sql{query}"));
    tab
}

fn write(tab: &Tab, text: &str) {
    tab.call("Input.insertText", json!({ "text": text }));
}

const TEXT: &str = "document.getElementById('sql').value";
const FOCUS: &str = "document.activeElement.id";

#[test]
fn a_statement_is_written_and_asked_by_keys() {
    let tab = open("");
    tab.fill("#sql", "SELECT");
    // Whoever writes indents; after Esc the key leads on.
    tab.press("Tab");
    assert_eq!((tab.text(TEXT), tab.text(FOCUS)), ("SELECT  ".to_owned(), "sql".to_owned()));
    tab.press("Escape");
    tab.press("Tab");
    assert_ne!(tab.text(FOCUS), "sql");
    tab.fill("#sql", "SELECT ");
    tab.click(".schema button[data-insert=case_id]");
    assert_eq!((tab.text(TEXT), tab.text(FOCUS)), ("SELECT case_id".to_owned(), "sql".to_owned()));
    write(&tab, " FROM cases ORDER BY case_id LIMIT 3");
    tab.follow(|| tab.press("Control+Enter"));
    assert_eq!(tab.text("document.querySelector('h1').textContent"), "3 rows, from the tables of 1,434 cases");
    assert!(tab.text("location.search").contains("q=SELECT%20case_id"));
    // It can be asked again in this browser, until it is forgotten.
    assert!(tab.text("document.querySelector('#history a').textContent").starts_with("SELECT case_id FROM cases"));
    tab.click("[data-forget]");
    assert_eq!(tab.value("document.getElementById('history').checkVisibility()"), false);
}

#[test]
fn a_fault_is_chosen_in_the_text() {
    let tab = open("?q=SELECT%20activity%2C%0A%20%20colour%0AFROM%20events");
    let chosen = "((area) => area.value.slice(area.selectionStart, area.selectionEnd))(document.getElementById('sql'))";
    assert_eq!(tab.text(chosen), "colour");
    assert!(tab.text("document.querySelector('.fault').innerText").contains("Line 2, column 3:"));
}

#[test]
fn an_answer_is_drawn_as_the_form_says() {
    let tab = open(
        "?q=SELECT%20activity%2C%20count(*)%20AS%20n%20FROM%20events%20GROUP%20BY%20activity%20ORDER%20BY%20n%20DESC",
    );
    tab.click(".chart-form summary");
    tab.choose("#chart-kind", "pareto");
    tab.follow(|| tab.click(".axes button"));
    assert!(tab.text("location.search").contains("chart=pareto&x=activity&y=n"));
    assert!(tab.value("document.querySelector('.figure svg').checkVisibility()") == true);
    // Another statement with other columns is answered all the same.
    tab.fill("#sql", "SELECT count(*) AS cases FROM cases");
    tab.follow(|| tab.press("Control+Enter"));
    assert_eq!(tab.text("document.querySelector('#result td').textContent"), "1,434");
    assert!(tab.text("document.querySelector('.chart-form .note').textContent").contains("No chart"));
}
