//! The OpenAPI document: made from the handlers, completed by what holds for all of them.

use crate::model::official::{Block, Branch};
use crate::web::SESSION_COOKIE;
use crate::web::answer::respond_tagged;
use crate::web::auth::Viewer;
use crate::web::error::{ApiError, Problem};
use crate::web::form::Form;
use crate::web::state::Web;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::OpenApi;

/// What the document says besides the addresses.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Throughline",
        description = "See how work truly flows. Times are RFC 3339 UTC, durations seconds, \
        shares 0..1. Reading answers have an ETag; `.json` and `.csv` behind the address, or `Accept`, choose the form, \
        and a form that an answer does not have is refused with 406."
    ),
    components(schemas(Problem, Block, Branch))
)]
pub struct Base;

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "operation",
    responses((status = 200, content_type = "application/json", body = Object)))]
pub async fn openapi(_: Viewer, State(web): State<Arc<Web>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let described = web.described.get().ok_or_else(|| ApiError::internal("the router was not made"))?;
    Ok(respond_tagged(&headers, described.openapi.clone(), Form::Json))
}

/// Adds problems and ways to sign in to every address.
///
/// # Errors
/// Those of the encoder.
pub fn complete(document: &utoipa::openapi::OpenApi) -> Result<(Vec<String>, Bytes), serde_json::Error> {
    let mut document = serde_json::to_value(document)?;
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer", "description": "an access token, `tl_…`"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE,
            "description": "a browser that has signed in; changes must come from a page of the server"},
    });
    let mut addresses = Vec::new();
    let problem = |description: &str| {
        json!({"description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
    };
    for (address, item) in document["paths"].as_object_mut().into_iter().flatten() {
        addresses.push(address.clone());
        for operation in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
            operation["responses"]["default"] = problem("a problem; `code` says which, `hint` what to do");
            if address.starts_with("/api/") {
                operation["responses"]["401"] = problem("nobody has signed in");
                operation["security"] = json!([{"token": []}, {"session": []}]);
            }
        }
    }
    // Answers that are the same from request to request need not be sent again.
    for (address, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let is_tagged = address.starts_with("/api/") && !address.ends_with("/events");
        let reading = item.get_mut("get").filter(|_| is_tagged);
        if let Some(Value::Object(responses)) = reading.map(|get| &mut get["responses"]) {
            responses.insert("304".to_owned(), json!({"description": "the asker has it already (If-None-Match)"}));
        }
    }
    Ok((addresses, Bytes::from(serde_json::to_vec(&document)?)))
}
