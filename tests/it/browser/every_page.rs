//! What every page must keep: nothing in the console, nothing from elsewhere, nothing outside its place at any width in
//! light and dark, all of it by keyboard, open to everybody, and fit to print.
//!
//! No page is named here that a link leads to: a new page is held to this as soon as it is in the navigation.

use super::keyboard::{self, strings};
use super::tab::Tab;
use super::{FLOWS, server};
use std::collections::{BTreeSet, VecDeque};

const WIDTHS: [u32; 3] = [375, 768, 1440];
/// The width of a sheet of A4 without its margins.
const PAPER: u32 = 688;
const AXE: &str = include_str!("../../fixtures/axe/axe.min.js");

/// Links to pages that this page has, other than to files.
const LINKS: &str = "[...document.querySelectorAll('a[href]:not([download])')]
    .filter((link) => link.origin === location.origin && !link.pathname.startsWith('/api/'))
    .map((link) => link.pathname + link.search)";

/// What keeps people out, as axe-core sees it. The later rows of a table are like its first ones. Pictures are left out
/// of one rule, which joins the lines of a label without blanks between them.
const AUDIT: &str = "((options) => axe.run(
    { exclude: ['tbody tr:nth-child(n+6)', '.hits .hit:nth-child(n+6)', '[data-layer] > :nth-child(n+12)'] },
    { resultTypes: ['violations'], elementRef: true, ...options },
).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => [id, help, nodes.filter(({ element }) => id !== 'label-content-name-mismatch' || !element.closest('svg') && !element.querySelector('svg text'))])
    .filter(([, , nodes]) => nodes.length > 0)
    .map(([id, help, nodes]) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`).join('; ')}`)))";

/// Pages of a kind differ in ids and values only: the address without them, and none if it says several things at once.
fn kind(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let path = match parts.as_slice() {
        ["", "flows", flow, page, _id] => format!("/flows/{flow}/{page}/*"),
        _ => path.to_owned(),
    };
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let values = ["mode=", "view=", "section="].iter().any(|name| query.contains(name));
    (names.len() <= 1).then(|| format!("{path}?{}", if values { query } else { names.first().unwrap_or(&"") }))
}

/// Opens these pages, and along all links `inside` one more of each kind.
fn crawl(seeds: Vec<String>, inside: impl Fn(&str) -> bool) {
    let tab = Tab::signed_in(server());
    tab.scheme("light");
    let mut known: BTreeSet<String> =
        seeds.iter().filter(|seed| !seed.contains('?')).filter_map(|seed| kind(seed)).collect();
    let mut waiting: VecDeque<String> = seeds.into();
    let mut faults = Vec::new();
    while let Some(address) = waiting.pop_front() {
        tab.go(&address);
        let mut new = |link: &String| inside(link) && kind(link).is_some_and(|kind| known.insert(kind));
        waiting.extend(strings(&tab.value(LINKS)).into_iter().filter(|link| new(link)));
        faults.extend(of_page(&tab).into_iter().map(|fault| format!("{address} {fault}")));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What is wrong with the page that is open.
fn of_page(tab: &Tab) -> Vec<String> {
    let mut faults = Vec::new();
    let mut add = |where_: &str, found: Vec<String>| {
        faults.extend(found.into_iter().map(|fault| format!("[{where_}] {fault}")));
    };
    tab.value(AXE);
    for width in WIDTHS {
        tab.size(width, 900);
        settle(tab);
        add(&format!("{width} px"), strings(&tab.value(include_str!("layout.js"))));
        // The structure is the same at all widths, but for what narrow windows fold away; the colours are.
        let rules = match width {
            375 => Some("{ rules: { 'color-contrast': { enabled: false } } }"),
            1440 => Some("{}"),
            _ => None,
        };
        if let Some(rules) = rules {
            add(&format!("{width} px"), strings(&tab.value(&format!("{AUDIT}({rules})"))));
        }
    }
    tab.scheme("dark");
    settle(tab);
    add("dark", strings(&tab.value(include_str!("layout.js"))));
    add("dark", strings(&tab.value(&format!("{AUDIT}({{ runOnly: ['color-contrast'] }})"))));
    tab.scheme("light");
    add("keys", keyboard::faults(tab));
    add("print", printed(tab));
    tab.size(1440, 900);
    tab.scheme("light");
    add("console", tab.faults());
    faults
}

/// Waits until the page has come to terms with another size, and colours that fade have arrived.
fn settle(tab: &Tab) {
    tab.value(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
            document.getAnimations().forEach((animation) => animation.finish());
            done();
        })))",
    );
}

/// What is wrong with the page on paper.
fn printed(tab: &Tab) -> Vec<String> {
    tab.media("print", &[]);
    tab.size(PAPER, 900);
    settle(tab);
    let mut faults = strings(&tab.value(include_str!("layout.js")));
    let controls = "[...document.querySelectorAll('nav, .topbar, button')].filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))";
    faults.extend(strings(&tab.value(controls)).into_iter().map(|control| format!("{control} is printed")));
    let pdf = tab.pdf();
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/Type /Page\n").count();
    if !text.starts_with("%PDF-") || pages == 0 {
        faults.push(format!("{} bytes with {pages} pages are no document", pdf.len()));
    }
    faults
}

/// The pages of a flow: all that its navigation has, and each of them when the filter leaves no case.
fn pages_of(flow: &str) {
    let tab = Tab::signed_in(server());
    let begin = format!("/flows/{flow}/");
    tab.go(&format!("{begin}map"));
    let pages = strings(&tab.value("[...document.querySelectorAll('.sidenav a')].map((link) => link.pathname)"));
    assert!(pages.len() >= 4, "{pages:?}");
    let none = |page: &String| format!("{page}?filter=id%3Dno-such-case");
    let seeds = pages.iter().cloned().chain(pages.iter().map(none)).collect();
    crawl(seeds, |link| format!("{link}/").replace('?', "/").starts_with(&begin));
}

#[test]
fn pages_of_a_real_log() {
    pages_of(FLOWS[0]);
}

#[test]
fn pages_of_the_sample() {
    pages_of(FLOWS[1]);
}

#[test]
fn pages_of_an_odd_log() {
    pages_of(FLOWS[2]);
}

#[test]
fn pages_of_no_flow() {
    let imports = FLOWS.map(|flow| {
        let list = server().get(&format!("/api/v1/flows/{flow}/imports")).json();
        format!("/flows/{flow}/imports/{}", list["imports"][0]["id"].as_str().unwrap())
    });
    let seeds = ["/", "/upload"].into_iter().map(str::to_owned).chain(imports).collect();
    crawl(seeds, |link| !link.starts_with("/flows/"));
}

#[test]
fn pages_before_anybody_has_signed_in_and_of_what_is_not_there() {
    let tab = Tab::open(server());
    tab.scheme("light");
    tab.go("/sign-in");
    assert_eq!(of_page(&tab), [""; 0]);
    tab.go("/sign-in?code=none");
    assert_eq!(of_page(&tab), [""; 0]);
    let tab = Tab::signed_in(server());
    for path in ["/nothing", "/flows/none/map", "/flows/receipt/map?metric=luck", "/flows/receipt/cases/none"] {
        tab.go(path);
        tab.expect("Failed to load resource");
        assert_eq!(of_page(&tab), [""; 0], "{path}");
    }
}
