//! The page of the official flow: its text, its steps as a form and its picture in step; a trial on the log; the versions
//! with what changed from one to the next.
//!
//! Without scripts every button sends the form and shows the page anew; with them the picture follows the text.

mod history;
mod preview;

use crate::app::{AppError, Asked, GivenFlow, OfficialModel, edited};
use crate::model::official::FlowDiff;
use crate::web::ask::Ask;
use crate::web::auth::{Editor, refuse_cross_site};
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Shell};
use askama::Template;
use axum::extract::{Form, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
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
    text: String,
    name: String,
    replaces: u32,
    reason: String,
    valid_from: String,
    /// Said where the newest version is no text that can be changed here.
    foreign: Option<String>,
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

/// What the form says.
#[derive(Debug, Default, Clone)]
struct Draft {
    text: String,
    name: String,
    replaces: u32,
    reason: String,
    valid_from: String,
    what: String,
    added: String,
    fields: Vec<(String, String, String)>,
}

impl Draft {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut draft = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "text" => draft.text = value.replace("\r\n", "\n"),
                "name" => draft.name = value,
                "replaces" => draft.replaces = value.parse().unwrap_or_default(),
                "reason" => draft.reason = value,
                "valid_from" => draft.valid_from = value,
                "do" => draft.what = value,
                "added" => draft.added = value,
                _ => {
                    // `step:NAME:FIELD`; a name may hold colons, a field never does.
                    let parts = name.strip_prefix("step:").and_then(|rest| rest.rsplit_once(':'));
                    if let Some((step, field)) = parts {
                        draft.fields.push((step.to_owned(), field.to_owned(), value));
                    }
                }
            }
        }
        draft
    }

    fn model(&self) -> Result<OfficialModel, AppError> {
        OfficialModel::read(&self.name, self.text.as_bytes())
    }
}

/// What a request to the page led to, besides the draft.
#[derive(Default)]
struct Outcome {
    fault: Option<String>,
    trial: Option<TrialView>,
    moved: Option<FlowDiff>,
}

/// The page with the newest version, or with paths really taken as a draft.
pub async fn show(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["from", "to", "variants"])?;
    let asked = ask.open().await?;
    let flow = asked.target.flow.clone();
    let newest = ask.web.blocking(move |web| {
        let versions = web.app.official_flow_versions(&flow)?.versions;
        let number = versions.first().map(|version| version.version);
        number.map(|number| web.app.official_flow(&flow, Some(number))).transpose()
    });
    let newest = newest.await?;
    let mut draft = Draft { name: format!("{}.yaml", asked.target.flow), ..Draft::default() };
    if let Some(newest) = &newest {
        draft.replaces = newest.version;
        if newest.definition.is_some() {
            draft.text = newest.model.clone().unwrap_or_default();
            draft.name = newest.name.clone();
        }
    }
    if let Some(most) = ask.number("variants")? {
        draft.text = ask.web.app.promoted_variants(&asked, most.max(1), &[]).await?;
        draft.name = format!("{}.yaml", asked.target.flow);
    }
    rendered(parts, &ask, &asked, draft, Outcome::default()).await
}

/// The form: it puts its step fields into the text, tries it on the log, keeps it or proposes it.
pub async fn run(mut parts: Parts, ask: Ask, Form(pairs): Form<Vec<(String, String)>>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let mut draft = Draft::of(pairs);
    let mut outcome = Outcome::default();
    match draft.what.as_str() {
        "steps" => match edited(&draft.name, &draft.text, &draft.fields, Some(&draft.added)) {
            Ok(text) => draft.text = text,
            Err(error) => outcome.fault = Some(said(&error)),
        },
        "try" => match draft.model() {
            Ok(model) => match ask.web.app.tried(&asked, &Arc::new(model)).await {
                Ok(trial) => outcome.trial = Some(TrialView::of(&trial)),
                Err(error) => outcome.fault = Some(said(&error)),
            },
            Err(error) => outcome.fault = Some(said(&error)),
        },
        "save" | "propose" => {
            let editor = Editor::from_request_parts(&mut parts, &ask.web).await?;
            let given = given(&draft)?;
            let flow = asked.target.flow.clone();
            let put = ask
                .web
                .blocking(move |web| Ok::<_, AppError>(web.app.put_official_flow(&editor.0.name, &flow, &given)));
            match put.await? {
                Ok(kept) => {
                    let page = Address::of_flow(&asked.target.flow, "official");
                    let before = kept.version.saturating_sub(1).to_string();
                    let there = page.with("from", before).with("to", kept.version).href();
                    return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, there)]).into_response());
                }
                Err(AppError::Moved { what, diff, .. }) => {
                    outcome.fault = Some(what);
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
    page(&PreviewPart { preview: Preview::of(draft.model(), draft.text.trim().is_empty())? })
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
    let work = move |web: &crate::web::state::Web| {
        web.app.decide_official_flow(&editor.0.name, &flow, number, approved, reason.as_deref())
    };
    ask.web.blocking(work).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response())
}

fn given(draft: &Draft) -> Result<GivenFlow, ApiError> {
    let wrong = |what: String| ApiError::bad_request("bad_parameter", what, "write a day, e.g. 2026-01-01");
    let day = Some(draft.valid_from.trim()).filter(|day| !day.is_empty());
    Ok(GivenFlow {
        name: Some(draft.name.clone()).filter(|name| !name.trim().is_empty()),
        bytes: draft.text.clone().into_bytes(),
        reason: Some(draft.reason.clone()),
        replaces: Some(draft.replaces),
        valid_from: day.map(crate::model::time::parse).transpose().map_err(wrong)?,
        proposed: draft.what == "propose",
    })
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
    let (name, from, to) = (flow.clone(), ask.number("from")?, ask.number("to")?);
    let load = move |web: &crate::web::state::Web| -> Result<_, AppError> {
        let versions = web.app.official_flow_versions(&name)?.versions;
        let chosen = to.map(|to| (from.unwrap_or(0) as u32, to as u32));
        let diff = chosen.map(|(from, to)| web.app.official_flow_diff(&name, from, to)).transpose()?;
        Ok((versions, diff))
    };
    let (versions, diff) = ask.web.blocking(load).await?;
    let plain = Address::of_flow(&flow, "official");
    let action = plain.with("filter", asked.filter.to_string());
    let newest = versions.first();
    let in_force = versions.iter().find(|version| matches!(version.state.as_str(), "single_user" | "approved"));
    let is_text = newest.is_none_or(|newest| !matches!(newest.notation.as_str(), "bpmn" | "pnml"));
    let foreign = newest.filter(|_| !is_text && draft.text.trim().is_empty()).map(|newest| {
        let notation = newest.notation.to_uppercase();
        format!("Version {} is a {notation} file, which is changed in the tool that drew it. Here a definition can take its place.", newest.version)
    });
    let mut preview = Preview::of(draft.model(), draft.text.trim().is_empty())?;
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
        may_change: shell.role != "viewer",
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
