//! The overview of a flow, and the report.

use super::ORDERS;
use crate::support::server::TestServer;
use crate::support::{answer, run};
use serde_json::Value;
use throughline::draw::figure::{duration, percent};

const DAY: i64 = 86_400;

/// A moment of 2024, in seconds since its first Monday, which is its first day.
fn moment(seconds: i64) -> String {
    throughline::model::time::rfc3339((1_704_067_200 + seconds) * 1_000_000)
}

/// Sixteen weeks of ten cases that take four hours, in the last four weeks two; there, every other one is checked twice.
/// Then one more case, which begins the seventeenth week.
fn busy() -> String {
    let mut rows = String::from("case,activity,time,who\n");
    for at in 0..=160 {
        let (week, day) = (at / 10, at % 10);
        let (start, recent) = (week * 7 * DAY + day * DAY / 2, (12..16).contains(&week));
        let mut row = |activity: &str, after: i64, who: &str| {
            rows += &format!("c{at:03},{activity},{},{who}\n", moment(start + after));
        };
        row("Receive", 0, "Ann");
        row("Check", 60, "Ann");
        if recent && day % 2 == 0 {
            row("Check", 120, "Ann");
        }
        row("Ship", if recent { 7_200 } else { 14_400 }, "Bob");
    }
    rows
}

/// The article of a figure.
fn tile<'a>(page: &'a str, id: &str) -> &'a str {
    let begin = format!("id=\"figure-{id}\"");
    page.split(begin.as_str()).nth(1).unwrap_or_else(|| panic!("no {id}")).split("</article>").next().unwrap()
}

fn figure<'a>(overview: &'a Value, id: &str) -> &'a Value {
    overview["figures"].as_array().unwrap().iter().find(|figure| figure["id"] == id).unwrap()
}

/// Queries of the links to cases, as the API takes them.
fn case_links(part: &str) -> Vec<String> {
    let links = part.split("href=\"/flows/").skip(1).filter_map(|rest| rest.split('"').next());
    let queries = links.filter_map(|link| link.split_once("/cases").map(|(_, query)| query.replace("&amp;", "&")));
    queries.collect()
}

fn cases(server: &TestServer, flow: &str, query: &str) -> i64 {
    let list = server.get(&format!("/api/v1/flows/{flow}/cases{query}")).json();
    list["total"].as_i64().unwrap_or_else(|| panic!("{query}: {list}"))
}

#[test]
fn the_overview_shows_the_numbers_of_the_answer() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let overview = server.get("/api/v1/flows/orders/overview").json();
    // Cycle times: a 4 h, b 24 h, c 0; Pack is repeated in b; Ann → Bob → Ann → Cid and Ann → Bob are four handoffs.
    let value = |id: &str| figure(&overview, id)["value"].clone();
    assert_eq!(
        (value("cases"), value("cycle_time_median"), value("cycle_time_p90")),
        (3.0.into(), 14_400.0.into(), 72_000.0.into())
    );
    assert_eq!(value("rework_share"), 1.0 / 3.0);
    assert_eq!(value("handoffs_per_case"), 4.0 / 3.0);
    // Too few cases to compare anything.
    assert!(overview["compared"].is_null() && overview["not_compared"].as_str().unwrap().contains("fewer than 29"));
    let page = server.get("/flows/orders").text();
    assert!(page.contains("Half of the 3 cases take up to 4 h, one in ten longer than 20 h"), "{page}");
    assert!(page.contains("33.3 % of the cases do something more than once; they took 3 different paths"), "{page}");
    assert!(tile(&page, "cycle_time_median").contains("<p class=\"value\">4 <small>h</small></p>"), "{page}");
    assert!(tile(&page, "rework_share").contains("33.3 <small>%</small>"));
    assert_eq!(page.matches("no comparable data").count(), 5);
    assert!(page.contains("no week lies wholly within the log"), "{page}");
    assert_eq!((page.matches("data-node=").count(), page.matches("class=\"chevrons\"").count()), (5, 3));
    // It is the first page of the flow, and what others lead to.
    let nav = page.split("class=\"sidenav\"").nth(1).unwrap();
    assert!(nav.split("<a ").nth(1).unwrap().starts_with("href=\"/flows/orders\" data-go=\"o\" aria-current=\"page\""));
    assert!(server.get("/").text().contains("<a href=\"/flows/orders\">"));
    let csv = server.get("/api/v1/flows/orders/overview.csv").text();
    assert!(csv.contains("cycle_time_median,Median cycle time,14400.0,,,"), "{csv}");
    assert_eq!(server.get("/flows/none").problem(404), "not_found");
    assert_eq!(server.get("/flows/orders?metric=cases").problem(400), "bad_parameter");
}

#[test]
fn every_number_leads_to_its_cases() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let page = server.get("/flows/orders").text();
    let behind = |id: &str| cases(&server, "orders", &case_links(tile(&page, id))[0]);
    // b alone takes the 20 h of the p90 or longer, and it alone packs twice.
    let counts = ["cases", "cycle_time_median", "cycle_time_p90", "rework_share"].map(behind);
    assert_eq!(counts, [3, 2, 1, 1]);
    let part = |id: &str| page.split(&format!("id=\"{id}\"")).nth(1).unwrap().split("</section>").next().unwrap();
    // The bars of the histogram hold what they lead to.
    let spread = server.get("/api/v1/flows/orders/kpis/cycle_time_spread").json();
    let expected: Vec<i64> = spread["rows"].as_array().unwrap().iter().map(|row| row[2].as_i64().unwrap()).collect();
    let bars = part("spread").split("class=\"hits\"").nth(1).unwrap();
    let found: Vec<i64> = case_links(bars).iter().map(|query| cases(&server, "orders", query)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.iter().sum::<i64>(), 3);
    // The longest wait is before b is shipped: 22.5 h, and 3 h of a.
    let waits = part("waits");
    assert!(waits.contains("Pack → Ship") && waits.contains("25.5 h"), "{waits}");
    assert_eq!(cases(&server, "orders", &case_links(waits.split("<tbody>").nth(1).unwrap())[0]), 2);
    let rework = part("rework").split("<tbody>").nth(1).unwrap();
    assert_eq!(cases(&server, "orders", &case_links(rework)[0]), 1);
    assert!(
        case_links(part("variants").split("class=\"paths\"").nth(1).unwrap())
            .iter()
            .all(|q| cases(&server, "orders", q) == 1)
    );
    // What a number means is on the page, with the file that made it.
    for id in ["cases", "cycle_time_median", "cycle_time_p90", "finished_per_week", "rework_share", "handoffs_per_case"]
    {
        let tile = tile(&page, id);
        assert!(tile.contains("popover") && tile.contains("3 cases") && tile.contains(".sql</code>"), "{tile}");
    }
    // A filter narrows everything, and can be taken away.
    let north = server.get("/flows/orders?filter=case.region%3DNorth").text();
    assert!(
        north.contains("2 of 3 cases") && north.contains("href=\"/flows/orders\" aria-label=\"Remove the filter"),
        "{north}"
    );
    assert!(north.contains("No case does anything twice"), "{north}");
    let none = server.get("/flows/orders?filter=cycle%3D9e9..").text();
    assert!(none.contains("<h1>No case matches</h1>") && none.contains("No case matches all conditions"), "{none}");
}

#[test]
fn changes_compare_the_last_weeks_with_those_before() {
    let server = TestServer::start();
    server.import("busy", &busy());
    let overview = server.get("/api/v1/flows/busy/overview").json();
    let compared = &overview["compared"];
    assert_eq!(compared["weeks"], 4);
    assert_eq!((&compared["now_from"], &compared["now_to"]), (&moment(84 * DAY).into(), &moment(112 * DAY).into()));
    for side in ["now", "before"] {
        let filter = compared[side].as_str().unwrap();
        assert_eq!(cases(&server, "busy", &format!("?filter={filter}")), 40, "{filter}");
    }
    let change = |id: &str| {
        let change = &figure(&overview, id)["change"];
        (change["now"].as_f64().unwrap(), change["before"].as_f64().unwrap(), change["relative"].as_f64())
    };
    assert_eq!(change("cases"), (40.0, 40.0, Some(0.0)));
    assert_eq!(change("cycle_time_median"), (7_200.0, 14_400.0, Some(-0.5)));
    assert_eq!(change("cycle_time_p90"), (7_200.0, 14_400.0, Some(-0.5)));
    assert_eq!(change("finished_per_week"), (10.0, 10.0, Some(0.0)));
    assert_eq!(change("rework_share"), (0.5, 0.0, None));
    assert_eq!(change("handoffs_per_case"), (1.0, 1.0, Some(0.0)));
    // Full weeks only: the seventeenth has just begun.
    let weekly = figure(&overview, "finished_per_week")["weekly"].as_array().unwrap();
    assert_eq!((weekly.len(), &weekly[15]["week"], &weekly[15]["value"]), (16, &"2024-04-15".into(), &10.0.into()));
    assert_eq!(figure(&overview, "finished_per_week")["value"], 10.0);
    let page = server.get("/flows/busy").text();
    // Faster is better, more rework is worse, and of volume neither is said.
    assert!(tile(&page, "cycle_time_median").contains("down by 50 %, which is better; 4 → 2 h"), "{page}");
    assert!(tile(&page, "rework_share").contains("up by 50 points, which is worse; 0 → 50 %"), "{page}");
    assert!(tile(&page, "cases").contains("delta \"") && tile(&page, "cases").contains("no change"), "{page}");
    assert!(page.contains("Changes compare cases that ended in 4 full weeks"), "{page}");
    // A chosen period is held against the equally long one before it.
    let april = "filter=start%3D2024-03-25..2024-04-22";
    let period = server.get(&format!("/api/v1/flows/busy/overview?{april}")).json();
    assert_eq!((&period["compared"]["weeks"], &period["cases"]), (&Value::Null, &40.into()));
    assert_eq!(period["compared"]["before"], "start=2024-02-26T00:00:00Z..2024-03-25T00:00:00Z");
    assert_eq!(figure(&period, "cycle_time_median")["change"]["relative"], -0.5);
    let first = server.get("/flows/busy?filter=start%3D2024-01-01..2024-02-01").text();
    assert!(first.contains("no comparable data") && first.contains("does not reach back"), "{first}");
}

#[test]
fn a_log_without_times_or_people_says_what_is_missing() {
    let server = TestServer::start();
    server.import("bare", "case,activity\na,Receive\na,Ship\nb,Receive\nb,Receive\n");
    let page = server.get("/flows/bare").text();
    assert!(page.contains("2 cases took 2 different ways"), "{page}");
    assert!(tile(&page, "cycle_time_median").contains("the log has no times"), "{page}");
    assert!(tile(&page, "handoffs_per_case").contains("no event names who did it"), "{page}");
    assert!(tile(&page, "rework_share").contains("50 <small>%</small>") && page.contains("The log has no times."));
    let report = server.get("/api/v1/flows/bare/report.html").text();
    assert!(report.contains("2 cases took 2 different ways") && report.contains("no times"), "{report}");
    // What could not be read is said where the numbers are.
    server.import("holes", "case,activity,time\na,Receive,2024-01-01\n,Ship,2024-01-02\na,Ship,2024-01-03\n");
    let holes = server.get("/flows/holes").text();
    assert!(holes.contains("1 row of log.csv is not in the log") && holes.contains("/flows/holes/imports/"), "{holes}");
    let facts = server.get("/api/v1/flows/holes/report.html").text();
    assert!(facts.contains("<h3>log.csv</h3>") && facts.contains("missing case"), "{facts}");
}

#[test]
fn the_report_needs_nothing_else() {
    let server = TestServer::start();
    server.import("busy", &busy());
    let reply = server.get("/api/v1/flows/busy/report.html");
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(reply.header("content-security-policy").contains("sandbox"));
    assert!(reply.header("content-disposition").contains("busy-report.html"));
    let html = reply.text();
    let bare = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for foreign in
        ["http://", "https://", "<script", "<link", "<iframe", "<img", " src=", "@import", " onclick=", "var(--missing"]
    {
        assert!(!bare.contains(foreign), "{foreign}");
    }
    assert!(bare.split("url(").skip(1).all(|rest| rest.starts_with("data:font/woff2;base64,")));
    let links: Vec<&str> = bare.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for link in &links {
        let target = link.strip_prefix('#').unwrap_or_else(|| panic!("{link}"));
        assert!(html.contains(&format!("id=\"{target}\"")), "{link} leads nowhere");
    }
    // Every id is there once.
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    // The numbers are those of the API.
    let overview = server.get("/api/v1/flows/busy/overview").json();
    let value = |id: &str| figure(&overview, id)["value"].as_f64().unwrap();
    let shown = |id: &str, text: &str| {
        let (number, unit) = text.rsplit_once(' ').unwrap();
        assert!(tile(&html, id).contains(&format!(">{number} <small>{unit}</small>")), "{id}: {text}");
    };
    shown("cycle_time_median", &duration(value("cycle_time_median")));
    shown("cycle_time_p90", &duration(value("cycle_time_p90")));
    shown("rework_share", &percent(value("rework_share")));
    for kpi in server.get("/api/v1/flows/busy/kpis").json()["kpis"].as_array().unwrap() {
        let (id, section) = (kpi["kpi"]["id"].as_str().unwrap(), kpi["kpi"]["section"].as_str().unwrap());
        assert!(
            html.contains(&format!("id=\"def-{id}\"")) && html.contains(&format!("queries/{section}/{id}.sql")),
            "{id}"
        );
    }
    assert!(html.matches("<svg").count() > 15 && html.contains("data-node=\"Receive\"") && html.contains("size: A4"));
    assert!(html.contains(&format!("Throughline {}", env!("CARGO_PKG_VERSION"))));
    let narrow = server.get("/api/v1/flows/busy/report.html?filter=rework%3Dyes").text();
    assert!(
        narrow.contains("only cases with rework") && narrow.contains("20 of 161") && narrow.contains(">rework=yes<")
    );
    assert!(server.get("/api/v1/flows/busy/report.html?filter=cycle%3D9e9..").text().contains("nothing to report"));
    assert_eq!(server.get("/api/v1/flows/busy/report.csv").problem(406), "not_acceptable");
    assert_eq!(server.get("/api/v1/flows/none/report.html").problem(404), "not_found");
}

#[test]
fn page_answer_and_file_are_one_report() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let page = server.get("/flows/orders?filter=with%3DPack").text();
    let link = page.split("id=\"report\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let html = server.get(&link).text();
    assert!(html.contains("only cases with Pack"), "{link}");
    let overview = server.get("/api/v1/flows/orders/overview?filter=with%3DPack").json();
    let folder = server.stop();
    let (data, file) = (folder.path().to_str().unwrap(), folder.path().join("report.html"));
    let out = file.to_str().unwrap();
    let done = run(&["report", "orders", "--filter", "with=Pack", "-o", out, "--data", data]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(std::fs::read_to_string(&file).unwrap() == html, "the file and the answer differ");
    assert_eq!(answer(&["report", "orders", "--filter", "with=Pack", "--data", data]), overview);
}

#[test]
fn a_file_gives_the_same_report_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("orders.csv");
    std::fs::write(&log, ORDERS).unwrap();
    let written = |name: &str| {
        let out = folder.path().join(name);
        let done = run(&["report", log.to_str().unwrap(), "-o", out.to_str().unwrap()]);
        assert!(done.status.success() && done.stdout.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_to_string(out).unwrap()
    };
    let (one, other) = (written("a.html"), written("b.html"));
    assert!(one == other, "two reports on the same file differ");
    assert!(one.contains("Half of the 3 cases take up to 4 h") && one.contains("orders.csv"));
    for words in [vec!["report", "orders.csv"], vec!["report", "orders.csv", "-o", "report.pdf"]] {
        assert_eq!(run(&words).status.code(), Some(2), "{words:?}");
    }
}
