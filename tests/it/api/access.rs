//! Getting in, roles, sessions, and what keeps strangers out.

use super::ORDERS;
use crate::support::server::{Reply, TestServer};
use serde_json::json;
use throughline::store::catalog::Role;

/// Every address of the API with a method, parts filled in.
fn operations(server: &TestServer) -> Vec<(String, String)> {
    let document = server.get("/api/v1/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut found = Vec::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        let filled = address.replace("{flow}", "orders").replace("{id}", "x").replace("{case}", "a");
        for method in item.as_object().unwrap().keys() {
            assert!(item[method]["responses"]["default"]["content"]["application/problem+json"].is_object());
            found.push((method.to_uppercase(), filled.clone()));
        }
    }
    found
}

#[test]
fn the_document_names_every_address() {
    let server = TestServer::start();
    let found = operations(&server);
    for (method, path) in [
        ("GET", "/api/v1/flows"),
        ("POST", "/api/v1/flows"),
        ("GET", "/api/v1/flows/orders"),
        ("PATCH", "/api/v1/flows/orders"),
        ("DELETE", "/api/v1/flows/orders"),
        ("POST", "/api/v1/flows/orders/imports"),
        ("GET", "/api/v1/flows/orders/imports"),
        ("GET", "/api/v1/flows/orders/imports/x"),
        ("DELETE", "/api/v1/flows/orders/imports/x"),
        ("GET", "/api/v1/flows/orders/imports/x/events"),
        ("GET", "/api/v1/flows/orders/imports/x/rejects.csv"),
        ("POST", "/api/v1/inspect"),
        ("GET", "/api/v1/flows/orders/stats"),
        ("GET", "/api/v1/flows/orders/map"),
        ("GET", "/api/v1/flows/orders/variants"),
        ("GET", "/api/v1/flows/orders/cases"),
        ("GET", "/api/v1/flows/orders/cases/a"),
        ("GET", "/api/v1/flows/orders/deviations"),
        ("GET", "/api/v1/flows/orders/discovered-flow"),
        ("GET", "/api/v1/flows/orders/official-flow"),
        ("PUT", "/api/v1/flows/orders/official-flow"),
        ("GET", "/api/v1/flows/orders/official-flow/versions"),
        ("GET", "/api/v1/flows/orders/kpis"),
        ("GET", "/api/v1/flows/orders/kpis/x"),
        ("POST", "/api/v1/flows/orders/sql"),
        ("GET", "/api/v1/tokens"),
        ("POST", "/api/v1/tokens"),
        ("DELETE", "/api/v1/tokens/x"),
        ("GET", "/health"),
        ("GET", "/ready"),
        ("GET", "/metrics"),
    ] {
        assert!(found.contains(&(method.to_owned(), path.to_owned())), "{method} {path}");
    }
    let document = server.get("/api/v1/openapi.json").text();
    for reference in document.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document.contains(&format!("\"{name}\":{{")), "no schema {name}");
    }
}

#[test]
fn nobody_gets_in_without_a_token_and_roles_hold() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let (viewer, editor) = (server.token_of(Role::Viewer), server.token_of(Role::Editor));
    let with = |token: &str, method: &str, path: &str| {
        server.bare(method, path).header("authorization", &format!("Bearer {token}")).send()
    };
    for (method, path) in operations(&server).iter().filter(|(_, path)| path.starts_with("/api/")) {
        let reply = server.bare(method, path).send();
        assert_eq!(reply.problem(401), "not_signed_in", "{method} {path}");
        assert!(reply.header("www-authenticate").starts_with("Bearer"));
        let reads = method == "GET" || path.ends_with("/sql") || path.ends_with("/inspect");
        let for_admins = path.contains("/tokens") || (method == "DELETE" && path == "/api/v1/flows/orders");
        let expected = (!reads || for_admins, for_admins);
        let refused = |token: &str| with(token, method, path).status == 403;
        assert_eq!((refused(&viewer), refused(&editor)), expected, "{method} {path}");
    }
    assert_eq!(with("tl_wrong", "GET", "/api/v1/flows").problem(401), "not_signed_in");
    assert_eq!(server.bare("GET", "/health").send().status, 200);
}

#[test]
fn tokens_are_made_listed_and_revoked_at_once() {
    let server = TestServer::start();
    let made = server.call("POST", "/api/v1/tokens").json(&json!({"name": "bo", "role": "viewer"})).send();
    assert_eq!(made.status, 201);
    let made = made.json();
    let token = format!("Bearer {}", made["token"].as_str().unwrap());
    let flows = || server.bare("GET", "/api/v1/flows").header("authorization", &token).send().status;
    assert_eq!(flows(), 200);
    let list = server.get("/api/v1/tokens").text();
    assert!(list.contains("\"bo\"") && !list.contains("tl_"), "{list}");
    let again = server.call("POST", "/api/v1/tokens").json(&json!({"name": "bo", "role": "viewer"})).send();
    assert_eq!(again.problem(409), "already_exists");
    let wrong = server.call("POST", "/api/v1/tokens").json(&json!({"name": "x", "role": "king"})).send();
    assert_eq!(wrong.problem(400), "invalid_value");
    assert_eq!(server.call("DELETE", &format!("/api/v1/tokens/{}", made["id"].as_str().unwrap())).send().status, 204);
    assert_eq!(flows(), 401);
}

fn redeem(server: &TestServer, words: &str) -> Reply {
    server.bare("POST", "/sign-in").body("application/x-www-form-urlencoded", words).send()
}

fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn a_code_opens_one_session_and_only_by_post() {
    let server = TestServer::start();
    let address = format!("/sign-in?code={}", server.code);
    for method in ["GET", "HEAD", "GET"] {
        let shown = server.bare(method, &address).send();
        assert_eq!((shown.status, shown.header("set-cookie")), (200, ""));
        assert_eq!(shown.header("referrer-policy"), "no-referrer");
    }
    let words = format!("code={}", server.code);
    let reply = redeem(&server, &words);
    assert_eq!((reply.status, reply.header("location")), (303, "/"));
    let set = reply.header("set-cookie");
    for part in ["throughline_session=tls_", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"));
    assert_eq!(redeem(&server, &words).problem(401), "sign_in_refused");
    let cookie = cookie(&reply);
    assert_eq!(server.bare("GET", "/api/v1/flows").header("cookie", &cookie).send().status, 200);
    let page = server.bare("GET", "/").header("cookie", &cookie).send();
    assert!(page.text().contains("There is no flow yet") && page.text().contains("administrator"));
    let stranger = server.bare("GET", "/").send();
    assert_eq!((stranger.status, stranger.header("location")), (303, "/sign-in"));
}

#[test]
fn a_token_signs_in_and_signing_out_ends_it() {
    let server = TestServer::with(|config| config.server.behind_tls = true, false);
    let reply = redeem(&server, &format!("token={}", server.token));
    assert!(reply.header("set-cookie").ends_with("; Secure"));
    assert!(reply.header("strict-transport-security").starts_with("max-age="));
    let cookie = cookie(&reply);
    let read = || server.bare("GET", "/api/v1/flows").header("cookie", &cookie).send().status;
    assert_eq!(read(), 200);
    let out =
        |site: &str| server.bare("POST", "/sign-out").header("cookie", &cookie).header("sec-fetch-site", site).send();
    assert_eq!(out("cross-site").problem(403), "cross_site");
    assert_eq!(read(), 200);
    assert_eq!(out("same-origin").header("location"), "/sign-in");
    assert_eq!(read(), 401);
}

#[test]
fn the_address_of_the_demo_works_by_one_visit() {
    let server = TestServer::with(|_| {}, true);
    let address = format!("/sign-in?code={}", server.code);
    assert_eq!(server.bare("HEAD", &address).send().header("set-cookie"), "");
    let first = server.bare("GET", &address).send();
    assert_eq!((first.status, first.header("location")), (303, "/"));
    assert_eq!(server.bare("GET", "/api/v1/flows").header("cookie", &cookie(&first)).send().status, 200);
    let second = server.bare("GET", &address).send();
    assert_eq!((second.status, second.header("set-cookie")), (200, ""));
    assert!(second.text().contains("has been used already"));
    assert_eq!(server.bare("GET", "/api/v1/flows").send().problem(401), "not_signed_in");
}

#[test]
fn a_cookie_alone_changes_nothing_from_elsewhere() {
    let server = TestServer::start();
    let cookie = cookie(&redeem(&server, &format!("code={}", server.code)));
    let make = |name: &str, headers: &[(&str, &str)]| {
        let call = server.bare("POST", "/api/v1/flows").header("cookie", &cookie).json(&json!({ "name": name }));
        headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
    };
    assert_eq!(make("a", &[]).problem(403), "cross_site");
    assert_eq!(make("a", &[("origin", "http://evil.example")]).problem(403), "cross_site");
    assert_eq!(make("a", &[("sec-fetch-site", "same-site")]).problem(403), "cross_site");
    assert_eq!(make("a", &[("origin", &server.base)]).status, 201);
    assert_eq!(make("b", &[("sec-fetch-site", "same-origin")]).status, 201);
    let bearer = server.call("POST", "/api/v1/flows").header("origin", "http://evil.example");
    assert_eq!(bearer.json(&json!({"name": "c"})).send().status, 201);
}

#[test]
fn foreign_names_are_refused() {
    let server = TestServer::start();
    let port = server.base.rsplit(':').next().unwrap();
    let by = |host: &str, path: &str| server.call("GET", path).header("host", host).send();
    assert_eq!(by("rebound.example", "/api/v1/flows").problem(421), "unknown_host");
    assert_eq!(by(&format!("rebound.example:{port}"), "/").problem(421), "unknown_host");
    assert_eq!(by("rebound.example", "/sign-in").problem(421), "unknown_host");
    assert_eq!(by("rebound.example", "/metrics").problem(421), "unknown_host");
    assert_eq!(by(&format!("localhost:{port}"), "/api/v1/flows").status, 200);
    assert_eq!(by("probe", "/health").status, 200);
}

#[test]
fn every_answer_has_the_security_headers() {
    let server = TestServer::start();
    server.import("orders", ORDERS);
    let browser = |path: &str| server.bare("GET", path).header("accept", "text/html,*/*;q=0.8").send();
    let replies = [
        server.get("/api/v1/flows/orders/stats"),
        server.get("/api/v1/flows/orders/imports"),
        server.get("/api/v1/none"),
        server.call("PUT", "/api/v1/flows").send(),
        server.bare("GET", "/api/v1/flows").send(),
        server.call("GET", "/").header("host", "evil.example").send(),
        browser("/none"),
        browser("/sign-in"),
        browser("/"),
        server.get("/static/tokens.css"),
        server.get("/health"),
        server.get("/metrics"),
    ];
    for reply in replies {
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(["same-origin", "no-referrer"].contains(&reply.header("referrer-policy")));
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        for name in ["permissions-policy", "x-request-id", "cache-control"] {
            assert!(!reply.header(name).is_empty(), "{name}");
        }
    }
    let own = server.call("GET", "/health").header("x-request-id", "mine-1").send();
    assert_eq!(own.header("x-request-id"), "mine-1");
    let page = browser("/none");
    assert!(page.header("content-type").starts_with("text/html") && page.text().contains("there is nothing at /none"));
}
