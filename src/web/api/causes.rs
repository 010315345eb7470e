//! What goes with slow cases, rework, or differences from the official flow.

use crate::app::{App, Asked, CauseOf, FilterWords};
use crate::model::causes::Causes;
use crate::web::api::reading::{AtVersion, OfFlow};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use axum::response::Response;
use std::sync::Arc;

/// Values of attributes that go with a target: risk difference with interval, q after all tests, coverage, excess cases,
/// and a shallow tree. What goes with a target need not cause it.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/causes", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("of" = Option<String>, Query, description = "the target: `slow` (longer than nine cases in ten take; the default), \
            `slow=SECONDS`, `rework`, `deviation` (any that is not accepted) or `deviation=ID`")),
    responses((status = 200, body = Causes)))]
pub async fn causes(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["of"])?;
    let of: CauseOf = ask.rest.get("of").map_or("", String::as_str).parse()?;
    let find = |app: Arc<App>, asked: Asked| async move { app.causes(&asked, &of).await };
    ask.answer("causes", find).await
}
