//! What pages load: style sheets, modules, signs and letters, all embedded in the program.

use crate::draw::text::{REGULAR_WEB, SEMIBOLD_WEB};
use crate::draw::theme;
use crate::web::answer::is_known;
use crate::web::error::ApiError;
use crate::web::extract::Places;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "src/web/static"]
struct Files;

/// An asset by its name.
///
/// # Errors
/// 404 for what is not there.
pub async fn asset(places: Places, headers: HeaderMap) -> Result<Response, ApiError> {
    let name = places.get("path")?;
    let missing =
        || ApiError::new(StatusCode::NOT_FOUND, "unknown_address", format!("there is nothing at /static/{name}"));
    let bytes = content(&name).ok_or_else(missing)?;
    let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]);
    let cache = "public, no-cache".to_owned();
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, cache)]).into_response());
    }
    let kind = kind(&name).to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::ETAG, tag), (header::CACHE_CONTROL, cache)];
    Ok((headers, Body::from(bytes.into_owned())).into_response())
}

fn content(name: &str) -> Option<Cow<'static, [u8]>> {
    match name {
        // The colours of pages and of pictures are one table.
        "tokens.css" => Some(Cow::Owned(theme::css().into_bytes())),
        "inter-regular.woff2" => Some(Cow::Borrowed(REGULAR_WEB)),
        "inter-semibold.woff2" => Some(Cow::Borrowed(SEMIBOLD_WEB)),
        _ => Files::get(name).map(|file| file.data),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}
