//! The pages as a browser without scripts meets them.

use super::ORDERS;
use crate::support::run;
use crate::support::server::TestServer;

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

/// Values of an attribute within a page.
pub fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn pages_hold_nothing_that_the_policy_forbids() {
    let server = server();
    let paths = [
        "/",
        "/flows/orders",
        "/flows/orders/map",
        "/flows/orders/map?view=table",
        "/flows/orders/kpis",
        "/flows/orders/causes",
        "/flows/orders/causes?of=rework",
        "/flows/orders/compare",
        "/flows/orders/compare?filter=with%3DPack&with=rest",
        "/flows/orders/compare?filter=with%3DPack&with=rest&view=table",
        "/flows/orders/sql",
        "/sign-in",
    ];
    for path in paths {
        let page = server.get(path).text();
        assert!(page.starts_with("<!DOCTYPE html>"), "{path}");
        assert!(attributes(&page, "style").is_empty() && !page.contains("<script>"), "{path}");
        assert!(!page.contains(" onclick="), "{path}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        // Everything that is loaded is there.
        for link in attributes(&page, "href").into_iter().chain(attributes(&page, "src")) {
            assert!(link.starts_with(['/', '#']), "{path}: {link}");
            if link.starts_with("/static/") {
                assert_eq!(server.get(link.split('#').next().unwrap()).status, 200, "{path}: {link}");
            }
        }
    }
    let css = server.get("/static/tokens.css");
    assert!(css.header("content-type").starts_with("text/css") && css.text().contains("--accent"));
    assert_eq!(server.get("/static/../Cargo.toml").status, 404);
}

#[test]
fn the_map_page_shows_the_numbers_of_the_answer() {
    let server = server();
    let page = server.get("/flows/orders/map").text();
    assert_eq!(attributes(&page, "data-node"), ["start", "end", "Receive", "Pack", "Ship"]);
    let mut edges = attributes(&page, "data-edge");
    edges.sort_unstable();
    let expected =
        ["Pack&gt;Pack", "Pack&gt;Ship", "Receive&gt;Pack", "Receive&gt;Ship", "Ship&gt;end", "start&gt;Receive"];
    assert_eq!(edges, expected);
    assert!(page.contains("Showing 3 of 3 activities, 4 of 4 paths"), "{page}");
    let picked = server.get("/flows/orders/map?edge=Pack%3EShip").text();
    assert!(picked.contains("directly%3DPack%3EShip"), "{picked}");
    // What the inspector counts is what the filter leaves.
    let filtered = server.get("/flows/orders/map?filter=directly%3DPack%3EShip").text();
    assert!(filtered.contains("2 of 3 cases") && filtered.contains("Pack → Ship"), "{filtered}");
    assert!(server.get("/flows/orders/map?filter=id%3Dnone").status != 500);
    assert_eq!(server.get("/flows/orders/map?metric=luck").problem(400), "bad_parameter");
    assert_eq!(server.get("/flows/none/map").problem(404), "not_found");
}

#[test]
fn a_metric_changes_no_place() {
    let server = server();
    let places = |metric: &str| {
        let page = server.get(&format!("/flows/orders/map?metric={metric}")).text();
        let nodes = page.split(" data-node=\"").skip(1);
        nodes.map(|node| attributes(node, "transform")[0].to_owned()).collect::<Vec<_>>()
    };
    let cases = places("cases");
    assert_eq!(cases.len(), 5);
    for metric in ["events", "share", "median_wait", "p90_wait", "total_wait"] {
        assert_eq!(places(metric), cases, "{metric}");
    }
}

#[test]
fn page_answer_and_file_are_one_picture() {
    let server = server();
    let svg = server.get("/api/v1/flows/orders/map.svg").text();
    let folder = server.stop();
    let file = folder.path().join("map.svg");
    let (data, out) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
    let done = run(&["map", "orders", "-o", out, "--data", data]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), svg);
    for (words, ending) in [(vec!["map", "orders"], "png"), (vec!["kpi", "arrivals", "orders"], "svg")] {
        let file = folder.path().join("out").with_extension(ending);
        let out = file.to_str().unwrap().to_owned();
        let words = [words, vec!["-o", &out, "--data", data]].concat();
        assert!(run(&words).status.success(), "{words:?}");
        assert!(std::fs::metadata(&file).unwrap().len() > 1000);
    }
}

#[test]
fn conditions_are_added_by_a_form() {
    let server = server();
    let follow = |address: &str| {
        let reply = server.get(address);
        assert_eq!(reply.status, 303, "{address}");
        let location = reply.header("location").to_owned();
        assert!(location.starts_with("/flows/orders"), "{location}");
        server.get(&location).text()
    };
    let page = follow(
        "/flows/orders/filter?back=/flows/orders/map&query=metric%3Devents&filter=with%3DPack&kind=without&a=Receive",
    );
    assert!(page.contains("without Receive") && page.contains("with Pack"), "{page}");
    let elsewhere = follow("/flows/orders/filter?back=//evil.example/&kind=with&a=Pack");
    assert!(elsewhere.contains("with Pack"));
    assert_eq!(server.get("/flows/orders/filter?kind=luck").problem(400), "bad_parameter");
}

#[test]
fn every_kpi_has_a_card() {
    let server = server();
    let page = server.get("/flows/orders/kpis").text();
    let kpis = server.get("/api/v1/flows/orders/kpis").json();
    for answer in kpis["kpis"].as_array().unwrap() {
        let (id, section) = (answer["kpi"]["id"].as_str().unwrap(), answer["kpi"]["section"].as_str().unwrap());
        let page = server.get(&format!("/flows/orders/kpis?section={section}")).text();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert_eq!(server.get("/flows/orders/kpis?section=luck").status, 400);
    assert!(page.matches("<svg").count() > 10 && page.contains("queries/time/arrivals.sql"), "{page}");
    for form in ["csv", "json", "svg", "png"] {
        assert!(page.contains(&format!("/api/v1/flows/orders/kpis/arrivals.{form}?")), "{form}: {page}");
    }
}
