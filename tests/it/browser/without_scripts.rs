//! The pages in a browser that runs no scripts.

use super::keyboard::strings;
use super::server;
use super::tab::Tab;
use crate::support::server::TestServer;

fn open(server: &TestServer, path: &str) -> Tab {
    let tab = Tab::signed_in(server);
    tab.scheme("light");
    tab.scripts(false);
    tab.go(path);
    tab
}

#[test]
fn the_map_is_links_and_forms() {
    let tab = open(server(), "/flows/receipt/map");
    let nodes = "[...document.querySelectorAll('[data-node]')].map((node) => node.dataset.node + node.getAttribute('transform'))";
    let before = strings(&tab.value(nodes));
    assert!(before.len() > 10);
    // What only scripts can do is not offered.
    let offered = "[...document.querySelectorAll('[data-open-palette], [data-copy-link], [data-print], [data-map-search], [data-zoom], #minimap')].filter((one) => one.checkVisibility()).length";
    assert_eq!(tab.value(offered), 0);
    tab.follow(|| tab.click("#metrics a[href*=median_wait]"));
    assert_eq!(strings(&tab.value(nodes)), before);
    // A path, its inspector, its cases.
    let path = "#inspector .flowlist a";
    let name = tab.text(&format!("document.querySelector('{path}').textContent"));
    tab.follow(|| tab.click(path));
    assert!(tab.text("document.querySelector('#inspector h2').textContent").contains(&name), "{name}");
    tab.follow(|| tab.click("#inspector [data-filter]"));
    assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), 1);
    // Sliders are sent by a button.
    tab.value("document.getElementById('paths-slider').value = 0");
    tab.follow(|| tab.click("#map-controls button"));
    assert!(tab.text("location.search").contains("paths=0"));
    assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), 1);
    tab.follow(|| tab.click(".segments a[href*='view=table']"));
    assert!(tab.value("document.querySelectorAll('.map-table tbody tr').length").as_i64().unwrap() > 10);
}

#[test]
fn conditions_menus_and_colours_need_none() {
    let tab = open(server(), "/flows/order-to-cash/variants");
    tab.click("#add-filter summary");
    tab.value("document.getElementById('filter-kind').value = 'without'");
    tab.fill("#filter-a", "Approve order");
    tab.follow(|| tab.click("#add-filter form button"));
    let chip = tab.text("document.querySelector('.filterbar .chip .value').textContent");
    assert!(chip.contains("Approve order"), "{chip}");
    tab.follow(|| tab.click(".segments a[href*='mode=time']"));
    tab.click(".variants-table input[type=checkbox]");
    tab.follow(|| tab.click("button[form=chosen]"));
    assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), 2);
    tab.follow(|| tab.click(".theme-form button.for-light"));
    assert_eq!(tab.text("document.documentElement.dataset.theme"), "dark");
    assert_eq!(tab.value("document.querySelectorAll('.filterbar .chip').length"), 2);
    tab.click(".flow-switch summary");
    tab.follow(|| tab.click(".flow-switch a[href*=receipt]"));
    assert!(tab.text("location.pathname").starts_with("/flows/receipt"));
    tab.follow(|| tab.click(".sidenav a[href*=kpis]"));
    assert!(tab.value("document.querySelectorAll('.kpi svg').length").as_i64().unwrap() > 10);
    tab.click(".kpi details.data summary");
    assert!(tab.value("document.querySelector('.kpi details.data table').checkVisibility()") == true);
}

#[test]
fn a_file_is_sent_by_the_form() {
    let server = TestServer::start();
    let tab = open(&server, "/upload");
    let file = super::Chromium::shared().file("plain.csv");
    std::fs::write(&file, "case,activity,time\na,Receive,2024-01-01T08:00:00Z\na,Ship,2024-01-02T08:00:00Z\n").unwrap();
    tab.give("#file", &file);
    tab.fill("#flow", "orders");
    tab.follow(|| tab.click("#import-button"));
    // The page of the import asks again by itself until it is over.
    tab.until("document.querySelector('h1')?.textContent === 'All 2 rows are in the log'");
    tab.follow(|| tab.click("a.button.primary"));
    assert_eq!(tab.text("location.pathname"), "/flows/orders/map");
    assert_eq!(tab.value("document.querySelectorAll('[data-node]').length"), 4);
}
