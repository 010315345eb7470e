//! Every way to be refused, once.

use super::{ORDERS, many};
use crate::support::server::TestServer;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
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
fn refusals_are_readable_for_who_takes_compressed_answers() {
    let server = TestServer::start();
    let refused = |method: &str, path: &str| {
        let call = server.call(method, path).header("accept-encoding", "gzip").body("text/plain", "{}");
        let reply = call.send();
        assert_eq!((reply.header("content-encoding"), reply.header("etag")), ("", ""), "{method} {path}");
        reply
    };
    assert_eq!(refused("POST", "/api/v1/flows").problem(415), "unsupported_media_type");
    assert_eq!(refused("POST", "/api/v1/flows/a/imports").problem(415), "unsupported_media_type");
    assert_eq!(refused("POST", "/api/v1/flows/a/stats").problem(405), "wrong_method");
    assert_eq!(refused("PUT", "/api/v1/nothing").problem(404), "unknown_address");
    let bare = server.bare("POST", "/api/v1/flows").header("accept-encoding", "gzip").send();
    assert_eq!((bare.problem(401), bare.header("content-encoding")), ("not_signed_in".to_owned(), ""));
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
    let mut connection = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
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

#[test]
fn connections_on_which_nothing_comes_are_given_up() {
    let server = TestServer::with(|config| config.server.header_seconds = 1, false);
    let connect = |words: &str| {
        let mut connection = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        connection.write_all(words.as_bytes()).unwrap();
        connection
    };
    let rest = |mut connection: TcpStream| {
        let mut rest = Vec::new();
        connection.read_to_end(&mut rest).unwrap();
        String::from_utf8(rest).unwrap()
    };
    let head = format!("POST /api/v1/flows HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n", server.token);
    let (silent, half) = (connect(""), connect(&head));
    // A body takes as long as it takes: only the wait for a head is bounded.
    let mut slow = connect(&format!("{head}content-type: application/json\r\ncontent-length: 12\r\n\r\n{{"));
    let kept = connect("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    std::thread::sleep(Duration::from_millis(1500));
    slow.write_all(b"\"name\":\"a\"}").unwrap();
    assert!(rest(slow).starts_with("HTTP/1.1 201 "));
    assert_eq!((rest(silent), rest(half)), (String::new(), String::new()));
    assert!(rest(kept).starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_connection_that_is_only_kept_does_not_keep_the_server() {
    let server = TestServer::start();
    let _silent = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    assert_eq!(server.get("/health").status, 200);
    let began = Instant::now();
    server.stop();
    assert!(began.elapsed() < Duration::from_secs(5), "the end took {:?}", began.elapsed());
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
