//! The pages: where the flows are listed, where people sign in, and failures in words. No scripts.

use crate::app::FlowInfo;
use crate::model::time::humane;
use crate::web::answer::{Tagged, etag};
use crate::web::auth::{Known, identity};
use crate::web::error::{ApiError, Problem};
use crate::web::form::Form;
use crate::web::state::Web;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many flows are shown with their numbers.
const FLOWS_SHOWN: usize = 50;

/// The page that signs in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The one-time code of the address; empty asks for a token.
    pub code: String,
    /// Whether the last attempt failed.
    pub refused: bool,
}

#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    problem: &'a Problem,
}

#[derive(Debug, Template)]
#[template(path = "start.html")]
struct StartPage {
    who: String,
    role: &'static str,
    flows: Vec<FlowLine>,
    left_out: usize,
    base: String,
}

#[derive(Debug)]
struct FlowLine {
    name: String,
    title: String,
    has_log: bool,
    cases: String,
    events: String,
    median: String,
    period: String,
}

/// A template as an answer.
///
/// # Errors
/// `internal` if it cannot be filled.
pub fn page(template: &impl Template) -> Result<Response, ApiError> {
    let html = template.render().map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(axum::response::Html(html).into_response())
}

/// A problem for people.
///
/// # Errors
/// Those of the template.
pub fn error_page(problem: &Problem) -> Result<String, askama::Error> {
    ErrorPage { problem }.render()
}

/// The list of flows.
pub async fn start(State(web): State<Arc<Web>>, parts: Parts) -> Result<Response, ApiError> {
    let Some(Known(identity)) = identity(&web, &parts).await? else {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response());
    };
    let flows = web.blocking(|web| web.app.flows()).await?.flows;
    let left_out = flows.len().saturating_sub(FLOWS_SHOWN);
    let mut lines = Vec::new();
    for flow in flows.into_iter().take(FLOWS_SHOWN) {
        lines.push(line(&web, flow).await);
    }
    let (who, role) = (identity.name.clone(), identity.role.as_str());
    page(&StartPage { who, role, flows: lines, left_out, base: web.base_address() })
}

async fn line(web: &Arc<Web>, flow: FlowInfo) -> FlowLine {
    // A log that cannot be read now is no reason to hide the others.
    let median = median(web, &flow).await.unwrap_or_else(|error| {
        let cause = error.cause.as_deref().unwrap_or(&error.detail);
        tracing::warn!(flow = %flow.name, code = error.code, cause, "no cycle time for the list of flows");
        None
    });
    let day = |time: &Option<String>| time.as_deref().and_then(|time| time.get(..10)).map(str::to_owned);
    let period = match (day(&flow.first_at), day(&flow.last_at)) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no times".to_owned(),
    };
    FlowLine {
        has_log: flow.version.is_some(),
        cases: thousands(flow.cases),
        events: thousands(flow.events),
        median: median.map_or_else(|| "–".to_owned(), humane),
        period,
        name: flow.name,
        title: flow.title,
    }
}

/// The median cycle time of all cases: computed for the first visit of a version, and then kept like other answers.
async fn median(web: &Arc<Web>, flow: &FlowInfo) -> Result<Option<f64>, ApiError> {
    if flow.version.is_none() {
        return Ok(None);
    }
    let name = flow.name.clone();
    let target = web.blocking(move |web| web.app.target(&name)).await?;
    let tag = etag(&Tagged {
        log: &target.key,
        queries: &web.fingerprint,
        question: "median cycle time",
        filter: "",
        parameters: &BTreeMap::new(),
        form: Form::Json,
    });
    let fault = |error: serde_json::Error| ApiError::internal(error.to_string());
    let compute = async {
        let median = web.app.median_cycle_time(target).await?;
        Ok(Bytes::from(serde_json::to_vec(&median).map_err(fault)?))
    };
    serde_json::from_slice(&web.answers.get(&tag, compute).await?).map_err(fault)
}

fn thousands(count: Option<u64>) -> String {
    let digits = count.unwrap_or_default().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The style sheet, embedded in the program.
pub async fn style(headers: HeaderMap) -> Response {
    const STYLE: &str = include_str!("../static/throughline.css");
    let tag = format!("\"{}\"", &blake3::hash(STYLE.as_bytes()).to_hex()[..16]);
    if crate::web::answer::is_known(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let kind = "text/css; charset=utf-8".to_owned();
    let cache = "public, no-cache".to_owned();
    ([(header::CONTENT_TYPE, kind), (header::ETAG, tag), (header::CACHE_CONTROL, cache)], STYLE).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_escaped() {
        let problem = Problem {
            kind: String::new(),
            title: "a".to_owned(),
            status: 400,
            detail: "<script>alert(1)</script>".to_owned(),
            code: "a".to_owned(),
            hint: Some("\"><b>".to_owned()),
            request_id: "1".to_owned(),
            limit: None,
        };
        let html = error_page(&problem).unwrap();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        let code = SignInPage { code: "\"><script>".to_owned(), refused: false }.render().unwrap();
        assert!(!code.contains("<script"), "{code}");
    }

    #[test]
    fn counts_are_readable() {
        assert_eq!(
            [Some(0), Some(999), Some(1000), Some(1_234_567)].map(thousands),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
