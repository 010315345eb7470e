//! What happens around every request: an id, a span, a log line, numbers, the security headers, failures in words.

use crate::web::auth::Known;
use crate::web::error::{ApiError, InWords};
use crate::web::form::prefers_page;
use crate::web::pages::error_page;
use crate::web::state::Web;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Only what this server sends itself may be loaded, and nobody may frame it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// See the module.
pub async fn surround(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let method = request.method().clone();
    // The pattern, never the address: addresses hold names of cases, and queries may hold secrets.
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    // Reading can be tried again; the address is that of a page, and stays with whoever asked.
    let here = request.uri().path_and_query().filter(|_| method.is_safe()).map(ToString::to_string);
    let page = prefers_page(request.headers()).then(|| (request.headers().clone(), here));
    let started = Instant::now();
    let span = tracing::info_span!("request", %id, %method, %route);
    let response = next.run(request).instrument(span.clone()).await;
    let mut response = span.in_scope(|| in_words(response, &id, page.as_ref()));
    add_headers(&web, &mut response, &id);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    web.metrics.count(common(&method), &route, status, took);
    let who = response.extensions().get::<Known>().map_or("-", |known| known.0.name.as_str());
    let ms = took.as_millis() as u64;
    tracing::info!(target: "throughline::access", %method, %route, status, ms, request_id = %id, who, "request");
    response
}

/// Anybody can make up methods, and each would be a series of numbers of its own.
fn common(method: &Method) -> &str {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if known.contains(method) { method.as_str() } else { "other" }
}

/// The asker's own id if it is harmless, or a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    match given.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(harmless)) {
        Some(id) => id.to_owned(),
        None => format!("{:016x}", rand::random::<u64>()),
    }
}

/// Failures become problems, or pages for people; what caused them is logged here and only here.
fn in_words(response: Response, id: &str, page: Option<&(HeaderMap, Option<String>)>) -> Response {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if response.extensions().get::<InWords>().is_some() {
        return response;
    }
    let error = match response.extensions().get::<ApiError>() {
        Some(error) => error.clone(),
        // Something of the framework refused: its words are kept off, its status stays.
        None if is_failure => ApiError::new(status, code_of(status), status.canonical_reason().unwrap_or("refused")),
        None => return response,
    };
    if let Some(cause) = &error.cause {
        tracing::error!(code = %error.code, %cause, "request failed");
    }
    let problem = error.problem(id);
    let (mut parts, _) = response.into_parts();
    // These tell of the body that is replaced here, which may have been compressed already.
    for of_old_body in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG, header::LAST_MODIFIED] {
        parts.headers.remove(of_old_body);
    }
    let in_html = page.map(|(headers, here)| error_page(headers, here.as_deref(), &problem));
    let (kind, body) = match in_html {
        Some(Ok(html)) => ("text/html; charset=utf-8", html.into_bytes()),
        _ => ("application/problem+json", serde_json::to_vec(&problem).unwrap_or_default()),
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, Body::from(body))
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        _ => "refused",
    }
}

fn add_headers(web: &Web, response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if web.app.config.server.behind_tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    // The compressed bytes are others than those that the strong tag was made for.
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    if let (true, Some(tag)) = (headers.contains_key(header::CONTENT_ENCODING), tag) {
        let weak = if tag.starts_with("W/") { None } else { HeaderValue::from_str(&format!("W/{tag}")).ok() };
        if let Some(weak) = weak {
            headers.insert(header::ETAG, weak);
        }
    }
}

/// Ends requests that take longer than server.request_seconds.
pub async fn limit_time(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let seconds = web.app.config.server.request_seconds;
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("the request was stopped after {seconds} s");
            ApiError::new(StatusCode::GATEWAY_TIMEOUT, "request_time_limit", detail)
                .hint("narrow it by a filter, or raise server.request_seconds")
                .limit("server.request_seconds")
                .into_response()
        }
    }
}

/// A fault of the program ends the request, not the server.
pub fn after_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    ApiError::internal(format!("panic: {}", text.unwrap_or_default())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_not_marked_by_the_body_that_it_replaces() {
        let check = |mut response: Response| {
            for (name, value) in [(header::CONTENT_ENCODING, "gzip"), (header::ETAG, "\"a\""), (header::ALLOW, "GET")] {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("3"));
            let response = in_words(response, "r", None);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()[header::ALLOW], "GET");
            for gone in [header::CONTENT_ENCODING, header::ETAG, header::CONTENT_LENGTH] {
                assert!(!response.headers().contains_key(&gone), "{gone}");
            }
        };
        check(ApiError::internal("x").into_response());
        check(StatusCode::BAD_REQUEST.into_response());
    }

    #[test]
    fn only_harmless_ids_are_taken_over() {
        let check = |given: &'static str, taken: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_static(given));
            assert_eq!(request_id(&headers) == given, taken, "{given}");
        };
        check("abc-1.2_X", true);
        check("", false);
        check("a b", false);
        check("a\"b", false);
        check("01234567890123456789012345678901234567890123456789012345678901234", false);
        assert_eq!(request_id(&HeaderMap::new()).len(), 16);
    }
}
