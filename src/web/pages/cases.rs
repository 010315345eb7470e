//! The cases page: which cases there are, page by page, and the way to one whose id is known.

use crate::app::Asked;
use crate::draw::figure::{count, duration};
use crate::model::answers::{CaseRow, Stats};
use crate::model::filter::Filter;
use crate::web::answer::{Tagged, etag};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

/// So many cases are on a page.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    kept: Vec<(&'static str, String)>,
    missing: Option<Missing>,
    nothing: Option<Nothing>,
    definition: Definition,
    heads: Vec<Head>,
    rows: Vec<Row>,
    pages: Pages,
}

/// A column by which the list can be sorted.
struct Head {
    title: &'static str,
    is_number: bool,
    /// `ascending`, `descending` or `none`.
    order: &'static str,
    href: String,
}

/// Columns: the order that they give, title, whether they hold figures.
const HEADS: [(&str, &str, bool); 5] = [
    ("case", "Case", false),
    ("start", "Started", false),
    ("end", "Ended", false),
    ("duration", "Duration", true),
    ("events", "Events", true),
];

/// A case id that leads nowhere, at least not here.
struct Missing {
    words: String,
    /// Where the case is, if it is in the log.
    found: Option<String>,
    all: String,
}

struct Row {
    href: String,
    id: String,
    started: String,
    ended: String,
    duration: String,
    bar: u32,
    events: String,
    variant: String,
    variant_href: String,
}

/// Which part of a list is shown, and the ways to its neighbours.
pub struct Pages {
    pub words: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// The page.
pub async fn cases(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["offset", "q", "sort"])?;
    let asked = ask.open().await?;
    let offset = ask.number("offset")?.unwrap_or_default();
    let plain = flow_page(&ask, &asked, "cases");
    let sort = ask.rest.get("sort").cloned().unwrap_or_default();
    let address = plain.with("sort", &sort);
    let wanted = ask.rest.get("q").map(|text| text.trim()).filter(|text| !text.is_empty());
    let missing = match wanted {
        Some(id) => match look_for(&ask, &asked, id).await? {
            Found::Here => return Ok(see_other(case_href(&address, &asked, id, None))),
            Found::Elsewhere => Some(missing(&address, &asked, id, true)),
            Found::Nowhere => Some(missing(&address, &asked, id, false)),
        },
        None => None,
    };
    let shell = Shell::of_flow(&ask, &parts, &asked, "cases").await?;
    let stats = ask.web.app.stats(&asked).await?;
    let list = ask.web.app.cases_sorted(&asked, &sort, offset, SHOWN).await?;
    let ranks = ranks(&ask, &asked).await?;
    let longest = stats.cycle_time_s.as_ref().and_then(|cycle| cycle.max);
    let row = |(at, case): (usize, &CaseRow)| row(&address, &asked, &ranks, longest, offset + at, case);
    page(&CasesPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&stats),
        exports: exports(&asked, &ask, list.total),
        filters: Filters::of(&asked, &address, &stats),
        nothing: Nothing::of(&ask, &asked, &plain, &stats).await?,
        definition: Definition::of("cases", &ask.web.app.about("case_list")?, &Population::of(&asked, stats.cases)),
        heads: heads(&plain, &sort),
        kept: address.parameters().to_vec(),
        rows: list.cases.iter().enumerate().map(row).collect(),
        pages: pages(&address, offset, list.cases.len(), list.total.max(0) as usize, "cases"),
        shell,
        missing,
    })
}

/// Each head sorts by its column, and the other way round if it does already. What is large is wanted first.
fn heads(address: &Address, sort: &str) -> Vec<Head> {
    let sort = if sort.is_empty() { "start" } else { sort };
    let head = |(name, title, is_number): (&'static str, &'static str, bool)| {
        let down = format!("{name}_desc");
        let (order, next) = match (sort == name, sort == down) {
            (true, _) => ("ascending", down.as_str()),
            (_, true) => ("descending", name),
            _ if is_number => ("none", down.as_str()),
            _ => ("none", name),
        };
        Head { title, is_number, order, href: address.with("sort", next).href() }
    };
    HEADS.into_iter().map(head).collect()
}

/// The order of a list in words.
pub fn order_words(sort: &str) -> String {
    let (name, down) = sort.strip_suffix("_desc").map_or((sort, false), |name| (name, true));
    let by = if name.is_empty() { "start" } else { name };
    match (by, down) {
        ("start" | "end", true) => format!("by {by}, the newest first"),
        ("duration" | "events", true) => format!("by {by}, the most first"),
        (_, true) => format!("by {by}, backwards"),
        (_, false) => format!("by {by}"),
    }
}

/// A page of the asked flow, filter and version.
pub fn flow_page(ask: &Ask, asked: &Asked, name: &str) -> Address {
    let address = Address::of_flow(&asked.target.flow, name).with("filter", asked.filter.to_string());
    ask.version.map_or_else(|| address.clone(), |version| address.with("version", version))
}

/// The page of a case; `at` is its place in the list, if it is known.
pub fn case_href(address: &Address, asked: &Asked, case: &str, at: Option<usize>) -> String {
    let address = address.at(&format!("/flows/{}/cases/{}", encoded(&asked.target.flow), segment(case)));
    at.map_or_else(|| address.clone(), |at| address.with("at", at)).href()
}

/// Part of a path: a slash would begin the next one.
pub fn segment(text: &str) -> String {
    let text = encoded(text).replace('/', "%2F");
    // Browsers take away segments that are one or two dots.
    if text.bytes().all(|byte| byte == b'.') { text.replace('.', "%2E") } else { text }
}

/// Position and size of a part of a list in words, with the ways to its neighbours.
pub fn pages(address: &Address, offset: usize, shown: usize, total: usize, what: &str) -> Pages {
    let words = match (total, shown) {
        (0, _) => format!("no {what}"),
        (_, 0) => format!("the list of {} {what} ends before {}", count(total as i64), count(offset as i64 + 1)),
        _ => {
            let (first, last) = (count(offset as i64 + 1), count((offset + shown) as i64));
            format!("{first} to {last} of {} {what}", count(total as i64))
        }
    };
    let to = |offset: usize| {
        let offset = if offset == 0 { String::new() } else { offset.to_string() };
        address.with("offset", offset).href()
    };
    Pages {
        words,
        previous: (offset > 0).then(|| to(offset.min(total).saturating_sub(SHOWN))),
        next: (offset + shown < total && shown > 0).then(|| to(offset + shown)),
    }
}

/// The rank of each variant of the asked cases, by its id; kept like other answers.
///
/// # Errors
/// Those of the query.
pub async fn ranks(ask: &Ask, asked: &Asked) -> Result<BTreeMap<String, i64>, ApiError> {
    let tag = etag(&Tagged {
        log: &asked.target.key,
        queries: &ask.web.fingerprint,
        question: "ranks of variants",
        filter: &asked.filter.to_string(),
        parameters: &BTreeMap::new(),
        form: Form::Json,
    });
    let fault = |error: serde_json::Error| ApiError::internal(error.to_string());
    let compute = async {
        let variants = ask.web.app.variants(asked, None).await?.variants;
        let ranks: BTreeMap<String, i64> = variants.into_iter().map(|variant| (variant.id, variant.rank)).collect();
        Ok(Bytes::from(serde_json::to_vec(&ranks).map_err(fault)?))
    };
    serde_json::from_slice(&ask.web.answers.get(&tag, compute).await?).map_err(fault)
}

/// A time of an answer to the second, without the signs of machines.
pub fn stamp(time: Option<&str>) -> String {
    match time.map(|time| (time.get(..10), time.get(11..19))) {
        Some((Some(day), Some(clock))) => format!("{day} {clock}"),
        _ => time.unwrap_or("–").to_owned(),
    }
}

enum Found {
    Here,
    Elsewhere,
    Nowhere,
}

async fn look_for(ask: &Ask, asked: &Asked, id: &str) -> Result<Found, ApiError> {
    let one = |filter: Filter| Asked { target: asked.target.clone(), filter };
    let alone = one(Filter { cases: vec![id.to_owned()], ..Filter::default() });
    if ask.web.app.cases(&alone, 0, 1).await?.cases.is_empty() {
        return Ok(Found::Nowhere);
    }
    let known = &asked.filter.cases;
    if !known.is_empty() && !known.iter().any(|known| known == id) {
        return Ok(Found::Elsewhere);
    }
    let within = one(Filter { cases: vec![id.to_owned()], ..asked.filter.clone() });
    let found = !ask.web.app.cases(&within, 0, 1).await?.cases.is_empty();
    Ok(if found { Found::Here } else { Found::Elsewhere })
}

fn missing(address: &Address, asked: &Asked, id: &str, elsewhere: bool) -> Missing {
    let all = address.without("filter");
    let words = if elsewhere {
        format!("Case “{id}” is in the log, but not among the filtered cases.")
    } else {
        format!("There is no case “{id}” in the log. Ids are compared letter by letter.")
    };
    Missing { words, found: elsewhere.then(|| case_href(&all, asked, id, None)), all: all.href() }
}

fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

fn row(
    address: &Address,
    asked: &Asked,
    ranks: &BTreeMap<String, i64>,
    longest: Option<f64>,
    at: usize,
    case: &CaseRow,
) -> Row {
    let of_longest =
        |cycle: f64| longest.filter(|longest| *longest > 0.0).map_or(0.0, |longest| 100.0 * cycle / longest);
    let filter = Filter { variants: vec![case.variant.clone()], ..asked.filter.clone() };
    Row {
        href: case_href(address, asked, &case.case, Some(at)),
        id: case.case.clone(),
        started: stamp(case.started_at.as_deref()),
        ended: stamp(case.ended_at.as_deref()),
        duration: case.cycle_time_s.map_or_else(|| "–".to_owned(), duration),
        bar: case.cycle_time_s.map_or(0.0, of_longest).clamp(0.0, 100.0).round() as u32,
        events: count(case.events),
        variant: ranks.get(&case.variant).map_or_else(|| case.variant.clone(), |rank| format!("#{}", count(*rank))),
        variant_href: address.with("filter", filter.canonical().to_string()).href(),
    }
}

fn title(stats: &Stats) -> String {
    if stats.cases == 0 {
        return "No case matches".to_owned();
    }
    let cases = if stats.cases == 1 { "One case".to_owned() } else { format!("{} cases", count(stats.cases)) };
    match &stats.cycle_time_s {
        Some(cycle) if stats.cases == 1 => format!("{cases}, which took {}", duration(cycle.median)),
        Some(cycle) => {
            let (median, p90) = (duration(cycle.median), duration(cycle.p90));
            format!("{cases}: half take at most {median}, one in ten more than {p90}")
        }
        None => format!("{cases} with {} events", count(stats.events)),
    }
}

fn exports(asked: &Asked, ask: &Ask, total: i64) -> Vec<Export> {
    let most = ask.web.app.config.limits.rows_returned_max;
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let export = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{}/cases.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).with("limit", most).href(), title, kind }
    };
    let log = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{}/log.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    let logs = [log("All their events as a table", "CSV"), log("All their events as a log", "XES")];
    let lists = match u64::try_from(total).is_ok_and(|total| total > most) {
        true => [export("The first cases as a table", "CSV"), export("The first cases", "JSON")],
        false => [export("Cases as a table", "CSV"), export("Cases", "JSON")],
    };
    lists.into_iter().chain(logs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_lists_know_their_neighbours() {
        let address = Address::new("/c");
        let first = pages(&address, 0, 100, 250, "cases");
        assert_eq!(first.words, "1 to 100 of 250 cases");
        assert_eq!((first.previous, first.next.as_deref()), (None, Some("/c?offset=100")));
        let last = pages(&address, 200, 50, 250, "cases");
        assert_eq!((last.previous.as_deref(), last.next), (Some("/c?offset=100"), None));
        let beyond = pages(&address, 900, 0, 250, "cases");
        assert_eq!((beyond.previous.as_deref(), beyond.next), (Some("/c?offset=150"), None));
        assert_eq!(pages(&address, 0, 0, 0, "cases").words, "no cases");
    }

    #[test]
    fn ids_are_one_part_of_the_path() {
        assert_eq!([segment("a/b ?"), segment(".."), segment("1.2")], ["a%2Fb%20%3F", "%2E%2E", "1.2"]);
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(stamp(Some("2024-01-02T03:04:05.678Z")), "2024-01-02 03:04:05");
        assert_eq!(stamp(None), "–");
    }
}
