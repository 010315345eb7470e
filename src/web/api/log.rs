//! The events of the asked cases as a file.

use crate::app::{FilterWords, LogForm};
use crate::web::answer::{Tagged, etag, is_known, not_modified, respond_stream};
use crate::web::api::reading::{AtVersion, OfFlow};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures::StreamExt;

const FORMS: [Form; 2] = [Form::Csv, Form::Xes];

/// The log itself, as other programs read it: `.csv` or `.xes`. It is written whole before the first byte is sent.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/log", tag = "answers", params(OfFlow, AtVersion, FilterWords),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn log(ask: Ask, headers: HeaderMap) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let form = ask.form(&FORMS)?;
    let asked = ask.open().await?;
    let tag = etag(&Tagged {
        log: &asked.target.key,
        queries: &ask.web.fingerprint,
        question: "the log itself",
        filter: &asked.filter.to_string(),
        parameters: &ask.rest,
        form,
    });
    if is_known(&headers, &tag) {
        return Ok(not_modified(&tag));
    }
    let wanted = if form == Form::Xes { LogForm::Xes } else { LogForm::Csv };
    let written = ask.web.app.export(&asked, wanted).await?;
    let file = tokio::fs::File::open(&written.path).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let bytes = written.bytes;
    // The file is there until its last byte is sent, or nobody waits for it any more.
    let parts = tokio_util::io::ReaderStream::new(file).map(move |part| {
        let _kept = &written;
        part
    });
    let mut response = respond_stream(Body::from_stream(parts), form, Some(&tag));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    let name = format!("attachment; filename=\"{}{}\"", asked.target.flow, form.suffix());
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
