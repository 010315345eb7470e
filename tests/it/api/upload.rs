//! The upload page and the page of an import, as browsers with and without scripts use them.

use super::{ORDERS, many};
use crate::support::server::{Call, Reply, TestServer};
use std::time::{Duration, Instant};
use throughline::store::catalog::Role;

/// A browser that has signed in with a token of this role.
struct Browser<'a> {
    server: &'a TestServer,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn new(server: &'a TestServer, role: Role) -> Self {
        let words = format!("token={}", server.token_of(role));
        let reply = server.bare("POST", "/sign-in").body("application/x-www-form-urlencoded", words).send();
        assert_eq!(reply.status, 303, "{}", reply.text());
        Self { server, cookie: reply.header("set-cookie").split(';').next().unwrap().to_owned() }
    }

    fn call(&self, method: &str, path: &str) -> Call {
        let call = self.server.bare(method, path).header("cookie", &self.cookie);
        call.header("accept", "text/html").header("sec-fetch-site", "same-origin")
    }

    fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send()
    }

    /// What the form sends without scripts.
    fn submit(&self, flow: &str, append: &str, name: &str, text: &str) -> Reply {
        let parts = [("file", Some(name), text), ("flow", None, flow), ("title", None, ""), ("append", None, append)];
        self.call("POST", "/upload").form(&parts).send()
    }

    fn wait(&self, page: &str) -> String {
        let began = Instant::now();
        loop {
            let reply = self.get(page);
            assert_eq!(reply.status, 200, "{}", reply.text());
            let text = reply.text();
            if !text.contains("data-state=") {
                return text;
            }
            // Browsers without scripts ask again by themselves.
            assert!(text.contains("http-equiv=\"refresh\"") && text.contains("id=\"cancel-form\""), "{text}");
            assert!(began.elapsed() < Duration::from_secs(60), "{text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[track_caller]
fn assert_strict(page: &str) {
    // The policy of the pages forbids both.
    assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick="), "{page}");
    assert!(page.split("<script").skip(1).all(|rest| rest.split('>').next().unwrap().contains("src=")), "{page}");
}

#[test]
fn a_form_without_scripts_leads_to_the_report() {
    let server = TestServer::start();
    let browser = Browser::new(&server, Role::Editor);
    assert!(browser.get("/").text().contains("href=\"/upload\""));
    let page = browser.get("/upload?flow=orders").text();
    assert!(page.contains("action=\"/upload\"") && page.contains("name=\"flow\"") && page.contains("value=\"orders\""));
    assert_strict(&page);

    let text = format!("{ORDERS}d,Receive,not a time,Ann,North\n");
    let sent = browser.submit("orders", "false", "orders.csv", &text);
    assert_eq!(sent.status, 303, "{}", sent.text());
    let address = sent.header("location").to_owned();
    assert!(address.starts_with("/flows/orders/imports/"), "{address}");
    let report = browser.wait(&address);
    assert!(report.contains("9 of 10 rows are in the log; 1 is not"), "{report}");
    assert!(report.contains(&format!("/api/v1{address}/rejects.csv")) && report.contains("not a time"), "{report}");
    assert!(report.contains("href=\"/flows/orders/map\""), "{report}");
    assert_strict(&report);
    assert_eq!(browser.get("/flows/orders/map").status, 200);

    // The same file again leads to the first import, and what was filled in stays.
    let again = browser.submit("orders", "true", "copy.csv", &text);
    assert_eq!(again.status, 409);
    let again = again.text();
    assert!(again.contains(&format!("href=\"{address}\"")) && again.contains("value=\"orders\""), "{again}");
    assert!(again.contains("value=\"true\" checked"), "{again}");
    // Programs are told the same.
    let refused = server.call("POST", "/api/v1/flows/orders/imports").file("copy.csv", &text).send();
    assert_eq!((refused.problem(409).as_str(), refused.json()["duplicate"].as_str()), ("same_file", Some(&*address)));

    let wrong = browser.submit("No Name", "false", "orders.csv", ORDERS);
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("only lower-case letters") && wrong.text().contains("value=\"No Name\""));
    let none = browser.call("POST", "/upload").form(&[("flow", None, "orders")]).send();
    assert_eq!(none.status, 400);
    assert!(none.text().contains("has no file"), "{}", none.text());
}

#[test]
fn a_file_that_cannot_be_imported_says_why() {
    let server = TestServer::start();
    let browser = Browser::new(&server, Role::Editor);
    let sent = browser.submit("orders", "false", "no.csv", "{\"no\": \"table\"}");
    let report = browser.wait(sent.header("location"));
    assert!(report.contains("no.csv could not be imported") && report.contains("role=\"alert\""), "{report}");
    assert!(report.contains("/upload?flow=orders") && !report.contains("/flows/orders/map"), "{report}");
    assert_eq!(browser.get("/flows/orders/imports/none").status, 404);
}

#[test]
fn an_import_is_cancelled_by_a_button() {
    let server = TestServer::start();
    let browser = Browser::new(&server, Role::Editor);
    let first = browser.submit("orders", "false", "big.csv", &many(40_000));
    let address = first.header("location").to_owned();
    let running = browser.get(&address).text();
    assert!(running.contains(&format!("data-import=\"/api/v1{address}\"")), "{running}");
    assert_strict(&running);
    let foreign = server.bare("POST", &format!("{address}/cancel")).header("cookie", &browser.cookie);
    assert_eq!(foreign.header("sec-fetch-site", "cross-site").send().problem(403), "cross_site");
    let cancelled = browser.call("POST", &format!("{address}/cancel")).send();
    assert_eq!((cancelled.status, cancelled.header("location")), (303, address.as_str()), "{}", cancelled.text());
    let report = browser.wait(&address);
    assert!(report.contains("The import of big.csv was cancelled"), "{report}");
}

#[test]
fn a_look_shows_what_can_be_corrected() {
    let server = TestServer::start();
    let browser = Browser::new(&server, Role::Viewer);
    let look = |mapping: &str, name: &str, text: &str| {
        let parts = [("mapping", None, mapping), ("file", Some(name), text)];
        browser.call("POST", "/upload/inspect").form(&parts).send()
    };
    let german = "Auftrag;Schritt;Zeit;Wer\n1;Annahme;31.12.2024 08:00;<Ann>\n1;Versand;31.12.2024 09:00;Bob\n\
        2;Annahme;02.01.2025 08:00;<Ann>\n2;Versand;02.01.2025 09:00;Bob\n";
    let found = look("{}", "Aufträge_2024.csv", german);
    assert_eq!(found.status, 200, "{}", found.text());
    let found = found.text();
    for part in [
        "found: semicolon",
        "data-column=\"Auftrag\"",
        "<option value=\"case\" selected>",
        "&#60;Ann&#62;",
        "First 4 rows",
        "31.12.2024 08:00",
        "data-import-mapping=\"{&#34;case&#34;:&#34;Auftrag&#34;",
    ] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert!(!found.contains("<html") && !found.contains("<Ann>"), "{found}");
    assert_strict(&found);

    // What was said is kept, and nothing but that is taken as said.
    let given = look("{\"resource\": \"Wer\", \"timezone\": \"Europe/Berlin\"}", "a.csv", german).text();
    assert!(given.contains("data-column=\"Wer\" data-given"), "{given}");
    assert!(!given.contains("data-column=\"Auftrag\" data-given") && given.contains("value=\"Europe/Berlin\""));
    let without = look("{\"resource\": \"\"}", "a.csv", german).text();
    assert!(!without.contains("<option value=\"resource\" selected>"), "{without}");
    assert!(without.contains("&#34;resource&#34;:&#34;&#34;"), "{without}");

    // With the wrong separator there is no column to choose, but the separator can be mended.
    let wrong = look("{\"delimiter\": \"|\"}", "a.csv", german);
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let wrong = wrong.text();
    assert!(wrong.contains("role=\"alert\"") && wrong.contains("<option value=\"|\" selected>"), "{wrong}");
    assert!(wrong.contains("data-import-mapping=\"\"") && wrong.contains("data-mapping=\"case\""), "{wrong}");
    assert!(!wrong.contains("staging"), "{wrong}");
    assert_eq!(server.get("/api/v1/flows").json(), serde_json::json!({"flows": []}));
}

#[test]
fn only_editors_import() {
    let server = TestServer::start();
    let stranger = server.bare("GET", "/upload").header("accept", "text/html").send();
    assert_eq!((stranger.status, stranger.header("location")), (303, "/sign-in"));
    assert_eq!(server.bare("POST", "/upload").file("a.csv", ORDERS).send().problem(401), "not_signed_in");
    let viewer = Browser::new(&server, Role::Viewer);
    assert!(viewer.get("/upload").text().contains("signed in as a viewer"));
    let refused = viewer.submit("orders", "false", "a.csv", ORDERS);
    assert_eq!(refused.status, 403);
    let editor = Browser::new(&server, Role::Editor);
    let foreign = server.bare("POST", "/upload").header("cookie", &editor.cookie).file("a.csv", ORDERS);
    assert_eq!(foreign.header("origin", "http://evil.example").send().problem(403), "cross_site");
    assert_eq!(server.get("/api/v1/flows").json(), serde_json::json!({"flows": []}));
}
