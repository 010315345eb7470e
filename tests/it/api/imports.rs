//! Files on their way in: followed, cancelled, refused, resumed.

use super::{ORDERS, many};
use crate::support::server::TestServer;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

fn entries(path: &Path) -> usize {
    std::fs::read_dir(path).map_or(0, Iterator::count)
}

/// What work leaves behind while and after it runs.
fn left(server: &TestServer) -> (usize, usize) {
    // The server's own place in `staging` stays as long as it runs.
    (entries(&server.data("staging")) - 1, entries(&server.data("uploads")))
}

/// The last thing that a worker does is to put its things away.
#[track_caller]
fn assert_nothing_left(server: &TestServer) {
    let began = Instant::now();
    while left(server) != (0, 0) {
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", left(server));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn start(server: &TestServer, text: &str) -> String {
    let reply = server.call("POST", "/api/v1/flows/orders/imports").file("big.csv", text).send();
    assert_eq!(reply.status, 202, "{}", reply.text());
    reply.json()["imports"][0]["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn wait_for_state(server: &TestServer, id: &str, states: &[&str]) -> Value {
    let began = Instant::now();
    loop {
        let import = server.get(&format!("/api/v1/flows/orders/imports/{id}")).json();
        if states.contains(&import["state"].as_str().unwrap()) {
            return import;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{import}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_upload_is_followed_to_its_report() {
    let server = TestServer::start();
    let text = format!("{ORDERS}d,Receive,not a time,Ann,North\n");
    let parts = [
        ("mapping", None, "{\"resource\": \"who\"}"),
        ("title", None, "Orders of the shop"),
        ("file", Some("C:\\exports\\orders.csv"), text.as_str()),
    ];
    let reply = server.call("POST", "/api/v1/flows/orders/imports").form(&parts).send();
    assert_eq!(reply.status, 202, "{}", reply.text());
    let location = reply.header("location").to_owned();
    let import = &reply.json()["imports"][0];
    assert_eq!(import["file"], "orders.csv");
    assert_eq!(import["hash"], blake3::hash(text.as_bytes()).to_hex().as_str());
    assert_eq!(location, format!("/api/v1/flows/orders/imports/{}", import["id"].as_str().unwrap()));

    let events = server.get(&format!("{location}/events"));
    assert_eq!(events.header("content-type"), "text/event-stream");
    let last = events.text().trim().rsplit("\n\n").next().unwrap().to_owned();
    let (name, data) = last.split_once('\n').unwrap();
    let record: Value = serde_json::from_str(data.trim_start_matches("data: ")).unwrap();
    assert_eq!((name, &record["state"]), ("event: done", &json!("done")));
    assert_eq!((&record["rows_accepted"], &record["rows_rejected"]), (&json!(9), &json!(1)));
    assert_eq!(record["report"]["cases"], 3);
    assert_eq!(server.get(&location).json(), record);

    let rejects = server.get(&format!("{location}/rejects.csv"));
    assert!(rejects.header("content-type").starts_with("text/csv") && rejects.text().contains("not a time"));
    let flow = server.get("/api/v1/flows/orders").json();
    assert_eq!(
        (&flow["title"], &flow["version"], &flow["events"]),
        (&json!("Orders of the shop"), &json!(1), &json!(9))
    );
    assert_eq!(server.get("/api/v1/flows/orders/imports").json()["imports"].as_array().unwrap().len(), 1);
    assert_nothing_left(&server);

    // The same file may replace the log if it is read in another way.
    let copy = [parts[0], ("file", Some("copy.csv"), text.as_str())];
    let again = server.call("POST", "/api/v1/flows/orders/imports").form(&copy).send();
    assert_eq!(again.problem(409), "same_file");
    let hint = again.json()["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains(record["id"].as_str().unwrap()) && hint.contains("give another mapping"), "{hint}");
    let anew = start(&server, &text);
    assert_eq!(wait_for_state(&server, &anew, &["done", "failed"])["version"], 2);
    assert_nothing_left(&server);
}

#[test]
fn several_files_become_one_version() {
    let server = TestServer::start();
    let (header, rows) = ORDERS.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let part = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let (first, second) = (part(&rows[..4]), part(&rows[4..]));
    let both = [("file", Some("1.csv"), first.as_str()), ("file", Some("2.csv"), second.as_str())];
    let reply = server.call("POST", "/api/v1/flows/orders/imports").form(&both).send().json();
    assert_eq!((&reply["imports"][0]["append"], &reply["imports"][1]["append"]), (&json!(false), &json!(true)));
    let imports =
        ["0", "1"].map(|at| reply["imports"][at.parse::<usize>().unwrap()]["id"].as_str().unwrap().to_owned());
    assert!(imports.iter().all(|id| wait_for_state(&server, id, &["done"])["version"] == 1));
    assert_eq!(server.get("/api/v1/flows/orders/stats").json()["cases"], 3);
    // The same file twice in one request would count twice.
    let twice = [("file", Some("1.csv"), "case,activity\na,b\n"), ("file", Some("2.csv"), "case,activity\na,b\n")];
    assert_eq!(server.call("POST", "/api/v1/flows/orders/imports").form(&twice).send().problem(409), "same_file");
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let id = start(&server, "{\"no\": \"table\"}");
    let failed = wait_for_state(&server, &id, &["failed"]);
    let error = failed["error"].as_str().unwrap();
    assert!(error.contains("big.csv") && !error.contains("uploads"), "{error}");
    assert_eq!(server.get("/api/v1/flows/orders").json()["version"], 1);
    assert!(server.get(&format!("/api/v1/flows/orders/imports/{id}/events")).text().contains("event: failed"));
    assert_eq!(server.get(&format!("/api/v1/flows/orders/imports/{id}/rejects.csv")).problem(404), "not_found");
    assert_nothing_left(&server);
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let server = TestServer::start();
    let (running, waiting) = (start(&server, &many(40_000)), start(&server, &many(3)));
    wait_for_state(&server, &running, &["running"]);
    assert_eq!(server.call("DELETE", "/api/v1/flows/orders").send().problem(409), "conflict");
    let rename = server.call("PATCH", "/api/v1/flows/orders").json(&json!({"name": "sales"})).send();
    assert_eq!(rename.problem(409), "conflict");
    for id in [&waiting, &running] {
        assert_eq!(server.call("DELETE", &format!("/api/v1/flows/orders/imports/{id}")).send().status, 204);
        assert_eq!(wait_for_state(&server, id, &["cancelled"])["version"], Value::Null);
    }
    assert_eq!(left(&server), (0, 0));
    assert_eq!(server.get("/api/v1/flows/orders/stats").problem(404), "no_log_yet");
    let again = server.call("DELETE", &format!("/api/v1/flows/orders/imports/{running}")).send();
    assert_eq!(again.problem(409), "conflict");
    let flow = server.web.app.flow("orders").unwrap().id;
    assert_eq!(entries(&server.data(&format!("flows/{flow}/raw"))), 0);
    assert_eq!(server.call("DELETE", "/api/v1/flows/orders").send().status, 204);
}

#[test]
fn a_deleted_flow_is_gone_with_its_files() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let renamed = server.call("PATCH", "/api/v1/flows/orders").json(&json!({"name": "sales", "title": "Sales"})).send();
    assert_eq!((&renamed.json()["name"], &renamed.json()["title"]), (&json!("sales"), &json!("Sales")));
    assert_eq!(server.get("/api/v1/flows/sales/stats").json()["cases"], 3);
    assert_eq!(server.call("DELETE", "/api/v1/flows/sales").send().status, 204);
    assert_eq!(server.get("/api/v1/flows/sales").problem(404), "not_found");
    assert_eq!(entries(&server.data("flows")), 0);
}

#[test]
fn a_broken_connection_leaves_nothing() {
    let server = TestServer::start();
    let mut connection = std::net::TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    write!(
        connection,
        "POST /api/v1/flows/orders/imports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000\r\n\r\n\
         --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{}",
        server.token,
        many(100)
    )
    .unwrap();
    let began = Instant::now();
    while left(&server).0 == 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "the upload did not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(connection);
    while left(&server).0 != 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "the upload was kept");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));
}

#[test]
fn an_import_is_run_even_if_nobody_waits_for_the_answer() {
    let server = TestServer::start();
    // Also notes the use of the token for this minute, so that the request below is let in without writing.
    server.import("orders", ORDERS);
    let catalog = rusqlite::Connection::open(server.data("catalog.sqlite")).unwrap();
    catalog.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{}\r\n--x--\r\n",
        many(2)
    );
    let mut connection = std::net::TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    write!(
        connection,
        "POST /api/v1/flows/orders/imports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: {}\r\n\r\n{body}",
        server.token,
        body.len()
    )
    .unwrap();
    // The file is here and whole; registering it waits for the catalog, and meanwhile the sender goes away.
    let began = Instant::now();
    while left(&server).0 == 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "the upload did not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(500));
    drop(connection);
    std::thread::sleep(Duration::from_millis(500));
    catalog.execute_batch("COMMIT").unwrap();
    while server.get("/api/v1/flows/orders").json()["version"] != 2 {
        assert!(began.elapsed() < Duration::from_secs(30), "the import was forgotten in the queue");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_nothing_left(&server);
}

#[test]
fn an_import_that_the_end_of_the_server_cuts_short_is_resumed() {
    let server = TestServer::start();
    let (running, waiting) = (start(&server, &many(40_000)), start(&server, ORDERS));
    wait_for_state(&server, &running, &["running"]);
    let began = Instant::now();
    let data = server.stop();
    assert!(began.elapsed() < Duration::from_secs(9), "the end took {:?}", began.elapsed());
    assert_eq!((entries(&data.path().join("staging")), entries(&data.path().join("uploads"))), (0, 2));

    let server = TestServer::on(data, |_| {}, false);
    assert_eq!(wait_for_state(&server, &running, &["done", "failed", "cancelled"])["version"], 1);
    assert_eq!(wait_for_state(&server, &waiting, &["done", "failed", "cancelled"])["version"], 2);
    assert_eq!(server.get("/api/v1/flows/orders/stats?version=1").json()["cases"], 40_000);
    assert_eq!(server.get("/api/v1/flows/orders/stats").json()["cases"], 3);
    assert_nothing_left(&server);
}

#[test]
fn a_look_stores_nothing() {
    let server = TestServer::start();
    let text = "Auftrag;Schritt;Zeit\r\n1;Annahme;31.12.2024 08:00\r\n1;Versand;31.12.2024 09:00\r\n2;Annahme;02.01.2025 08:00\r\n";
    let look = server.call("POST", "/api/v1/inspect").file("auftraege.csv", text).send();
    assert_eq!(look.status, 200, "{}", look.text());
    let look = look.json();
    assert_eq!((&look["file"], &look["format"]), (&json!("auftraege.csv"), &json!("csv")));
    let mapping = &look["mapping"];
    assert_eq!(
        (&mapping["case"], &mapping["timestamp"], &mapping["delimiter"]),
        (&json!("Auftrag"), &json!("Zeit"), &json!(";"))
    );
    assert_eq!(
        look["preview"],
        json!([
            ["1", "Annahme", "31.12.2024 08:00"],
            ["1", "Versand", "31.12.2024 09:00"],
            ["2", "Annahme", "02.01.2025 08:00"]
        ])
    );
    assert!(look["detected"]["roles"][0]["confidence"].as_f64().unwrap() > 0.0);
    assert_nothing_left(&server);
    assert_eq!(server.get("/api/v1/flows").json(), json!({"flows": []}));
    // What was proposed is accepted as it is.
    let mapping = mapping.to_string();
    let parts = [("mapping", None, mapping.as_str()), ("file", Some("auftraege.csv"), text)];
    let reply = server.call("POST", "/api/v1/flows/orders/imports").form(&parts).send().json();
    let done = wait_for_state(&server, reply["imports"][0]["id"].as_str().unwrap(), &["done", "failed"]);
    assert_eq!((&done["state"], &done["rows_accepted"]), (&json!("done"), &json!(3)), "{done}");
}
