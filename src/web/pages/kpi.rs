//! The page of one KPI: the chart in full width, its parameters, its table, and the same KPI for each value of an
//! attribute of cases side by side.

use crate::app::{Asked, KpiAnswer, KpiInfo};
use crate::draw::figure::{count, percent};
use crate::model::filter::{Comparison, Condition, Filter};
use crate::query::{choices, is_optional};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::flow_page;
use crate::web::pages::grain::{self, GRANULARITY};
use crate::web::pages::kpi_card::{Card, Maker};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use std::collections::BTreeMap;

/// Width of the chart, and of those side by side.
const WIDTH: u32 = 1_280;
const PART: u32 = 560;
/// So many values of an attribute are shown side by side.
const PARTS: usize = 8;
/// The parameter that names the attribute.
const BY: &str = "by";

#[derive(Template)]
#[template(path = "kpi.html")]
struct KpiPage {
    shell: Shell,
    flow: String,
    title: String,
    back: String,
    exports: Vec<Export>,
    filters: Filters,
    nothing: Option<Nothing>,
    kpi: Card,
    controls: Vec<Control>,
    fields: Vec<Field>,
    kept: Vec<(String, String)>,
    attributes: Vec<(String, bool)>,
    kept_by: Vec<(String, String)>,
    by: String,
    parts: Vec<Part>,
    parts_note: String,
}

/// A parameter whose values are links.
struct Control {
    title: String,
    choices: Vec<(String, String, bool)>,
}

/// A parameter that is typed.
struct Field {
    name: String,
    title: String,
    kind: String,
    value: String,
}

/// The KPI of the cases with one value.
struct Part {
    value: String,
    n: String,
    share: String,
    cases: String,
    figure: Option<String>,
    card: Card,
}

/// The page.
pub async fn kpi(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    let id = ask.places.get("kpi")?;
    let info = ask.web.app.kpi_info(&id)?;
    let known: Vec<&str> = info.params.keys().map(String::as_str).chain([BY]).collect();
    ask.only(&known)?;
    let asked = ask.open().await?;
    let parameters = parameters(&ask, &asked, &info);
    let answer = ask.web.app.kpi(&asked, &id, &parameters).await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "kpis").await?;
    let stats = ask.web.app.stats(&asked).await?;
    let own = format!("/flows/{}/kpis/{}", encoded(&asked.target.flow), encoded(&id));
    let plain = flow_page(&ask, &asked, "kpis").at(&own);
    let by = ask.rest.get(BY).cloned().unwrap_or_default();
    let address = Here { plain: plain.clone(), parameters: given(&ask, &info), by: by.clone() };
    let maker = Maker::of(&asked, stats.cases, &flow_page(&ask, &asked, "cases"), WIDTH);
    let (parts, parts_note) = side_by_side(&ask, &asked, &answer, &by, &maker).await?;
    let attributes = asked.target.snapshot.attributes_of("cases");
    page(&KpiPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&answer),
        back: flow_page(&ask, &asked, "kpis").href(),
        exports: exports(&maker, &answer),
        filters: Filters::of(&asked, &plain, &stats),
        nothing: Nothing::of(&ask, &asked, &plain, &stats).await?,
        kpi: maker.card(&answer),
        controls: controls(&info, &address, &parameters),
        fields: fields(&info, &parameters),
        kept: address.kept(|name| choices(info.params.get(name).map_or("", String::as_str)).is_some() || name == BY),
        attributes: attributes.into_iter().map(|name| (name.clone(), name == by)).collect(),
        kept_by: address.kept(|name| name != BY),
        by,
        parts,
        parts_note,
        shell,
    })
}

/// What the address says, and the length of periods that fits.
fn parameters(ask: &Ask, asked: &Asked, info: &KpiInfo) -> BTreeMap<String, String> {
    let mut parameters = given(ask, info);
    if info.params.contains_key(GRANULARITY) {
        parameters.extend(grain::parameters(asked, ask.rest.get(GRANULARITY)));
    }
    parameters
}

fn given(ask: &Ask, info: &KpiInfo) -> BTreeMap<String, String> {
    let is_own = |(name, value): &(&String, &String)| info.params.contains_key(*name) && !value.is_empty();
    ask.rest.iter().filter(is_own).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// This page with what is in its address.
struct Here {
    plain: Address,
    parameters: BTreeMap<String, String>,
    by: String,
}

impl Here {
    /// The same page with another value of a parameter.
    fn with(&self, name: &str, value: &str) -> String {
        let mut pairs = self.parameters.clone();
        pairs.insert(name.to_owned(), value.to_owned());
        if !self.by.is_empty() {
            pairs.insert(BY.to_owned(), self.by.clone());
        }
        let mut href = self.plain.href();
        for (name, value) in pairs {
            let joint = if href.contains('?') { '&' } else { '?' };
            href.push_str(&format!("{joint}{}={}", encoded(&name), encoded(&value)));
        }
        href
    }

    /// What a form of this page keeps.
    fn kept(&self, is_kept: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let page = self.plain.parameters().iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let by = (!self.by.is_empty()).then(|| (BY.to_owned(), self.by.clone()));
        let own = self.parameters.clone().into_iter().chain(by).filter(|(name, _)| is_kept(name));
        page.chain(own).collect()
    }
}

/// The question is the heading; the answer stands below it.
fn title(answer: &KpiAnswer) -> String {
    format!("{}: {}", answer.kpi.title, lower_first(&answer.kpi.question))
}

/// A sentence as it goes on behind a colon.
fn lower_first(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_lowercase().chain(signs).collect()).unwrap_or_default()
}

fn exports(maker: &Maker, answer: &KpiAnswer) -> Vec<Export> {
    let title = |form: &str| match form {
        "CSV" => "Figures as a table",
        "JSON" => "Figures with their meaning",
        "SVG" => "Chart, to be scaled",
        _ => "Chart as an image",
    };
    maker.card(answer).files.into_iter().map(|(form, href)| Export { title: title(form), href, kind: form }).collect()
}

fn controls(info: &KpiInfo, here: &Here, chosen: &BTreeMap<String, String>) -> Vec<Control> {
    let control = |(name, kind): (&String, &String)| {
        let values = choices(kind)?;
        let first = values.first().copied().unwrap_or_default();
        let now = chosen.get(name).map_or(first, String::as_str);
        let choice = |value: &&str| (here.with(name, value), (*value).replace('_', " "), *value == now);
        Some(Control { title: name.replace('_', " "), choices: values.iter().map(choice).collect() })
    };
    info.params.iter().filter_map(control).collect()
}

fn fields(info: &KpiInfo, given: &BTreeMap<String, String>) -> Vec<Field> {
    let typed = info.params.iter().filter(|(_, kind)| choices(kind).is_none());
    let field = |(name, kind): (&String, &String)| Field {
        name: name.clone(),
        title: name.replace('_', " "),
        kind: format!("{}{}", kind.trim_end_matches('?'), if is_optional(kind) { ", may be left empty" } else { "" }),
        value: given.get(name).cloned().unwrap_or_default(),
    };
    typed.map(field).collect()
}

/// The KPI for the most frequent values of an attribute.
async fn side_by_side(
    ask: &Ask,
    asked: &Asked,
    answer: &KpiAnswer,
    by: &str,
    maker: &Maker,
) -> Result<(Vec<Part>, String), ApiError> {
    if by.is_empty() {
        return Ok((Vec::new(), String::new()));
    }
    let app = &ask.web.app;
    let values = app.attribute_values(asked, by, PARTS + 1).await?;
    let all = app.ask(asked, "log_totals", &BTreeMap::new()).await?.integer("cases", 0).unwrap_or_default();
    let mut parts = Vec::new();
    for (value, cases) in values.iter().take(PARTS) {
        let condition = Condition { attribute: by.to_owned(), comparison: Comparison::Is, values: vec![value.clone()] };
        let own = Filter { case_attributes: vec![condition], ..Filter::default() };
        let Some(filter) = asked.filter.and(&own) else { continue };
        let narrowed = Asked { target: asked.target.clone(), filter };
        let of_value = app.kpi(&narrowed, &answer.kpi.id, &answer.meta.parameters).await?;
        let mut card = Maker::of(&narrowed, *cases, &maker.cases, PART).card(&of_value);
        parts.push(Part {
            value: if value.is_empty() { "empty".to_owned() } else { value.clone() },
            n: count(*cases),
            share: percent(*cases as f64 / all.max(1) as f64),
            cases: maker.cases.with("filter", narrowed.filter.to_string()).href(),
            figure: card.figure.take(),
            card,
        });
    }
    let note = match values.len() > PARTS {
        true => format!("The {PARTS} most frequent values of {by}; there are more."),
        false => format!("All values of {by}. Each chart has an axis of its own."),
    };
    Ok((parts, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_keep_what_they_do_not_ask_for() {
        let parameters = [("granularity".to_owned(), "month".to_owned()), ("least".to_owned(), "3".to_owned())].into();
        let plain = Address::new("/flows/a/kpis/x").with("filter", "with=A");
        let here = Here { plain, parameters, by: "region".to_owned() };
        let names = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(here.kept(|name| name != BY)), ["filter", "granularity", "least"]);
        assert_eq!(names(here.kept(|name| name == BY)), ["filter", "by"]);
        let href = here.with("granularity", "year");
        assert_eq!(href, "/flows/a/kpis/x?filter=with%3DA&by=region&granularity=year&least=3");
    }

    #[test]
    fn only_the_first_letter_becomes_small() {
        assert_eq!([lower_first("Where do KPIs go?"), lower_first("")], ["where do KPIs go?", ""]);
    }
}
