//! For those who run the server: does it live, can it answer, what does it do.

use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Whether the server lives or is ready.
#[derive(Debug, Serialize, ToSchema)]
pub struct Condition {
    /// `alive` or `ready`.
    pub status: &'static str,
    /// The program's version.
    pub version: &'static str,
}

fn condition(status: &'static str) -> Response {
    axum::Json(Condition { status, version: env!("CARGO_PKG_VERSION") }).into_response()
}

/// The process answers.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, body = Condition)))]
pub async fn health() -> Response {
    condition("alive")
}

/// The catalog answers and the server is not about to end. The query files were checked at the start.
#[utoipa::path(get, path = "/ready", tag = "operation", responses((status = 200, body = Condition)))]
pub async fn ready(State(web): State<Arc<Web>>) -> Result<Response, ApiError> {
    if web.leaving.is_cancelled() {
        return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "leaving", "the server is about to end"));
    }
    web.blocking(|web| web.app.store.catalog.revision().map_err(crate::app::AppError::from)).await?;
    Ok(condition("ready"))
}

/// Numbers for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn metrics(State(web): State<Arc<Web>>) -> Result<Response, ApiError> {
    let text = web.metrics.write(&web).map_err(|error| ApiError::internal(error.to_string()))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
