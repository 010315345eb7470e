//! The answers about a log: what it holds, its map, its paths, its cases, KPIs, and free SQL.

use crate::app::{App, Asked, FilterWords, KpiAnswer, KpiList, MapWish, Overview, SqlAnswer};
use crate::draw::theme::Theme;
use crate::map::abstraction::Sliders;
use crate::map::metric::Metric;
use crate::model::answers::{Cases, ProcessMap, Replay, Stats, Timeline, Variants};
use crate::web::answer::{Answer, encode};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::extract::Payload;
use crate::web::form::Form;
use crate::web::pages::{self, Report};
use crate::web::table::Drawing;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Cases on a page unless `limit` says otherwise.
const CASES_ON_A_PAGE: usize = 100;

/// Which log.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes the parameters")]
pub struct OfFlow {
    /// Name of the flow.
    flow: String,
}

/// Which version of it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters")]
pub struct AtVersion {
    /// Version of the log; the newest unless given.
    version: Option<u32>,
}

/// What the log holds.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/stats", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    responses((status = 200, body = Stats)))]
pub async fn stats(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    ask.answer("stats", |app, asked| async move { app.stats(&asked).await }).await
}

/// The flow at a glance: six figures with their weekly course and their change, the longest waits, the most frequent
/// paths, and what is done again.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/overview", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    responses((status = 200, body = Overview)))]
pub async fn overview(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let question = format!("overview of {}", ask.places.flow()?);
    ask.answer(&question, |app, asked| async move { app.overview(&asked).await }).await
}

/// What a report may do where it is opened: show itself, with the styles and letters within it, and nothing else.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; sandbox";

/// The report: one HTML file that needs nothing else, with pictures, tables, definitions, and what the log is made of
/// (`.html`). The same version and filter give the same bytes.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/report", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    responses((status = 200, content_type = "text/html", body = String)))]
pub async fn report(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let name = ask.places.flow()?;
    let of = name.clone();
    let title = ask.web.blocking(move |web| web.app.flow(&of)).await?.title;
    let gather = |app: Arc<App>, asked: Asked| async move { Report::gather(&app, &asked).await };
    let mut response = ask.answer(&format!("report of {name}, {title}"), gather).await?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_POLICY));
    if let Ok(saved) = HeaderValue::from_str(&format!("inline; filename=\"{name}-report.html\"")) {
        headers.insert(header::CONTENT_DISPOSITION, saved);
    }
    Ok(response)
}

/// The process map: as data, or as what is drawn of it (`.svg`, `.png`, `.bpmn`).
#[utoipa::path(get, path = "/api/v1/flows/{flow}/map", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("metric" = Option<String>, Query, description = "pictures: cases, events, share, median_wait, p90_wait, total_wait, cost or automation; what the log does not say is refused"),
        ("activities" = Option<u8>, Query, description = "pictures: so many per cent of the activities"),
        ("paths" = Option<u8>, Query, description = "pictures: so many per cent of the paths"),
        ("variants" = Option<usize>, Query, description = "pictures: only so many variants, the most frequent"),
        ("focus" = Option<String>, Query, description = "pictures: only this activity and what comes directly before and after it"),
        ("theme" = Option<String>, Query, description = "pictures: light or dark")),
    responses((status = 200, body = ProcessMap)))]
pub async fn map(ask: Ask) -> Result<Response, ApiError> {
    const FORMS: [Form; 6] = [Form::Json, Form::Csv, Form::Dot, Form::Svg, Form::Png, Form::Bpmn];
    if !ask.wants_picture(&FORMS)? {
        ask.only(&[])?;
        let question = format!("map {:?}", ask.web.app.config.money.currency);
        return ask.answer(&question, |app, asked| async move { app.map(&asked).await }).await;
    }
    ask.only(&["metric", "activities", "paths", "variants", "focus", "theme"])?;
    let wish = map_wish(&ask)?;
    let theme = theme(&ask)?;
    let title = ask.places.flow()?;
    let draw = |app: Arc<App>, asked: Asked| async move {
        Ok(Drawing { picture: app.picture(&asked, &wish).await?, title, theme })
    };
    let question = format!("picture of the map {:?}", ask.web.app.config.money.currency);
    ask.answer(&question, draw).await
}

/// On which ground a picture is asked for.
///
/// # Errors
/// 400 for another one.
pub fn theme(ask: &Ask) -> Result<Theme, ApiError> {
    match ask.rest.get("theme").map(String::as_str) {
        None | Some("light") => Ok(Theme::Light),
        Some("dark") => Ok(Theme::Dark),
        Some(other) => {
            let what = format!("there is no theme `{other}`");
            Err(ApiError::bad_request("bad_parameter", what, "choose light or dark"))
        }
    }
}

/// How a picture is asked for, on the page and in the API alike.
///
/// # Errors
/// 400 for values that mean nothing.
pub fn map_wish(ask: &Ask) -> Result<MapWish, ApiError> {
    let percent = |name: &str| Ok::<_, ApiError>(ask.number(name)?.map(|percent| percent.min(100) as f64));
    let metric = match ask.rest.get("metric").filter(|text| !text.is_empty()) {
        None => Metric::default(),
        Some(name) => Metric::of(name).ok_or_else(|| {
            let names = Metric::ALL.map(Metric::name).join(", ");
            ApiError::bad_request("bad_parameter", format!("there is no metric `{name}`"), format!("there are {names}"))
        })?,
    };
    let sliders = Sliders { activities: percent("activities")?, paths: percent("paths")? };
    let focus = ask.rest.get("focus").filter(|text| !text.is_empty()).cloned();
    Ok(MapWish { sliders, variants: ask.number("variants")?, focus, metric })
}

/// The paths really taken: as data, or as a picture of chevrons (`.svg`, `.png`).
#[utoipa::path(get, path = "/api/v1/flows/{flow}/variants", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("top" = Option<usize>, Query, description = "only so many, the most frequent; 30 in pictures"),
        ("mode" = Option<String>, Query, description = "pictures: standard, time or difference"),
        ("group" = Option<String>, Query, description = "pictures: repeats or set, instead of exact paths")),
    responses((status = 200, body = Variants)))]
pub async fn variants(ask: Ask) -> Result<Response, ApiError> {
    if ask.wants_picture(&[Form::Json, Form::Csv, Form::Svg, Form::Png])? {
        ask.only(&["top", "mode", "group"])?;
        let (form, asked) = (ask.form(pages::Strips::FORMS)?, ask.open().await?);
        let tag = ask.tag("chevrons", &asked, form);
        return ask.kept(&tag, form, async { encode(pages::strips(&ask, &asked).await?, form).await }).await;
    }
    ask.only(&["top"])?;
    let top = ask.number("top")?;
    ask.answer("variants", |app, asked| async move { app.variants(&asked, top).await }).await
}

/// Where cases were at every moment: lists for pictures that move, of at most 5,000 cases.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/replay", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("cases" = Option<usize>, Query, description = "so many cases at most, spread evenly over the log by their start; 5,000 unless given")),
    responses((status = 200, body = Replay)))]
pub async fn replay(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["cases"])?;
    let wanted = ask.number("cases")?;
    ask.answer("replay", |app, asked| async move { app.replay(&asked, wanted).await }).await
}

/// The cases, by start unless `sort` says otherwise.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/cases", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("limit" = Option<usize>, Query, description = "so many; 100 unless given, at most limits.rows_returned_max"),
        ("offset" = Option<usize>, Query, description = "leaves out so many first"),
        ("sort" = Option<String>, Query, description = "start, end, duration, events or case; with _desc the other way round")),
    responses((status = 200, body = Cases)))]
pub async fn cases(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["limit", "offset", "sort"])?;
    let sort = ask.rest.get("sort").cloned().unwrap_or_default();
    let limit = ask.number("limit")?.unwrap_or(CASES_ON_A_PAGE);
    let offset = ask.number("offset")?.unwrap_or_default();
    let most = ask.web.app.config.limits.rows_returned_max;
    let page = |app: Arc<App>, asked: Asked| async move { app.cases_sorted(&asked, &sort, offset, limit).await };
    ask.answer(&format!("cases {most}"), page).await
}

/// One case, event by event.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/cases/{case}", tag = "answers",
    params(OfFlow, AtVersion, FilterWords, ("case" = String, Path, description = "id of the case")),
    responses((status = 200, body = Timeline)))]
pub async fn case(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let case = ask.places.get("case")?;
    ask.answer(&format!("case {case}"), |app, asked| async move { app.case(&asked, &case).await }).await
}

/// All KPIs that need no parameters.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/kpis", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    responses((status = 200, body = KpiList)))]
pub async fn kpis(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let question = format!("kpis of {}, {}", ask.places.flow()?, ask.web.app.config.limits.rows_returned_max);
    ask.answer(&question, |app, asked| async move { app.kpis(&asked).await }).await
}

/// One KPI. Its own parameters, which the list of KPIs names, are further query parameters.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/kpis/{id}", tag = "answers",
    params(OfFlow, AtVersion, FilterWords, ("id" = String, Path, description = "id of the KPI")),
    responses((status = 200, body = KpiAnswer)))]
pub async fn kpi(ask: Ask) -> Result<Response, ApiError> {
    let (id, rest) = (ask.places.get("id")?, ask.rest.clone());
    let most = ask.web.app.config.limits.rows_returned_max;
    let question = format!("kpi {id} of {}, {most}", ask.places.flow()?);
    ask.answer(&question, |app, asked| async move { app.kpi(&asked, &id, &rest).await }).await
}

/// A question in SQL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlQuestion {
    /// One SELECT over the tables events, cases and variants.
    sql: String,
    /// A filter in its text form: only its cases are in the tables.
    filter: Option<String>,
}

/// Read-only SQL.
#[utoipa::path(post, path = "/api/v1/flows/{flow}/sql", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    request_body = SqlQuestion, responses((status = 200, body = SqlAnswer)))]
pub async fn sql(mut ask: Ask, Payload(question): Payload<SqlQuestion>) -> Result<Response, ApiError> {
    ask.only(&[])?;
    if question.filter.is_some() && ask.words.filter.is_some() {
        let hint = "give `filter` in the body or in the address";
        return Err(ApiError::bad_request("bad_parameter", "there are two filters", hint));
    }
    ask.words.filter = question.filter.or(ask.words.filter.take());
    let (app, asked) = (Arc::clone(&ask.web.app), ask.open().await?);
    ask.answer_once(async move { app.sql(&asked, &question.sql).await }).await
}
