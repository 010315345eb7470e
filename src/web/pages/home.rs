//! The portfolio: every flow with its most telling numbers, the one that needs somebody first.

use crate::app::FlowInfo;
use crate::draw::figure::{count, duration, plain};
use crate::web::error::ApiError;
use crate::web::extract::pairs;
use crate::web::pages::address::Address;
use crate::web::pages::page;
use crate::web::pages::portfolio::{Card, card};
use crate::web::pages::shell::{Export, Shell};
use crate::web::state::Web;
use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::cmp::Ordering;
use std::sync::Arc;

/// So many flows are shown with their numbers.
const FLOWS_SHOWN: usize = 50;
/// A median that became longer by less than this part is no news.
const NEWS: f64 = 0.05;

#[derive(Template)]
#[template(path = "portfolio.html")]
struct Portfolio {
    shell: Shell,
    title: String,
    exports: Vec<Export>,
    cards: Vec<Card>,
    sorts: Vec<Choice>,
    views: Vec<Choice>,
    as_table: bool,
    left_out: usize,
    base: String,
    may_import: bool,
    has_demo: bool,
}

struct Choice {
    href: String,
    title: &'static str,
    on: bool,
}

/// How flows may be sorted: name in the address, and title. The first is meant if nothing is said.
const SORTS: [(&str, &str); 5] = [
    ("slowed", "Slowed most"),
    ("median", "Longest"),
    ("cases", "Most cases"),
    ("last", "Newest data"),
    ("name", "Name"),
];

/// The page.
pub async fn home(State(web): State<Arc<Web>>, parts: Parts) -> Result<Response, ApiError> {
    let shell = Shell::of(&web, &parts, "portfolio").await?;
    if !shell.signed_in {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response());
    }
    let given = pairs(&parts.uri)?;
    let parameter = |wanted: &str| given.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let sort = sort(parameter("sort").unwrap_or_default())?;
    let as_table = parameter("view") == Some("table");
    let (flows, has_demo) = web.blocking(|web| web.app.flows().map(|all| (all.flows, web.app.has_demo()))).await?;
    let left_out = flows.len().saturating_sub(FLOWS_SHOWN);
    let now = chrono::Utc::now().timestamp_micros();
    let (count, cases) = (flows.len(), flows.iter().filter_map(|flow: &FlowInfo| flow.cases).sum());
    let mut cards = Vec::new();
    for flow in flows.into_iter().take(FLOWS_SHOWN) {
        cards.push(card(&web, flow, now).await);
    }
    cards.sort_by(|one, other| order(sort, one, other).then_with(|| one.name.cmp(&other.name)));
    let here = Address::new("/").with("sort", parameter("sort").unwrap_or_default());
    let here = here.with("view", parameter("view").unwrap_or_default());
    page(&Portfolio {
        title: title(&cards, count, cases),
        exports: exports(),
        sorts: choices(&here, "sort", &SORTS, sort),
        views: choices(&here, "view", &[("", "Cards"), ("table", "Table")], if as_table { "table" } else { "" }),
        may_import: shell.role != "viewer",
        base: web.base_address(),
        shell,
        cards,
        as_table,
        left_out,
        has_demo,
    })
}

fn sort(name: &str) -> Result<&'static str, ApiError> {
    if name.is_empty() {
        return Ok(SORTS[0].0);
    }
    SORTS.iter().map(|(known, _)| *known).find(|known| *known == name).ok_or_else(|| {
        let names = SORTS.map(|(name, _)| name).join(", ");
        ApiError::bad_request(
            "bad_parameter",
            format!("flows cannot be sorted by `{name}`"),
            format!("there are {names}"),
        )
    })
}

/// What is large comes first, what is not known last.
fn order(sort: &str, one: &Card, other: &Card) -> Ordering {
    let by = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => other.total_cmp(&one),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    match sort {
        "slowed" => by(one.keys.slowed, other.keys.slowed),
        "median" => by(one.keys.median, other.keys.median),
        "cases" => other.keys.cases.cmp(&one.keys.cases),
        "last" => other.keys.last.cmp(&one.keys.last),
        _ => Ordering::Equal,
    }
}

fn choices(here: &Address, name: &'static str, all: &[(&'static str, &'static str)], now: &str) -> Vec<Choice> {
    let choice = |(value, title): &(&'static str, &'static str)| Choice {
        href: here.with(name, value).href(),
        title,
        on: *value == now,
    };
    all.iter().map(choice).collect()
}

/// What needs somebody, if anything does.
fn title(cards: &[Card], flows: usize, cases: u64) -> String {
    let slowest = cards.iter().filter_map(|card| Some((card, card.keys.slowed?, card.keys.median?)));
    let slowest = slowest.filter(|(_, slowed, _)| *slowed > NEWS).max_by(|one, other| one.1.total_cmp(&other.1));
    let begin = match flows {
        0 => return "Nothing is known of your work yet".to_owned(),
        1 => format!("One flow, {} cases", count(cases as i64)),
        more => format!("{more} flows, {} cases", count(cases as i64)),
    };
    match slowest {
        Some((card, slowed, median)) => {
            let by = plain(slowed * 100.0, 0);
            format!(
                "{begin}; {} slowed most: its newest cases take {by} % longer than those before, {} is its median",
                card.title,
                duration(median)
            )
        }
        None if cards.iter().any(|card| card.keys.slowed.is_some()) => {
            format!("{begin}; none takes notably longer than before")
        }
        None => begin,
    }
}

fn exports() -> Vec<Export> {
    let export =
        |title, kind: &'static str| Export { href: format!("/api/v1/flows.{}", kind.to_lowercase()), title, kind };
    vec![export("Flows as a table", "CSV"), export("Flows", "JSON")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::portfolio::Keys;

    fn flow(name: &str, slowed: Option<f64>, cases: u64) -> Card {
        Card {
            name: name.to_owned(),
            href: None,
            title: name.to_owned(),
            median: String::new(),
            p90: String::new(),
            cases: String::new(),
            events: String::new(),
            variants: String::new(),
            upto: String::new(),
            stale: None,
            moved: None,
            spark: None,
            course: String::new(),
            problem: None,
            is_busy: false,
            keys: Keys { slowed, median: Some(864_000.0), cases, last: None },
        }
    }

    #[test]
    fn what_slowed_most_comes_first_and_is_told() {
        let mut cards = vec![flow("a", None, 9), flow("b", Some(-0.2), 5), flow("c", Some(0.34), 7)];
        let names = |cards: &[Card]| cards.iter().map(|card| card.name.clone()).collect::<String>();
        cards.sort_by(|one, other| order("slowed", one, other));
        assert_eq!(names(&cards), "cba");
        let told = title(&cards, 3, 21);
        assert_eq!(
            told,
            "3 flows, 21 cases; c slowed most: its newest cases take 34 % longer than those before, 10 d is its median"
        );
        assert_eq!(title(&cards[1..2], 1, 5), "One flow, 5 cases; none takes notably longer than before");
        assert_eq!(title(&cards[2..], 1, 9), "One flow, 9 cases");
        cards.sort_by(|one, other| order("cases", one, other));
        assert_eq!(names(&cards), "acb");
        assert!(sort("luck").is_err() && sort("").is_ok());
    }
}
