//! A look at a file that stores nothing.

use crate::app::{Inspection, Looked};
use crate::ingest::Progress;
use crate::model::mapping::MappingOptions;
use crate::web::api::upload::Uploaded;
use crate::web::auth::Viewer;
use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::Json;
use axum::extract::State;
use std::sync::Arc;
use utoipa::ToSchema;

/// The form that asks for a look.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub struct InspectForm {
    /// The file; its beginning is enough unless it is compressed or Parquet.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What is already known of it.
    mapping: Option<MappingOptions>,
}

/// What a file is, how it would be read, and its first rows.
#[utoipa::path(post, path = "/api/v1/inspect", tag = "imports",
    request_body(content = InspectForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Inspection)))]
pub async fn inspect(_: Viewer, State(web): State<Arc<Web>>, uploaded: Uploaded) -> Result<Json<Inspection>, ApiError> {
    Ok(Json(look(&web, uploaded).await?))
}

/// Looks at the one file of a form.
///
/// # Errors
/// 400 unless there is exactly one; those of the inspection.
pub async fn look(web: &Arc<Web>, uploaded: Uploaded) -> Result<Inspection, ApiError> {
    let progress = Progress::default();
    let _asker = Asker(progress.clone());
    let look = move |web: &Web| -> Result<Looked, ApiError> {
        let [file] = uploaded.incoming.files.as_slice() else {
            let hint = "send one part named `file`, e.g. curl -F file=@log.csv";
            return Err(ApiError::bad_request("bad_part", "an inspection takes exactly one file", hint));
        };
        let found = web.app.look_at(&file.path, &file.name, &uploaded.mapping, &progress);
        found.map_err(|error| ApiError::from(error).naming(&file.path, &file.name))
    };
    let looked = web.blocking(look).await?;
    Ok(web.app.inspected(looked).await?)
}

/// Who waits for a look: gone with the connection, which ends the work on another thread as well.
struct Asker(Progress);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
