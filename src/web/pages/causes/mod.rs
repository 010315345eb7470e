//! What goes with slow cases, rework, or differences from the official flow: a list whose rows lead to their cases, and a
//! shallow tree. It says "goes with" and nothing more: what is observed need not be a cause.

mod rows;

use crate::app::{Asked, CauseOf};
use crate::draw::figure::{count, percent};
use crate::model::causes::Causes;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::flow_page;
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use rows::{Leaf, Row};

/// What is asked about.
const OF: &str = "of";

#[derive(Template)]
#[template(path = "causes.html")]
struct CausesPage {
    shell: Shell,
    flow: String,
    title: String,
    told: String,
    exports: Vec<Export>,
    filters: Filters,
    targets: Vec<Choice>,
    nothing: Option<Nothing>,
    definition: Definition,
    /// Cases that are not looked at, and why.
    unseen: Option<String>,
    /// The heading of the share columns.
    verb: String,
    rows: Vec<Row>,
    less: Vec<Row>,
    tree: Vec<Leaf>,
    used: Vec<Used>,
    left_out: Vec<Used>,
    tests: String,
}

/// A target to choose.
struct Choice {
    href: String,
    title: &'static str,
    on: bool,
}

/// An attribute and what became of it.
struct Used {
    name: String,
    told: String,
}

/// The page.
pub async fn causes(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[OF])?;
    let asked = ask.open().await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "causes").await?;
    let plain = flow_page(&ask, &asked, "causes");
    let of = target(&ask, &asked)?;
    let app = &ask.web.app;
    let (found, stats) = (app.causes(&asked, &of).await?, app.stats(&asked).await?);
    let address = plain.with(OF, &of);
    let nothing = Nothing::of(&ask, &asked, &address, &stats).await?;
    let cases = flow_page(&ask, &asked, "cases");
    let most =
        found.findings.iter().chain(&found.less).flat_map(|one| [one.with_share, one.without_share + one.high_share]);
    let most = most.fold(0.0, f64::max).min(1.0);
    let row = |one: &crate::model::causes::Finding| Row::of(one, &cases, most);
    let origins = app.about("case_origins")?;
    let mut definition =
        Definition::of("causes", &origins, &Population::of(&asked, found.cases)).titled("What goes with them");
    definition.formula = app.causes_definition();
    definition.grain = "one row per value of an attribute".to_owned();
    definition.unit = "cases, share".to_owned();
    page(&CausesPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: if nothing.is_some() { "No case matches".to_owned() } else { found.sentence() },
        told: told(&found),
        exports: exports(&asked, &of),
        filters: Filters::of(&asked, &address, &stats),
        targets: choices(&plain, &asked, &of),
        nothing,
        definition,
        unseen: found
            .left_out_why
            .as_ref()
            .map(|why| format!("Left out, because they {why}: {}.", count(found.left_out_cases))),
        verb: found.target.words.clone(),
        rows: found.findings.iter().map(row).collect(),
        less: found.less.iter().map(row).collect(),
        tree: found.tree.as_ref().map(|tree| rows::leaves(tree, &cases)).unwrap_or_default(),
        used: used(&found),
        left_out: found
            .left_out
            .iter()
            .map(|one| Used { name: one.attribute.clone(), told: one.why.clone() })
            .collect(),
        tests: count(found.tests),
        shell,
    })
}

/// What is asked about; in a log without times that is rework unless something else is said.
fn target(ask: &Ask, asked: &Asked) -> Result<CauseOf, ApiError> {
    let text = ask.rest.get(OF).map_or("", String::as_str);
    if text.is_empty() && !asked.target.snapshot.manifest.has_times {
        return Ok(CauseOf::Rework);
    }
    Ok(text.parse()?)
}

fn choices(plain: &Address, asked: &Asked, of: &CauseOf) -> Vec<Choice> {
    let timed = asked.target.snapshot.manifest.has_times;
    let all = [
        (timed, CauseOf::Slow(None), "Slow cases", matches!(of, CauseOf::Slow(_))),
        (true, CauseOf::Rework, "Rework", matches!(of, CauseOf::Rework)),
        (asked.target.official.is_some(), CauseOf::Deviation(None), "Differences", matches!(of, CauseOf::Deviation(_))),
    ];
    let there = all.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, of, title, on)| Choice { href: plain.with(OF, of).href(), title, on }).collect()
}

fn told(found: &Causes) -> String {
    let Some(share) = found.target_share else { return String::new() };
    let first = format!(
        "{} of {} cases {} ({}).",
        count(found.target_cases),
        count(found.cases),
        found.target.words,
        percent(share)
    );
    match found.findings.first() {
        Some(one) => {
            let (with, without) = (percent(one.with_share), percent(one.without_share));
            format!("{first} It is {with} of the cases {} and {without} of the others.", one.words)
        }
        None => first,
    }
}

fn used(found: &Causes) -> Vec<Used> {
    let one = |one: &crate::model::causes::UsedAttribute| {
        let what = if one.is_banded { "bands" } else { "values" };
        let rare = match one.rare_values {
            0 => String::new(),
            n => format!(
                "; {} of them with fewer than {} cases, {} cases in all",
                count(n),
                found.least_cases,
                count(one.rare_cases)
            ),
        };
        Used { name: one.attribute.clone(), told: format!("{} {what}{rare}", count(one.values)) }
    };
    found.attributes.iter().map(one).collect()
}

fn exports(asked: &Asked, of: &CauseOf) -> Vec<Export> {
    let data =
        Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version).with(OF, of);
    let export = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{}/causes.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    vec![export("What goes with it, as a table", "CSV"), export("What goes with it, with all figures", "JSON")]
}
