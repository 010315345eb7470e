//! What the map knows besides who follows whom: costs, programs, movements, models, neighbourhoods, long waits.

use super::ORDERS;
use crate::support::run;
use crate::support::server::TestServer;
use serde_json::{Value, json};

/// Receive costs 1 in all and is done by programs, Check 21 and by programs once of the two times that are known, Ship
/// 14.50 and by people.
const PRICED: &str = "case,activity,time,automated,cost_eur\n\
    a,Receive,2024-01-02T08:00:00Z,yes,0.5\n\
    a,Check,2024-01-02T09:00:00Z,no,20\n\
    a,Ship,2024-01-02T10:00:00Z,no,7.25\n\
    b,Receive,2024-01-02T08:00:00Z,yes,0.5\n\
    b,Check,2024-01-02T09:00:00Z,,\n\
    b,Check,2024-01-02T11:00:00Z,yes,1\n\
    b,Ship,2024-01-02T12:00:00Z,no,7.25\n";

fn server(flow: &str, text: &str) -> TestServer {
    let server = TestServer::start();
    server.import(flow, text);
    server
}

fn activity(map: &Value, name: &str) -> Value {
    map["activities"].as_array().unwrap().iter().find(|activity| activity["activity"] == name).unwrap().clone()
}

#[test]
fn costs_and_programs_are_on_the_map_where_the_log_knows_them() {
    let server = server("priced", PRICED);
    let map = server.get("/api/v1/flows/priced/map").json();
    let check = json!({"activity": "Check", "events": 3, "cases": 2, "total_cost": 21.0, "automated_share": 0.5});
    assert_eq!((activity(&map, "Check"), &map["currency"]), (check, &json!("EUR")));
    assert_eq!(activity(&map, "Ship")["automated_share"], 0.0);
    let page = server.get("/flows/priced/map?metric=cost&node=Check").text();
    for words in [">Cost<", ">Automation %<", "21 EUR", "14.50 EUR", "By programs", "by people", "node-bar"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let table = server.get("/flows/priced/map?view=table").text();
    assert!(
        table.contains("<td class=\"num\">50 %</td>") && table.contains("<td class=\"num\">21 EUR</td>"),
        "{table}"
    );
    let svg = server.get("/api/v1/flows/priced/map.svg?metric=automation").text();
    assert!(svg.contains("Check: 2 cases, automation % 50 %"), "{svg}");
    let sql = json!({"sql": "SELECT sum(cost) AS cost, count(*) FILTER (WHERE automated) AS programs FROM events"});
    let rows = server.call("POST", "/api/v1/flows/priced/sql").json(&sql).send().json()["rows"].clone();
    assert_eq!(rows, json!([[36.5, 3]]));
    // The attributes themselves are there as well.
    let filtered = server.get("/api/v1/flows/priced/stats?filter=event.cost_eur%3E%3D20").json();
    assert_eq!(filtered["cases"], 1);
}

#[test]
fn what_the_log_does_not_say_is_neither_offered_nor_made_up() {
    let server = server("orders", ORDERS);
    let page = server.get("/flows/orders/map").text();
    assert!(!page.contains(">Cost<") && !page.contains("Automation") && !page.contains("node-bar"), "{page}");
    let map = server.get("/api/v1/flows/orders/map").json();
    assert!(map.get("currency").is_none() && activity(&map, "Pack").get("total_cost").is_none(), "{map}");
    for (metric, column) in [("cost", "--cost"), ("automation", "--automated")] {
        for address in ["/flows/orders/map", "/api/v1/flows/orders/map.svg"] {
            let refused = server.call("GET", &format!("{address}?metric={metric}")).header("accept", "*/*").send();
            assert_eq!(refused.problem(400), "invalid_value");
            assert!(refused.json()["hint"].as_str().unwrap().contains(column), "{}", refused.text());
        }
    }
    server.import("untimed", "case,activity\na,Do\na,End\n");
    let refused = server.call("GET", "/flows/untimed/map?metric=p90_wait").header("accept", "*/*").send();
    assert_eq!(refused.problem(400), "invalid_value");
    assert!(refused.json()["hint"].as_str().unwrap().contains("--timestamp"), "{}", refused.text());
    let page = server.get("/flows/untimed/map").text();
    assert!(!page.contains("data-replay-open") && !page.contains("Median wait"), "{page}");
}

#[test]
fn a_person_may_name_the_columns_and_must_name_fitting_ones() {
    let server = TestServer::start();
    let send = |flow: &str, mapping: &Value| {
        let parts = [("mapping", None, &*mapping.to_string()), ("file", Some("log.csv"), PRICED)];
        let reply = server.call("POST", &format!("/api/v1/flows/{flow}/imports")).form(&parts).send();
        assert_eq!(reply.status, 202, "{}", reply.text());
        let id = reply.json()["imports"][0]["id"].as_str().unwrap().to_owned();
        server.get(&format!("/api/v1/flows/{flow}/imports/{id}/events"));
        server.get(&format!("/api/v1/flows/{flow}/imports/{id}")).json()
    };
    let found = send("guessed", &json!({}))["report"]["measures"].clone();
    let columns: Vec<&Value> = found.as_array().unwrap().iter().map(|found| &found["column"]).collect();
    assert_eq!(columns, [&json!("cost_eur"), &json!("automated")]);
    assert!(found[0]["confidence"].as_f64().is_some_and(|sure| sure > 0.5 && sure < 1.0), "{found}");
    let none = send("none", &json!({"cost": "", "automated": ""}));
    assert_eq!(none["report"]["measures"], json!([]));
    assert!(server.get("/api/v1/flows/none/map").json().get("currency").is_none());
    let named = send("named", &json!({"cost": "COST_EUR"}));
    assert_eq!(
        named["report"]["measures"][0],
        json!({"measure": "cost", "column": "cost_eur", "confidence": 1.0, "reason": "named by the user"})
    );
    for mapping in [json!({"cost": "automated"}), json!({"automated": "cost_eur"}), json!({"cost": "no such column"})] {
        assert_eq!(send("wrong", &mapping)["state"], "failed", "{mapping}");
    }
    let look = server.call("POST", "/api/v1/inspect").file("log.csv", PRICED).send().json();
    assert_eq!((&look["mapping"]["cost"], &look["mapping"]["automated"]), (&json!("cost_eur"), &json!("automated")));
}

#[test]
fn costs_in_several_currencies_are_not_added() {
    let text = "case,activity,time,cost,currency\n\
        a,Do,2024-01-02T08:00:00Z,1,EUR\na,End,2024-01-02T09:00:00Z,2,EUR\n\
        b,Do,2024-01-02T08:00:00Z,3,USD\nb,End,2024-01-02T09:00:00Z,4,USD\n";
    let server = server("mixed", text);
    let map = server.get("/api/v1/flows/mixed/map").json();
    assert!(activity(&map, "Do").get("total_cost").is_none() && map.get("currency").is_none(), "{map}");
    let refused = server.call("GET", "/flows/mixed/map?metric=cost").header("accept", "*/*").send();
    assert_eq!(refused.problem(400), "invalid_value");
    assert!(refused.text().contains("several currencies"), "{}", refused.text());
    let euros = server.get("/api/v1/flows/mixed/map?filter=event.currency%3DEUR").json();
    assert_eq!((&activity(&euros, "End")["total_cost"], &euros["currency"]), (&json!(2.0), &json!("EUR")));
}

#[test]
fn what_a_case_is_worth_is_no_cost_of_its_events() {
    let row =
        |case: usize, activity: &str, hour: usize| format!("c{case},{activity},2024-01-02T{hour:02}:00:00Z,{case}00\n");
    let rows: String = (1..6).flat_map(|case| [row(case, "Do", 8), row(case, "End", 9)]).collect();
    let server = server("worth", &format!("case,activity,time,cost\n{rows}"));
    assert!(activity(&server.get("/api/v1/flows/worth/map").json(), "Do").get("total_cost").is_none());
    // It is an attribute of the case, under its own name.
    let stats = server.get("/api/v1/flows/worth/stats?filter=case.cost%3E300").json();
    assert_eq!(stats["cases"], 2);
}

#[test]
fn the_model_is_that_of_the_page_and_of_the_command_line() {
    let server = server("orders", ORDERS);
    let reply = server.get("/api/v1/flows/orders/map.bpmn?metric=events");
    assert!(reply.header("content-type").starts_with("application/bpmn+xml"), "{}", reply.header("content-type"));
    let bpmn = reply.text();
    // Receive and Pack are left by two paths each, Pack and Ship are met by two.
    assert_eq!((bpmn.matches("<task ").count(), bpmn.matches("<exclusiveGateway ").count()), (3, 4), "{bpmn}");
    assert!(server.get("/flows/orders/map").text().contains("/api/v1/flows/orders/map.bpmn"));
    let json =
        server.call("GET", "/api/v1/flows/orders/map").header("accept", "text/html,application/xml;q=0.9,*/*;q=0.8");
    assert_eq!(json.send().header("content-type"), "application/json");
    let folder = server.stop();
    let (data, out) = (folder.path().to_str().unwrap().to_owned(), folder.path().join("map.bpmn"));
    let words = ["map", "orders", "--metric", "events", "-o", out.to_str().unwrap(), "--data", &data];
    let done = run(&words);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(std::fs::read_to_string(out).unwrap(), bpmn);
}

#[test]
fn movements_are_those_of_the_cases() {
    let server = server("orders", ORDERS);
    let replay = server.get("/api/v1/flows/orders/replay").json();
    assert_eq!((&replay["all_cases"], &replay["shown_cases"]), (&json!(3), &json!(3)));
    assert_eq!(replay["from"], "2024-01-01T08:00:00Z");
    let names: Vec<&str> =
        replay["activities"].as_array().unwrap().iter().map(|activity| activity["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["Pack", "Receive", "Ship"]);
    // a: Receive, Pack an hour later, Ship three hours later.
    assert_eq!(replay["moves"]["case"].as_array().unwrap().len(), 9 - 3);
    assert_eq!(replay["moves"]["arrive_s"].as_array().unwrap()[..2], [json!(3600.0), json!(14400.0)]);
    let paths = replay["paths"].as_array().unwrap();
    let first = replay["moves"]["path"][0].as_u64().unwrap() as usize;
    assert_eq!(paths[first], json!([1, 0]));
    let one = server.get("/api/v1/flows/orders/replay?cases=1").json();
    assert_eq!((&one["all_cases"], &one["shown_cases"]), (&json!(3), &json!(1)));
    let some = server.get("/api/v1/flows/orders/replay?filter=with%3DPack").json();
    assert_eq!(some["shown_cases"], 2);
    assert_eq!(server.get("/api/v1/flows/orders/replay.csv").problem(406), "not_acceptable");
    let page = server.get("/flows/orders/map?filter=with%3DPack&paths=0").text();
    assert!(page.contains("data-url=\"/api/v1/flows/orders/replay?filter=with%3DPack&#38;version=1\""), "{page}");
    let described = server.get("/api/v1/openapi.json").json();
    assert!(described["paths"]["/api/v1/flows/{flow}/replay"]["get"]["responses"]["200"].is_object());
}

#[test]
fn an_activity_is_shown_with_its_neighbours_only() {
    let text = "case,activity,time\na,A,2024-01-01\na,B,2024-01-02\na,C,2024-01-03\na,D,2024-01-04\na,E,2024-01-05\n";
    let server = server("line", text);
    let page = server.get("/flows/line/map?focus=C").text();
    assert!(page.contains("C and what comes directly before and after it: 3 of 5 activities, 2 of 4 paths"), "{page}");
    assert!(
        page.contains("data-node=\"B\"") && !page.contains("data-node=\"A\"") && page.contains("Show the whole map")
    );
    assert!(!page.contains("data-node=\"start\""), "nothing leads from the start to it: {page}");
    let svg = server.get("/api/v1/flows/line/map.svg?focus=A").text();
    assert!(svg.contains("data-node=\"start\"") && !svg.contains("data-node=\"end\""), "{svg}");
    assert_eq!(server.get("/api/v1/flows/line/map.svg?focus=Z").problem(400), "invalid_value");
}

#[test]
fn long_waits_and_missing_paths_are_filters() {
    let server = server("orders", ORDERS);
    let cases =
        |filter: &str| server.get(&format!("/api/v1/flows/orders/stats?filter={filter}")).json()["cases"].clone();
    // From Pack to Ship: a 3 h, b 22.5 h after its second Pack.
    assert_eq!((cases("slower%3DPack%3EShip%3E10800"), cases("slower%3DPack%3EShip%3E10799")), (json!(1), json!(2)));
    assert_eq!((cases("notdirectly%3DPack%3EShip"), cases("notdirectly%3DReceive%3EShip")), (json!(1), json!(2)));
    assert_eq!(server.get("/api/v1/flows/orders/stats?filter=slower%3DPack%3EShop%3E1").problem(400), "bad_filter");
    let page = server.get("/flows/orders/map?edge=Pack%3EShip").text();
    // p90 of 3 h and 22.5 h is 20.55 h.
    let words =
        ["notdirectly%3DPack%3EShip", "slower%3DPack%3EShip%3E73980", "1 h to 4 h: 1 wait<", "8 h to 1 d: 1 wait<"];
    for words in words {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = server.get("/flows/orders/map?filter=slower%3DPack%3EShip%3E73980").text();
    assert!(page.contains("Pack → Ship took more than") && page.contains("1 of 3 cases"), "{page}");
}

#[test]
fn the_time_between_two_activities_has_a_histogram() {
    let server = server("orders", ORDERS);
    let page = server.get("/flows/orders/map?node=Receive&until=Ship").text();
    assert!(page.contains("Receive … Ship") && page.contains("eventually%3DReceive%3EShip"), "{page}");
    let kpi = server.get("/api/v1/flows/orders/kpis/time_between?first=Receive&second=Ship").json();
    // a 4 h, b 24 h, c no time at all.
    assert_eq!(
        kpi["rows"],
        json!([
            [0.0, 1, 3, 33600.0, 14400.0, 72000.0],
            [14400.0, 1, 3, 33600.0, 14400.0, 72000.0],
            [86400.0, 1, 3, 33600.0, 14400.0, 72000.0]
        ])
    );
    assert!(page.contains(">20 h<") && page.contains("viewBox"), "{page}");
    let none = server.get("/flows/orders/map?node=Ship&until=Receive").text();
    assert!(none.contains("No case has both in this order."), "{none}");
    assert_eq!(server.get("/flows/orders/map?node=Ship&until=Nowhere").status, 200);
}

#[test]
fn maps_that_are_too_tangled_are_shown_as_tables() {
    let server = TestServer::with(
        |config| {
            config.limits.map_nodes_max = 1000;
            config.limits.map_edges_max = 1_000_000;
        },
        false,
    );
    // Everything follows everything.
    let mut text = String::from("case,activity,time\n");
    for case in 0..400_usize {
        for step in 0..60_usize {
            let activity = (case * 37 + step * (case % 89 + 1)) % 120;
            text += &format!("c{case},step {activity},2024-01-{:02}T{:02}:{:02}:00Z\n", 1 + case % 28, step / 60, step);
        }
    }
    server.import("tangle", &text);
    let page = server.get("/flows/tangle/map?activities=100&paths=100").text();
    assert!(page.contains("too tangled to be laid out in time") && page.contains("<h2>Paths</h2>"), "{page:.2000}");
    assert!(!page.contains("/map.svg") && page.contains("/map.json"));
    assert_eq!(server.get("/api/v1/flows/tangle/map.svg?activities=100&paths=100").problem(400), "invalid_value");
    assert!(server.get("/flows/tangle/map").text().contains("data-node"));
}
