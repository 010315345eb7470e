//! One way for all reading answers: the ETag is known before anything runs, what was encoded is kept, and one encoder
//! makes JSON, CSV and DOT of the same value.

use crate::web::error::ApiError;
use crate::web::form::Form;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that an answer depends on.
#[derive(Debug, Clone)]
pub struct Tagged<'a> {
    /// Key of the log version; other data have another one.
    pub log: &'a str,
    /// Stands for the texts of all query files.
    pub queries: &'a str,
    /// What is asked.
    pub question: &'a str,
    /// The filter in its canonical text.
    pub filter: &'a str,
    /// The parameters.
    pub parameters: &'a BTreeMap<String, String>,
    /// The form of the answer.
    pub form: Form,
}

/// The strong ETag of an answer, with its quotes. The program's version is part of it.
pub fn etag(tagged: &Tagged<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        // With the length before it, no two lists of parts are the same bytes.
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    };
    let fixed = [tagged.log, env!("CARGO_PKG_VERSION"), tagged.queries, tagged.question, tagged.filter];
    fixed.into_iter().for_each(&mut add);
    add(tagged.form.suffix());
    for (name, value) in tagged.parameters {
        add(name);
        add(value);
    }
    format!("\"{}\"", &hasher.finalize().to_hex()[..32])
}

/// Whether the asker has this answer already.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // Comparison is weak, as the standard demands here: compression makes tags weak on their way.
    let same = |known: &str| known.trim() == "*" || known.trim().trim_start_matches("W/") == tag;
    values.flat_map(|value| value.split(',')).any(same)
}

/// A value that can be answered.
pub trait Answer: Serialize + Send + 'static {
    /// The forms it has, the usual one first.
    const FORMS: &'static [Form] = &[Form::Json, Form::Csv];

    /// As a table.
    ///
    /// # Errors
    /// Those of the writer, which for memory are none.
    fn csv(&self) -> std::io::Result<Vec<u8>>;

    /// As a picture, where that form is among [`Self::FORMS`].
    ///
    /// # Errors
    /// For what cannot be drawn.
    fn svg(&self) -> Result<String, ApiError> {
        Ok(String::new())
    }

    /// The same in dots.
    ///
    /// # Errors
    /// `too_large` for pictures beyond all screens.
    fn png(&self) -> Result<Vec<u8>, ApiError> {
        Ok(Vec::new())
    }

    /// As a page of its own, where that form is among [`Self::FORMS`].
    ///
    /// # Errors
    /// Those of the template.
    fn html(&self) -> Result<String, ApiError> {
        Ok(String::new())
    }

    /// As a process model, where that form is among [`Self::FORMS`].
    fn bpmn(&self) -> String {
        String::new()
    }

    /// In Graphviz's language, where that form is among [`Self::FORMS`].
    fn dot(&self) -> String {
        String::new()
    }
}

/// Encodes an answer where it keeps no other request waiting.
///
/// # Errors
/// `internal` if the value cannot be written.
pub async fn encode<A: Answer>(answer: A, form: Form) -> Result<Bytes, ApiError> {
    let write = move || {
        let failed = |error: std::io::Error| ApiError::internal(error.to_string());
        Ok(match form {
            Form::Csv => answer.csv().map_err(failed)?,
            Form::Dot => answer.dot().into_bytes(),
            Form::Bpmn => answer.bpmn().into_bytes(),
            Form::Svg => answer.svg()?.into_bytes(),
            Form::Png => answer.png()?,
            // Written by handlers of their own.
            Form::Xes | Form::Pnml => return Err(ApiError::internal("this answer has no such form")),
            Form::Html => answer.html()?.into_bytes(),
            Form::Json => serde_json::to_vec(&answer).map_err(|error| failed(error.into()))?,
        })
    };
    let written: Result<Vec<u8>, ApiError> =
        tokio::task::spawn_blocking(write).await.map_err(|error| ApiError::internal(error.to_string()))?;
    written.map(Bytes::from)
}

/// An encoded answer, with its tag if it may be asked for again.
pub fn respond(body: Bytes, form: Form, tag: Option<&str>) -> Response {
    respond_stream(Body::from(body), form, tag)
}

/// As [`respond`], of a body that is not held in memory.
pub fn respond_stream(body: Body, form: Form, tag: Option<&str>) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    finish(response, tag)
}

/// An answer that is cheaper to look up than to recognise: its tag is made from what it says.
pub fn respond_tagged(headers: &HeaderMap, body: Bytes, form: Form) -> Response {
    let tag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..32]);
    if is_known(headers, &tag) { not_modified(&tag) } else { respond(body, form, Some(&tag)) }
}

/// A value that has no other form than JSON, tagged by what it says.
///
/// # Errors
/// `internal` if the value cannot be written.
pub fn respond_json(headers: &HeaderMap, value: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(value).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(respond_tagged(headers, Bytes::from(body), Form::Json))
}

/// The asker has it already.
pub fn not_modified(tag: &str) -> Response {
    finish(StatusCode::NOT_MODIFIED.into_response(), Some(tag))
}

fn finish(mut response: Response, tag: Option<&str>) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        headers.insert(header::ETAG, tag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_changes_with_everything_that_the_answer_depends_on() {
        let parameters = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let (none, top, other) = (parameters(&[]), parameters(&[("top", "1")]), parameters(&[("to", "p1")]));
        let (log, queries, question, filter) = ("v1", "q1", "stats", "");
        let base = Tagged { log, queries, question, filter, parameters: &none, form: Form::Json };
        let all = [
            base.clone(),
            Tagged { log: "v2", ..base.clone() },
            Tagged { queries: "q2", ..base.clone() },
            Tagged { question: "map", ..base.clone() },
            Tagged { filter: "with=a", ..base.clone() },
            Tagged { parameters: &top, ..base.clone() },
            Tagged { parameters: &other, ..base.clone() },
            Tagged { form: Form::Csv, ..base.clone() },
            Tagged { log: "v1q", queries: "1", ..base.clone() },
        ];
        let tags: std::collections::BTreeSet<String> = all.iter().map(etag).collect();
        assert_eq!(tags.len(), all.len());
        assert_eq!(etag(&base), etag(&all[0]));
    }

    #[test]
    fn known_tags_are_recognised() {
        let check = |sent: &'static str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(sent));
            assert_eq!(is_known(&headers, "\"abc\""), expected, "{sent}");
        };
        check("\"abc\"", true);
        check("W/\"abc\"", true);
        check("\"x\", \"abc\"", true);
        check("*", true);
        check("abc", false);
        check("\"ab\"", false);
    }
}
