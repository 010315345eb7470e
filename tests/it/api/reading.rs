//! Reading answers: the same values as everywhere, in every form, and not sent again without need.

use super::ORDERS;
use crate::support::server::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use throughline::web::{Form, Tagged, etag};

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn the_api_gives_the_answers_of_the_service() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let app = &server.web.app;
    for (query, filter) in
        [("", ""), ("?where=region%3DNorth", "case.region=North"), ("?filter=with%3DPack", "with=Pack")]
    {
        let asked = server.asked("orders", filter);
        let get = |what: &str| server.get(&format!("/api/v1/flows/orders/{what}{query}")).json();
        assert_eq!(get("stats"), serde_json::to_value(block_on(app.stats(&asked)).unwrap()).unwrap());
        assert_eq!(get("map"), serde_json::to_value(block_on(app.map(&asked)).unwrap()).unwrap());
        assert_eq!(get("variants"), serde_json::to_value(block_on(app.variants(&asked, None)).unwrap()).unwrap());
        assert_eq!(get("cases"), serde_json::to_value(block_on(app.cases(&asked, 0, 100)).unwrap()).unwrap());
        assert_eq!(get("cases/a"), serde_json::to_value(block_on(app.case(&asked, "a")).unwrap()).unwrap());
        let kpi = block_on(app.kpi(&asked, "cycle_time", &BTreeMap::new())).unwrap();
        assert_eq!(get("kpis/cycle_time"), serde_json::to_value(kpi).unwrap());
        let all = get("kpis");
        // Through text, as the answer came: reading a number may cost its last digit.
        let text = serde_json::to_vec(&block_on(app.kpis(&asked)).unwrap()).unwrap();
        assert_eq!(all, serde_json::from_slice::<Value>(&text).unwrap());
        // The same objects as one by one, narrowed by the same filter.
        let all = all["kpis"].as_array().unwrap();
        let needs_none = |kind: &String| kind.ends_with('?') || kind.contains('|');
        // There is no official flow, so nothing is said about one.
        let without = app.engine().catalogue().kpis().filter(|kpi| !kpi.needs_official_flow());
        let without = without.filter(|kpi| kpi.header.params.values().all(needs_none));
        assert_eq!(all.len(), without.count());
        for kpi in all {
            assert_eq!(*kpi, get(&format!("kpis/{}", kpi["kpi"]["id"].as_str().unwrap())));
        }
    }
    // Cycle times by hand: a 4 h, b 24 h, c 0.
    assert_eq!(server.get("/api/v1/flows/orders/stats").json()["cycle_time_s"]["median"], 14_400.0);
    let kpi = server.get("/api/v1/flows/orders/kpis/arrivals?from=2024-01-02").json();
    assert_eq!(kpi["meta"]["filters"]["period"], json!({"from": "2024-01-02T00:00:00Z", "to": null, "by": "start"}));
    let one = server.get("/api/v1/flows/orders/stats?from=2024-01-02&to=2024-01-03").json();
    assert_eq!((&one["cases"], &one["events"]), (&json!(1), &json!(4)));
    let top = server.get("/api/v1/flows/orders/variants?top=1").json();
    assert_eq!((top["variants"].as_array().unwrap().len(), &top["total"]), (1, &json!(3)));
    let second = server.get("/api/v1/flows/orders/cases?limit=1&offset=1").json();
    assert_eq!(second["cases"][0]["case"], "b");
}

#[test]
fn long_answers_are_cut_and_say_so() {
    let server = TestServer::with(|config| config.limits.rows_returned_max = 2, false);
    // A cost that is another one in each row belongs to the events.
    let lines = ORDERS.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},cost\n"),
        _ => format!("{line},{at}\n"),
    });
    server.import("orders", &lines.collect::<String>());
    let get = |what: &str| server.get(&format!("/api/v1/flows/orders/{what}")).json();
    let long = get("kpis/directly_follows");
    assert_eq!((long["rows"].as_array().unwrap().len(), &long["meta"]["truncated"]), (2, &json!(true)));
    let short = get("kpis/resource_count");
    assert_eq!((&short["rows"], &short["meta"]["truncated"]), (&json!([[3]]), &json!(false)));
    let exact = get("kpis/arrivals");
    assert_eq!((exact["rows"].as_array().unwrap().len(), &exact["meta"]["truncated"]), (2, &json!(false)));
    // What is put together from several questions stays whole.
    assert_eq!(get("map")["edges"].as_array().unwrap().len(), 4);
    let case = get("cases/b");
    assert_eq!(case["timeline"].as_array().unwrap().len(), 4);
    let costs: Vec<&Value> =
        case["timeline"].as_array().unwrap().iter().map(|event| &event["attributes"]["cost"]).collect();
    // A cost is a measure, whatever its digits.
    assert_eq!(costs, [4.0, 5.0, 6.0, 7.0]);
}

#[test]
fn everything_is_answered_whatever_places_there_are() {
    for places in [1, 16] {
        let limited = |config: &mut throughline::config::Config| {
            config.limits.parallel_queries = places;
            config.limits.queue_seconds = 0;
        };
        let server = TestServer::with(limited, false);
        server.import("orders", ORDERS);
        let all = server.get("/api/v1/flows/orders/kpis").json();
        let ids: Vec<&str> =
            all["kpis"].as_array().unwrap().iter().map(|kpi| kpi["kpi"]["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&"cycle_time") && ids.contains(&"variants"), "{ids:?}");
        let csv = server.get("/api/v1/flows/orders/kpis.csv").text();
        assert!(csv.contains("\nresource_count,people,Resources,1,resources,3\n"), "{csv}");
        for answer in ["stats", "map", "variants", "cases", "cases/a"] {
            let reply = server.get(&format!("/api/v1/flows/orders/{answer}"));
            assert_eq!(reply.status, 200, "{answer} in {places}: {}", reply.text());
        }
        assert_eq!(server.web.app.engine().free_places(), places as usize);
    }
}

#[test]
fn what_only_serves_other_answers_is_no_kpi() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let ids: Vec<Value> = server.get("/api/v1/flows/orders/kpis").json()["kpis"].as_array().unwrap().clone();
    for id in ["timeline", "case_list"] {
        assert_eq!(server.get(&format!("/api/v1/flows/orders/kpis/{id}")).problem(404), "kpi_not_found");
        assert!(ids.iter().all(|kpi| kpi["kpi"]["id"] != id), "{id}");
    }
}

#[test]
fn sql_is_read_only_and_filtered() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let ask =
        |query: &str, body: Value| server.call("POST", &format!("/api/v1/flows/orders/sql{query}")).json(&body).send();
    let count = "SELECT count(*) AS n FROM cases";
    assert_eq!(ask("", json!({"sql": count})).json()["rows"], json!([[3]]));
    assert_eq!(ask("", json!({"sql": count, "filter": "case.region=North"})).json()["rows"], json!([[2]]));
    assert_eq!(ask("?where=region%3DSouth", json!({"sql": count})).json()["rows"], json!([[1]]));
    assert_eq!(ask(".csv", json!({"sql": count})).text(), "n\n3\n");
    assert_eq!(ask("", json!({"sql": "DROP TABLE cases"})).problem(400), "bad_sql");
    assert_eq!(ask("?filter=with%3DPack", json!({"sql": count, "filter": "with=Ship"})).problem(400), "bad_parameter");
}

#[test]
fn the_form_follows_address_or_accept() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let kind = |path: &str, accept: &str| {
        let reply = server.call("GET", &format!("/api/v1/flows/orders/{path}")).header("accept", accept).send();
        (reply.status, reply.header("content-type").to_owned())
    };
    let (json, csv) = ((200, "application/json".to_owned()), (200, "text/csv; charset=utf-8".to_owned()));
    assert_eq!(kind("stats", "*/*"), json);
    assert_eq!(kind("stats.json", "text/csv"), json);
    assert_eq!(kind("stats.csv", "*/*"), csv);
    assert_eq!(kind("variants", "text/csv"), csv);
    assert_eq!(kind("map.dot", "*/*"), (200, "text/vnd.graphviz; charset=utf-8".to_owned()));
    assert_eq!(kind("map.svg?metric=median_wait", "*/*"), (200, "image/svg+xml".to_owned()));
    assert_eq!(kind("map", "image/png"), (200, "image/png".to_owned()));
    assert_eq!(kind("kpis/arrivals.svg", "*/*"), (200, "image/svg+xml".to_owned()));
    assert_eq!(server.get("/api/v1/flows/orders/map.png").body[..4], *b"\x89PNG");
    assert_eq!(server.get("/api/v1/flows/orders/stats.svg").problem(406), "not_acceptable");
    assert_eq!(server.get("/api/v1/flows/orders/map.svg?metric=luck").problem(400), "bad_parameter");
    assert_eq!(server.get("/api/v1/flows/orders/map.json?metric=cases").problem(400), "bad_parameter");
    let map = server.get("/api/v1/flows/orders/map.csv").text();
    assert!(map.starts_with("from,to,count,cases,mean_s,") && map.contains("\nPack,Ship,2,2,45900.0,"), "{map}");
    for (path, lines) in
        [("flows", 2), ("flows/orders/cases", 4), ("flows/orders/cases/b", 5), ("flows/orders/variants", 4)]
    {
        let text = server.get(&format!("/api/v1/{path}.csv")).text();
        assert_eq!(text.lines().count(), lines, "{path}: {text}");
    }
}

#[test]
fn what_has_one_form_refuses_the_others() {
    let server = TestServer::start();
    let id = server.import("orders", ORDERS);
    let import = format!("flows/orders/imports/{id}");
    for path in ["flows/orders", "flows/orders/imports", &import, "tokens", "openapi.json"] {
        for form in ["csv", "svg", "dot"] {
            assert_eq!(server.get(&format!("/api/v1/{path}.{form}")).problem(406), "not_acceptable", "{path}.{form}");
        }
        assert_eq!(server.get(&format!("/api/v1/{path}.json")).status, 200, "{path}");
        let table = server.call("GET", &format!("/api/v1/{path}")).header("accept", "text/csv").send();
        assert_eq!(table.problem(406), "not_acceptable", "{path}");
    }
    assert_eq!(server.get(&format!("/api/v1/{import}/events.csv")).problem(406), "not_acceptable");
    assert_eq!(server.get(&format!("/api/v1/{import}/rejects.csv.json")).problem(406), "not_acceptable");
    // Nothing is done that cannot be answered as wished; a change needs no form.
    let make =
        |path: &str| server.call("POST", path).header("accept", "text/plain").json(&json!({"name": "new"})).send();
    assert_eq!(make("/api/v1/flows.csv").problem(406), "not_acceptable");
    assert_eq!(make("/api/v1/flows").status, 201);
}

#[test]
fn every_read_has_a_tag() {
    let server = TestServer::start();
    let id = server.import("orders", ORDERS);
    let import = format!("flows/orders/imports/{id}");
    let rejects = format!("{import}/rejects.csv");
    let paths =
        ["flows", "flows.csv", "flows/orders", "flows/orders/imports", &import, &rejects, "tokens", "openapi.json"];
    let tags = paths.map(|path| {
        let first = server.get(&format!("/api/v1/{path}"));
        assert_eq!((first.status, first.header("cache-control")), (200, "private, no-cache"), "{path}");
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: {tag}");
        let again = server.call("GET", &format!("/api/v1/{path}")).header("if-none-match", &tag).send();
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()), "{path}");
        tag
    });
    server.call("PATCH", "/api/v1/flows/orders").json(&json!({"title": "Orders of the shop"})).send();
    for (path, tag) in paths.iter().zip(&tags).take(3) {
        let changed = server.call("GET", &format!("/api/v1/{path}")).header("if-none-match", tag).send();
        assert_eq!(changed.status, 200, "{path}");
    }
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let address = "/api/v1/flows/orders/stats";
    let first = server.get(address);
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let asked = server.asked("orders", "");
    let queries = server.web.app.engine().catalogue().fingerprint();
    let expected = etag(&Tagged {
        log: &asked.target.key,
        queries: &queries,
        question: "stats",
        filter: "",
        parameters: &BTreeMap::new(),
        form: Form::Json,
    });
    assert_eq!(tag, expected);
    let known = |path: &str, tag: &str| server.call("GET", path).header("if-none-match", tag).send();
    let same = known(address, &tag);
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, tag.as_str()));
    assert_eq!(known(address, &format!("W/{tag}")).status, 304);
    assert_eq!(known(&format!("{address}?where=region%3DNorth"), &tag).status, 200);
    assert_eq!(known(&format!("{address}.csv"), &tag).status, 200);
    // The order of words that mean the same does not matter.
    let one = server.get(&format!("{address}?where=region%3DNorth%7CSouth"));
    let other = server.get(&format!("{address}?filter=case.region%3DSouth%7CNorth"));
    assert_eq!(one.header("etag"), other.header("etag"));
    // Another version is another answer; the old one keeps its own.
    server.call("POST", "/api/v1/flows/orders/imports?append=true").file("d.csv", "case,activity,time,who,region\nd,Receive,2024-02-01T08:00:00Z,Ann,North\nd,Ship,2024-02-01T09:00:00Z,Ann,North\n").send();
    let wait = std::time::Instant::now();
    while known(address, &tag).status == 304 {
        assert!(wait.elapsed().as_secs() < 30);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(server.get(address).json()["cases"], 4);
    assert_eq!(known(&format!("{address}?version=1"), &tag).status, 304);
    assert_eq!(server.get(&format!("{address}?version=1")).json()["cases"], 3);
}

#[test]
fn answers_are_kept_compressed_and_bypassed_as_asked() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let hits = || {
        let text = server.get("/metrics").text();
        let line = text.lines().find(|line| line.starts_with("throughline_cache_hits_total ")).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    let address = "/api/v1/flows/orders/map";
    let before = hits();
    let plain = server.get(address);
    assert_eq!(hits(), before);
    assert_eq!(server.get(address).body, plain.body);
    assert_eq!(hits(), before + 1);
    let fresh = server.call("GET", address).header("cache-control", "no-store").send();
    assert_eq!((fresh.body, hits()), (plain.body.clone(), before + 1));
    let packed = server.call("GET", address).header("accept-encoding", "gzip").send();
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.header("etag"), format!("W/{}", plain.header("etag")));
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.body.as_slice()), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
}

#[test]
fn the_list_of_flows_computes_its_medians_once_a_version() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let misses = || {
        let text = server.get("/metrics").text();
        let line = text.lines().find(|line| line.starts_with("throughline_cache_misses_total ")).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    let visit = || {
        let page = server.get("/").text();
        assert!(page.contains(">4 h<"), "{page}");
        misses()
    };
    let before = misses();
    assert_eq!([visit(), visit()], [before + 1; 2]);
    server.import("orders", &ORDERS.replace("a,", "e,"));
    assert_eq!([visit(), visit()], [before + 2; 2]);
}
