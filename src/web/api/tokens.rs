//! Tokens: who may ask. For administrators.

use crate::app::{AppError, TokenInfo, TokenMade, Tokens};
use crate::store::catalog::Role;
use crate::web::answer::respond_json;
use crate::web::auth::Admin;
use crate::web::error::ApiError;
use crate::web::extract::{Payload, Places};
use crate::web::state::Web;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A token that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// A name that no other token has.
    name: String,
    /// `viewer`, `editor` or `admin`.
    role: String,
    /// From when on it is refused, RFC 3339; never unless given.
    expires_at: Option<String>,
}

/// All tokens, without their secrets.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", responses((status = 200, body = Tokens)))]
pub async fn list_tokens(_: Admin, State(web): State<Arc<Web>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let tokens = web.blocking(|web| web.app.store.catalog.list_tokens().map_err(AppError::from)).await?;
    respond_json(&headers, &Tokens { tokens: tokens.into_iter().map(TokenInfo::from).collect() })
}

/// Makes a token. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = NewToken,
    responses((status = 201, body = TokenMade)))]
pub async fn make_token(
    admin: Admin,
    State(web): State<Arc<Web>>,
    Payload(new): Payload<NewToken>,
) -> Result<Response, ApiError> {
    let role: Role = new.role.parse().map_err(AppError::from)?;
    let end = new.expires_at.as_deref().map(crate::model::time::parse).transpose();
    let end = end.map_err(|what| ApiError::bad_request("invalid_value", what, "e.g. 2027-01-01T00:00:00Z"))?;
    let name = new.name.clone();
    let make = move |web: &Web| web.app.store.catalog.create_token(&admin.0.name, &name, role, end);
    let made = web.blocking(make).await?;
    let token = made.secret.expose().to_owned();
    let made = TokenMade { id: made.id, name: new.name, role: role.as_str().to_owned(), token };
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Ends a token and all sessions that it opened, at once.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = String, Path, description = "id of the token")), responses((status = 204)))]
pub async fn revoke_token(admin: Admin, State(web): State<Arc<Web>>, places: Places) -> Result<StatusCode, ApiError> {
    let id = places.get("id")?;
    web.blocking(move |web| web.app.store.catalog.revoke_token(&admin.0.name, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
