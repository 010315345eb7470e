//! The official flow of a flow: what it is, its history, a new version of it, a draft of it; and reality held against it.

use crate::app::{FilterWords, GivenFlow};
use crate::model::deviations::{Deviations, DiscoveredFlow, OfficialFlow, OfficialFlows};
use crate::model::time;
use crate::web::answer::{Answer, respond_json, respond_tagged};
use crate::web::api::reading::{AtVersion, OfFlow};
use crate::web::ask::Ask;
use crate::web::auth::{Editor, Viewer};
use crate::web::error::ApiError;
use crate::web::extract::{Places, pairs};
use crate::web::form::{Form, Wish};
use crate::web::state::Web;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rarer ways than this share of the most frequent one do not count, unless somebody says otherwise.
const USUAL_NOISE: f64 = 0.2;

/// Bytes of a model, at most.
pub const LARGEST_MODEL: usize = 8 << 20;

/// The official flow, with its text; as BPMN 2.0 with its diagram (`.bpmn`) or as a Petri net (`.pnml`), whatever it was
/// given as.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/official-flow", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow"),
        ("version" = Option<u32>, Query, description = "version of the official flow; the newest in force unless given")),
    responses((status = 200, body = OfficialFlow)))]
pub async fn show_official_flow(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    wish: Wish,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let form = wish.choose(&[Form::Json, Form::Bpmn, Form::Pnml])?;
    let (flow, words) = (places.flow()?, words(&uri, &["version"])?);
    let version = number(&words, "version")?;
    if form == Form::Json {
        return respond_json(&headers, &web.blocking(move |web| web.app.official_flow(&flow, version)).await?);
    }
    let write = move |web: &Web| {
        let model = web.app.official_model(&flow, version)?;
        if form == Form::Bpmn { model.bpmn() } else { model.pnml() }
    };
    Ok(respond_tagged(&headers, Bytes::from(web.blocking(write).await?), form))
}

/// The versions of the official flow, the newest first, without their texts.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/official-flow/versions", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow")), responses((status = 200, body = OfficialFlows)))]
pub async fn list_official_flows(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let flow = places.flow()?;
    respond_json(&headers, &web.blocking(move |web| web.app.official_flow_versions(&flow)).await?)
}

/// Makes a BPMN 2.0 diagram, a Petri net (PNML), a definition (YAML, TOML, JSON) or a list of rules (CSV), sent as it is,
/// the newest version of the official flow, or proposes it. The same text again makes no new version.
#[utoipa::path(put, path = "/api/v1/flows/{flow}/official-flow", tag = "official flow",
    params(("flow" = String, Path, description = "name of the flow"),
        ("name" = Option<String>, Query, description = "name of the file; that of the process unless given"),
        ("reason" = Option<String>, Query, description = "why it is changed"),
        ("replaces" = Option<u32>, Query, description = "the version that was changed, 0 for none: refused with 409 if \
            there is a newer one, with what has changed, so that nobody's change is lost"),
        ("valid_from" = Option<String>, Query, description = "cases that start from then on are judged by it; what a \
            definition says of itself, or all cases, unless given"),
        ("propose" = Option<bool>, Query, description = "whether somebody else has to approve it first")),
    request_body(content = String, content_type = "application/xml"),
    responses((status = 200, body = OfficialFlow)))]
pub async fn put_official_flow(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    wish: Wish,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<OfficialFlow>, ApiError> {
    if let Wish::Suffix(_) = wish {
        wish.choose(&[Form::Json])?;
    }
    let known = ["name", "reason", "replaces", "valid_from", "propose"];
    let (flow, mut words) = (places.flow()?, words(&uri, &known)?);
    let bytes = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(error.status(), "body_too_large", "the model is too large")
            .hint(format!("send at most {} MB", LARGEST_MODEL >> 20)),
        status => ApiError::new(status, "bad_body", error.body_text()),
    })?;
    let replaces = number(&words, "replaces")?;
    let wrong = |what: String| ApiError::bad_request("bad_parameter", what, "e.g. valid_from=2026-01-01");
    let valid_from = words.get("valid_from").map(|text| time::parse(text).map_err(wrong)).transpose()?;
    let given = GivenFlow {
        name: words.remove("name"),
        reason: words.remove("reason"),
        replaces,
        bytes: bytes.to_vec(),
        valid_from,
        proposed: flag(&words, "propose")?,
    };
    let put = move |web: &Web| web.app.put_official_flow(&editor.0.name, &flow, &given);
    Ok(Json(web.blocking(put).await?))
}

/// Reality held against the official flow.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/deviations", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("official" = Option<u32>, Query, description = "version of the official flow for all cases; unless given, each \
            case is judged by the version that was valid when it started")),
    responses((status = 200, body = Deviations)))]
pub async fn deviations(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["official"])?;
    let (flow, number) = (ask.places.flow()?, ask.number("official")?.map(|number| number as u32));
    let in_force = ask.web.blocking(move |web| web.app.in_force(&flow, number)).await?;
    let seconds = ask.web.app.config.limits.alignment_seconds;
    let question = format!("deviations from {} in {seconds}", in_force.key());
    ask.answer(&question, |app, asked| async move { app.deviations_over(&asked, &in_force).await }).await
}

/// A flow that the cases have in common, as a draft of the official one: with its measures, or as BPMN (`.bpmn`).
#[utoipa::path(get, path = "/api/v1/flows/{flow}/discovered-flow", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("noise" = Option<f64>, Query, description = "from 0, where every case fits, to below 1; 0.2 unless given")),
    responses((status = 200, body = DiscoveredFlow)))]
pub async fn discovered_flow(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["noise"])?;
    let noise = match ask.rest.get("noise") {
        None => USUAL_NOISE,
        Some(text) => text
            .parse::<f64>()
            .map_err(|_| ApiError::bad_request("bad_parameter", format!("`noise` is no number: {text}"), "e.g. 0.2"))?,
    };
    let question = format!("discovered flow of {}", ask.places.flow()?);
    ask.answer(&question, |app, asked| async move { app.discovered_flow(&asked, noise).await }).await
}

impl Answer for DiscoveredFlow {
    const FORMS: &'static [Form] = &[Form::Json, Form::Bpmn];

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn bpmn(&self) -> String {
        self.bpmn.clone()
    }
}

fn flag(words: &BTreeMap<String, String>, name: &str) -> Result<bool, ApiError> {
    match words.get(name).map(String::as_str) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ApiError::bad_request("bad_parameter", format!("`{name}` is neither true nor false"), "true")),
    }
}

pub(super) fn words(uri: &Uri, known: &[&str]) -> Result<BTreeMap<String, String>, ApiError> {
    let words: BTreeMap<String, String> = pairs(uri)?.into_iter().collect();
    match words.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(words),
        Some(unknown) => {
            let detail = format!("there is no parameter `{unknown}`");
            Err(ApiError::bad_request("bad_parameter", detail, format!("the parameters here are {}", known.join(", "))))
        }
    }
}

pub(super) fn number(words: &BTreeMap<String, String>, name: &str) -> Result<Option<u32>, ApiError> {
    let parse = |text: &String| {
        let wrong = |_| ApiError::bad_request("bad_parameter", format!("`{name}` is no whole number"), "e.g. 3");
        text.parse::<u32>().map_err(wrong)
    };
    words.get(name).map(parse).transpose()
}
