//! A log that is taken away and read again is the same log.

use crate::support::server::TestServer;
use crate::support::{answer, run, shared};
use serde_json::Value;
use std::path::Path;

/// Starts and ends, doubles at the same time, names that markup and tables have to quote, attributes of every type.
const TRICKY: &str = "case,activity,start,end,who,team,amount,paid,note,region\n\
    \"a \"\"1\"\"\",Receive & check,2024-01-01T08:00:00Z,2024-01-01T09:00:00Z,Ann,Desk,12.5,true,\"two\nlines\",North\n\
    \"a \"\"1\"\"\",Ship <now>,2024-01-01T10:00:00Z,2024-01-01T10:00:00Z,Bob,Depot,3,false,,North\n\
    \"a \"\"1\"\"\",Pay,2024-01-01T08:30:00.123456Z,2024-01-01T10:00:00Z,,Office,,true,tab\there,North\n\
    b;2,Receive & check,2024-01-02T08:00:00Z,2024-01-02T08:00:00Z,Ann,Desk,7,false,x,South\n\
    b;2,Pay,2024-01-02T08:00:00Z,2024-01-02T08:00:00Z,Ann,Desk,7,false,x,South\n\
    b;2,Pay,2024-01-02T08:00:00Z,2024-01-03T08:00:00Z,Bob,Depot,7.25,false,\"a,b\",South\n";

/// What a log says of itself.
fn answers(words: &[&str]) -> [Value; 3] {
    ["stats", "map", "variants"].map(|command| answer(&[&[command], words].concat()))
}

#[track_caller]
fn round_trip(file: &Path, options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = file.to_str().unwrap();
    let before = answers(&[&[file], options].concat());
    for ending in ["xes", "csv"] {
        let out = folder.path().join("out").with_extension(ending);
        let out = out.to_str().unwrap();
        let done = run(&[&["cases", file, "-o", out], options].concat());
        assert!(done.status.success(), "{file}: {}", String::from_utf8_lossy(&done.stderr));
        let keep: Vec<&str> = options.iter().copied().filter(|word| ["--lifecycle", "keep"].contains(word)).collect();
        assert_eq!(answers(&[&[out], keep.as_slice()].concat()), before, "{file} as {ending}");
    }
}

#[test]
fn logs_come_back_as_they_went() {
    let folder = tempfile::tempdir().unwrap();
    let tricky = folder.path().join("tricky.csv");
    std::fs::write(&tricky, TRICKY).unwrap();
    let roles = ["--start", "start", "--timestamp", "end", "--resource", "who", "--role", "team"];
    round_trip(&tricky, &roles);
    round_trip(&shared("running-example/running-example.xes"), &[]);
    round_trip(&shared("receipt/receipt.xes.gz"), &[]);
    round_trip(&shared("road-fines-100/roadtraffic100traces.xes"), &[]);
    // Starts and completions, joined and each on its own.
    round_trip(&shared("repair-example/repairExample.xes.gz"), &[]);
    round_trip(&shared("repair-example/repairExample.xes.gz"), &["--lifecycle", "keep"]);
}

#[test]
fn only_the_asked_cases_are_taken_away() {
    let server = TestServer::start();
    server.import("orders", TRICKY);
    let xes = server.get("/api/v1/flows/orders/log.xes?filter=case.region%3DSouth");
    assert_eq!((xes.status, xes.header("content-type")), (200, "application/xml; charset=utf-8"));
    assert!(xes.header("content-disposition").contains("orders.xes"), "{}", xes.header("content-disposition"));
    let text = xes.text();
    assert_eq!((text.matches("<trace>").count(), text.matches("<event>").count()), (1, 3), "{text}");
    assert!(text.contains("value=\"b;2\"") && text.contains("<string key=\"region\" value=\"South\"/>"), "{text}");
    assert_eq!(text.len().to_string(), xes.header("content-length"));
    let tag = xes.header("etag").to_owned();
    assert!(!tag.is_empty());
    let known = server.call("GET", "/api/v1/flows/orders/log.xes?filter=case.region%3DSouth");
    assert_eq!(known.header("if-none-match", &tag).send().status, 304);
    let csv = server.get("/api/v1/flows/orders/log.csv").text();
    assert!(csv.starts_with("case,activity,start,timestamp,"), "{csv}");
    assert_eq!(csv.matches("Receive & check").count(), 2);
    assert_eq!(server.get("/api/v1/flows/orders/log.json").problem(406), "not_acceptable");
    assert_eq!(server.get("/api/v1/flows/orders/log.xes?top=3").problem(400), "bad_parameter");
    // Nothing of it stays behind.
    let left = std::fs::read_dir(server.data("staging")).map_or(0, |entries| entries.count());
    assert!(left <= 1, "{left}");
}
