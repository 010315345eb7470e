//! Imports: start, list, show, cancel, and the rows that were left out.

use crate::app::{AppError, ImportInfo, ImportRequest, Imports};
use crate::store::catalog::{FlowName, ImportRecord};
use crate::web::answer::{is_known, not_modified, respond_json, respond_stream};
use crate::web::api::upload::Uploaded;
use crate::web::auth::{Editor, Viewer};
use crate::web::error::ApiError;
use crate::web::extract::{Places, pairs};
use crate::web::form::Form;
use crate::web::state::Web;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// The form that starts imports.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub struct ImportForm {
    /// One or more files; each is an import, and together they become one version.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<u8>,
    /// How they are to be read; what is left out is detected.
    mapping: Option<crate::model::mapping::MappingOptions>,
    /// `true` adds the rows to the log instead of replacing it; also as a query parameter.
    append: Option<bool>,
    /// Title of a flow that is made.
    title: Option<String>,
}

/// Starts an import, and makes the flow if there is none.
#[utoipa::path(post, path = "/api/v1/flows/{flow}/imports", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"),
        ("append" = Option<bool>, Query, description = "adds the rows to the log instead of replacing it")),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 202, body = Imports, description = "under way; Location is the first import")))]
pub async fn start_import(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
    uri: Uri,
    uploaded: Uploaded,
) -> Result<Response, ApiError> {
    let mut append = None;
    for (name, value) in pairs(&uri)? {
        if name != "append" {
            let detail = format!("there is no parameter `{name}`");
            return Err(ApiError::bad_request("bad_parameter", detail, "the only one here is `append`"));
        }
        append = Some(value);
    }
    let request = wanted(&editor, &places.flow()?, append.as_deref(), &uploaded)?;
    let records = begin(&web, uploaded, request).await?;
    let first = records.first().map(|first| format!("/api/v1/flows/{}/imports/{}", first.flow, first.id));
    let imports = records.into_iter().map(|record| info(&web, record)).collect();
    let location = [(header::LOCATION, first.unwrap_or_default())];
    Ok((StatusCode::ACCEPTED, location, Json(Imports { imports })).into_response())
}

/// Registers what was sent and puts it into the queue.
///
/// # Errors
/// Those of `register_received`.
pub async fn begin(web: &Arc<Web>, uploaded: Uploaded, request: ImportRequest) -> Result<Vec<ImportRecord>, ApiError> {
    let register = move |web: &Web| {
        let records = web.app.register_received(&uploaded.incoming, &request)?;
        // Here and not after the wait: whoever asked may be gone by then, and what is registered must be run.
        web.jobs.enqueue(&records);
        Ok::<_, AppError>(records)
    };
    web.blocking(register).await
}

/// What a form asks for; `append` of the address counts more than that of the form.
///
/// # Errors
/// 400 for a flow that cannot be or an `append` that is neither true nor false.
pub fn wanted(
    editor: &Editor,
    flow: &str,
    append: Option<&str>,
    uploaded: &Uploaded,
) -> Result<ImportRequest, ApiError> {
    let flow = FlowName::new(flow).map_err(AppError::from)?;
    let append = match append.or(uploaded.append.as_deref()).map(str::trim) {
        None | Some("false" | "0" | "") => false,
        Some("true" | "1") => true,
        Some(_) => {
            return Err(ApiError::bad_request("bad_parameter", "`append` is neither true nor false", "append=true"));
        }
    };
    Ok(ImportRequest {
        title: uploaded.title.clone().unwrap_or_else(|| flow.as_str().to_owned()),
        flow,
        files: Vec::new(),
        options: uploaded.mapping.clone(),
        append,
        actor: editor.0.name.clone(),
    })
}

/// A record with how far it is.
pub fn info(web: &Web, record: ImportRecord) -> ImportInfo {
    let progress = web.jobs.progress(&record.id).filter(|_| !record.state.is_final());
    ImportInfo::new(record, progress.map(|progress| progress.snapshot()))
}

/// The imports of a flow, the newest first, at most 200 at a time.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/imports", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"),
        ("before" = Option<String>, Query, description = "only those older than the import with this id")),
    responses((status = 200, body = Imports)))]
pub async fn list_imports(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let flow = places.flow()?;
    let before = pairs(&uri)?.into_iter().find(|(name, _)| name == "before").map(|(_, id)| id);
    let list = move |web: &Web| web.app.store.catalog.list_imports(&flow, before.as_deref(), 0);
    let records = web.blocking(list).await?;
    respond_json(&headers, &Imports { imports: records.into_iter().map(|record| info(&web, record)).collect() })
}

/// One import: its state, how far it is, and its report once it is done.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/imports/{id}", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"), ("id" = String, Path, description = "id of the import")),
    responses((status = 200, body = ImportInfo)))]
pub async fn show_import(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (flow, id) = (places.flow()?, places.get("id")?);
    let record = web.blocking(move |web| web.app.import_of(&flow, &id)).await?;
    respond_json(&headers, &info(&web, record))
}

/// Cancels an import that waits or runs. It leaves nothing but its record; files sent together end together.
#[utoipa::path(delete, path = "/api/v1/flows/{flow}/imports/{id}", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"), ("id" = String, Path, description = "id of the import")),
    responses((status = 204)))]
pub async fn cancel_import(
    editor: Editor,
    State(web): State<Arc<Web>>,
    places: Places,
) -> Result<StatusCode, ApiError> {
    let (flow, id) = (places.flow()?, places.get("id")?);
    let wanted = id.clone();
    let cancel = move |web: &Web| {
        web.app.import_of(&flow, &wanted).and_then(|record| web.jobs.cancel(&editor.0.name, &record.id))
    };
    web.blocking(cancel).await?;
    gone(&web, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Waits until the worker has put its things away, but not for ever.
async fn gone(web: &Web, id: &str) {
    const STEP: Duration = Duration::from_millis(20);
    const STEPS: usize = 250;
    for _ in 0..STEPS {
        if web.jobs.progress(id).is_none() {
            return;
        }
        tokio::time::sleep(STEP).await;
    }
}

/// The rows that an import left out, with line, column, value and reason.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/imports/{id}/rejects.csv", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"), ("id" = String, Path, description = "id of the import")),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn rejects(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (flow, id) = (places.flow()?, places.get("id")?);
    // The file never changes, and no other import ever has this id.
    let tag = format!("\"rejects-{id}\"");
    let path = web.blocking(move |web| web.app.rejects_of(&flow, &id)).await?;
    if is_known(&headers, &tag) {
        return Ok(not_modified(&tag));
    }
    let file = tokio::fs::File::open(path).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let body = Body::from_stream(tokio_util::io::ReaderStream::new(file));
    Ok(respond_stream(body, Form::Csv, Some(&tag)))
}
