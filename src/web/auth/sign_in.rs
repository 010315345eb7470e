//! Signing in and out with a browser.
//!
//! A one-time code is spent by `POST` only: programs that look at addresses in advance (previews in chats, mail filters)
//! send `GET` and must not spend it. `serve --demo` on a loopback address is the exception: there the printed
//! address works by a single visit. That is safe because nothing but this machine can reach the server, the address is
//! printed on its terminal and travels nowhere, and what it opens is sample data.

use crate::app::AppError;
use crate::store::catalog::{Secret, SessionTimes};
use crate::web::auth::{SESSION_COOKIE, refuse_cross_site, session_cookie};
use crate::web::error::ApiError;
use crate::web::extract::pairs;
use crate::web::pages::sign_in;
use crate::web::state::Web;
use axum::extract::{Form, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// A sign-in that is never used ends after `server.session_hours`, and any after so many times as long.
const LONGEST_SESSIONS: u32 = 14;

/// What the sign-in page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignIn {
    code: String,
    token: String,
}

/// The page with the button.
pub async fn show(State(web): State<Arc<Web>>, request: Request) -> Result<Response, ApiError> {
    let code = pairs(request.uri())?.into_iter().find(|(name, _)| name == "code").map(|(_, code)| code);
    let by_visit = web.options.demo && web.options.address.ip().is_loopback() && request.method() == Method::GET;
    if let (true, Some(code)) = (by_visit, &code)
        && let Some(session) = spend(&web, code.clone()).await?
    {
        return Ok(signed_in(&web, &session));
    }
    let refused = by_visit && code.is_some();
    let mut response = sign_in(request.headers(), code.filter(|_| !refused).unwrap_or_default(), refused)?;
    // The code is in the address: nobody else shall be told.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// Spends the code, or takes a token, and begins a session.
pub async fn redeem(
    State(web): State<Arc<Web>>,
    parts: Parts,
    Form(sign_in): Form<SignIn>,
) -> Result<Response, ApiError> {
    // With `no-referrer` browsers hide the origin; those that say where the request comes from must say the right thing.
    if parts.headers.contains_key("sec-fetch-site") {
        refuse_cross_site(&parts)?;
    }
    let token = sign_in.token.trim().to_owned();
    let session = if token.is_empty() { spend(&web, sign_in.code).await? } else { exchange(&web, token).await? };
    if let Some(session) = session {
        return Ok(signed_in(&web, &session));
    }
    web.failures.slow_down("sign-in").await;
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "sign_in_refused", "the code or token is unknown, used or expired")
        .hint("start the server again for a fresh address, or sign in with a token"))
}

/// Ends the session.
pub async fn leave(State(web): State<Arc<Web>>, parts: Parts) -> Result<Response, ApiError> {
    refuse_cross_site(&parts)?;
    if let Some(session) = session_cookie(&parts.headers) {
        web.blocking(move |web| web.app.store.catalog.end_session(&session).map_err(AppError::from)).await?;
    }
    let gone = cookie(&web, "", 0);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/sign-in")), gone]).into_response())
}

async fn spend(web: &Arc<Web>, code: String) -> Result<Option<Secret>, ApiError> {
    web.blocking(move |web| web.app.store.catalog.redeem_sign_in_code(&code, times(web)).map_err(AppError::from)).await
}

/// A token opens a session by a code that nobody ever sees.
async fn exchange(web: &Arc<Web>, token: String) -> Result<Option<Secret>, ApiError> {
    let exchange = move |web: &Web| -> Result<Option<Secret>, AppError> {
        let catalog = &web.app.store.catalog;
        let Some(identity) = catalog.verify_token(&token)? else { return Ok(None) };
        let code = catalog.create_sign_in_code(&identity.name, &identity.token_id, Duration::from_secs(60))?;
        Ok(catalog.redeem_sign_in_code(code.code.expose(), times(web))?)
    };
    web.blocking(exchange).await
}

fn times(web: &Web) -> SessionTimes {
    let idle = Duration::from_secs(web.app.config.server.session_hours.saturating_mul(3600));
    SessionTimes { idle, longest: idle.saturating_mul(LONGEST_SESSIONS) }
}

fn signed_in(web: &Web, session: &Secret) -> Response {
    let seconds = times(web).longest.as_secs();
    let headers = [
        (header::LOCATION, HeaderValue::from_static("/")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        cookie(web, session.expose(), seconds),
    ];
    (StatusCode::SEE_OTHER, HeaderMap::from_iter(headers)).into_response()
}

fn cookie(web: &Web, value: &str, seconds: u64) -> (HeaderName, HeaderValue) {
    let secure = if web.app.config.server.behind_tls { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    // Secrets are letters, digits, `-` and `_`.
    (header::SET_COOKIE, HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")))
}
