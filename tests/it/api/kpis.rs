//! KPIs as pages: what marks and rows lead to, parameters, and one KPI for each value of an attribute.

use super::ORDERS;
use crate::support::server::TestServer;
use serde_json::json;

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

#[test]
fn marks_and_rows_lead_to_the_cases_behind_them() {
    let server = server();
    let page = server.get("/flows/orders/kpis/activity_frequency").text();
    let pack = "/flows/orders/cases?filter=with%3DPack";
    assert_eq!(page.matches(&format!("href=\"{pack}\"")).count(), 2, "a bar and a row: {page}");
    assert!(server.get(pack).text().contains("2 of 3 cases"));
    // What is looked at stays part of it, and what cannot be said in one filter leads nowhere.
    let south = server.get("/flows/orders/kpis/activity_frequency?filter=case.region%3DSouth").text();
    assert!(south.contains("cases?filter=case.region%3DSouth%3Bwith%3DPack\""), "{south}");
    let ended = server.get("/flows/orders/kpis/arrivals?filter=end%3D2024-01-01..").text();
    assert!(!ended.contains("/flows/orders/cases?filter=start"), "{ended}");
}

#[test]
fn periods_are_as_long_as_is_asked_for() {
    let server = server();
    let weeks = server.get("/flows/orders/kpis?granularity=week").text();
    let week = "filter=start%3D2024-01-01T00:00:00Z..2024-01-08T00:00:00Z";
    // A bar of the strip, a bar of the chart and a row of its table.
    assert!(weeks.matches(&format!("/flows/orders/cases?{week}\"")).count() >= 2, "{weeks}");
    assert!(weeks.contains("data-brush") && weeks.contains("data-starts=\"2024-01-01 "), "{weeks}");
    assert!(server.get(&format!("/flows/orders/cases?{week}")).text().contains("2 of 3 cases"));
    let year = server.get("/flows/orders/kpis/arrivals?granularity=year").text();
    assert!(year.contains("aria-current=\"true\">year<") && year.contains("2025-01-01T00:00:00Z"), "{year}");
    assert!(year.contains("kpis/arrivals.png?") && year.contains("granularity=year"), "{year}");
    let month = server.get("/api/v1/flows/orders/kpis/arrivals?granularity=month").json();
    assert_eq!(
        (&month["rows"], &month["meta"]["parameters"]),
        (&json!([["2024-01-01", 3]]), &json!({"granularity": "month"}))
    );
    for wrong in ["kpis/arrivals?granularity=luck", "kpis?granularity=luck", "kpis/variants?luck=1"] {
        assert_eq!(server.get(&format!("/flows/orders/{wrong}")).status, 400, "{wrong}");
    }
    assert_eq!(server.get("/flows/orders/kpis/luck").status, 404);
}

#[test]
fn a_kpi_is_shown_side_by_side_for_the_values_of_an_attribute() {
    let server = server();
    let page = server.get("/flows/orders/kpis/activity_frequency?by=region").text();
    assert!(page.contains("<h3>North</h3>") && page.contains("<h3>South</h3>") && page.contains("66.7 %"), "{page}");
    assert!(page.contains("case.region%3DSouth"), "{page}");
    assert_eq!(server.get("/flows/orders/kpis/arrivals?by=colour").status, 400);
    // A log whose cases have no attributes offers none.
    server.import("plain", "case,activity,time\na,x,2024-01-01\na,y,2024-01-02\n");
    assert!(!server.get("/flows/plain/kpis/arrivals").text().contains("Side by side"));
}
