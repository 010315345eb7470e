//! Differences as tables, as a filter, and as a ledger with decisions.

use super::ORDERS;
use crate::support::server::TestServer;
use serde_json::{Value, json};
use throughline::store::catalog::{AuditFilter, Role};

/// Receive, then Pack, then Ship.
const MODEL: &str = "<?xml version='1.0'?><definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\
    <process id='x' name='Orders'><startEvent id='s'/><task id='r' name='Receive'/><task id='p' name='Pack'/>\
    <task id='h' name='Ship'/><sequenceFlow id='f1' sourceRef='s' targetRef='r'/>\
    <sequenceFlow id='f2' sourceRef='r' targetRef='p'/><sequenceFlow id='f3' sourceRef='p' targetRef='h'/>\
    </process></definitions>";

/// ORDERS: a fits, b packed twice (and started on 2024-01-02), c did not pack.
fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let reply = server.call("PUT", "/api/v1/flows/orders/official-flow").body("application/xml", MODEL).send();
    assert_eq!(reply.status, 200, "{}", reply.text());
    server
}

fn found(server: &TestServer) -> Value {
    server.get("/api/v1/flows/orders/deviations").json()
}

fn id(found: &Value, kind: &str) -> String {
    let all = found["deviations"].as_array().unwrap();
    all.iter().find(|one| one["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
}

fn decide(server: &TestServer, id: &str, decision: &Value) -> crate::support::server::Reply {
    server.call("PUT", &format!("/api/v1/flows/orders/deviations/{id}")).json(decision).send()
}

#[test]
fn accepted_differences_leave_the_rate_and_stay_countable() {
    let server = server();
    let before = found(&server);
    assert_eq!(before["finished"]["conforming_cases"], 1);
    assert_eq!(before["finished"]["known_cases"], 3);
    let repeated = id(&before, "repeated_too_often");
    let first = decide(
        &server,
        &repeated,
        &json!({"status": "accepted", "owner": "Ann", "comment": "two boxes", "replaces": 0}),
    );
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.json()["revision"], 1);
    let after = found(&server);
    assert_eq!(after["finished"]["conforming_cases"], 2);
    assert_eq!(after["finished"]["by_acceptance_cases"], 1);
    // What the literature measures does not change by a decision.
    assert_eq!((&after["conforming_cases"], &after["fitness"]), (&before["conforming_cases"], &before["fitness"]));
    let accepted = &after["deviations"][0];
    assert_eq!(
        (&accepted["status"], &accepted["owner"], &accepted["cases"], &accepted["accepted_cases"]),
        (&json!("accepted"), &json!("Ann"), &json!(1), &json!(1))
    );
    let kpi = server.get("/api/v1/flows/orders/kpis/conformance_rate").json();
    assert_eq!(kpi["rows"][0][0], 2);
    // Somebody who had seen no decision before theirs is told of it.
    let late = decide(&server, &repeated, &json!({"status": "error", "replaces": 0}));
    assert_eq!(late.problem(409), "conflict");
    let detail = server.get(&format!("/api/v1/flows/orders/deviations/{repeated}")).json();
    assert_eq!((&detail["revision"], &detail["history"][0]["comment"]), (&json!(1), &json!("two boxes")));
    let audit = server.web.app.store.catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() });
    let audit = audit.unwrap();
    let entry = audit.iter().find(|row| row.action == "deviation.decide").unwrap();
    assert_eq!((entry.subject.as_str(), entry.before.is_none()), (repeated.as_str(), true));
    assert!(entry.after.as_deref().unwrap().contains("two boxes"));
}

#[test]
fn what_comes_back_after_its_time_is_noticed() {
    let server = server();
    let repeated = id(&found(&server), "repeated_too_often");
    let until = |day: &str| {
        let reply = decide(&server, &repeated, &json!({"status": "accepted", "until": day}));
        assert_eq!(reply.status, 200, "{}", reply.text());
        found(&server)
    };
    let holds = until("2024-01-03");
    assert_eq!(
        (&holds["finished"]["conforming_cases"], &holds["deviations"][0]["returned"]),
        (&json!(2), &Value::Null)
    );
    let over = until("2024-01-02");
    let back = &over["deviations"][0];
    assert_eq!(over["finished"]["conforming_cases"], 1);
    assert_eq!((&back["accepted_cases"], &back["returned_cases"]), (&json!(0), &json!(1)));
    assert_eq!(
        back["returned"],
        "It is back: 1 case since its acceptance ended on 2024-01-02, the first on 2024-01-02."
    );
    assert_eq!(decide(&server, &repeated, &json!({"status": "fine"})).problem(400), "invalid_value");
    assert_eq!(decide(&server, &repeated, &json!({"status": "error", "until": "soon"})).problem(400), "invalid_value");
    let viewer = server.token_of(Role::Viewer);
    let refused = server
        .bare("PUT", &format!("/api/v1/flows/orders/deviations/{repeated}"))
        .header("authorization", &format!("Bearer {viewer}"))
        .json(&json!({"status": "new"}))
        .send();
    assert_eq!(refused.status, 403);
    assert_eq!(server.get("/api/v1/flows/orders/deviations/none").problem(404), "deviation_not_found");
    let never = decide(&server, "skipped-0123456789ab", &json!({"status": "accepted"}));
    assert_eq!(never.problem(404), "deviation_not_found");
}

#[test]
fn deviations_are_tables_and_a_filter() {
    let server = server();
    let skipped = id(&found(&server), "skipped");
    let sql = "SELECT case_id, kind, verdict, accepted FROM deviations ORDER BY case_id";
    let answer = server.call("POST", "/api/v1/flows/orders/sql").json(&json!({ "sql": sql })).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = json!([["b", "repeated_too_often", "differs", false], ["c", "skipped", "differs", false]]);
    assert_eq!(answer.json()["rows"], rows);
    let cases = server.get(&format!("/api/v1/flows/orders/cases?filter=deviation%3D{skipped}")).json();
    assert_eq!((&cases["total"], &cases["cases"][0]["case"]), (&json!(1), &json!("c")));
    let unknown = server.get("/api/v1/flows/orders/cases?filter=deviation%3Dnone");
    assert_eq!(unknown.problem(400), "bad_filter");
    // Without an official flow there is nothing of the kind.
    server.import("plain", ORDERS);
    assert_eq!(server.get("/api/v1/flows/plain/kpis/conformance_rate").problem(404), "no_official_flow");
    assert_eq!(server.get("/api/v1/flows/plain/cases?filter=deviation%3Dx").problem(400), "bad_filter");
    let all = server.get("/api/v1/flows/plain/kpis").json();
    assert!(all["kpis"].as_array().unwrap().iter().all(|kpi| kpi["kpi"]["id"] != "conformance_rate"));
    let all = server.get("/api/v1/flows/orders/kpis").json();
    assert!(all["kpis"].as_array().unwrap().iter().any(|kpi| kpi["kpi"]["id"] == "conformance_rate"));
}

#[test]
fn what_is_to_be_formalised_becomes_a_version() {
    let server = server();
    let skipped = id(&found(&server), "skipped");
    assert_eq!(decide(&server, &skipped, &json!({"status": "to_formalise"})).status, 200);
    let address = format!("/flows/orders/conformance/{skipped}/formalise");
    let reply = server.call("POST", &address).body("application/x-www-form-urlencoded", "").send();
    assert_eq!(reply.status, 303, "{}", reply.text());
    let there = reply.header("location").replace("#diff", "");
    assert_eq!(server.get(&there).status, 200, "{there}");
    // It is only proposed.
    assert_eq!(server.get("/api/v1/flows/orders/official-flow").json()["version"], 1);
    let made = server.get("/api/v1/flows/orders/official-flow?version=2").json();
    assert_eq!(made["state"], "proposed");
    assert!(made["reason"].as_str().unwrap().contains(&skipped), "{made}");
    let approved = server.call("POST", "/api/v1/flows/orders/official-flow/versions/2/approve").send();
    assert_eq!(approved.status, 200, "{}", approved.text());
    let after = found(&server);
    // Packing may now be left out; packing twice is still a difference.
    assert_eq!(after["conforming_cases"], 2);
    assert_eq!(after["deviations"][0]["kind"], "repeated_too_often");
}

#[test]
fn a_definition_keeps_all_but_its_path() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let put = |query: &str, text: &str| {
        let address = format!("/api/v1/flows/orders/official-flow{query}");
        server.call("PUT", &address).body("text/plain", text).send()
    };
    let text = "flow: o\nsteps:\n  receive: {activity: Receive}\n  pack: {activity: Pack, sla: 30d}\n  ship: {activity: \
        Ship}\npath: [receive, pack, ship]\nrules:\n  - {id: once, kind: exactly, step: pack}\n";
    assert_eq!(put("?name=o.toml.yaml", text).status, 200);
    // A later proposal that was turned down is no hindrance.
    assert_eq!(put("?name=o.yaml&propose=true", "path: [x]\nsteps: {x: {}}\n").json()["version"], 2);
    let reject = "/api/v1/flows/orders/official-flow/versions/2/reject";
    assert_eq!(server.call("POST", reject).send().status, 200);
    let of = |rule: bool, kind: &str| {
        let found = found(&server);
        let all = found["deviations"].as_array().unwrap().clone();
        let one = all.iter().find(|one| one["kind"] == kind && one["rule"].is_null() != rule);
        one.unwrap_or_else(|| panic!("{kind}: {found}"))["id"].as_str().unwrap().to_owned()
    };
    let formalise = |id: &str| {
        let address = format!("/flows/orders/conformance/{id}/formalise");
        server.call("POST", &address).body("application/x-www-form-urlencoded", "").send()
    };
    // What breaks a rule, no path can allow: c lacks the one packing that the rule demands.
    let ruled = formalise(&of(true, "skipped"));
    assert_eq!(ruled.status, 400, "{}", ruled.text());
    assert!(ruled.text().contains("once"), "{}", ruled.text());
    // With the rule's ways to be formalised, too, the path can be learnt.
    let skipped = of(false, "skipped");
    for id in [of(true, "skipped"), skipped.clone()] {
        assert_eq!(decide(&server, &id, &json!({"status": "to_formalise"})).status, 200);
    }
    let made = formalise(&skipped);
    assert_eq!(made.status, 303, "{}", made.text());
    let made = server.get("/api/v1/flows/orders/official-flow?version=3").json();
    assert_eq!((&made["state"], &made["notation"]), (&json!("proposed"), &json!("yaml")));
    assert_eq!(made["definition"]["rules"][0]["id"], "once");
    let steps = made["definition"]["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| &step["name"]).collect::<Vec<_>>(), ["receive", "pack", "ship"]);
    assert!(steps[1].get("sla").is_some(), "{made}");
    assert!(made["model"].as_str().unwrap().contains("{opt: pack}"), "{made}");
    let diff = server.get("/api/v1/flows/orders/official-flow/diff?from=1&to=3").json();
    let changes = diff["changes"].as_array().unwrap();
    assert!(changes.iter().all(|change| change["part"].as_str().unwrap().starts_with("path")), "{diff}");
    assert!(!changes.is_empty());
}
