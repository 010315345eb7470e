//! Who asks: a bearer token, or the session cookie of a browser that has signed in. [`identify`] stands before every
//! address of the API; handlers say which role they need by taking [`Viewer`], [`Editor`] or [`Admin`].

mod first_start;
mod origin;
mod sign_in;

pub use first_start::SignInAddress;
pub use origin::refuse_cross_site;
pub use sign_in::{leave, redeem, show};

use crate::app::AppError;
use crate::store::catalog::{CatalogError, Identity, Role};
use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Name of the cookie that holds the secret of a session.
pub const SESSION_COOKIE: &str = "throughline_session";

/// Whoever asks, once that is known.
#[derive(Debug, Clone)]
pub struct Known(pub Arc<Identity>);

/// What a request shows to say who asks.
enum Shown {
    Bearer(String),
    Session(String),
    Nothing,
}

fn shown(headers: &HeaderMap) -> Shown {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' '));
    match (bearer, session_cookie(headers)) {
        (Some((scheme, token)), _) if scheme.eq_ignore_ascii_case("bearer") => Shown::Bearer(token.trim().to_owned()),
        (_, Some(session)) => Shown::Session(session),
        _ => Shown::Nothing,
    }
}

/// The secret of the session, if the request has the cookie.
pub fn session_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = cookies.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value.to_owned())
}

/// Who asks, if anybody that is known. A cookie alone does not let other sites' pages change anything.
///
/// # Errors
/// 401 for a token that is not valid, 403 for a change that another site asks for.
pub async fn identity(web: &Arc<Web>, request: &Parts) -> Result<Option<Known>, ApiError> {
    let found = match shown(&request.headers) {
        Shown::Nothing => None,
        Shown::Bearer(token) => {
            let check = move |web: &Web| web.app.store.catalog.verify_token(&token).map_err(AppError::from);
            let found = web.blocking(check).await?;
            if found.is_none() {
                web.failures.slow_down("bearer token").await;
                return Err(unknown("the token is unknown, revoked or expired"));
            }
            found
        }
        Shown::Session(session) => {
            let check = move |web: &Web| web.app.store.catalog.verify_session(&session).map_err(AppError::from);
            let found = web.blocking(check).await?;
            if found.is_some() && !request.method.is_safe() {
                refuse_cross_site(request)?;
            }
            found
        }
    };
    Ok(found.map(|identity| Known(Arc::new(identity))))
}

fn unknown(detail: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", detail)
        .hint("send `Authorization: Bearer tl_…`, or sign in by the address that the server prints at its start")
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"throughline\""))
}

/// Lets in who is known, and nobody else.
pub async fn identify(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let known = match identity(&web, &parts).await {
        Ok(Some(known)) => known,
        Ok(None) => return unknown("nobody has signed in").into_response(),
        Err(error) => return error.into_response(),
    };
    parts.extensions.insert(known.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.extensions_mut().insert(known);
    response
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident => $role:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Arc<Identity>);

        impl FromRequestParts<Arc<Web>> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _: &Arc<Web>) -> Result<Self, ApiError> {
                with_role(parts, $role).map(Self)
            }
        }
    )+};
}

/// Somebody who may read.
#[derive(Debug, Clone)]
pub struct Viewer;

impl FromRequestParts<Arc<Web>> for Viewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Web>) -> Result<Self, ApiError> {
        with_role(parts, Role::Viewer).map(|_| Self)
    }
}

roles! {
    /// Somebody who may import files and change flows.
    Editor => Role::Editor,
    /// Somebody who may delete flows and give tokens.
    Admin => Role::Admin,
}

fn with_role(parts: &Parts, needed: Role) -> Result<Arc<Identity>, ApiError> {
    let known = parts.extensions.get::<Known>().ok_or_else(|| unknown("nobody has signed in"))?;
    if known.0.role.includes(needed) {
        return Ok(Arc::clone(&known.0));
    }
    let (has, needed) = (known.0.role.as_str(), needed.as_str());
    let detail = format!("this needs the role {needed}, and `{}` has the role {has}", known.0.name);
    Err(ApiError::new(StatusCode::FORBIDDEN, "role_too_low", detail).hint("ask an administrator for a token"))
}

/// Failed attempts to get in, of all askers together: the more there were of late, the longer each has to wait.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Option<(Instant, u32)>>);

impl Failures {
    const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);
    const FIRST_WAIT: Duration = Duration::from_millis(100);
    const LONGEST_WAIT: Duration = Duration::from_secs(3);

    /// Notes a failure and waits.
    pub async fn slow_down(&self, what: &str) {
        let count = self.note(Instant::now());
        tracing::warn!(what, count, "failed to get in");
        tokio::time::sleep(Self::wait(count)).await;
    }

    fn note(&self, now: Instant) -> u32 {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = last.filter(|(at, _)| now.saturating_duration_since(*at) < Self::FORGOTTEN_AFTER);
        let count = recent.map_or(0, |(_, count)| count).saturating_add(1);
        *last = Some((now, count));
        count
    }

    fn wait(count: u32) -> Duration {
        Self::FIRST_WAIT.saturating_mul(1 << count.saturating_sub(1).min(10)).min(Self::LONGEST_WAIT)
    }
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        AppError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let check = |cookies: &[&'static str], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(header::COOKIE, HeaderValue::from_static(cookie));
            }
            assert_eq!(session_cookie(&headers).as_deref(), expected, "{cookies:?}");
        };
        check(&["throughline_session=tls_a"], Some("tls_a"));
        check(&["a=b; throughline_session=tls_a; c=d"], Some("tls_a"));
        check(&["a=b", "throughline_session=tls_a"], Some("tls_a"));
        check(&["xthroughline_session=tls_a"], None);
        check(&[], None);
    }

    #[test]
    fn repeated_failures_wait_longer_until_they_are_forgotten() {
        let failures = Failures::default();
        let start = Instant::now();
        let waits: Vec<u64> = (0..8).map(|_| Failures::wait(failures.note(start)).as_millis() as u64).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3000, 3000, 3000]);
        assert_eq!(failures.note(start + Failures::FORGOTTEN_AFTER), 1);
    }
}
