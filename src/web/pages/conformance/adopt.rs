//! The ways to a first official flow: a file, what most cases do, or a model that was found in the log.

use crate::app::{AppError, GivenFlow};
use crate::model::deviations::OfficialFlow;
use crate::model::filter::Filter;
use crate::web::api::official::LARGEST_MODEL;
use crate::web::ask::Ask;
use crate::web::auth::Editor;
use crate::web::error::ApiError;
use crate::web::extract::Places;
use crate::web::pages::address::encoded;
use crate::web::state::Web;
use axum::extract::multipart::MultipartError;
use axum::extract::{Form, Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Makes a file the official flow.
pub async fn uploaded(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    mut form: Multipart,
) -> Result<Response, ApiError> {
    let flow = places.flow()?;
    let broken = |error: MultipartError| ApiError::bad_request("bad_form", error.body_text(), "send the form again");
    // These are ways to a first official flow: whoever finds another one there meanwhile is told.
    let mut given = GivenFlow { replaces: Some(0), ..GivenFlow::default() };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("model") => {
                given.name = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
                given.bytes = field.bytes().await.map_err(broken)?.to_vec();
            }
            Some("replaces") => given.replaces = Some(number(&field.text().await.map_err(broken)?)?),
            Some("reason") => given.reason = Some(field.text().await.map_err(broken)?),
            _ => {}
        }
    }
    if given.bytes.is_empty() || given.bytes.len() > LARGEST_MODEL {
        let hint = format!("choose a BPMN or PNML file of at most {} MB", LARGEST_MODEL >> 20);
        return Err(ApiError::bad_request("no_model", "no file with a model was sent", hint));
    }
    let name = flow.clone();
    let kept = web.blocking(move |web| adopted(web, &editor.0.name, &name, given)).await?;
    Ok(onward(&flow, &kept))
}

/// What the form says.
#[derive(Debug, Deserialize)]
pub struct Wish {
    /// `happy` for the most frequent path alone.
    what: String,
    /// From 0, where every case fits.
    #[serde(default)]
    noise: Option<f64>,
    /// The newest version that its author had before them, 0 for none.
    #[serde(default)]
    replaces: u32,
}

/// Makes what the cases do the official flow.
pub async fn discovered(editor: Editor, ask: Ask, Form(wish): Form<Wish>) -> Result<Response, ApiError> {
    let asked = ask.open().await?;
    let app = &ask.web.app;
    let (filter, noise, reason) = match wish.what.as_str() {
        "happy" => {
            let most = app.variants(&asked, Some(1)).await?.variants.into_iter().next();
            let most = most.ok_or_else(|| AppError::Invalid {
                what: "there is no case to take a path from".to_owned(),
                hint: "widen the filter".to_owned(),
            })?;
            let filter = Filter { variants: vec![most.id], ..Filter::default() };
            (filter, 0.0, "the most frequent path of the log".to_owned())
        }
        _ => {
            let noise = wish.noise.unwrap_or(0.2);
            (asked.filter.clone(), noise, format!("found in the log with a noise threshold of {noise}"))
        }
    };
    let narrowed = crate::app::Asked { target: asked.target.clone(), filter };
    let draft = app.discovered_flow(&narrowed, noise).await?;
    let name = format!("{}.bpmn", asked.target.flow);
    let given = GivenFlow {
        name: Some(name),
        bytes: draft.bpmn.into_bytes(),
        reason: Some(reason),
        replaces: Some(wish.replaces),
        ..GivenFlow::default()
    };
    let flow = asked.target.flow.clone();
    let kept = ask.web.blocking(move |web| adopted(web, &editor.0.name, &flow, given)).await?;
    Ok(onward(&asked.target.flow, &kept))
}

/// In force, or proposed where a second person is asked for.
fn adopted(web: &Web, actor: &str, flow: &str, given: GivenFlow) -> Result<OfficialFlow, AppError> {
    let proposed = web.app.needs_approval(actor)?;
    web.app.put_official_flow(actor, flow, &GivenFlow { proposed, ..given })
}

fn number(text: &str) -> Result<u32, ApiError> {
    let wrong = |_| ApiError::bad_request("bad_form", "`replaces` is no whole number", "load the page again");
    text.trim().parse().map_err(wrong)
}

/// Where it is seen: what the cases make of it, or that it waits for somebody.
fn onward(flow: &str, kept: &OfficialFlow) -> Response {
    let page = if kept.state == "proposed" { "official" } else { "conformance" };
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/flows/{}/{page}", encoded(flow)))]).into_response()
}
