//! Which address is answered by whom, and what lies around all of them.

use crate::app::AppError;
use crate::web::api::document::{self, Base};
use crate::web::api::{
    causes, compare, events, flows, imports, inspect, ledger, log, official, official_versions, reading, tokens,
};
use crate::web::error::ApiError;
use crate::web::state::{Described, Web};
use crate::web::{auth, context, form, hear_out, hosts, operation, pages};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The whole server as a service.
///
/// # Errors
/// `Internal` if the OpenAPI document cannot be written.
pub fn router(web: &Arc<Web>) -> Result<Router, AppError> {
    let state = || Arc::clone(web);
    let quick = quick_routes().layer(from_fn_with_state(state(), context::limit_time));
    let long = long_routes().layer(DefaultBodyLimit::disable());
    let known = quick.merge(long).layer(from_fn_with_state(state(), auth::identify));
    let open = OpenApiRouter::new()
        .routes(routes!(operation::health))
        .routes(routes!(operation::ready))
        .routes(routes!(operation::metrics));
    let api = OpenApiRouter::with_openapi(Base::openapi()).merge(known).merge(open);
    let (api, described) = api.split_for_parts();
    let (mut addresses, openapi) =
        document::complete(&described).map_err(|error| AppError::Internal(error.to_string()))?;
    addresses.extend(["/", "/sign-in", "/upload"].map(str::to_owned));
    let _ = web.described.set(Described { addresses, openapi });

    let inner = api
        .merge(page_routes().layer(from_fn_with_state(state(), context::limit_time)))
        .merge(
            known_pages()
                .merge(model_forms())
                .layer(from_fn_with_state(state(), context::limit_time))
                .merge(upload_pages())
                .layer(from_fn_with_state(state(), auth::identify)),
        )
        .fallback(unknown_address)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(state(), hosts::refuse_foreign))
        .layer(from_fn(hear_out::hear_out))
        .layer(CatchPanicLayer::custom(context::after_panic))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(state(), context::surround))
        .with_state(state());
    // Around the routing, not inside it: it changes the address that is held against the routes.
    Ok(Router::new().fallback_service(inner).layer(map_request(form::take_suffix)))
}

/// What must be answered within server.request_seconds.
fn quick_routes() -> OpenApiRouter<Arc<Web>> {
    // Models may be larger than other bodies.
    let models = OpenApiRouter::new()
        .routes(routes!(official::show_official_flow, official::put_official_flow))
        .layer(DefaultBodyLimit::max(official::LARGEST_MODEL));
    let json = OpenApiRouter::new()
        .routes(routes!(flows::make_flow))
        .routes(routes!(flows::show_flow, flows::change_flow, flows::delete_flow))
        .routes(routes!(official::list_official_flows))
        .routes(routes!(ledger::show_deviation, ledger::decide_deviation))
        .routes(routes!(imports::list_imports))
        .routes(routes!(imports::show_import, imports::cancel_import))
        .routes(routes!(tokens::list_tokens, tokens::make_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(document::openapi))
        .routes(routes!(official_versions::approve_official_flow))
        .routes(routes!(official_versions::reject_official_flow))
        .routes(routes!(official_versions::official_flow_diff))
        .layer(from_fn(form::only_json));
    OpenApiRouter::new()
        .routes(routes!(flows::list_flows))
        .routes(routes!(reading::stats))
        .routes(routes!(reading::map))
        .routes(routes!(reading::overview))
        .routes(routes!(reading::report))
        .routes(routes!(compare::compare))
        .routes(routes!(causes::causes))
        .routes(routes!(reading::variants))
        .routes(routes!(reading::replay))
        .routes(routes!(reading::cases))
        .routes(routes!(reading::case))
        .routes(routes!(official::deviations))
        .routes(routes!(official::discovered_flow))
        .routes(routes!(reading::kpis))
        .routes(routes!(reading::kpi))
        .routes(routes!(reading::sql))
        .routes(routes!(official_versions::promoted_flow))
        .merge(json)
        .merge(models)
        .merge(OpenApiRouter::new().routes(routes!(imports::rejects)).layer(from_fn(form::no_choice)))
}

/// What takes as long as it takes: uploads, whole logs, and streams of events.
fn long_routes() -> OpenApiRouter<Arc<Web>> {
    let json = OpenApiRouter::new().routes(routes!(imports::start_import)).routes(routes!(inspect::inspect));
    json.layer(from_fn(form::only_json))
        .merge(OpenApiRouter::new().routes(routes!(log::log)))
        .merge(OpenApiRouter::new().routes(routes!(events::follow)).layer(from_fn(form::no_choice)))
}

fn page_routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/", get(pages::home))
        .route("/upload", get(pages::upload))
        .route("/theme", post(pages::choose_theme))
        .route("/sign-in", get(auth::show).post(auth::redeem))
        .route("/sign-out", post(auth::leave))
        .route("/static/{*path}", get(pages::asset))
}

/// Pages for those who are known only.
fn known_pages() -> Router<Arc<Web>> {
    Router::new()
        .route("/palette.json", get(pages::palette))
        .route("/demo", post(pages::load_demo))
        .route("/flows/{flow}", get(pages::overview))
        .route("/flows/{flow}/map", get(pages::map))
        .route("/flows/{flow}/variants", get(pages::variants))
        .route("/flows/{flow}/variants/chosen", get(pages::choose_variants))
        .route("/flows/{flow}/variants/cover", get(pages::cover))
        .route("/flows/{flow}/cases", get(pages::cases))
        .route("/flows/{flow}/cases/{case}", get(pages::case))
        .route("/flows/{flow}/conformance", get(pages::conformance))
        .route("/flows/{flow}/conformance/{deviation}", get(pages::deviation).post(pages::decide))
        .route("/flows/{flow}/conformance/{deviation}/formalise", post(pages::formalise))
        .route("/flows/{flow}/official", get(pages::official).post(pages::run_official))
        .route("/flows/{flow}/official/preview", post(pages::official_preview))
        .route("/flows/{flow}/official/versions/{number}", post(pages::decide_version))
        .route("/flows/{flow}/kpis", get(pages::kpis))
        .route("/flows/{flow}/kpis/{kpi}", get(pages::kpi))
        .route("/flows/{flow}/compare", get(pages::compare))
        .route("/flows/{flow}/causes", get(pages::causes))
        .route("/flows/{flow}/sql", get(pages::sql).post(pages::run_sql))
        .route("/flows/{flow}/sql/file", post(pages::sql_file))
        .route("/flows/{flow}/filter", get(pages::add_filter))
        .route("/flows/{flow}/imports/{id}", get(pages::import))
        .route("/flows/{flow}/imports/{id}/cancel", post(pages::cancel_import))
}

/// The ways to an official flow; models may be larger than other bodies.
fn model_forms() -> Router<Arc<Web>> {
    Router::new()
        .route("/flows/{flow}/conformance/model", post(pages::uploaded))
        .route("/flows/{flow}/conformance/discovered", post(pages::discovered))
        .layer(DefaultBodyLimit::max(official::LARGEST_MODEL + FRAMING))
}

/// What a form adds to the bytes of its file.
const FRAMING: usize = 1 << 20;

/// Forms with files, which take as long as they take.
fn upload_pages() -> Router<Arc<Web>> {
    Router::new()
        .route("/upload", post(pages::send_upload))
        .route("/upload/inspect", post(pages::inspect))
        .layer(DefaultBodyLimit::disable())
}

/// How many addresses an answer proposes.
const PROPOSED: usize = 5;

async fn unknown_address(State(web): State<Arc<Web>>, request: Request) -> Result<Response, ApiError> {
    let wanted: String = request.uri().path().chars().take(200).collect();
    let none = Vec::new();
    let known = web.described.get().map_or(&none, |described| &described.addresses);
    let mut near: Vec<(f64, &String)> =
        known.iter().map(|known| (strsim::jaro_winkler(&wanted, known), known)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let near: Vec<&str> = near.iter().take(PROPOSED).map(|(_, known)| known.as_str()).collect();
    let detail = format!("there is nothing at {wanted}");
    Err(ApiError::new(StatusCode::NOT_FOUND, "unknown_address", detail).hint(format!("near are {}", near.join(", "))))
}

async fn wrong_method(request: Request) -> ApiError {
    let detail = format!("{} is not possible here", request.method());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", detail)
        .hint("the header `Allow` and /api/v1/openapi.json say what is")
}
