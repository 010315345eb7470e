//! What surrounds every page: signing in, the palette, shortcuts, colours.

use super::keyboard::strings;
use super::server;
use super::tab::Tab;
use crate::support::server::TestServer;
use serde_json::json;

#[test]
fn people_sign_in_with_a_token_and_out() {
    let server = server();
    let tab = Tab::open(server);
    tab.go("/");
    assert_eq!(tab.text("location.pathname"), "/sign-in");
    tab.fill("#token", "tl_wrong");
    tab.follow(|| tab.press("Enter"));
    tab.expect("401");
    tab.follow(|| tab.click("a.button.primary"));
    tab.fill("#token", &server.token);
    tab.follow(|| tab.press("Enter"));
    assert_eq!(tab.text("location.pathname"), "/");
    assert_eq!(tab.value("document.querySelectorAll('.flow-card').length"), 3);
    tab.click(".account summary");
    tab.follow(|| tab.click(".account form button"));
    assert_eq!(tab.text("location.pathname"), "/sign-in");
    tab.go("/flows/receipt/map");
    tab.expect("401");
    assert!(tab.value("document.querySelector('a[href=\"/sign-in\"]') !== null") == true);
}

#[test]
fn an_address_signs_in_once() {
    let server = TestServer::start();
    let tab = Tab::open(&server);
    tab.go(&format!("/sign-in?code={}", server.code));
    // Whoever only looks at it in advance spends nothing.
    tab.go(&format!("/sign-in?code={}", server.code));
    tab.follow(|| tab.click("main button"));
    assert_eq!(tab.text("location.pathname"), "/");
    assert!(tab.text("document.querySelector('.empty').textContent").contains("There is no flow yet"));
    let other = Tab::open(&server);
    other.go(&format!("/sign-in?code={}", server.code));
    other.follow(|| other.click("main button"));
    other.expect("401");
}

#[test]
fn the_palette_jumps_by_name() {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go("/flows/receipt/map");
    tab.press("Control+k");
    tab.until("document.querySelector('dialog.palette[open]') && document.activeElement.role === 'combobox' || document.activeElement.getAttribute('role') === 'combobox'");
    let options = "[...document.querySelectorAll('.palette [role=option]')].map((option) => option.textContent)";
    // Activities come from the server.
    tab.until(&format!("{options}.some((option) => option.includes('Activity'))"));
    tab.call("Input.insertText", json!({"text": "confirmation rec"}));
    tab.until(&format!("{options}.length > 0 && {options}.every((option) => option.includes('onfirmation'))"));
    let first = strings(&tab.value(options)).remove(0);
    assert!(first.starts_with("Confirmation of receipt"), "{first}");
    tab.press("ArrowDown ArrowUp");
    tab.follow(|| tab.press("Enter"));
    assert!(tab.text("document.querySelector('#inspector h2').textContent").contains("Confirmation of receipt"));
    tab.press("Control+k");
    tab.until("document.querySelector('dialog.palette[open]')");
    tab.call("Input.insertText", json!({"text": "zzzz"}));
    tab.until("document.querySelector('.palette ul').textContent === 'Nothing has these words'");
    tab.press("Escape");
    tab.until("!document.querySelector('dialog.palette[open]')");
    assert_eq!(tab.value("document.activeElement.matches('[data-open-palette]')"), true);
}

#[test]
fn letters_lead_to_pages() {
    let tab = Tab::signed_in(server());
    tab.go("/flows/receipt/map?filter=with%3DConfirmation%20of%20receipt");
    let pages = strings(
        &tab.value("[...document.querySelectorAll('.sidenav a')].map((link) => `${link.dataset.go} ${link.pathname}`)"),
    );
    for page in &pages {
        let (key, path) = page.split_once(' ').unwrap();
        tab.follow(|| tab.press(&format!("g {key}")));
        assert_eq!(tab.text("location.pathname"), path);
        // The filter goes along, also through the page of the official flow, which is about all cases.
        let chips = i32::from(!path.ends_with("/official"));
        assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), chips, "{path}");
    }
    tab.press("?");
    tab.until("document.querySelector('dialog.help[open]')");
    let help = tab.text("document.querySelector('dialog.help').textContent");
    for page in &pages {
        let key = page.split(' ').next().unwrap();
        assert!(help.contains(&format!(" {key}")), "{key}: {help}");
    }
    // Single keys can be switched off, and stay so.
    tab.click("dialog.help input");
    tab.press("Escape");
    tab.until("!document.querySelector('dialog[open]')");
    tab.value("document.activeElement.blur()");
    tab.press("g p ?");
    assert_eq!(tab.value("document.querySelector('dialog[open]')"), json!(null));
    tab.value("localStorage.clear()");
    tab.follow(|| tab.press("g p"));
    assert_eq!(tab.text("location.pathname"), "/");
    tab.follow(|| tab.press("g u"));
    assert_eq!(tab.text("location.pathname"), "/upload");
}

#[test]
fn a_condition_is_put_together_with_keys() {
    let tab = Tab::signed_in(server());
    tab.go("/flows/order-to-cash/kpis");
    tab.press("f");
    tab.until("document.activeElement.id === 'filter-kind'");
    tab.choose("#filter-kind", "case");
    tab.choose("#filter-attribute", "region");
    tab.fill("#filter-value", "North");
    tab.follow(|| tab.press("Enter"));
    assert_eq!(tab.text("new URLSearchParams(location.search).get('filter')"), "case.region=North");
    let cases = server().get("/api/v1/flows/order-to-cash/stats?filter=case.region%3DNorth").json()["cases"].as_i64();
    let count = tab.text("document.getElementById('count').textContent");
    assert_eq!(count, format!("{} of 5,000 cases", throughline::draw::figure::count(cases.unwrap())));
    tab.press("f");
    tab.press("Escape");
    tab.until("!document.getElementById('add-filter').open");
}

#[test]
fn colours_stay_as_chosen() {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    tab.go("/flows/receipt/map");
    let background = "getComputedStyle(document.body).backgroundColor";
    let light = tab.text(background);
    tab.click(".theme-form button.for-light");
    tab.until("document.documentElement.dataset.theme === 'dark'");
    let dark = tab.until(&format!("{background} !== '{light}' && {background}"));
    for path in ["/flows/receipt/map", "/flows/receipt/kpis", "/"] {
        tab.go(path);
        assert_eq!(tab.value(background), dark, "{path}");
    }
    // Against the wish of the system, too.
    tab.click(".theme-form button.for-dark");
    tab.until("document.documentElement.dataset.theme === 'light'");
    tab.scheme("dark");
    tab.go("/flows/receipt/variants");
    assert_eq!(tab.text(background), light);
}
