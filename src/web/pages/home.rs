//! The portfolio: every flow with its most telling numbers.

use crate::app::{Asked, FlowInfo};
use crate::draw::figure::{count, duration};
use crate::model::filter::Filter;
use crate::web::answer::{Tagged, etag};
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::address::{Address, OVERVIEW};
use crate::web::pages::page;
use crate::web::pages::shell::Shell;
use crate::web::state::Web;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many flows are shown with their numbers.
const FLOWS_SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "portfolio.html")]
struct Portfolio {
    shell: Shell,
    title: String,
    cards: Vec<Card>,
    left_out: usize,
    base: String,
}

struct Card {
    /// None without a log.
    href: Option<String>,
    title: String,
    median: String,
    p90: String,
    cases: String,
    events: String,
    variants: String,
    period: String,
}

/// The numbers of a card, as they are kept.
#[derive(Default, Serialize, Deserialize)]
struct Numbers {
    variants: i64,
    median_s: Option<f64>,
    p90_s: Option<f64>,
}

/// The page.
pub async fn home(State(web): State<Arc<Web>>, parts: Parts) -> Result<Response, ApiError> {
    let shell = Shell::of(&web, &parts, "portfolio").await?;
    if !shell.signed_in {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response());
    }
    let flows = web.blocking(|web| web.app.flows()).await?.flows;
    let left_out = flows.len().saturating_sub(FLOWS_SHOWN);
    let cases: u64 = flows.iter().filter_map(|flow| flow.cases).sum();
    let title = match flows.len() {
        0 => "Nothing is known of your work yet".to_owned(),
        1 => format!("One flow, {} cases", count(cases as i64)),
        more => format!("{more} flows, {} cases", count(cases as i64)),
    };
    let mut cards = Vec::new();
    for flow in flows.into_iter().take(FLOWS_SHOWN) {
        cards.push(card(&web, flow).await);
    }
    page(&Portfolio { shell, title, cards, left_out, base: web.base_address() })
}

async fn card(web: &Arc<Web>, flow: FlowInfo) -> Card {
    // A log that cannot be read now is no reason to hide the others.
    let numbers = numbers(web, &flow).await.unwrap_or_else(|error| {
        let cause = error.cause.as_deref().unwrap_or(&error.detail);
        tracing::warn!(flow = %flow.name, code = error.code, cause, "no numbers for the portfolio");
        Numbers::default()
    });
    let day = |time: &Option<String>| time.as_deref().and_then(|time| time.get(..10)).map(str::to_owned);
    let period = match (day(&flow.first_at), day(&flow.last_at)) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no times".to_owned(),
    };
    let time = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    Card {
        href: flow.version.map(|_| Address::of_flow(&flow.name, OVERVIEW).href()),
        title: flow.title,
        median: time(numbers.median_s),
        p90: time(numbers.p90_s),
        cases: count(flow.cases.unwrap_or_default() as i64),
        events: count(flow.events.unwrap_or_default() as i64),
        variants: count(numbers.variants),
        period,
    }
}

/// Computed for the first visit of a version, and then kept like other answers.
async fn numbers(web: &Arc<Web>, flow: &FlowInfo) -> Result<Numbers, ApiError> {
    if flow.version.is_none() {
        return Ok(Numbers::default());
    }
    let name = flow.name.clone();
    let target = web.blocking(move |web| web.app.target(&name)).await?;
    let tag = etag(&Tagged {
        log: &target.key,
        queries: &web.fingerprint,
        question: "numbers of the portfolio",
        filter: "",
        parameters: &BTreeMap::new(),
        form: Form::Json,
    });
    let fault = |error: serde_json::Error| ApiError::internal(error.to_string());
    let compute = async {
        let asked = Asked { target, filter: Filter::default() };
        let totals = web.app.ask(&asked, "log_totals", &BTreeMap::new()).await?;
        let numbers = Numbers {
            variants: totals.integer("variants", 0).unwrap_or_default(),
            median_s: totals.number("median_s", 0),
            p90_s: totals.number("p90_s", 0),
        };
        Ok(Bytes::from(serde_json::to_vec(&numbers).map_err(fault)?))
    };
    serde_json::from_slice(&web.answers.get(&tag, compute).await?).map_err(fault)
}
