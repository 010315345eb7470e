//! The pages: server-rendered, whole without scripts, made handier by small modules of our own.
//!
//! Every page is a struct beside its template; [`shell`] surrounds them, [`address`] makes their links.

mod address;
mod assets;
mod brush;
mod case;
mod cases;
mod causes;
mod cell;
mod compare;
mod conformance;
mod coverage;
mod definition;
mod demo;
mod detected;
mod filter;
mod gantt;
mod grain;
mod home;
mod import;
mod inspector;
mod kpi;
mod kpi_card;
mod kpis;
mod look;
mod map;
mod map_table;
mod nothing;
mod official;
mod overview;
mod palette;
mod path;
mod portfolio;
mod quality;
mod report;
mod shell;
mod spark;
mod spread;
mod sql;
mod strips;
mod theme;
mod tiles;
mod upload;
mod variant_list;
mod variants;

pub use assets::asset;
pub use case::case;
pub use cases::cases;
pub use causes::causes;
pub use compare::compare;
pub use conformance::{conformance, decide, deviation, discovered, formalise, uploaded};
pub use coverage::cover;
pub use demo::load as load_demo;
pub use filter::{add as add_filter, choose as choose_variants};
pub use home::home;
pub use import::{cancel as cancel_import, show as import};
pub use kpi::kpi;
pub use kpis::kpis;
pub use map::map;
pub use official::{decide as decide_version, preview as official_preview, run as run_official, show as official};
pub use overview::overview;
pub use palette::palette;
pub use report::Report;
pub use sql::{file as sql_file, run as run_sql, show as sql};
pub use strips::{Strips, strips};
pub use theme::choose as choose_theme;
pub use upload::{inspect, send as send_upload, show as upload};
pub use variants::variants;

use crate::web::error::{ApiError, Problem};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use shell::Shell;

/// The page that signs in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    /// The one-time code of the address; empty asks for a token.
    code: String,
    /// Whether the last attempt failed.
    refused: bool,
}

#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    problem: &'a Problem,
    /// The address that was asked for, if asking again may help.
    again: Option<String>,
}

/// A template as an answer.
///
/// # Errors
/// `internal` if it cannot be filled.
pub fn page(template: &impl Template) -> Result<Response, ApiError> {
    let html = template.render().map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(axum::response::Html(html).into_response())
}

/// Where people sign in, with the code of a one-time address or, without one, a token.
///
/// # Errors
/// Those of the template.
pub fn sign_in(headers: &HeaderMap, code: String, refused: bool) -> Result<Response, ApiError> {
    page(&SignInPage { shell: Shell::bare(headers), code, refused })
}

/// A problem for people; `here` is the address that was read, if it was only read.
///
/// # Errors
/// Those of the template.
pub fn error_page(headers: &HeaderMap, here: Option<&str>, problem: &Problem) -> Result<String, askama::Error> {
    // What is wrong with a request is wrong the next time, too.
    let again = here.filter(|_| problem.status >= 500 || problem.status == 429).map(str::to_owned);
    ErrorPage { shell: Shell::bare(headers), problem, again }.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_escaped() {
        let problem = Problem {
            kind: String::new(),
            title: "a".to_owned(),
            status: 400,
            detail: "<script>alert(1)</script>".to_owned(),
            code: "a".to_owned(),
            hint: Some("\"><b>".to_owned()),
            request_id: "1".to_owned(),
            limit: None,
            duplicate: None,
            diff: None,
        };
        let html = error_page(&HeaderMap::new(), Some("/flows/a/map?x=\"><b>"), &problem).unwrap();
        assert!(!html.contains("Try again"), "{html}");
        let failed = Problem { status: 503, ..problem.clone() };
        let again = error_page(&HeaderMap::new(), Some("/flows/a/map?x=\"><b>"), &failed).unwrap();
        assert!(again.contains("Try again") && again.contains("/flows/a/map?x=") && !again.contains("<b>"), "{again}");
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
        let code =
            SignInPage { shell: Shell::default(), code: "\"><script>".to_owned(), refused: false }.render().unwrap();
        assert!(!code.contains("<script>"), "{code}");
    }
}
