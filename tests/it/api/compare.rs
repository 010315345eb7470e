//! Two sides of a flow: the same answer at every door, and a page whose figures lead to their cases.

use super::ORDERS;
use super::pages::attributes;
use crate::support::run;
use crate::support::server::TestServer;
use serde_json::{Value, json};

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

/// North are the cases a and c, the rest is b.
const NORTH: &str = "filter=case.region%3DNorth&with=rest";

fn figure<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    comparison["figures"].as_array().unwrap().iter().find(|one| one["figure"] == name).unwrap()
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let server = server();
    let found = server.get(&format!("/api/v1/flows/orders/compare?{NORTH}")).json();
    assert_eq!((&found["a"]["cases"], &found["b"]["cases"]), (&json!(2), &json!(1)));
    assert_eq!(found["b"]["filter"], "case.region!=North");
    let check = |name: &str, a: Value, b: Value, difference: Value, relative: Value| {
        let one = figure(&found, name);
        assert_eq!((&one["a"], &one["b"], &one["difference"]), (&a, &b, &difference), "{name}");
        assert_eq!((&one["relative"], &one["indicative"]), (&relative, &json!(true)), "{name}");
    };
    check("cases", json!(2), json!(1), json!(1), json!(1.0));
    check("events", json!(5), json!(4), json!(1), json!(0.25));
    check("variants", json!(2), json!(1), json!(1), json!(1.0));
    // 0 and 4 h against 24 h.
    check("median_cycle_time_s", json!(7_200.0), json!(86_400.0), json!(-79_200.0), json!(-79_200.0 / 86_400.0));
    check("rework_share", json!(0.0), json!(1.0), json!(-1.0), json!(-1.0));
    let names = |list: &str, name: &str| -> Vec<Value> {
        found[list].as_array().unwrap().iter().map(|one| one[name].clone()).collect()
    };
    // Half of North packs, the other side always does.
    assert_eq!(names("activities", "activity"), ["Pack", "Receive", "Ship"]);
    let pack = &found["activities"][0];
    assert_eq!(pack["cases_share"]["difference"], -0.5);
    assert_eq!((&pack["events"]["a"], &pack["events"]["b"]), (&json!(1), &json!(2)));
    assert_eq!(pack["repeated_share"]["difference"], -1.0);
    // 1 h in a; 30 and 60 min in b.
    assert_eq!((&pack["median_wait_s"]["a"], &pack["median_wait_s"]["b"]), (&json!(3_600.0), &json!(2_700.0)));
    let edges: Vec<(Value, Value)> = names("edges", "from").into_iter().zip(names("edges", "to")).collect();
    let expected = [
        (json!("Pack"), json!("Pack")),
        (json!("Pack"), json!("Ship")),
        (json!("Receive"), json!("Pack")),
        (json!("Receive"), json!("Ship")),
        (Value::Null, json!("Receive")),
        (json!("Ship"), Value::Null),
    ];
    assert_eq!(edges, expected);
    let again = &found["edges"][0];
    assert_eq!((&again["cases"]["a"], &again["median_wait_s"]["a"]), (&json!(0), &Value::Null));
    assert_eq!(again["median_wait_s"]["difference"], Value::Null);
}

#[test]
fn exchanged_sides_flip_the_signs() {
    let server = server();
    let one = server.get(&format!("/api/v1/flows/orders/compare?{NORTH}")).json();
    let other = server.get("/api/v1/flows/orders/compare?filter=case.region!%3DNorth&with=case.region%3DNorth").json();
    for (one, other) in one["figures"].as_array().unwrap().iter().zip(other["figures"].as_array().unwrap()) {
        assert_eq!((&one["a"], &one["b"]), (&other["b"], &other["a"]));
        assert_eq!(one["difference"].as_f64().unwrap(), -other["difference"].as_f64().unwrap(), "{one}");
    }
    // The page has a link that does it.
    let page = server.get(&format!("/flows/orders/compare?{NORTH}")).text();
    let swap =
        attributes(&page, "href").into_iter().find(|href| href.contains("filter=case.region%21%3DNorth&")).unwrap();
    let swapped = server.get(&swap.replace("&#38;", "&")).text();
    assert!(page.contains("−22 h") && swapped.contains("+22 h"), "{swapped}");
}

#[test]
fn sides_that_follow_from_the_first() {
    let server = server();
    let other = |query: &str| server.get(&format!("/api/v1/flows/orders/compare?{query}")).json()["b"].clone();
    let before = other("filter=start%3D2024-01-02..2024-01-03&with=previous");
    assert_eq!(
        (&before["filter"], &before["cases"]),
        (&json!("start=2024-01-01T00:00:00Z..2024-01-02T00:00:00Z"), &json!(1))
    );
    assert_eq!(other("filter=with%3DPack&with=all")["cases"], 3);
    assert_eq!(other("where=region%3DNorth&with=rest")["cases"], 1);
    assert_eq!(other("filter=rework%3Dyes&with=rest")["cases"], 2);
    let refused = |query: &str| server.get(&format!("/api/v1/flows/orders/compare?{query}")).problem(400);
    assert_eq!(refused(""), "invalid_value");
    assert_eq!(refused("with=rest"), "invalid_value");
    assert_eq!(refused("with=previous"), "invalid_value");
    assert_eq!(refused("with=nonsense"), "invalid_value");
    assert_eq!(refused("with=with%3DNone"), "bad_filter");
    assert_eq!(server.get("/api/v1/flows/orders/compare.svg?with=all&metric=total_wait").problem(400), "bad_parameter");
    assert_eq!(server.get("/api/v1/flows/orders/compare.dot?with=all").problem(406), "not_acceptable");
}

#[test]
fn a_side_without_cases_has_nothing_to_compare() {
    let server = server();
    let found = server.get("/api/v1/flows/orders/compare?with=cycle%3D9e9..").json();
    for one in found["figures"].as_array().unwrap() {
        assert_eq!((&one["difference"], &one["relative"]), (&Value::Null, &Value::Null), "{one}");
    }
    let page = server.get("/flows/orders/compare?with=cycle%3D9e9..").text();
    assert!(page.contains("Side B has no case: there is nothing to compare"), "{page}");
    assert!(page.matches("no comparable data").count() >= 6 && !page.contains("data-node"), "{page}");
    assert_eq!(server.get("/api/v1/flows/orders/compare.svg?with=cycle%3D9e9..").status, 200);
}

#[test]
fn every_figure_leads_to_its_cases() {
    let server = server();
    let answer = server.get(&format!("/api/v1/flows/orders/compare?{NORTH}")).json();
    let page = server.get(&format!("/flows/orders/compare?{NORTH}&view=table&metric=cases")).text();
    let table =
        page.split("aria-label=\"Comparison as table\"").nth(1).unwrap().split("id=\"repeated\"").next().unwrap();
    let links: Vec<&str> =
        attributes(table, "href").into_iter().filter(|href| href.starts_with("/flows/orders/cases?")).collect();
    let figures: Vec<String> = table
        .split("cases?filter=")
        .skip(1)
        .map(|rest| rest.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!((links.len(), figures.len()), (2 * (3 + 6), 2 * (3 + 6)));
    for (link, figure) in links.iter().zip(&figures) {
        let list = server.get(&link.replace("/flows/", "/api/v1/flows/")).json();
        assert_eq!(list["total"].to_string(), *figure, "{link}");
    }
    // What is repeated leads to cases in which it is.
    let again = page.split("id=\"repeated\"").nth(1).unwrap();
    let links: Vec<&str> = attributes(again, "href").into_iter().filter(|href| href.contains("eventually")).collect();
    let totals =
        links.iter().map(|link| server.get(&link.replace("/flows/", "/api/v1/flows/")).json()["total"].clone());
    assert_eq!(totals.collect::<Vec<_>>(), [0, 1]);
    assert_eq!(answer["activities"][0]["repeated_share"]["b"], 1.0);
}

#[test]
fn nodes_stay_where_they_are() {
    let server = server();
    let places = |page: &str| -> Vec<String> {
        page.split(" data-node=\"").skip(1).map(|node| attributes(node, "transform")[0].to_owned()).collect()
    };
    let picture = places(&server.get(&format!("/api/v1/flows/orders/compare.svg?{NORTH}")).text());
    assert_eq!(picture.len(), 5);
    for metric in ["share", "cases", "events", "median_wait", "p90_wait"] {
        let page = server.get(&format!("/flows/orders/compare?{NORTH}&metric={metric}")).text();
        assert_eq!(places(&page), picture, "{metric}");
    }
    // The same things are drawn, whichever side is the first.
    let swapped = "filter=case.region!%3DNorth&with=rest";
    assert_eq!(places(&server.get(&format!("/api/v1/flows/orders/compare.svg?{swapped}")).text()).len(), 5);
}

#[test]
fn command_line_answer_and_page_are_one() {
    let server = server();
    let get = |form: &str| server.get(&format!("/api/v1/flows/orders/compare{form}?{NORTH}"));
    let (json, csv, svg) = (get("").json(), get(".csv").text(), get(".svg").text());
    assert!(get(".png").body.starts_with(b"\x89PNG"));
    assert!(csv.starts_with(
        "what,activity,next_activity,figure,a,b,difference,relative,indicative\nflow,,,cases,2,1,1,1.0,true\n"
    ));
    assert!(csv.contains("\npath,Pack,Pack,cases_share,0.0,1.0,-1.0,-1.0,true\n"), "{csv}");
    let folder = server.stop();
    let data = folder.path().to_str().unwrap();
    let words = ["compare", "orders", "--where", "region=North", "--with", "rest", "--data", data];
    let printed = run(&[&words[..], &["--json"]].concat());
    assert_eq!(serde_json::from_slice::<Value>(&printed.stdout).unwrap(), json);
    for (name, expected) in [("c.svg", svg), ("c.csv", csv)] {
        let file = folder.path().join(name);
        let done = run(&[&words[..], &["-o", file.to_str().unwrap()]].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected, "{name}");
    }
    let text = String::from_utf8(run(&words).stdout).unwrap();
    assert!(text.contains("B: 1, cases region is not North") && text.contains("indicative"), "{text}");
    assert!(text.contains("only B: 100 %"), "{text}");
    assert_eq!(run(&[&words[..], &["-o", "x.doc"]].concat()).status.code(), Some(2));
    assert_eq!(run(&["compare", "orders", "--with", "rest", "--data", data]).status.code(), Some(2));
    assert_eq!(run(&["compare", "orders", "--data", data]).status.code(), Some(2));
}

#[test]
fn the_page_proposes_and_takes_forms() {
    let server = server();
    let page = server.get("/flows/orders/compare?filter=case.region%3DNorth").text();
    assert!(page.contains("2 cases: what shall be held against what?"), "{page}");
    let proposals = page.split("class=\"proposals\"").nth(1).unwrap();
    let links: Vec<&str> =
        attributes(proposals, "href").into_iter().filter(|href| href.starts_with("/flows/")).collect();
    assert!(links.len() >= 3, "{links:?}");
    for link in links {
        let shown = server.get(&link.replace("&#38;", "&"));
        assert!(shown.status == 200 && shown.text().contains("id=\"map-view\""), "{link}");
    }
    let follow = |address: &str| {
        let reply = server.get(address);
        assert_eq!(reply.status, 303, "{address}");
        reply.header("location").to_owned()
    };
    let form = "/flows/orders/filter?back=/flows/orders/compare&query=filter%3Dwith%253DPack";
    let condition = follow(&format!("{form}&with=all&kind=without&a=Pack"));
    assert_eq!(condition, "/flows/orders/compare?filter=with%3DPack&with=without%3DPack");
    let period = follow(&format!("{form}&with=with%3DPack&kind=start&period_from=2024-01-02&period_to=2024-01-03"));
    assert!(server.get(&period).text().contains("started from 2024-01-02 to before 2024-01-03"), "{period}");
    assert!(follow(&format!("{form}&with=all&kind=start&period_from=&period_to=")).ends_with("&with=all"));
    // A second side that is wrong leaves the page standing.
    let wrong = server.get("/flows/orders/compare?with=with%3DPakc").text();
    assert!(wrong.contains("there is no activity `Pakc`") && wrong.contains("did you mean `Pack`"), "{wrong}");
    let picked = server.get(&format!("/flows/orders/compare?{NORTH}&edge=Pack%3EPack")).text();
    assert!(picked.contains("Pack → Pack") && picked.contains("data-filter"), "{picked}");
}
