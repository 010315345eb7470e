//! The page of the official flow: its text, its steps as a form and its picture in step; a trial on the log; the versions
//! with what changed from one to the next.
//!
//! Without scripts every button sends the form and shows the page anew; with them the picture follows the text.

mod draft;
mod history;
mod preview;

use crate::app::{AppError, Asked};
use crate::model::deviations::{OfficialFlow, OfficialFlows};
use crate::model::official::FlowDiff;
use crate::web::ask::Ask;
use crate::web::auth::{Editor, refuse_cross_site};
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Shell};
use crate::web::state::Web;
use askama::Template;
use axum::extract::{Form, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use draft::Draft;
use history::{DiffView, VersionRow};
use preview::{Preview, TrialView};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "official.html")]
struct OfficialPage {
    shell: Shell,
    flow: String,
    title: String,
    sub: String,
    action: String,
    exports: Vec<Export>,
    may_change: bool,
    /// Whether they may only propose.
    needs_approval: bool,
    text: String,
    name: String,
    replaces: u32,
    reason: String,
    valid_from: String,
    /// Said where the version that it begins with is no text that can be changed here.
    foreign: Option<String>,
    /// Proposals that wait for a decision: in words, and where the text begins with them instead.
    open: Vec<(String, String)>,
    starts: Vec<(String, String)>,
    preview: Preview,
    trial: Option<TrialView>,
    /// What somebody else changed meanwhile.
    moved: Option<DiffView>,
    versions: Vec<VersionRow>,
    diff: Option<DiffView>,
}

#[derive(Template)]
#[template(path = "_official_preview.html")]
struct PreviewPart {
    preview: Preview,
}

/// What a request to the page led to, besides the draft.
#[derive(Default)]
struct Outcome {
    fault: Option<String>,
    trial: Option<TrialView>,
    moved: Option<FlowDiff>,
}

/// The page with the version in force, with another one (`start`), or with paths really taken as a draft.
pub async fn show(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["before", "after", "start", "variants"])?;
    let asked = ask.open().await?;
    let (flow, start) = (asked.target.flow.clone(), ask.number("start")?.map(|number| number as u32));
    let begun = ask.web.blocking(move |web| -> Result<_, AppError> {
        let OfficialFlows { versions } = web.app.official_flow_versions(&flow)?;
        let number = start.or_else(|| in_force(&versions).map(|version| version.version));
        let begun = number.map(|number| web.app.official_flow(&flow, Some(number))).transpose()?;
        Ok((begun, versions.first().map_or(0, |newest| newest.version)))
    });
    let (begun, newest) = begun.await?;
    // Whatever it begins with, it follows the newest version, be that open, rejected or in force.
    let name = format!("{}.yaml", asked.target.flow);
    let mut draft = Draft { name: name.clone(), replaces: newest, ..Draft::default() };
    if let Some(begun) = begun.filter(|begun| begun.definition.is_some()) {
        draft.text = begun.model.unwrap_or_default();
        draft.name = begun.name;
    }
    if let Some(most) = ask.number("variants")? {
        draft.text = ask.web.app.promoted_variants(&asked, most.max(1), &[]).await?;
        draft.name = name;
    }
    rendered(parts, &ask, &asked, draft, Outcome::default()).await
}

/// The form: whichever button was used, changed fields of steps go into the text first; then it is tried on the log, kept or
/// proposed.
pub async fn run(mut parts: Parts, ask: Ask, Form(pairs): Form<Vec<(String, String)>>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let mut draft = Draft::of(pairs);
    let mut outcome = Outcome::default();
    if let Err(error) = draft.take_fields() {
        outcome.fault = Some(said(&error));
        return rendered(parts, &ask, &asked, draft, outcome).await;
    }
    match draft.what.as_str() {
        "try" => match draft.model() {
            Ok(model) => match ask.web.app.tried(&asked, &Arc::new(model)).await {
                Ok(trial) => outcome.trial = Some(TrialView::of(&trial)),
                Err(error) => outcome.fault = Some(said(&error)),
            },
            Err(error) => outcome.fault = Some(said(&error)),
        },
        "save" | "propose" => {
            let editor = Editor::from_request_parts(&mut parts, &ask.web).await?;
            let given = draft.given()?;
            let flow = asked.target.flow.clone();
            let put = ask
                .web
                .blocking(move |web| Ok::<_, AppError>(web.app.put_official_flow(&editor.0.name, &flow, &given)));
            match put.await? {
                Ok(kept) => {
                    let page = Address::of_flow(&asked.target.flow, "official");
                    let before = kept.version.saturating_sub(1).to_string();
                    let there = page.with("before", before).with("after", kept.version).href();
                    return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, there)]).into_response());
                }
                Err(AppError::Moved { what, diff, .. }) => {
                    outcome.fault = Some(what);
                    // Sent again, it is kept on top of what they are shown now.
                    draft.replaces = diff.to;
                    outcome.moved = Some(*diff);
                }
                Err(error) => outcome.fault = Some(said(&error)),
            }
        }
        _ => {}
    }
    rendered(parts, &ask, &asked, draft, outcome).await
}

/// Only what follows the text while somebody writes: faults, picture, steps.
pub async fn preview(ask: Ask, Form(pairs): Form<Vec<(String, String)>>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let draft = Draft::of(pairs);
    page(&PreviewPart { preview: drawn(&ask, &draft).await? })
}

/// Approves or rejects a proposal.
pub async fn decide(
    editor: Editor,
    parts: Parts,
    ask: Ask,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    refuse_cross_site(&parts)?;
    let flow = ask.places.flow()?;
    let number = ask.places.get("number")?.parse::<u32>().map_err(|_| {
        ApiError::bad_request("bad_parameter", "the version is no whole number", "the list of versions has them")
    })?;
    let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim().to_owned());
    let approved = value("do").as_deref() == Some("approve");
    let reason = value("reason").filter(|reason| !reason.is_empty());
    let back = format!("/flows/{}/official", encoded(&flow));
    let work =
        move |web: &Web| web.app.decide_official_flow(&editor.0.name, &flow, number, approved, reason.as_deref());
    ask.web.blocking(work).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response())
}

/// An error in words, with its hint.
fn said(error: &AppError) -> String {
    let mut text = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        text.push_str(": ");
        text.push_str(&source.to_string());
    }
    match error.hint() {
        Some(hint) => format!("{text}. {hint}."),
        None => text,
    }
}

async fn rendered(
    parts: Parts,
    ask: &Ask,
    asked: &Asked,
    draft: Draft,
    outcome: Outcome,
) -> Result<Response, ApiError> {
    let shell = Shell::of_flow(ask, &parts, asked, "official").await?;
    let flow = asked.target.flow.clone();
    let (name, who) = (flow.clone(), shell.who.clone());
    let (before, after) = (ask.number("before")?, ask.number("after")?);
    let load = move |web: &Web| -> Result<_, AppError> {
        let versions = web.app.official_flow_versions(&name)?.versions;
        let chosen = after.map(|after| (before.unwrap_or(0) as u32, after as u32));
        let diff = chosen.map(|(before, after)| web.app.official_flow_diff(&name, before, after)).transpose()?;
        Ok((versions, diff, web.app.needs_approval(&who)?))
    };
    let (versions, diff, needs_approval) = ask.web.blocking(load).await?;
    let plain = Address::of_flow(&flow, "official");
    let action = plain.with("filter", asked.filter.to_string());
    let in_force = in_force(&versions);
    let start = ask.number("start")?.map(|number| number as u32);
    let begun = versions.iter().find(|version| Some(version.version) == start).or(in_force);
    let is_drawn = |begun: &&OfficialFlow| matches!(begun.notation.as_str(), "bpmn" | "pnml");
    let drawn_one = begun.filter(|begun| is_drawn(begun) && draft.text.trim().is_empty());
    let foreign = drawn_one.map(|begun| {
        let notation = begun.notation.to_uppercase();
        format!("Version {} is a {notation} file, which is changed in the tool that drew it. Here a definition can take its place.", begun.version)
    });
    let mut preview = drawn(ask, &draft).await?;
    if let Some(number) = drawn_one.map(|begun| begun.version) {
        let flow = flow.clone();
        let show = move |web: &Web| preview.of_version(&web.app.official_model(&flow, Some(number))?, number);
        preview = ask.web.blocking(show).await?;
    }
    if let Some(fault) = outcome.fault.filter(|fault| !preview.faults.contains(fault)) {
        preview.faults.insert(0, fault);
    }
    let title = match in_force {
        Some(version) => format!("Version {} is the official flow", version.version),
        None => "There is no official flow yet".to_owned(),
    };
    page(&OfficialPage {
        sub: history::sub(in_force, &versions),
        exports: exports(&flow, in_force.is_some()),
        starts: starts(&action),
        title,
        foreign,
        // What somebody sent begins with what they wrote.
        open: if draft.what.is_empty() { history::open(&versions, begun, &plain) } else { Vec::new() },
        may_change: shell.role != "viewer",
        needs_approval,
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        trial: outcome.trial,
        moved: outcome.moved.as_ref().map(DiffView::of),
        versions: versions
            .iter()
            .enumerate()
            .map(|(at, version)| VersionRow::of(version, versions.get(at + 1), &plain, &flow))
            .collect(),
        diff: diff.as_ref().map(DiffView::of),
        action: action.href(),
        text: draft.text,
        name: draft.name,
        replaces: draft.replaces,
        reason: draft.reason,
        valid_from: draft.valid_from,
        preview,
        shell,
    })
}

/// Read and drawn where it keeps no other request waiting.
async fn drawn(ask: &Ask, draft: &Draft) -> Result<Preview, ApiError> {
    let draft = draft.clone();
    ask.web.blocking(move |_| Preview::of(&draft)).await
}

/// The newest version in force.
fn in_force(versions: &[OfficialFlow]) -> Option<&OfficialFlow> {
    versions.iter().find(|version| matches!(version.state.as_str(), "single_user" | "approved" | "unapproved"))
}

fn starts(action: &Address) -> Vec<(String, String)> {
    let start = |variants: usize, title: &str| (action.with("variants", variants).href(), title.to_owned());
    vec![
        start(1, "the happy path"),
        start(3, "the three most frequent paths"),
        start(10, "the ten most frequent paths"),
    ]
}

fn exports(flow: &str, is_there: bool) -> Vec<Export> {
    let base = format!("/api/v1/flows/{}/official-flow", encoded(flow));
    let export = |ending: &str, title, kind| Export { href: format!("{base}{ending}"), title, kind };
    let all = vec![
        export(".bpmn", "The official flow as a diagram", "BPMN"),
        export(".pnml", "The official flow as a Petri net", "PNML"),
        export(".json", "The official flow with its text", "JSON"),
    ];
    if is_there { all } else { Vec::new() }
}
