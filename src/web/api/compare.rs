//! Two sides of a flow, compared: as figures, or as one map.

use crate::app::{App, Asked, FilterWords, MapWish};
use crate::map::abstraction::Sliders;
use crate::map::compare::METRICS;
use crate::map::metric::Metric;
use crate::model::comparison::Comparison;
use crate::web::api::reading::{AtVersion, OfFlow, theme};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::table::DrawingOfTwo;
use axum::response::Response;
use std::sync::Arc;

/// Two filters of a flow against each other: as data, or as one map (`.svg`, `.png`). Side A are the cases of the filter.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/compare", tag = "answers",
    params(OfFlow, AtVersion, FilterWords,
        ("with" = String, Query, description = "side B: a filter in its text form; or `all` cases, the `rest` (all cases that \
            are not in A), or the `previous` period of equal length"),
        ("metric" = Option<String>, Query, description = "pictures: share, cases, events, median_wait or p90_wait"),
        ("activities" = Option<u8>, Query, description = "pictures: so many per cent of the activities"),
        ("paths" = Option<u8>, Query, description = "pictures: so many per cent of the paths"),
        ("theme" = Option<String>, Query, description = "pictures: light or dark")),
    responses((status = 200, body = Comparison)))]
pub async fn compare(ask: Ask) -> Result<Response, ApiError> {
    const FORMS: [Form; 4] = [Form::Json, Form::Csv, Form::Svg, Form::Png];
    let with = ask.rest.get("with").cloned().unwrap_or_default();
    if !ask.wants_picture(&FORMS)? {
        ask.only(&["with"])?;
        let compare = |app: Arc<App>, a: Asked| async move {
            let b = app.other_side(&a, &with)?;
            app.compare(a, b).await
        };
        return ask.answer("comparison", compare).await;
    }
    ask.only(&["with", "metric", "activities", "paths", "theme"])?;
    let (wish, theme, title) = (compare_wish(&ask)?, theme(&ask)?, ask.places.flow()?);
    let draw = |app: Arc<App>, a: Asked| async move {
        let b = app.other_side(&a, &with)?;
        Ok(DrawingOfTwo { map: app.compare_on_map(a, b, &wish).await?, title, theme })
    };
    ask.answer("picture of a comparison", draw).await
}

/// How a picture is asked for, on the page and in the API alike.
///
/// # Errors
/// 400 for values that mean nothing.
pub fn compare_wish(ask: &Ask) -> Result<MapWish, ApiError> {
    let percent = |name: &str| Ok::<_, ApiError>(ask.number(name)?.map(|percent| percent.min(100) as f64));
    let metric = match ask.rest.get("metric").filter(|text| !text.is_empty()) {
        None => METRICS[0],
        Some(name) => METRICS.into_iter().find(|metric| metric.name() == name).ok_or_else(|| {
            let names = METRICS.map(Metric::name).join(", ");
            ApiError::bad_request("bad_parameter", format!("`{name}` cannot be compared"), format!("there are {names}"))
        })?,
    };
    Ok(MapWish {
        sliders: Sliders { activities: percent("activities")?, paths: percent("paths")? },
        metric,
        ..MapWish::default()
    })
}
