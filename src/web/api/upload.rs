//! Files that are sent: streamed to disk while they are hashed, never held in memory.

use crate::app::{AppError, Incoming, Received};
use crate::model::mapping::MappingOptions;
use crate::store::StoreError;
use crate::web::error::ApiError;
use crate::web::state::Web;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// What a form with files says.
pub struct Uploaded {
    /// The files, in a folder that goes away with this value.
    pub incoming: Incoming,
    /// How they are to be read.
    pub mapping: MappingOptions,
    /// The other parts.
    pub append: Option<String>,
    /// Title for a flow that is made.
    pub title: Option<String>,
    /// The flow, in forms of pages; the address says it otherwise.
    pub flow: Option<String>,
}

/// Longest part that is no file.
const WORDS_MAX: usize = 64 << 10;
/// Most files in one request.
const FILES_MAX: usize = 1000;
/// Bytes collected before they are written.
const BUFFER: usize = 1 << 20;

impl FromRequest<Arc<Web>> for Uploaded {
    type Rejection = ApiError;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, ApiError> {
        Self::receive(request, web, false).await
    }
}

impl Uploaded {
    /// Takes in a form; those of pages may name the flow in a part.
    ///
    /// # Errors
    /// 4xx for a form that cannot be used or is too large.
    pub async fn receive(request: Request, web: &Arc<Web>, may_name_flow: bool) -> Result<Self, ApiError> {
        refuse_announced(web, request.headers())?;
        let incoming = web.blocking(|web| web.app.receive()).await?;
        let mut form = Multipart::from_request(request, web).await.map_err(|error| no_form(&error))?;
        let mut uploaded = Self { incoming, mapping: MappingOptions::default(), append: None, title: None, flow: None };
        while let Some(field) = next_field(web, &mut form).await? {
            match field.name().unwrap_or_default() {
                "file" => uploaded.take_file(web, field).await?,
                "mapping" => uploaded.mapping = mapping(&words(web, field).await?)?,
                "append" => uploaded.append = Some(words(web, field).await?),
                "title" => uploaded.title = Some(words(web, field).await?),
                "flow" if may_name_flow => uploaded.flow = Some(words(web, field).await?),
                other => {
                    let shown: String = other.chars().take(60).collect();
                    let hint = "the parts are `file` (one or more), `mapping`, `append` and `title`";
                    return Err(ApiError::bad_request("bad_part", format!("there is no part `{shown}`"), hint));
                }
            }
        }
        Ok(uploaded)
    }

    async fn take_file(&mut self, web: &Arc<Web>, field: Field<'_>) -> Result<(), ApiError> {
        let name = field.file_name().map_or("upload", last_part).to_owned();
        if self.incoming.files.len() >= FILES_MAX {
            let hint = "send them in several requests, with append=true";
            return Err(ApiError::bad_request("too_many_files", format!("there are over {FILES_MAX} files"), hint));
        }
        let before: u64 = self.incoming.files.iter().map(|file| file.bytes).sum();
        let path = self.incoming.next_path();
        let (bytes, hash) = write(web, &path, field, before).await?;
        self.incoming.files.push(Received { name, path, bytes, hash });
        Ok(())
    }
}

/// Browsers of long ago sent whole paths.
fn last_part(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    if last.is_empty() { "upload" } else { last }
}

async fn write(web: &Web, path: &Path, mut field: Field<'_>, before: u64) -> Result<(u64, String), ApiError> {
    let fault = |step: &'static str| {
        move |source| ApiError::from(AppError::Store(StoreError::Folder { step, path: path.to_owned(), source }))
    };
    let limit = web.app.config.server.upload_bytes_max;
    let mut file = tokio::io::BufWriter::with_capacity(BUFFER, File::create(path).await.map_err(fault("make"))?);
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0u64;
    while let Some(chunk) = patiently(web, field.chunk()).await? {
        bytes += chunk.len() as u64;
        if before + bytes > limit {
            return Err(too_large(limit));
        }
        hasher.update(&chunk);
        file.write_all(&chunk).await.map_err(fault("write"))?;
    }
    file.flush().await.map_err(fault("write"))?;
    file.into_inner().sync_all().await.map_err(fault("sync"))?;
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}

async fn next_field<'a>(web: &Web, form: &'a mut Multipart) -> Result<Option<Field<'a>>, ApiError> {
    patiently(web, form.next_field()).await
}

async fn words(web: &Web, mut field: Field<'_>) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = patiently(web, field.chunk()).await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > WORDS_MAX {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "a part that is no file is too long",
            ));
        }
    }
    let wrong = |_| ApiError::bad_request("bad_part", "a part is no UTF-8 text", "send it as UTF-8");
    String::from_utf8(bytes).map_err(wrong)
}

/// An upload takes as long as it takes, but a connection on which nothing comes any more is given up.
async fn patiently<T>(web: &Web, next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, ApiError> {
    let seconds = web.app.config.server.request_seconds;
    match tokio::time::timeout(Duration::from_secs(seconds), next).await {
        Ok(result) => result.map_err(|error| broken(&error)),
        Err(_) => {
            let detail = format!("nothing came for {seconds} s");
            Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "upload_stalled", detail).limit("server.request_seconds"))
        }
    }
}

fn mapping(text: &str) -> Result<MappingOptions, ApiError> {
    serde_json::from_str(text).map_err(|error| {
        let hint = "e.g. {\"case\": \"Order\", \"timezone\": \"Europe/Madrid\"}; /api/v1/openapi.json has all names";
        ApiError::bad_request("bad_mapping", format!("the part `mapping`: {error}"), hint)
    })
}

/// A size that is announced too large need not be waited for.
fn refuse_announced(web: &Web, headers: &HeaderMap) -> Result<(), ApiError> {
    const FRAMING: u64 = 1 << 20;
    let limit = web.app.config.server.upload_bytes_max;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit.saturating_add(FRAMING)) { Err(too_large(limit)) } else { Ok(()) }
}

fn too_large(limit: u64) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "upload_too_large", format!("the upload is larger than {limit} bytes"))
        .hint("compress it, send it in parts with append=true, or raise server.upload_bytes_max")
        .limit("server.upload_bytes_max")
}

fn no_form(error: &MultipartRejection) -> ApiError {
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", error.body_text())
        .hint("send a multipart form, e.g. curl -F file=@log.csv")
}

fn broken(error: &MultipartError) -> ApiError {
    let hint = "send it again; nothing was kept";
    ApiError::bad_request("broken_upload", format!("the upload broke off or is no form: {}", error.body_text()), hint)
}

#[cfg(test)]
mod tests {
    use super::last_part;

    #[test]
    fn names_are_no_paths() {
        let names = ["log.csv", "a/b/log.csv", "C:\\a\\log.csv", "../../etc/passwd", "", "/"];
        assert_eq!(names.map(last_part), ["log.csv", "log.csv", "log.csv", "passwd", "upload", "upload"]);
    }
}
