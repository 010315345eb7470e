//! Whether a page of this server asks, or one of another site that a signed-in browser happens to show.

use crate::web::error::ApiError;
use crate::web::hosts::host;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

/// Refuses changes that another site's page asks for. Browsers say by `Sec-Fetch-Site` where a request comes from; older
/// ones by `Origin`. What says neither is no page of ours.
///
/// # Errors
/// 403.
pub fn refuse_cross_site(request: &Parts) -> Result<(), ApiError> {
    let named = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let own = host(&request.uri, &request.headers).unwrap_or_default();
    let same = match (named("sec-fetch-site"), named(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(own)),
        (None, None) => false,
    };
    if same {
        return Ok(());
    }
    let detail = "a change by cookie must come from a page of this server";
    Err(ApiError::new(StatusCode::FORBIDDEN, "cross_site", detail).hint("programs send `Authorization: Bearer tl_…`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn only_own_pages_may_change_things() {
        let check = |headers: &[(&str, &str)], expected: bool| {
            let mut request = Request::builder().uri("/x").header("host", "localhost:7878");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            assert_eq!(refuse_cross_site(&parts).is_ok(), expected, "{headers:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:7878")], false);
        check(&[("origin", "http://localhost:7878")], true);
        check(&[("origin", "http://localhost:9999")], false);
        check(&[("origin", "http://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[], false);
    }
}
