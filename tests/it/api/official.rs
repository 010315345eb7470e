//! The official flow by the API: given, kept with its history, and held against what was done.

use super::ORDERS;
use crate::support::server::{Reply, TestServer};
use serde_json::{Value, json};

/// Receive, then Pack unless `packed` is false, then Ship; by one lane.
fn model(packed: bool) -> String {
    let (task, flows) = if packed {
        let flows =
            "<sequenceFlow id='f2' sourceRef='r' targetRef='p'/><sequenceFlow id='f3' sourceRef='p' targetRef='h'/>";
        ("<task id='p' name='Pack'/>", flows)
    } else {
        ("", "<sequenceFlow id='f2' sourceRef='r' targetRef='h'/>")
    };
    format!(
        "<?xml version='1.0'?><definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\
         <process id='x' name='Orders'><laneSet id='l'><lane id='l1' name='Desk'><flowNodeRef>r</flowNodeRef></lane></laneSet>\
         <startEvent id='s'/><task id='r' name='Receive'/>{task}<task id='h' name='Ship'/>\
         <sequenceFlow id='f1' sourceRef='s' targetRef='r'/>{flows}</process></definitions>"
    )
}

fn put(server: &TestServer, query: &str, text: &str) -> Reply {
    let address = format!("/api/v1/flows/orders/official-flow{query}");
    server.call("PUT", &address).body("application/xml", text).send()
}

#[test]
fn an_official_flow_has_versions() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    assert_eq!(server.get("/api/v1/flows/orders/official-flow").problem(404), "no_official_flow");
    assert_eq!(server.get("/api/v1/flows/orders/deviations").problem(404), "no_official_flow");
    let first = put(&server, "?reason=as%20drawn&replaces=0", &model(true));
    assert_eq!(first.status, 200, "{}", first.text());
    let first = first.json();
    assert_eq!((&first["version"], &first["notation"], &first["name"]), (&json!(1), &json!("bpmn"), &json!("Orders")));
    let steps = json!([{"activity": "Pack", "role": null}, {"activity": "Receive", "role": "Desk"},
        {"activity": "Ship", "role": null}]);
    assert_eq!((&first["steps"], &first["reason"]), (&steps, &json!("as drawn")));
    assert_eq!(put(&server, "", &model(true)).json()["version"], 1);
    assert_eq!(put(&server, "?name=short.bpmn&replaces=1", &model(false)).json()["version"], 2);
    // Who had the first version before them gets told, and nothing is lost.
    let late = put(&server, "?replaces=1", &model(true));
    assert_eq!(late.problem(409), "conflict");
    let shown = |query: &str| server.get(&format!("/api/v1/flows/orders/official-flow{query}")).json();
    assert_eq!((&shown("")["name"], &shown("")["model"]), (&json!("short.bpmn"), &json!(model(false))));
    assert_eq!(shown("?version=1")["model"], json!(model(true)));
    let versions = server.get("/api/v1/flows/orders/official-flow/versions").json();
    let list: Vec<(&Value, bool)> =
        versions["versions"].as_array().unwrap().iter().map(|v| (&v["version"], v["model"].is_null())).collect();
    assert_eq!(list, [(&json!(2), true), (&json!(1), true)]);
    assert_eq!(server.get("/api/v1/flows/orders/official-flow?version=9").problem(404), "not_found");
    assert_eq!(server.get("/api/v1/flows/orders/official-flow?v=9").problem(400), "bad_parameter");
}

#[test]
fn deviations_are_counted_and_told() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    assert_eq!(put(&server, "", &model(true)).status, 200);
    let found = server.get("/api/v1/flows/orders/deviations").json();
    // By hand: a fits; b packed twice, a cost of 1 of 4 + 3; c did not pack, 1 of 2 + 3.
    assert_eq!(
        (&found["cases"], &found["evaluated_cases"], &found["conforming_cases"]),
        (&json!(3), &json!(3), &json!(1))
    );
    let close = |value: &Value, expected: f64| {
        let got = value.as_f64().unwrap();
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    };
    close(&found["conforming_share"], 1.0 / 3.0);
    close(&found["fitness"]["mean"], (1.0 + 6.0 / 7.0 + 4.0 / 5.0) / 3.0);
    close(&found["fitness"]["log"], 1.0 - 2.0 / (6.0 + 7.0 + 5.0));
    assert_eq!(found["evaluation"], json!({"computed": 3, "bounded": 0, "not_evaluated": 0}));
    let told: Vec<(&str, &str, &Value)> = found["deviations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["kind"].as_str().unwrap(), d["activity"].as_str().unwrap(), &d["example_cases"]))
        .collect();
    assert_eq!(told, [("repeated_too_often", "Pack", &json!(["b"])), ("skipped", "Pack", &json!(["c"]))]);
    let repeated = &found["deviations"][0];
    // b took 24 h, a took 4.
    close(&repeated["median_difference_s"], 20.0 * 3_600.0);
    close(&repeated["share"], 1.0 / 3.0);
    assert_eq!(
        repeated["sentence"],
        "“Pack” was done more often than the flow allows in 1 of 3 cases (33.3 %, 95 % interval 6.1 %–79.2 %); these cases \
         took 20 h longer than the conforming ones, at the median."
    );
    assert_eq!(
        (&repeated["first_seen_at"], &repeated["last_seen_at"]),
        (&json!("2024-01-02T08:00:00Z"), &json!("2024-01-02T08:00:00Z"))
    );
    // Narrowed, as every answer; as a table; and not sent again without need.
    let north = server.get("/api/v1/flows/orders/deviations?where=region%3DNorth").json();
    assert_eq!((&north["cases"], &north["deviations"][0]["kind"]), (&json!(2), &json!("skipped")));
    let csv = server.get("/api/v1/flows/orders/deviations.csv").text();
    assert!(csv.starts_with("id,kind,activity,other,cases,share,") && csv.lines().count() == 3, "{csv}");
    let tag = server.get("/api/v1/flows/orders/deviations").header("etag").to_owned();
    let again = server.call("GET", "/api/v1/flows/orders/deviations").header("if-none-match", &tag).send();
    assert_eq!(again.status, 304);
    // Another official flow is another answer; the first can still be asked about.
    assert_eq!(put(&server, "", &model(false)).json()["version"], 2);
    let now = server.get("/api/v1/flows/orders/deviations").json();
    assert_eq!((&now["conforming_cases"], &now["official"]["unknown_activities"]), (&json!(1), &json!(["Pack"])));
    assert_eq!(server.get("/api/v1/flows/orders/deviations?official=1").json(), found);
}

#[test]
fn the_order_of_events_at_the_same_time_is_unknown() {
    let server = TestServer::start();
    let text = "case,activity,time\n\
        a,Receive,2024-01-01T08:00:00Z\na,Ship,2024-01-01T09:00:00Z\na,Pack,2024-01-01T10:00:00Z\n\
        b,Receive,2024-01-02T08:00:00Z\nb,Ship,2024-01-02T09:00:00Z\nb,Pack,2024-01-02T09:00:00Z\n";
    server.import("orders", text);
    assert_eq!(put(&server, "", &model(true)).status, 200);
    let found = server.get("/api/v1/flows/orders/deviations").json();
    let swapped = &found["deviations"][0];
    assert_eq!(
        (&swapped["kind"], &swapped["activity"], &swapped["other"]),
        (&json!("out_of_order"), &json!("Ship"), &json!("Pack"))
    );
    assert_eq!(
        (&swapped["cases"], &swapped["unknown_order_cases"], &swapped["example_cases"]),
        (&json!(1), &json!(1), &json!(["a"]))
    );
}

#[test]
fn models_that_cannot_be_used_are_refused() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    for (text, code) in [
        ("no model", "unusable_model"),
        ("<pnml/>", "unusable_model"),
        (
            "<definitions><process id='p'><task id='a' name='A'/><sequenceFlow id='f' sourceRef='a' targetRef='a'/></process></definitions>",
            "model_without_end",
        ),
    ] {
        assert_eq!(put(&server, "", text).problem(422), code, "{text}");
    }
    assert_eq!(put(&server, "?replaces=x", &model(true)).problem(400), "bad_parameter");
    let large = format!("<definitions>{}</definitions>", " ".repeat(9 << 20));
    assert_eq!(put(&server, "", &large).problem(413), "body_too_large");
    assert_eq!(server.get("/api/v1/flows/orders/official-flow").problem(404), "no_official_flow");
}

#[test]
fn what_is_found_can_be_made_official() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let found = server.get("/api/v1/flows/orders/discovered-flow?noise=0").json();
    assert_eq!(found["tree"], "->( 'Receive', X( tau, *( 'Pack', tau ) ), 'Ship' )");
    assert_eq!((&found["conforming_cases"], &found["fitness"]["mean"]), (&json!(3), &json!(1.0)));
    for form in ["bpmn", "pnml"] {
        let put = put(&server, "", found[form].as_str().unwrap());
        assert_eq!((put.status, &put.json()["notation"]), (200, &json!(form)));
        let held = server.get("/api/v1/flows/orders/deviations").json();
        assert_eq!((&held["conforming_cases"], &held["precision"]), (&json!(3), &found["precision"]));
    }
    let bpmn = server.get("/api/v1/flows/orders/discovered-flow.bpmn?noise=0");
    assert_eq!(
        (bpmn.header("content-type"), json!(bpmn.text())),
        ("application/bpmn+xml; charset=utf-8", found["bpmn"].clone())
    );
    assert_eq!(server.get("/api/v1/flows/orders/discovered-flow?noise=1").problem(400), "invalid_value");
    assert_eq!(server.get("/api/v1/flows/orders/discovered-flow?noise=x").problem(400), "bad_parameter");
    let nothing = server.get("/api/v1/flows/orders/discovered-flow?filter=cycle%3D9e9..").problem(400);
    assert_eq!(nothing, "invalid_value");
}
