//! What is not known of rules and cases is told, and neither kept nor broken: steps that the log lacks, cases under way,
//! values that are missing, ways that look alike.

use crate::support::answer;
use crate::support::server::TestServer;
use serde_json::{Value, json};

/// Six orders; e is cancelled, and of f nobody knows the discount. The log ends with d, three days after e.
const ORDERS: &str = "case,activity,time,discount\n\
    a,Order,2024-01-01T08:00:00Z,0.2\na,Check,2024-01-01T10:00:00Z,0.2\n\
    a,Approve,2024-01-01T11:00:00Z,0.2\na,Pay,2024-01-02T10:00:00Z,0.2\n\
    b,Order,2024-01-02T08:00:00Z,0\nb,Check,2024-01-02T10:00:00Z,0\nb,Pay,2024-01-02T17:00:00Z,0\n\
    c,Order,2024-01-03T08:00:00Z,0.3\nc,Check,2024-01-03T14:00:00Z,0.3\nc,Pay,2024-01-04T10:00:00Z,0.3\n\
    d,Order,2024-01-04T08:00:00Z,0\nd,Check,2024-01-04T09:00:00Z,0\n\
    d,Approve,2024-01-04T10:00:00Z,0\nd,Pay,2024-01-08T10:00:00Z,0\n\
    e,Order,2024-01-05T08:00:00Z,0\ne,Cancel,2024-01-05T09:00:00Z,0\n\
    f,Order,2024-01-06T08:00:00Z,\nf,Check,2024-01-06T09:00:00Z,\nf,Pay,2024-01-06T10:00:00Z,\n";

fn held(flow: &str, ending: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (log, model) = (folder.path().join("orders.csv"), folder.path().join(format!("flow.{ending}")));
    std::fs::write(&log, ORDERS).unwrap();
    std::fs::write(&model, flow).unwrap();
    answer(&["deviations", log.to_str().unwrap(), "--official", model.to_str().unwrap()])
}

/// Kept, broken, vacuous and unknown, of each rule of this name.
fn counts(found: &Value, id: &str) -> Vec<[i64; 4]> {
    let rules = found["rules"].as_array().unwrap().iter().filter(|rule| rule["id"] == id);
    rules
        .map(|rule| ["satisfied", "violated", "vacuous", "unknown"].map(|group| rule[group].as_i64().unwrap()))
        .collect()
}

/// Step, kind, cases, and of so many, of each difference from this rule.
fn broken(found: &Value, id: &str) -> Vec<String> {
    let all = found["deviations"].as_array().unwrap().iter().filter(|one| one["rule"] == id);
    let told = |one: &Value| {
        let kind = one["kind"].as_str().unwrap();
        format!("{kind} {} of {}: {}", one["cases"], one["of_cases"], one["example_cases"])
    };
    let mut told: Vec<String> = all.map(told).collect();
    told.sort();
    told
}

fn remarks(found: &Value) -> Vec<&str> {
    found["official"]["remarks"].as_array().unwrap().iter().map(|one| one["element"].as_str().unwrap()).collect()
}

#[test]
fn a_rule_about_a_step_that_the_log_does_not_know_is_not_evaluated() {
    let found = held("rule,step,other\nabsent,Aprove,\nresponse,Order,Payy\nstarts,Order,\n", "csv");
    assert_eq!(found["official"]["unknown_steps"], json!(["Aprove", "Payy"]));
    let rules = found["rules"].as_array().unwrap();
    let told: Vec<(&Value, &Value)> = rules.iter().map(|rule| (&rule["state"], &rule["remark"])).collect();
    let unknown = |name: &str| json!(format!("not evaluated: the log does not know “{name}”"));
    assert_eq!(
        told,
        [
            (&json!("not_evaluated"), &unknown("Aprove")),
            (&json!("not_evaluated"), &unknown("Payy")),
            (&json!("evaluated"), &Value::Null),
        ]
    );
    assert_eq!((&found["conforming_cases"], &found["deviations"]), (&json!(6), &json!([])));
    // Of several steps with which a case may begin, one is enough.
    let some = held("case: {start: [Order, Ordr]}\nrules: [{id: r, kind: absent, step: Cancel}]\n", "yaml");
    let start = some["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "case.start").unwrap();
    assert_eq!((&start["satisfied"], &start["remark"]), (&json!(6), &json!("the log does not know “Ordr”")));
}

#[test]
fn ways_that_begin_alike_are_counted_apart() {
    let flow = "case: {cancel: [Cancel]}\nsteps: {Order: {}, Check: {}, Approve: {}, Pay: {}, Cancel: {}}\n\
        path: [Order, {xor: [{when: discount > 0.1, body: [Check, Approve]}, {when: discount > 0.25, body: [Check, Pay]}]}]\n";
    let found = held(flow, "yaml");
    // Approval: a has it rightly, c lacks it, d has it without need, b and e neither, nobody knows about f.
    assert_eq!(counts(&found, "path.Check"), [[1, 2, 2, 1]]);
    assert_eq!(broken(&found, "path.Check"), [r#"skipped 1 of 2: ["c"]"#, r#"wrong_branch 1 of 3: ["d"]"#]);
    // Payment: c has it rightly, a, b and d do not, e has none.
    assert_eq!(counts(&found, "path.Check#2"), [[1, 3, 1, 1]]);
    assert_eq!(broken(&found, "path.Check#2"), [r#"wrong_branch 3 of 4: ["a","b","d"]"#]);
    assert!(found["deviations"].as_array().unwrap().iter().all(|one| one["share"].as_f64().unwrap() <= 1.0));
}

#[test]
fn versions_that_demand_different_things_are_told_apart() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    for (from, sla) in [("2024-01-02", "1h"), ("2024-01-04", "30m")] {
        let text = format!(
            "case: {{cancel: [Cancel]}}\nsteps: {{Order: {{}}, Check: {{sla: {sla}}}, Approve: {{}}, Pay: {{}}, Cancel: {{}}}}\n\
             path: [Order, Check, {{opt: Approve}}, Pay]\n"
        );
        let address = format!("/api/v1/flows/orders/official-flow?name=o.yaml&valid_from={from}");
        assert_eq!(server.call("PUT", &address).body("text/plain", text).send().status, 200);
    }
    let found = server.get("/api/v1/flows/orders/deviations").json();
    // b and c may take an hour, d and f half an hour, and e comes to no check; the difference is one all the same.
    assert_eq!(counts(&found, "Check.sla"), [[0, 2, 0, 0], [0, 2, 1, 0]]);
    assert_eq!(broken(&found, "Check.sla"), [r#"too_late 4 of 4: ["b","c","d","f"]"#]);
}

#[test]
fn cases_of_which_a_rule_is_not_known_count_apart() {
    let table = "rule,step,n,when\nabsent,Pay,0,discount > 0.5\n";
    let found = held(table, "csv");
    assert_eq!(found["rules"][0]["unknown"], 1);
    let finished = &found["finished"];
    let of = ["cases", "known_cases", "conforming_cases"].map(|name| finished[name].as_i64().unwrap());
    assert_eq!((of, &found["conforming_cases"]), ([6, 5, 5], &json!(5)));
    // The tables say the same, and nothing of fitness, which is that of a path.
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let address = "/api/v1/flows/orders/official-flow?name=rules.csv";
    assert_eq!(server.call("PUT", address).body("text/plain", table).send().status, 200);
    // Before it counts, a trial tells them from those that would differ.
    let form = "do=try&name=rules.csv&text=rule%2Cstep%2Cn%2Cwhen%0Aabsent%2CPay%2C0%2Cdiscount%20%3E%200.5%0A";
    let call = server.call("POST", "/flows/orders/official").header("sec-fetch-site", "same-origin");
    let tried = call.body("application/x-www-form-urlencoded", form.to_owned()).send().text();
    assert!(tried.contains("of 1 case it is not known whether it would differ"), "{tried}");
    let rows = |sql: &str| {
        let query = json!({ "sql": sql });
        server.call("POST", "/api/v1/flows/orders/sql").json(&query).send().json()["rows"].clone()
    };
    assert_eq!(rows("SELECT case_id FROM conformance WHERE conforms IS NULL ORDER BY case_id"), json!([["f"]]));
    let none = "SELECT count(*) AS n FROM conformance WHERE cost IS NULL AND worst_cost IS NULL AND fitness IS NULL";
    assert_eq!((rows(none), &found["fitness"]["mean"]), (json!([[6]]), &Value::Null));
}

#[test]
fn without_a_path_the_definition_says_which_cases_are_under_way() {
    let rules = "criticality: 4\ncosts: {hour: 38}\n\
        rules: [{id: paid, kind: response, first: Order, then: Pay, penalty: 2}, {id: once, kind: exactly, step: Pay}]\n";
    // e was at work three days before the log ends, less than three times the usual longest gap, and may still be paid.
    let found = held(&format!("case: {{end: [Pay], stall_after: 9d}}\n{rules}"), "yaml");
    assert_eq!((&found["open"]["cases"], &found["finished"]["cases"]), (&json!(1), &json!(5)));
    assert_eq!((counts(&found, "paid"), counts(&found, "once")), (vec![[5, 0, 1, 0]], vec![[5, 0, 1, 0]]));
    assert_eq!(counts(&found, "case.end"), [[5, 0, 1, 0]]);
    assert_eq!(found["open"]["broken_cases"], 0);
    assert_eq!(remarks(&found), ["case.stall_after", "criticality", "penalty", "costs"]);
    // Once cancelling is a word of the flow, e has ended, and nothing is missing any more.
    let ended = held(&format!("case: {{end: [Pay], cancel: [Cancel]}}\n{rules}"), "yaml");
    assert_eq!((&ended["open"]["cases"], counts(&ended, "paid")), (&json!(0), vec![[5, 0, 1, 0]]));
    // Nobody says how cases end: each is taken as finished, and the answer says so.
    let silent = held(rules, "yaml");
    assert_eq!((&silent["open"]["cases"], counts(&silent, "paid")), (&json!(0), vec![[5, 1, 0, 0]]));
    assert_eq!(remarks(&silent), ["case.end", "criticality", "penalty", "costs"]);
}

#[test]
fn tables_and_answer_measure_cancelled_cases_alike() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let text =
        "case: {cancel: [Cancel]}\nsteps: {Check: {}, Order: {}, Pay: {}, Cancel: {}}\npath: [Check, Order, Pay]\n";
    let address = "/api/v1/flows/orders/official-flow?name=o.yaml";
    assert_eq!(server.call("PUT", address).body("text/plain", text).send().status, 200);
    let sql = "SELECT avg(fitness) AS mean, 1.0 - CAST(sum(cost) AS DOUBLE) / sum(worst_cost) AS whole, \
        max(worst_cost) FILTER (WHERE case_id = 'e') AS worst FROM conformance";
    let query = json!({ "sql": sql });
    let rows = server.call("POST", "/api/v1/flows/orders/sql").json(&query).send().json()["rows"].clone();
    let found = server.get("/api/v1/flows/orders/deviations").json();
    // Of e, one event was done before it was cancelled.
    assert_eq!(rows[0][2], 1);
    for (at, name) in [(0, "mean"), (1, "log")] {
        let (table, answer) = (rows[0][at].as_f64().unwrap(), found["fitness"][name].as_f64().unwrap());
        assert!((table - answer).abs() < 1e-9, "{name}: {table} {answer}");
    }
}
