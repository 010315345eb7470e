//! What pages say when there is nothing, not everything, or a failure; and the portfolio.

use super::ORDERS;
use crate::support::server::TestServer;
use throughline::store::catalog::Role;

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

#[test]
fn failures_are_told_with_a_way_on() {
    let server = server();
    let missing = server.call("GET", "/flows/none/cases").header("accept", "text/html").send();
    assert_eq!(missing.status, 404);
    let (text, id) = (missing.text(), missing.header("x-request-id").to_owned());
    // Asking again for what is not there does not help.
    assert!(text.contains(&id) && text.contains("Nothing was changed") && !text.contains("Try again"), "{text}");
    let dark = server.call("GET", "/flows/none/cases").header("accept", "text/html").header("cookie", "tl_theme=dark");
    assert!(dark.send().text().contains("data-theme=\"dark\""));
}

#[test]
fn what_a_log_lacks_is_said_on_its_pages() {
    let server = TestServer::start();
    server.import("orders", &format!("{ORDERS}d,Receive,not a time,Ann,North\n"));
    for page in ["map", "variants", "cases", "kpis"] {
        let page = server.get(&format!("/flows/orders/{page}")).text();
        assert!(page.contains("1 of 10 row was rejected") && page.contains("/flows/orders/imports/"), "{page}");
    }
    server.import("whole", ORDERS);
    assert!(!server.get("/flows/whole/kpis").text().contains("class=\"partial\""));
}

#[test]
fn periods_are_stepped_through() {
    let server = server();
    let page = server.get("/flows/orders/cases?filter=start%3D2024-01-08..2024-01-15").text();
    assert!(page.contains("start%3D2024-01-01T00:00:00Z..2024-01-08T00:00:00Z"), "{page}");
    assert!(page.contains("start%3D2024-01-15T00:00:00Z..2024-01-22T00:00:00Z"), "{page}");
    assert!(!server.get("/flows/orders/cases?filter=start%3D2024-01-08..").text().contains("data-step"));
}

#[test]
fn the_portfolio_offers_the_demo_and_sorts_flows() {
    let server = TestServer::start();
    let empty = server.get("/").text();
    assert!(empty.contains("There is no flow yet") && empty.contains("action=\"/demo\""), "{empty}");
    let viewer =
        server.bare("POST", "/demo").header("authorization", &format!("Bearer {}", server.token_of(Role::Viewer)));
    assert_eq!(viewer.send().problem(403), "role_too_low");
    let loaded = server.call("POST", "/demo").send();
    assert_eq!(loaded.status, 303, "{}", loaded.text());
    let import = loaded.header("location").to_owned();
    assert!(import.starts_with("/flows/order-to-cash/imports/"), "{import}");
    assert!(server.get(&format!("/api/v1{import}/events")).text().contains("event: done"));
    server.import("orders", ORDERS);
    let again = server.call("POST", "/demo").send();
    assert_eq!((again.status, again.header("location")), (303, "/flows/order-to-cash"));
    // By start of the links within the list: whether the demo stands before the other flow.
    let demo_first = |query: &str| {
        let page = server.get(&format!("/?{query}")).text();
        let list = &page[page.find("id=\"flows\"").unwrap()..];
        list.find("/flows/order-to-cash").unwrap() < list.find("/flows/orders").unwrap()
    };
    assert!(demo_first("sort=cases") && demo_first("view=table&sort=cases") && demo_first("sort=name"));
    let page = server.get("/").text();
    assert!(page.contains("2 flows, 5,003 cases") && !page.contains("action=\"/demo\""), "{page}");
    assert!(page.contains("data up to 2024-01-09") && page.contains("class=\"spark\""), "{page}");
    assert_eq!(server.get("/?sort=luck").problem(400), "bad_parameter");
}

#[test]
fn an_import_says_how_good_the_log_is() {
    let server = TestServer::start();
    let text = format!(
        "{ORDERS}c,Ship,2024-01-09T08:00:00Z,Ann,North\ne,Shipp,2024-01-10,Ann,North\nf,Receive,soon,Ann,North\n"
    );
    let id = server.import("orders", &text);
    let page = server.get(&format!("/flows/orders/imports/{id}")).text();
    for part in [
        "11 of 12 rows are in the log",
        "11 of the 12 rows can be used; 1 (8.3 %) cannot",
        "Unparsable timestamp",
        "time “soon” · line 13",
        "Events that look like doubles",
        "case c",
        "Cases of a single event",
        "/upload?flow=orders&#38;like=",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let upload = server.get(&format!("/upload?flow=orders&like={id}")).text();
    assert!(!upload.contains("data-known="), "nothing was said about how to read it: {upload}");
    let mapped = [("mapping", None, "{\"case\": \"who\"}"), ("file", Some("who.csv"), ORDERS)];
    let sent = server.call("POST", "/api/v1/flows/people/imports").form(&mapped).send();
    assert_eq!(sent.status, 202, "{}", sent.text());
    assert!(server.get(&format!("{}/events", sent.header("location"))).text().contains("event: done"));
    let upload = server.get("/upload?flow=people").text();
    assert!(upload.contains("data-known=\"{&#34;case&#34;:&#34;who&#34;") && upload.contains("who.csv"), "{upload}");
}

#[test]
fn a_look_says_how_good_the_beginning_is() {
    let server = TestServer::start();
    let text = format!("{ORDERS}f,Receive,soon,Ann,North\ng,Recieve,2024-01-10T08:00:00Z,Ann,North\n");
    let found = server.call("POST", "/api/v1/inspect").file("log.csv", &text).send().json();
    let codes: Vec<&str> =
        found["quality"]["issues"].as_array().unwrap().iter().map(|issue| issue["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unparsable_timestamp", "similar_activities", "single_event_cases", "ties"], "{found}");
    assert_eq!((&found["quality"]["rows"], &found["quality"]["whole"]), (&11.into(), &true.into()));
    assert_eq!(found["times"][0], serde_json::json!({"text": "2024-01-01T08:00:00Z", "read": "2024-01-01T08:00:00Z"}));
    let german = "case;activity;time\n1;a;31.12.2024 08:00\n1;b;31.12.2024 09:00\n2;a;x\n2;b;02.01.2025 09:00\n";
    let page = server.call("POST", "/upload/inspect").file("g.csv", german).send().text();
    assert!(page.contains("2024-12-31 08:00:00 UTC") && page.contains("does not fit the format"), "{page}");
    assert!(page.contains("3 of the 4 rows can be used"), "{page}");
    // An XES log has no columns to choose, but rows to see.
    let log = std::fs::read_to_string(crate::support::shared("running-example/running-example.xes")).unwrap();
    let xes = server.call("POST", "/api/v1/inspect").file("log.xes", &log).send().json();
    let columns: Vec<&str> =
        xes["preview_columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(columns.starts_with(&["case_id", "activity"]) && !xes["preview"].as_array().unwrap().is_empty(), "{xes}");
    assert_eq!(xes["quality"]["usable_share"], 1.0);
    // Half of it is what a browser sends of a large file.
    let cut = server.call("POST", "/api/v1/inspect").file("log.xes", &log[..log.len() / 2]).send();
    assert_eq!(cut.status, 200, "{}", cut.text());
}
