//! Extractors whose refusals are problems like all others.

use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The named parts of the address.
#[derive(Debug, Clone, Default)]
pub struct Places(Vec<(String, String)>);

impl Places {
    /// A part by its name.
    ///
    /// # Errors
    /// `internal` if the route has no such part.
    pub fn get(&self, name: &str) -> Result<String, ApiError> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        found.ok_or_else(|| ApiError::internal(format!("the route has no part {name}")))
    }

    /// The name of the flow.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn flow(&self) -> Result<String, ApiError> {
        self.get("flow")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Places {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let found = RawPathParams::from_request_parts(parts, state).await;
        let found = found.map_err(|error| {
            ApiError::bad_request("bad_address", error.body_text(), "write the address in percent-encoded UTF-8")
        })?;
        Ok(Self(found.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

/// The parameters of an address, in order.
///
/// # Errors
/// 400 if they cannot be read.
pub fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, ApiError> {
    let Query(pairs) = Query::try_from_uri(uri).map_err(|error| {
        ApiError::bad_request("bad_parameter", error.body_text(), "write parameters as name=value, joined by &")
    })?;
    Ok(pairs)
}

/// A JSON body.
#[derive(Debug)]
pub struct Payload<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Payload<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, web).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn refused(error: &JsonRejection) -> ApiError {
    let (status, detail) = (error.status(), error.body_text());
    let (code, hint) = match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("unsupported_media_type", "send JSON with content-type: application/json")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "send at most 2 MB"),
        _ => ("bad_json", "the OpenAPI document at /api/v1/openapi.json shows what is expected"),
    };
    let status = if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
    ApiError::new(status, code, detail).hint(hint)
}
