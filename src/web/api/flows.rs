//! The flows: list, make, show, change, delete.

use crate::app::{FlowInfo, Flows};
use crate::web::answer::{Answer, encode, respond_json, respond_tagged};
use crate::web::auth::{Admin, Editor, Viewer};
use crate::web::error::ApiError;
use crate::web::extract::{Payload, Places};
use crate::web::form::Wish;
use crate::web::state::Web;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A flow that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFlow {
    /// Its name in addresses and on the command line.
    name: String,
    /// Its name for people; the same unless given.
    title: Option<String>,
}

/// What is to be changed about a flow; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowChange {
    /// A new name; the old one is free again afterwards.
    name: Option<String>,
    /// A new title.
    title: Option<String>,
}

/// The stored flows.
#[utoipa::path(get, path = "/api/v1/flows", tag = "flows", responses((status = 200, body = Flows)))]
pub async fn list_flows(
    _: Viewer,
    State(web): State<Arc<Web>>,
    wish: Wish,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let form = wish.choose(Flows::FORMS)?;
    let flows = web.blocking(|web| web.app.flows()).await?;
    Ok(respond_tagged(&headers, encode(flows, form).await?, form))
}

/// Makes a flow without a log.
#[utoipa::path(post, path = "/api/v1/flows", tag = "flows", request_body = NewFlow,
    responses((status = 201, body = FlowInfo)))]
pub async fn make_flow(
    editor: Editor,
    State(web): State<Arc<Web>>,
    Payload(new): Payload<NewFlow>,
) -> Result<Response, ApiError> {
    let make = move |web: &Web| web.app.create_flow(&editor.0.name, &new.name, new.title.as_deref());
    let flow = web.blocking(make).await?;
    let location = [(header::LOCATION, format!("/api/v1/flows/{}", flow.name))];
    Ok((StatusCode::CREATED, location, Json(flow)).into_response())
}

/// One flow.
#[utoipa::path(get, path = "/api/v1/flows/{flow}", tag = "flows",
    params(("flow" = String, Path, description = "name of the flow")), responses((status = 200, body = FlowInfo)))]
pub async fn show_flow(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let flow = places.flow()?;
    respond_json(&headers, &web.blocking(move |web| web.app.flow_info(&flow)).await?)
}

/// Gives a flow another name, title or both. Its name cannot change while an import is under way.
#[utoipa::path(patch, path = "/api/v1/flows/{flow}", tag = "flows", request_body = FlowChange,
    params(("flow" = String, Path, description = "name of the flow")), responses((status = 200, body = FlowInfo)))]
pub async fn change_flow(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    Payload(change): Payload<FlowChange>,
) -> Result<Json<FlowInfo>, ApiError> {
    let flow = places.flow()?;
    if change.name.is_some() {
        web.jobs.refuse_busy(&flow)?;
    }
    let (actor, name, title) = (editor.0, change.name, change.title);
    let change = move |web: &Web| web.app.change_flow(&actor.name, &flow, name.as_deref(), title.as_deref());
    Ok(Json(web.blocking(change).await?))
}

/// Removes a flow with its log and all that was imported into it. Refused while an import is under way.
#[utoipa::path(delete, path = "/api/v1/flows/{flow}", tag = "flows",
    params(("flow" = String, Path, description = "name of the flow")), responses((status = 204)))]
pub async fn delete_flow(admin: Admin, State(web): State<Arc<Web>>, places: Places) -> Result<Response, ApiError> {
    let flow = places.flow()?;
    web.jobs.refuse_busy(&flow)?;
    web.blocking(move |web| web.app.delete_flow(&admin.0.name, &flow)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
