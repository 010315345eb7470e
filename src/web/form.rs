//! In which form an answer is wanted: by what stands behind the address, or by `Accept`.

use crate::web::error::ApiError;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;

/// The forms that an answer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// Comma-separated values with a header.
    Csv,
    /// The language of Graphviz.
    Dot,
    /// An event log of IEEE 1849.
    Xes,
    /// A process model with its diagram.
    Bpmn,
    /// A process model as a Petri net.
    Pnml,
    /// A picture made of lines.
    Svg,
    /// A picture made of dots.
    Png,
    /// A page of its own.
    Html,
}

const ALL: [Form; 9] =
    [Form::Json, Form::Csv, Form::Dot, Form::Bpmn, Form::Pnml, Form::Xes, Form::Svg, Form::Png, Form::Html];

impl Form {
    /// What stands behind an address.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::Csv => ".csv",
            Self::Dot => ".dot",
            Self::Xes => ".xes",
            Self::Bpmn => ".bpmn",
            Self::Pnml => ".pnml",
            Self::Svg => ".svg",
            Self::Png => ".png",
            Self::Html => ".html",
        }
    }

    /// The media type of the answer.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::Xes => "application/xml; charset=utf-8",
            Self::Bpmn => "application/bpmn+xml; charset=utf-8",
            Self::Pnml => "application/xml; charset=utf-8",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    fn essence(self) -> &'static str {
        self.media_type().split(';').next().unwrap_or_default()
    }
}

/// What a request says about the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// It stands behind the address.
    Suffix(Form),
    /// The `Accept` header, which may be empty.
    Accept(String),
}

impl<S: Sync> FromRequestParts<S> for Wish {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Wish {
    /// What this request wishes.
    pub fn of(request: &Parts) -> Self {
        let suffix = request.extensions.get::<Form>().copied();
        suffix.map_or_else(|| Self::Accept(accept(&request.headers)), Self::Suffix)
    }

    /// The form to answer in.
    ///
    /// # Errors
    /// 406 if none of the forms `available`, of which the first is the usual one, is wanted.
    pub fn choose(&self, available: &[Form]) -> Result<Form, ApiError> {
        match self {
            Self::Suffix(form) if available.contains(form) => Ok(*form),
            Self::Suffix(form) => Err(not_available(form.suffix(), available)),
            Self::Accept(text) if text.trim().is_empty() => Ok(available[0]),
            Self::Accept(text) => {
                // Browsers ask for pages; programs' data are what there is here.
                let html = quality(text, "text/html").map(|q| (q, available[0]));
                let forms = available.iter().filter_map(|form| Some((quality(text, form.essence())?, *form)));
                let best = first_of_greatest(forms).or(html);
                best.map(|(_, form)| form).ok_or_else(|| not_available(text, available))
            }
        }
    }
}

/// Stands before what is JSON only: another wish is refused before anything is done. Whoever changes something and says
/// nothing behind the address is not asked for the form of a receipt.
pub async fn only_json(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let wish = Wish::of(&parts);
    let counts = parts.method.is_safe() || matches!(wish, Wish::Suffix(_));
    match wish.choose(&[Form::Json]) {
        Err(error) if counts => error.into_response(),
        _ => next.run(Request::from_parts(parts, body)).await,
    }
}

/// Stands before what has a form of its own, which nothing behind the address can change.
pub async fn no_choice(request: Request, next: Next) -> Response {
    match request.extensions().get::<Form>() {
        Some(form) => not_available(form.suffix(), &[]).into_response(),
        None => next.run(request).await,
    }
}

/// The most wanted; of equals the first.
fn first_of_greatest(forms: impl Iterator<Item = (f32, Form)>) -> Option<(f32, Form)> {
    forms.reduce(|best, next| if next.0 > best.0 { next } else { best })
}

fn not_available(wanted: &str, available: &[Form]) -> ApiError {
    let shown: String = wanted.chars().take(100).collect();
    let detail = format!("this answer has no form {shown}");
    let forms: Vec<&str> = available.iter().map(|form| form.suffix()).collect();
    let hint = match forms.as_slice() {
        [] => "put nothing behind the address".to_owned(),
        forms => format!("put {} behind the address, or leave the form open", forms.join(" or ")),
    };
    ApiError::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail).hint(hint)
}

/// All `Accept` headers as one.
pub fn accept(headers: &HeaderMap) -> String {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

/// How much a media type is wanted, above 0; `None` if it is not.
pub fn quality(accept: &str, media_type: &str) -> Option<f32> {
    let (main, _) = media_type.split_once('/')?;
    let mut best: Option<(u8, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let exact = match name.as_str() {
            "*/*" => 0,
            name if name.strip_suffix("/*") == Some(main) => 1,
            name if name == media_type => 2,
            _ => continue,
        };
        let q = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        if best.is_none_or(|(known, _)| exact >= known) {
            best = Some((exact, q.clamp(0.0, 1.0)));
        }
    }
    best.map(|(_, q)| q).filter(|q| *q > 0.0)
}

/// Whether a person in front of a browser asks.
pub fn prefers_page(headers: &HeaderMap) -> bool {
    let accept = accept(headers);
    let named = accept.to_ascii_lowercase().contains("text/html");
    let page = quality(&accept, "text/html").unwrap_or(0.0);
    let data = ["application/json", "application/problem+json"];
    named && data.iter().all(|data| quality(&accept, data).unwrap_or(0.0) <= page)
}

/// Takes the form off the end of an address, before it is held against the routes, and remembers it.
pub async fn take_suffix(mut request: Request) -> Request {
    let path = request.uri().path();
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_file = matches!(last, "openapi.json" | "rejects.csv");
    // Only reports are pages; a case may be called `a.html`.
    let is_page = |form: &Form| *form != Form::Html || last == "report.html";
    let form =
        ALL.into_iter().filter(is_page).find(|form| last.len() > form.suffix().len() && last.ends_with(form.suffix()));
    let Some(form) = form.filter(|_| path.starts_with("/api/") && !is_file) else { return request };
    let mut bare = path[..path.len() - form.suffix().len()].to_owned();
    if let Some(query) = request.uri().query() {
        bare.push('?');
        bare.push_str(query);
    }
    if let Ok(uri) = bare.parse::<Uri>() {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(form);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_from_the_wish() {
        let accept = |text: &str| Wish::Accept(text.to_owned());
        let check = |wish: Wish, expected: Option<Form>| {
            let chosen = wish.choose(&[Form::Json, Form::Csv]);
            assert_eq!(chosen.as_ref().ok(), expected.as_ref(), "{wish:?}");
            assert!(chosen.is_ok() || chosen.is_err_and(|error| error.status == StatusCode::NOT_ACCEPTABLE));
        };
        check(accept(""), Some(Form::Json));
        check(accept("*/*"), Some(Form::Json));
        check(accept("text/csv"), Some(Form::Csv));
        check(accept("text/*"), Some(Form::Csv));
        check(accept("application/json;q=0.5, text/csv"), Some(Form::Csv));
        check(accept("text/csv;q=0, */*;q=0.1"), Some(Form::Json));
        check(accept("text/html,application/xhtml+xml,*/*;q=0.8"), Some(Form::Json));
        check(accept("text/html"), Some(Form::Json));
        check(accept("image/svg+xml"), None);
        check(accept("application/xml;q=x"), None);
        check(Wish::Suffix(Form::Csv), Some(Form::Csv));
        check(Wish::Suffix(Form::Dot), None);
        check(Wish::Suffix(Form::Html), None);
    }

    #[test]
    fn people_are_told_from_programs() {
        let check = |text: &'static str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(text));
            assert_eq!(prefers_page(&headers), expected, "{text}");
        };
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true);
        check("*/*", false);
        check("application/json", false);
        check("application/json, text/html;q=0.5", false);
    }

    #[test]
    fn suffixes_are_taken_off() {
        let check = |address: &str, expected: &str, form: Option<Form>| {
            let request = Request::builder().uri(address).body(axum::body::Body::empty()).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let request = runtime.block_on(take_suffix(request));
            assert_eq!(request.uri().to_string(), expected);
            assert_eq!(request.extensions().get::<Form>().copied(), form);
        };
        check("/api/v1/flows/a/stats.csv?from=2024", "/api/v1/flows/a/stats?from=2024", Some(Form::Csv));
        check("/api/v1/flows/a/cases/x.json.json", "/api/v1/flows/a/cases/x.json", Some(Form::Json));
        check("/api/v1/flows/a/report.html?version=2", "/api/v1/flows/a/report?version=2", Some(Form::Html));
        check("/api/v1/flows/a/cases/x.html", "/api/v1/flows/a/cases/x.html", None);
        check("/api/v1/openapi.json", "/api/v1/openapi.json", None);
        check("/api/v1/flows/a/imports/1/rejects.csv", "/api/v1/flows/a/imports/1/rejects.csv", None);
        check("/api/v1/flows/.csv", "/api/v1/flows/.csv", None);
        check("/static/a.csv", "/static/a.csv", None);
    }
}
