//! The SQL page: statements in addresses and forms, answers as table, chart and file, faults where they are.

use super::ORDERS;
use super::pages::attributes;
use crate::support::server::{Reply, TestServer};
use serde_json::json;

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

const FORM: &str = "application/x-www-form-urlencoded";
const COUNT: &str =
    "SELECT%20activity%2C%20count(*)%20AS%20n%20FROM%20events%20GROUP%20BY%20activity%20ORDER%20BY%20activity";

fn send(server: &TestServer, path: &str, body: &str) -> Reply {
    server.call("POST", path).body(FORM, body).send()
}

#[test]
fn statements_are_answered_in_their_address() {
    let server = server();
    let page = server.get(&format!("/flows/orders/sql?q={COUNT}")).text();
    assert!(page.contains("<h1>3 rows, from the tables of 3 cases</h1>"), "{page}");
    for cell in [">Pack</td>", ">Receive</td>", "class=\"num\">3</td>"] {
        assert!(page.contains(cell), "{cell}: {page}");
    }
    let north = server.get(&format!("/flows/orders/sql?q={COUNT}&filter=case.region%3DNorth")).text();
    assert!(north.contains("class=\"num\">1</td>") && north.contains("2 of 3 cases"), "{north}");
    // Short ones are sent on to their address, long ones are answered at once.
    let sent = send(
        &server,
        "/flows/orders/sql?filter=case.region%3DNorth",
        &format!("q={COUNT}%0D%0A&chart=bars&x=activity&y=n"),
    );
    assert_eq!(sent.status, 303, "{}", sent.text());
    let address = sent.header("location");
    assert!(address.starts_with("/flows/orders/sql?filter=case.region%3DNorth&q=SELECT%20activity,"), "{address}");
    assert!(address.ends_with("&chart=bars&x=activity&y=n") && !address.contains("%0D"), "{address}");
    let drawn = server.get(address).text();
    assert!(drawn.contains("class=\"chart\"") && drawn.contains("value=\"bars\" selected"), "{drawn}");
    let long = send(&server, "/flows/orders/sql", &format!("q={COUNT}%0A--{}", "x".repeat(5_000)));
    assert_eq!(long.status, 200);
    assert!(long.text().contains("too long for an address") && long.text().contains(">Pack</td>"));
    assert_eq!(server.get("/flows/orders/sql?q=x&luck=1").problem(400), "bad_parameter");
}

#[test]
fn faults_are_shown_where_they_are() {
    let server = server();
    let check = |q: &str, place: (u32, u32), words: &str| {
        let page = server.get(&format!("/flows/orders/sql?q={q}")).text();
        let marks = format!("data-line=\"{}\" data-column=\"{}\"", place.0, place.1);
        assert!(page.contains(&marks), "{marks}: {page}");
        assert!(page.contains(&format!("Line {}, column {}:", place.0, place.1)) && page.contains(words), "{page}");
    };
    check("SELECT%20a%0AFROM%20cases%20WHERE%20%3D%201", (2, 18), "▲");
    check("SELECT%20case_id%2C%0A%20%20colour%20FROM%20cases", (2, 3), "colour");
    let refused = server.get("/flows/orders/sql?q=DROP%20TABLE%20cases").text();
    assert!(refused.contains("The statement cannot be answered") && refused.contains("role=\"alert\""), "{refused}");
    let function = server.get("/flows/orders/sql?q=SELECT%20repeat(%27x%27%2C%209)").text();
    assert!(function.contains("the function repeat is not allowed"), "{function}");
    // The place is part of the words at every door.
    let api =
        server.call("POST", "/api/v1/flows/orders/sql").json(&json!({"sql": "SELECT\n colour FROM cases"})).send();
    assert_eq!(api.problem(400), "bad_sql");
    assert!(api.text().contains("(line 2, column 2)"), "{}", api.text());
}

#[test]
fn limits_are_named() {
    let server = TestServer::with(|config| config.limits.rows_returned_max = 2, false);
    server.import("orders", ORDERS);
    let page = server.get("/flows/orders/sql?q=SELECT%20activity%20FROM%20events").text();
    assert!(page.contains("<h1>The first 2 rows, from the tables of 3 cases</h1>"), "{page}");
    assert!(page.contains("cut after 2 (limits.rows_returned_max)") && page.contains("at most 2 rows"), "{page}");
}

#[test]
fn every_example_runs() {
    let server = server();
    let page = server.get("/flows/orders/sql").text();
    assert!(page.contains("from the tables of 3 cases</h1>"), "{page}");
    let links: Vec<&str> =
        attributes(&page, "href").into_iter().filter(|href| href.starts_with("/flows/orders/sql?example=")).collect();
    assert!(links.len() >= 8, "{links:?}");
    for link in links {
        let shown = server.get(link).text();
        assert!(shown.contains("id=\"result\"") && !shown.contains("role=\"alert\""), "{link}: {shown}");
    }
    // What free SQL may not call is no example.
    assert_eq!(server.get("/flows/orders/sql?example=cycle_time").problem(400), "bad_parameter");
}

#[test]
fn files_are_those_of_the_api() {
    let server = server();
    let sql = "SELECT activity, count(*) AS n FROM events GROUP BY activity ORDER BY activity";
    let api = |form: &str| {
        server.call("POST", &format!("/api/v1/flows/orders/sql{form}")).json(&json!({ "sql": sql })).send().text()
    };
    for form in ["csv", "json"] {
        let file = send(&server, "/flows/orders/sql/file", &format!("q={COUNT}&form={form}"));
        assert_eq!((file.status, file.text()), (200, api(&format!(".{form}"))));
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"sql.{form}\""));
    }
    assert_eq!(send(&server, "/flows/orders/sql/file", "q=SELECT%201&form=doc").problem(400), "bad_parameter");
    assert_eq!(send(&server, "/flows/orders/sql/file", "q=DROP&form=csv").problem(400), "bad_sql");
}

#[test]
fn the_tables_are_described() {
    let server = TestServer::start();
    server.import("orders", &ORDERS.replace("region", "Sales region"));
    let page = server.get("/flows/orders/sql").text();
    assert!(page.contains("data-insert=\"&#34;Sales region&#34;\" class=\"of-log\">Sales region</code>"), "{page}");
    assert!(page.contains("Seconds from the earliest start to the latest end"), "{page}");
    let answer =
        server.get("/flows/orders/sql?q=SELECT%20%22Sales%20region%22%2C%20cycle_time_s%20FROM%20cases").text();
    // Names end in their unit: a and b took 4 and 24 hours.
    assert!(answer.contains("<small>duration</small>") && answer.contains(">24 h</td>"), "{answer}");
}
