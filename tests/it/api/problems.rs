//! Every way to be refused, once.

use super::{ORDERS, many};
use crate::support::server::TestServer;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

/// Many seconds of work on any machine.
const LONG: &str = "SELECT sum(a.position * b.position % 7) FROM events a, events b, events c \
     WHERE a.position + b.position > c.position";

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server.call("POST", "/api/v1/flows").json(&json!({"name": "empty"})).send();
    let get = |path: &str| server.get(&format!("/api/v1/flows/{path}"));
    assert_eq!(get("orders/stats?frm=2024").problem(400), "bad_parameter");
    assert_eq!(get("orders/stats?from=yesterday").problem(400), "invalid_value");
    assert_eq!(get("orders/stats?filter=nonsense").problem(400), "invalid_value");
    assert_eq!(get("orders/stats?where=planet%3DMars").problem(400), "bad_filter");
    assert_eq!(get("orders/stats?from=2024&from=2025").problem(400), "bad_parameter");
    assert_eq!(get("orders/variants?top=many").problem(400), "bad_parameter");
    assert_eq!(get("orders/kpis/cycle_time?colour=red").problem(400), "bad_parameter");
    assert_eq!(get("orders/kpis/cycletime").problem(404), "kpi_not_found");
    assert_eq!(get("orders/kpis/cycletime").json()["hint"], "did you mean `cycle_time`?");
    assert_eq!(get("order/stats").problem(404), "not_found");
    assert_eq!(get("order/stats").json()["hint"], "did you mean \"orders\"?");
    assert_eq!(get("orders/cases/zz").problem(404), "case_not_found");
    assert_eq!(get("orders/stats?version=9").problem(404), "not_found");
    assert_eq!(get("empty/stats").problem(404), "no_log_yet");
    assert_eq!(get("orders/imports/nope").problem(404), "not_found");
    let unknown = get("orders/statistics");
    assert_eq!(unknown.problem(404), "unknown_address");
    assert!(unknown.json()["hint"].as_str().unwrap().contains("/api/v1/flows/{flow}/stats"), "{}", unknown.text());
    let wrong = server.call("PUT", "/api/v1/flows").send();
    assert_eq!(wrong.problem(405), "wrong_method");
    assert!(wrong.header("allow").contains("GET"), "{:?}", wrong.headers);
    assert_eq!(server.call("BREW", "/api/v1/flows").send().problem(405), "wrong_method");
}

#[test]
fn wrong_bodies_are_told_what_is_wrong() {
    let server = TestServer::start();
    let make = || server.call("POST", "/api/v1/flows");
    assert_eq!(make().body("application/json", "{").send().problem(400), "bad_json");
    assert_eq!(make().body("application/json", "{\"nam\":1}").send().problem(400), "bad_json");
    assert_eq!(make().body("text/plain", "{}").send().problem(415), "unsupported_media_type");
    assert_eq!(make().json(&json!({"name": "Über uns"})).send().problem(400), "invalid_flow_name");
    assert_eq!(make().json(&json!({"name": "a"})).send().status, 201);
    assert_eq!(make().json(&json!({"name": "a"})).send().problem(409), "already_exists");
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(make().body("application/json", large).send().problem(413), "body_too_large");
    let import = || server.call("POST", "/api/v1/flows/a/imports");
    assert_eq!(import().body("text/csv", ORDERS).send().problem(415), "unsupported_media_type");
    assert_eq!(import().form(&[("mapping", None, "{}")]).send().problem(400), "invalid_value");
    assert_eq!(import().form(&[("mapping", None, "{\"cas\":1}")]).send().problem(400), "bad_mapping");
    assert_eq!(import().form(&[("else", None, "x")]).send().problem(400), "bad_part");
    let inspect = server.call("POST", "/api/v1/inspect").file("a.csv", "\u{0}\u{1}\u{2}\u{3}").send();
    assert_eq!(inspect.status, 422, "{}", inspect.text());
    let text = inspect.text();
    assert!(text.contains("a.csv") && !text.contains("staging"), "{text}");
}

#[test]
fn limits_are_named() {
    let server = TestServer::with(
        |config| {
            config.server.upload_bytes_max = 100_000;
            config.limits.query_seconds = 1;
            config.limits.queue_seconds = 0;
            config.limits.parallel_queries = 1;
        },
        false,
    );
    let large = server.call("POST", "/api/v1/flows/a/imports").file("a.csv", &many(1000)).send();
    assert_eq!(large.problem(413), "upload_too_large");
    assert_eq!(large.json()["limit"], "server.upload_bytes_max");
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));
    server.import("orders", &many(200));
    let sql = |sql: String| server.call("POST", "/api/v1/flows/orders/sql").json(&json!({ "sql": sql })).send();
    std::thread::scope(|scope| {
        let long = scope.spawn(|| sql(LONG.to_owned()));
        wait_for(|| (server.web.app.engine().free_places() == 0).then_some(()));
        let busy = sql("SELECT 1 AS one".to_owned());
        assert_eq!((busy.problem(503), busy.header("retry-after")), ("busy".to_owned(), "2"));
        assert_eq!(busy.json()["limit"], "limits.parallel_queries");
        let late = long.join().unwrap();
        assert_eq!(late.problem(504), "time_limit");
        assert_eq!(late.json()["limit"], "limits.query_seconds");
    });
}

#[test]
fn an_answer_has_a_largest_size() {
    let server = TestServer::with(|config| config.limits.answer_mb = 1, false);
    server.import("orders", &many(1000));
    // 8,000 events with nine columns are more than 1 MiB, whoever asks for them.
    let sql = json!({"sql": "SELECT *, activity AS again, resource AS who FROM events"});
    let reply = server.call("POST", "/api/v1/flows/orders/sql").json(&sql).send();
    assert_eq!(reply.problem(422), "answer_too_large");
    assert_eq!(reply.json()["limit"], "limits.answer_mb");
    let asked = server.asked("orders", "");
    let all = super::reading::block_on(server.web.app.ask(&asked, "timeline", &BTreeMap::new()));
    assert_eq!(all.unwrap_err().code().0, "answer_too_large");
    assert_eq!(server.get("/api/v1/flows/orders/stats").status, 200);
}

#[test]
fn disk_for_queries_has_a_limit() {
    let limited = |config: &mut throughline::config::Config| {
        config.limits.query_memory_mb = 32;
        config.limits.spill_disk_mb = 1;
    };
    let server = TestServer::with(limited, false);
    server.import("orders", &many(200));
    // 2.5 million rows to be sorted do not fit into 32 MiB.
    let sql = "SELECT max(n) AS n FROM (SELECT row_number() OVER (ORDER BY a.source_line * b.source_line, \
               b.case_id, a.case_id) AS n FROM events a CROSS JOIN events b) t";
    let reply = server.call("POST", "/api/v1/flows/orders/sql").json(&json!({ "sql": sql })).send();
    assert_eq!(reply.problem(422), "spill_limit");
    assert_eq!(reply.json()["limit"], "limits.spill_disk_mb");
}

#[test]
fn a_whole_request_has_a_limit_too() {
    let server = TestServer::with(|config| config.server.request_seconds = 1, false);
    server.import("orders", &many(200));
    let reply = server.call("POST", "/api/v1/flows/orders/sql").json(&json!({"sql": LONG})).send();
    assert_eq!(reply.problem(504), "request_time_limit");
    assert_eq!(reply.json()["limit"], "server.request_seconds");
}

#[test]
fn what_is_broken_inside_is_not_shown() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let folder = server.web.app.store.catalog.newest_version("orders").unwrap().unwrap().directory;
    let folder = server.data(&folder);
    // Forgotten by a restart, so that the version is opened anew.
    let data = server.stop();
    std::fs::remove_file(folder.join("manifest.json")).unwrap();
    let server = TestServer::on(data, |_| {}, false);
    let reply = server.get("/api/v1/flows/orders/stats");
    assert_eq!(reply.problem(500), "damaged_version");
    assert!(!reply.text().contains("manifest.json") && !reply.text().contains("flows/"), "{}", reply.text());
    // One damaged log is no reason to hide the others.
    let page = server.call("GET", "/").send();
    assert_eq!(page.status, 200);
}

#[test]
fn a_client_that_goes_takes_its_query_with_it() {
    let server = TestServer::start();
    server.import("orders", &many(200));
    let engine = server.web.app.engine();
    let all = engine.free_places();
    let body = json!({"sql": LONG}).to_string();
    let mut connection = std::net::TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    write!(
        connection,
        "POST /api/v1/flows/orders/sql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.token,
        body.len()
    )
    .unwrap();
    wait_for(|| (engine.free_places() < all).then_some(()));
    drop(connection);
    wait_for(|| (engine.free_places() == all).then_some(()));
}

#[track_caller]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "it did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}
