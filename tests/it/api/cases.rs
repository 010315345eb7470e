//! The pages of variants, cases and one case.

use super::ORDERS;
use crate::support::server::TestServer;

fn server() -> TestServer {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    server
}

/// Ids of the variants that can be ticked, in the order of the page.
fn boxes(page: &str) -> Vec<&str> {
    page.split(" name=\"variant.").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn variants_are_shown_and_chosen() {
    let server = server();
    let page = server.get("/flows/orders/variants").text();
    assert!(
        page.contains("3 of 3 variants cover 80 % of the cases; the most frequent variant covers 33.3 %"),
        "{page}"
    );
    let ids = boxes(&page);
    // In the list, in the table of the curve, and on its axis.
    assert_eq!((ids.len(), page.matches(">100 %<").count()), (3, 3), "{page}");
    let chosen = server.get(&format!("/flows/orders/variants/chosen?variant.{}=on&variant.{}=on", ids[0], ids[1]));
    assert_eq!(chosen.status, 303);
    let map = server.get(chosen.header("location")).text();
    assert!(map.contains("2 of 3 cases"), "{map}");
    assert_eq!(server.get("/flows/orders/variants/chosen").problem(400), "bad_parameter");
    assert_eq!(boxes(&server.get("/flows/orders/variants?q=pack+-%3E+pack").text()).len(), 1);
    assert_eq!(boxes(&server.get("/flows/orders/variants?page=2").text()).len(), 0);
    let difference = server.get("/flows/orders/variants?mode=difference").text();
    assert!(difference.contains("Pack: again") && difference.contains("Pack: missing"), "{difference}");
    // Receive to Ship takes no time at all in the one case where they follow directly; Pack to Ship 3 h and 22.5 h.
    let time = server.get("/flows/orders/variants?mode=time").text();
    assert!(time.contains("Ship, after 0 s") && time.contains("Ship, after 12.8 h"), "{time}");
    assert_eq!(server.get("/flows/orders/variants?mode=luck").problem(400), "bad_parameter");
}

#[test]
fn variants_are_counted_together_and_cut() {
    let server = server();
    // Pack, Pack is Pack: b goes with a.
    let groups = server.get("/flows/orders/variants?group=repeats").text();
    assert!(
        groups.contains("2 of 2 groups cover 80 % of the cases; the most frequent group covers 66.7 %"),
        "{groups}"
    );
    assert!(groups.contains("2 variants") && boxes(&groups)[0].contains('.'), "{groups}");
    let chosen = server.get(&format!("/flows/orders/variants/chosen?variant.{}=on", boxes(&groups)[0]));
    assert!(server.get(chosen.header("location")).text().contains("2 of 3 cases"));
    assert_eq!(boxes(&server.get("/flows/orders/variants?group=repeats&min=2").text()).len(), 1);
    assert!(!server.get("/flows/orders/variants?group=set").text().contains("mode=difference"));
    assert_eq!(server.get("/flows/orders/variants?group=luck").problem(400), "bad_parameter");
    let cover = server.get("/flows/orders/variants/cover?cover=60&filter=with%3DReceive");
    assert_eq!(cover.status, 303);
    assert!(cover.header("location").contains("variants=2") && cover.header("location").contains("filter="));
}

#[test]
fn paths_are_taken_away_as_a_picture() {
    let server = server();
    let svg = server.get("/api/v1/flows/orders/variants.svg?mode=difference");
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    let text = svg.text();
    assert!(text.contains("3 of 3 variants") && text.contains(">#3<") && text.contains(">33.3 %<"), "{text}");
    assert!(text.contains("as on the happy path") && text.contains(">Receive<") && !text.contains("var(--"), "{text}");
    assert_eq!(server.get("/api/v1/flows/orders/variants.png?top=2").header("content-type"), "image/png");
    assert_eq!(server.get("/api/v1/flows/orders/variants.svg?limit=2").problem(400), "bad_parameter");
}

#[test]
fn cases_are_listed_and_found() {
    let server = server();
    let page = server.get("/flows/orders/cases").text();
    assert!(page.contains("3 cases: half take at most 4 h") && page.contains("1 to 3 of 3 cases"), "{page}");
    assert!(page.contains("/flows/orders/cases/b?at=1"), "{page}");
    let found = server.get("/flows/orders/cases?q=a");
    assert_eq!((found.status, found.header("location")), (303, "/flows/orders/cases/a"));
    assert!(server.get("/flows/orders/cases?q=zz").text().contains("There is no case “zz” in the log"));
    let elsewhere = server.get("/flows/orders/cases?q=a&filter=case.region%3DSouth").text();
    assert!(elsewhere.contains("not among the filtered cases") && elsewhere.contains("/flows/orders/cases/a\""));
    assert!(server.get("/flows/orders/cases?offset=900").text().contains("The list has fewer cases"));
    let sorted = server.get("/flows/orders/cases?sort=duration_desc").text();
    let place = |id: &str| sorted.find(&format!(">{id}</a>")).unwrap();
    assert!(place("b") < place("a") && place("a") < place("c"), "{sorted}");
    assert!(sorted.contains("aria-sort=\"descending\"") && sorted.contains("sort=duration_desc&#38;at=0"), "{sorted}");
    assert!(
        server
            .get("/flows/orders/cases/a?sort=duration_desc&at=1")
            .text()
            .contains("2 of 3 by duration, the most first")
    );
    assert_eq!(server.get("/flows/orders/cases?sort=luck").status, 400);
    assert!(sorted.contains("/api/v1/flows/orders/log.xes?"), "{sorted}");
}

#[test]
fn where_nothing_matches_the_nearest_way_out_is_shown() {
    let server = server();
    let nothing = "filter=case.region%3DSouth%3Bwithout%3DPack";
    for page in ["cases", "variants", "kpis", "kpis/arrivals"] {
        let text = server.get(&format!("/flows/orders/{page}?{nothing}")).text();
        assert!(text.contains("No case matches all conditions"), "{page}: {text}");
        // Without the region one case is left, c; without the other condition it is b.
        assert!(text.contains("1 cases") && text.contains("filter=without%3DPack\""), "{page}: {text}");
        assert!(text.contains("Clear all") && !text.contains("class=\"chart\""), "{page}: {text}");
    }
}

#[test]
fn a_case_tells_what_happened() {
    let server = server();
    let page = server.get("/flows/orders/cases/a").text();
    assert!(page.contains("a took 4 h, just the median; the longest wait was 3 h before Ship"), "{page}");
    assert!(page.contains("class=\"gantt\"") && page.contains("id=\"event-3\"") && page.contains("North"), "{page}");
    let middle = server.get("/flows/orders/cases/b?at=1").text();
    assert!(middle.contains("2 of 3 by start") && middle.contains("rel=\"prev\"") && middle.contains("rel=\"next\""));
    assert!(middle.contains("Pack: again"), "{middle}");
    // A place that is not the case's is no place.
    assert!(!server.get("/flows/orders/cases/a?at=2").text().contains("by start"));
    assert_eq!(server.get("/flows/orders/cases/zz").problem(404), "case_not_found");
    assert_eq!(server.get("/flows/orders/cases/a?lanes=luck").problem(400), "bad_parameter");
}
