//! The upload page: a look at a file, and the form that imports it.
//!
//! With scripts the file is looked at first and then sent to the API; without them the form itself sends it, what it is
//! is found out by the import, and the page of the import follows.

use crate::app::{AppError, ImportRequest};
use crate::model::mapping::MappingOptions;
use crate::model::time::rfc3339;
use crate::store::catalog::{ImportRecord, ImportState};
use crate::web::api::upload::Uploaded;
use crate::web::api::{imports, inspect as api};
use crate::web::auth::{Editor, Viewer};
use crate::web::error::{ApiError, InWords};
use crate::web::extract::pairs;
use crate::web::pages::detected::Found;
use crate::web::pages::import::{JobView, moment, size};
use crate::web::pages::page;
use crate::web::pages::shell::Shell;
use crate::web::state::Web;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage {
    shell: Shell,
    /// Whether whoever is signed in may import.
    may_import: bool,
    limit: u64,
    limit_words: String,
    found: Option<Found>,
    problem: Option<ProblemView>,
    job: Option<JobView>,
    form: Filled,
    known: Option<KnownMapping>,
    /// Whether the sample is there, so that nobody needs to be offered it.
    has_demo: bool,
}

/// How an earlier file of the flow was read.
struct KnownMapping {
    mapping: String,
    file: String,
    when: String,
}

/// What is found, alone.
#[derive(Template)]
#[template(path = "_detected.html")]
struct Detected {
    found: Option<Found>,
    problem: Option<ProblemView>,
}

/// What the form already holds.
#[derive(Default)]
struct Filled {
    flow: String,
    title: String,
    append: bool,
}

/// Why it did not work.
struct ProblemView {
    detail: String,
    hint: String,
    /// The import with which the same file came before.
    first: Option<String>,
}

impl ProblemView {
    fn of(error: &ApiError) -> Self {
        Self {
            detail: error.detail.to_string(),
            hint: error.hint.as_deref().unwrap_or_default().to_owned(),
            first: error.duplicate.as_deref().map(str::to_owned),
        }
    }
}

/// The page; `flow` in the address says which one it is for.
pub async fn show(State(web): State<Arc<Web>>, parts: Parts) -> Result<Response, ApiError> {
    let shell = Shell::of(&web, &parts, "upload").await?;
    if !shell.signed_in {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response());
    }
    let all = pairs(&parts.uri)?;
    let given = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let (flow, like) = (given("flow").unwrap_or_default(), given("like"));
    let known = known(&web, &flow, like).await?;
    upload_page(&web, shell, Filled { flow, ..Filled::default() }, None, known)
}

/// How the named import of a flow was to be read, else the last one that came to an end.
async fn known(web: &Arc<Web>, flow: &str, like: Option<String>) -> Result<Option<KnownMapping>, ApiError> {
    if flow.is_empty() {
        return Ok(None);
    }
    let flow = flow.to_owned();
    let find = move |web: &Web| -> Result<Option<ImportRecord>, AppError> {
        match like {
            Some(id) => web.app.import_of(&flow, &id).map(Some),
            // A flow that there is not yet has no imports.
            None => Ok(web
                .app
                .store
                .catalog
                .list_imports(&flow, None, 0)
                .unwrap_or_default()
                .into_iter()
                .find(|import| import.state == ImportState::Done)),
        }
    };
    let import = web.blocking(find).await?;
    let of = |import: ImportRecord| KnownMapping {
        when: moment(&rfc3339(import.created_at)),
        mapping: import.mapping,
        file: import.file_name,
    };
    // What was left to detection says nothing about the next file.
    let is_said = |import: &ImportRecord| {
        serde_json::from_str::<MappingOptions>(&import.mapping).is_ok_and(|said| said != MappingOptions::default())
    };
    Ok(import.filter(is_said).map(of))
}

fn upload_page(
    web: &Web,
    shell: Shell,
    form: Filled,
    problem: Option<ProblemView>,
    known: Option<KnownMapping>,
) -> Result<Response, ApiError> {
    let limit = web.app.config.server.upload_bytes_max;
    page(&UploadPage {
        may_import: shell.role != "viewer",
        shell,
        limit,
        limit_words: size(limit),
        found: None,
        problem,
        job: None,
        form,
        known,
        has_demo: web.app.has_demo(),
    })
}

/// Takes the form in whole; what is wrong is said on the same page, with all that can be kept.
pub async fn send(editor: Editor, State(web): State<Arc<Web>>, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let uploaded = Uploaded::receive(Request::from_parts(parts.clone(), body), &web, true).await;
    let mut form = Filled::default();
    let begun = match uploaded {
        Err(error) => Err(error),
        Ok(mut uploaded) => {
            uploaded.title = uploaded.title.filter(|title| !title.trim().is_empty());
            form.flow = uploaded.flow.clone().unwrap_or_default();
            form.title = uploaded.title.clone().unwrap_or_default();
            form.append = uploaded.append.as_deref() == Some("true");
            begin(&web, &editor, uploaded).await
        }
    };
    let error = match begun {
        Ok(page) => return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response()),
        Err(error) if error.status.is_client_error() => error,
        Err(error) => return Err(error),
    };
    let shell = Shell::of(&web, &parts, "upload").await?;
    let page = upload_page(&web, shell, form, Some(ProblemView::of(&error)), None)?;
    Ok(in_words(error.status, page))
}

async fn begin(web: &Arc<Web>, editor: &Editor, uploaded: Uploaded) -> Result<String, ApiError> {
    let flow = uploaded.flow.clone().unwrap_or_default();
    let request: ImportRequest = imports::wanted(editor, flow.trim(), None, &uploaded)?;
    let records = imports::begin(web, uploaded, request).await?;
    let first = records.first().map(|first| format!("/flows/{}/imports/{}", first.flow, first.id));
    first.ok_or_else(|| ApiError::internal("files were registered as no import"))
}

/// What the API says about a file, as the part of the page that shows it. A file that cannot be read like this can be
/// read in another way perhaps: the answer has the fields for it beside the reason.
pub async fn inspect(_: Viewer, State(web): State<Arc<Web>>, uploaded: Uploaded) -> Result<Response, ApiError> {
    let asked = uploaded.mapping.clone();
    let file = uploaded.incoming.files.first().map(|file| file.name.clone()).unwrap_or_default();
    match api::look(&web, uploaded).await {
        Ok(found) => page(&Detected { found: Some(Found::new(found, &asked)?), problem: None }),
        Err(error) if error.status.is_client_error() => {
            let found = Some(Found::nothing(&file, &asked));
            let problem = Some(ProblemView::of(&error));
            Ok(in_words(error.status, page(&Detected { found, problem })?))
        }
        Err(error) => Err(error),
    }
}

fn in_words(status: StatusCode, mut page: Response) -> Response {
    *page.status_mut() = status;
    page.extensions_mut().insert(InWords);
    page
}
