//! The versions of the official flow: in what two differ, the decision about a proposal; and paths really taken as a draft.

use super::official::{number, words};
use crate::app::FilterWords;
use crate::model::deviations::OfficialFlow;
use crate::model::official::FlowDiff;
use crate::web::answer::{Answer, respond_json};
use crate::web::api::reading::{AtVersion, OfFlow};
use crate::web::ask::Ask;
use crate::web::auth::{Editor, Viewer};
use crate::web::error::ApiError;
use crate::web::extract::Places;
use crate::web::form::Form;
use crate::web::state::Web;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Approves a proposed version: from now on cases are judged by it. Its author may only do so where nobody else could.
#[utoipa::path(post, path = "/api/v1/flows/{flow}/official-flow/versions/{number}/approve", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow"),
        ("number" = u32, Path, description = "version of the official flow"),
        ("reason" = Option<String>, Query, description = "why")),
    responses((status = 200, body = OfficialFlow)))]
pub async fn approve_official_flow(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    uri: Uri,
) -> Result<Json<OfficialFlow>, ApiError> {
    decide(&editor, &web, &places, &uri, true).await
}

/// Rejects a proposed version; it stays in the history.
#[utoipa::path(post, path = "/api/v1/flows/{flow}/official-flow/versions/{number}/reject", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow"),
        ("number" = u32, Path, description = "version of the official flow"),
        ("reason" = Option<String>, Query, description = "why")),
    responses((status = 200, body = OfficialFlow)))]
pub async fn reject_official_flow(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    uri: Uri,
) -> Result<Json<OfficialFlow>, ApiError> {
    decide(&editor, &web, &places, &uri, false).await
}

async fn decide(
    editor: &Editor,
    web: &Arc<Web>,
    places: &Places,
    uri: &Uri,
    approved: bool,
) -> Result<Json<OfficialFlow>, ApiError> {
    let (flow, mut words) = (places.flow()?, words(uri, &["reason"])?);
    let version = places.get("number")?.parse::<u32>().map_err(|_| {
        ApiError::bad_request("bad_parameter", "the version is no whole number", "the list of versions has them")
    })?;
    let (actor, reason) = (editor.0.name.clone(), words.remove("reason").filter(|reason| !reason.trim().is_empty()));
    let work = move |web: &Web| web.app.decide_official_flow(&actor, &flow, version, approved, reason.as_deref());
    Ok(Json(web.blocking(work).await?))
}

/// In what two versions of the official flow differ: steps, roles, rules, path.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/official-flow/diff", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow"),
        ("from" = Option<u32>, Query, description = "the version before; 0, none, unless given"),
        ("to" = u32, Query, description = "the version after")),
    responses((status = 200, body = FlowDiff)))]
pub async fn official_flow_diff(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (flow, words) = (places.flow()?, words(&uri, &["from", "to"])?);
    let (from, to) = (number(&words, "from")?.unwrap_or(0), number(&words, "to")?);
    let to = to.ok_or_else(|| ApiError::bad_request("bad_parameter", "`to` is missing", "e.g. ?from=1&to=2"))?;
    respond_json(&headers, &web.blocking(move |web| web.app.official_flow_diff(&flow, from, to)).await?)
}

/// Paths really taken as a definition.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromotedFlow {
    /// It as YAML; sent back, it becomes the official flow.
    pub definition: String,
}

/// The most frequent paths, or chosen ones, as a draft of the official flow: it allows these and no others.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/promoted-flow", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("variants" = Option<usize>, Query, description = "so many of the most frequent paths; 1, the happy path, unless given"),
        ("ids" = Option<String>, Query, description = "ids of paths, joined by commas")),
    responses((status = 200, body = PromotedFlow)))]
pub async fn promoted_flow(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["variants", "ids"])?;
    let most = ask.number("variants")?.unwrap_or(1).max(1);
    let ids = ask.rest.get("ids").map(String::as_str).unwrap_or_default();
    let ids: Vec<String> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let question = format!("promoted flow of {}", ask.places.flow()?);
    ask.answer(&question, |app, asked| async move {
        let definition = app.promoted_variants(&asked, most, &ids).await?;
        Ok(PromotedFlow { definition })
    })
    .await
}

impl Answer for PromotedFlow {
    const FORMS: &'static [Form] = &[Form::Json];

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}
