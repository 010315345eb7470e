//! The one edge at which failures become answers: a status, a stable code, what happened and what to do.
//!
//! An [`ApiError`] rides in the response's extensions. One middleware (`context`) logs it once with the request id and
//! writes it as a problem (RFC 9457), or as a page for people. What caused it is logged and never shown.

use crate::app::{AppError, Class};
use crate::ingest::IngestError;
use crate::model::official::FlowDiff;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A problem as RFC 9457 has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:throughline:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, this time.
    pub detail: String,
    /// A stable word for programs.
    pub code: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Finds this request in the server's log.
    pub request_id: String,
    /// Name of the limit in the configuration that was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The page of the import with which the same file came before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<String>,
    /// What somebody else has changed meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<Box<FlowDiff>>,
}

/// A failure that its answer says in words already; nothing replaces it.
#[derive(Debug, Clone, Copy)]
pub struct InWords;

/// Why a request was not answered.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: &'static str,
    /// What happened.
    pub detail: Box<str>,
    /// What to do.
    pub hint: Option<Box<str>>,
    /// Name of the limit that was reached.
    pub limit: Option<&'static str>,
    /// What is logged and not shown.
    pub cause: Option<Box<str>>,
    /// The page of the import with which the same file came before.
    pub duplicate: Option<Box<str>>,
    /// What somebody else has changed meanwhile.
    pub diff: Option<Box<FlowDiff>>,
    /// A further header of the answer.
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl ApiError {
    /// A failure with this status and code.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into().into();
        Self { status, code, detail, hint: None, limit: None, cause: None, duplicate: None, diff: None, header: None }
    }

    /// The request is wrong.
    pub fn bad_request(code: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail).hint(hint)
    }

    /// A fault of the program or the machine; `cause` goes to the log only.
    pub fn internal(cause: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed to answer");
        error.cause = Some(cause.into().into());
        error.hint("the server's log has the details under the request id; please report it")
    }

    /// What to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into().into());
        self
    }

    /// The limit of the configuration that was reached.
    pub fn limit(mut self, name: &'static str) -> Self {
        self.limit = Some(name);
        self
    }

    /// A further header of the answer; there is at most one.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// Where the server keeps a file is nobody's business: its owner knows it by its name.
    pub fn naming(mut self, path: &std::path::Path, name: &str) -> Self {
        self.detail = self.detail.replace(path.to_string_lossy().as_ref(), name).into();
        self
    }

    /// As it is sent.
    pub fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("urn:throughline:problem:{}", self.code),
            title: self.code.replace('_', " "),
            status: self.status.as_u16(),
            detail: self.detail.to_string(),
            code: self.code.to_owned(),
            hint: self.hint.as_deref().map(str::to_owned),
            request_id: request_id.to_owned(),
            limit: self.limit.map(str::to_owned),
            duplicate: self.duplicate.as_deref().map(str::to_owned),
            diff: self.diff.clone(),
        }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let (code, class) = error.code();
        let status = match class {
            Class::BadRequest => StatusCode::BAD_REQUEST,
            Class::NotFound => StatusCode::NOT_FOUND,
            Class::Conflict => StatusCode::CONFLICT,
            Class::Unusable | Class::TooMuch => StatusCode::UNPROCESSABLE_ENTITY,
            Class::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Class::TooLong => StatusCode::GATEWAY_TIMEOUT,
            Class::Storage if error.is_disk_full() => StatusCode::INSUFFICIENT_STORAGE,
            Class::Storage | Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let limit = match &error {
            AppError::Query(error) => error.limit(),
            AppError::Ingest(IngestError::TooLarge { .. }) => Some("server.unpacked_bytes_max"),
            _ => None,
        };
        let causes = causes(&error);
        let mut answer = match class {
            Class::Internal => Self::internal(causes),
            Class::Storage => {
                let mut answer = Self::new(status, code, "the server cannot use its data folder");
                answer.cause = Some(causes.into());
                answer
            }
            _ => Self::new(status, code, causes),
        };
        answer.code = code;
        answer.hint = error.hint().map(Into::into).or(answer.hint);
        answer.limit = limit;
        if let AppError::Moved { diff, .. } = &error {
            answer.diff = Some(diff.clone());
        }
        if let AppError::SameFile { flow, first: Some(first), .. } = &error {
            answer.duplicate = Some(format!("/flows/{flow}/imports/{first}").into());
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer = answer.header(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        answer
    }
}

/// An error with its causes in one line.
fn causes(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        let words = source.to_string();
        // Some causes repeat what is above them.
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = source.source();
    }
    text
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some((name, value)) = self.header.as_deref() {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::QueryError;
    use crate::store::StoreError;

    #[test]
    fn statuses_follow_from_what_happened() {
        let disk = |kind: std::io::ErrorKind| {
            let (step, path) = ("make", "/data/x".into());
            AppError::Store(StoreError::Folder { step, path, source: std::io::Error::from(kind) })
        };
        let check = |error: AppError, status: u16, code: &str, limit: Option<&str>| {
            let problem = ApiError::from(error).problem("r");
            assert_eq!((problem.status, problem.code.as_str(), problem.limit.as_deref()), (status, code, limit));
            assert!(!problem.detail.contains("/data"), "{problem:?}");
        };
        check(AppError::NoSuchCase { case: "a".to_owned() }, 404, "case_not_found", None);
        check(AppError::Query(QueryError::Busy { seconds: 5 }), 503, "busy", Some("limits.parallel_queries"));
        check(AppError::Query(QueryError::TimeLimit { seconds: 5 }), 504, "time_limit", Some("limits.query_seconds"));
        let memory = QueryError::MemoryLimit { megabytes: 5 };
        check(AppError::Query(memory), 422, "memory_limit", Some("limits.query_memory_mb"));
        check(disk(std::io::ErrorKind::StorageFull), 507, "data_folder", None);
        check(disk(std::io::ErrorKind::PermissionDenied), 500, "data_folder", None);
        let damaged = QueryError::Damaged { folder: "/data/v".to_owned(), what: "gone".to_owned() };
        check(AppError::Query(damaged), 500, "damaged_version", None);
        check(AppError::Internal("secret at /data/x".to_owned()), 500, "internal", None);
    }
}
