//! Light or dark: kept in a cookie and set by the server, so that no page flashes.

use crate::web::auth::refuse_cross_site;
use crate::web::error::ApiError;
use crate::web::pages::shell::THEME_COOKIE;
use axum::extract::Form;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What the form says.
#[derive(Debug, Deserialize)]
pub struct Wish {
    theme: String,
    back: String,
}

/// Keeps the wish for a year and leads back.
pub async fn choose(parts: Parts, Form(wish): Form<Wish>) -> Result<Response, ApiError> {
    refuse_cross_site(&parts)?;
    let theme = ["light", "dark"].into_iter().find(|theme| *theme == wish.theme).ok_or_else(|| {
        ApiError::bad_request("bad_parameter", format!("there is no theme `{}`", wish.theme), "choose light or dark")
    })?;
    // Only to this server: `//` would begin the address of another.
    let inside = wish.back.starts_with('/') && !wish.back.starts_with("//") && !wish.back.contains('\\');
    let back = if inside { wish.back } else { "/".to_owned() };
    let cookie = format!("{THEME_COOKIE}={theme}; Path=/; SameSite=Lax; Max-Age=31536000");
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back), (header::SET_COOKIE, cookie)]).into_response())
}
