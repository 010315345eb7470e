//! One difference from the official flow, with its ledger.

use crate::app::{FilterWords, GivenDecision};
use crate::model::deviations::{Decision, DeviationDetail};
use crate::web::answer::Answer;
use crate::web::api::reading::{AtVersion, OfFlow};
use crate::web::ask::Ask;
use crate::web::auth::Editor;
use crate::web::error::ApiError;
use crate::web::extract::Payload;
use crate::web::form::Form;
use axum::Json;
use axum::response::Response;

/// A difference between reality and the official flow, with what was decided about it.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/deviations/{deviation}", tag = "answers",
    params(OfFlow, ("deviation" = String, Path, description = "id of the difference"), AtVersion, FilterWords,
        ("official" = Option<u32>, Query, description = "version of the official flow; the newest unless given")),
    responses((status = 200, body = DeviationDetail)))]
pub async fn show_deviation(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["official"])?;
    let (flow, number) = (ask.places.flow()?, ask.number("official")?.map(|number| number as u32));
    let id = ask.places.get("deviation")?;
    let in_force = ask.web.blocking(move |web| web.app.in_force(&flow, number)).await?;
    let asked = ask.open().await?;
    ask.answer_once(async { ask.web.app.deviation(&asked, &in_force, &id).await }).await
}

impl Answer for DeviationDetail {
    const FORMS: &'static [Form] = &[Form::Json];

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

/// Decides about a difference: accepted ones leave the conformance rate, errors stay in it, and what is to be formalised
/// waits for a new version of the official flow. Decisions are only ever added.
#[utoipa::path(put, path = "/api/v1/flows/{flow}/deviations/{deviation}", tag = "official flow",
    request_body = GivenDecision,
    params(("flow" = String, Path, description = "name of the flow"),
        ("deviation" = String, Path, description = "id of the difference")),
    responses((status = 200, body = Decision)))]
pub async fn decide_deviation(
    editor: Editor,
    ask: Ask,
    Payload(given): Payload<GivenDecision>,
) -> Result<Json<Decision>, ApiError> {
    let known = ask.known_deviation(&ask.places.get("deviation")?).await?;
    Ok(Json(ask.web.blocking(move |web| web.app.decide(&editor.0.name, &known, &given)).await?))
}
