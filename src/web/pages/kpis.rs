//! The KPI page: one card for each entry of a section of the catalogue. No entry is named here.

use crate::draw::figure::{count, duration};
use crate::model::answers::Stats;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::encoded;
use crate::web::pages::brush::Brush;
use crate::web::pages::cases::flow_page;
use crate::web::pages::grain::{self, Choice, GRANULARITY};
use crate::web::pages::kpi_card::{Card, Maker, section_title};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use std::collections::BTreeSet;

/// Width of the charts in pixels of their own; cards scale them.
const WIDTH: u32 = 640;

#[derive(Template)]
#[template(path = "kpis.html")]
struct KpisPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    nothing: Option<Nothing>,
    brush: Option<Brush>,
    grains: Vec<Choice>,
    sections: Vec<Section>,
    /// The one that is shown.
    section: String,
    cards: Vec<Card>,
}

/// A section to go to.
struct Section {
    href: String,
    title: String,
    on: bool,
}

/// The parameter that names the section.
const SECTION: &str = "section";
/// What is shown unless something is asked for: what most people come for.
const FIRST: &str = "time";

/// The page.
pub async fn kpis(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[GRANULARITY, SECTION])?;
    let asked = ask.open().await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "kpis").await?;
    let parameters = grain::parameters(&asked, ask.rest.get(GRANULARITY));
    let app = &ask.web.app;
    let known = app.kpi_sections(&asked);
    let section = section(&known, ask.rest.get(SECTION))?;
    let bare = flow_page(&ask, &asked, "kpis");
    let wished = |name: &str| ask.rest.get(name).map(String::as_str).unwrap_or_default();
    let plain = bare.with(SECTION, wished(SECTION));
    let address = plain.with(GRANULARITY, wished(GRANULARITY));
    let to = |name: &String| Section {
        href: address.with(SECTION, name).href(),
        title: section_title(name),
        on: *name == section,
    };
    let sections: Vec<Section> = known.iter().map(to).collect();
    let (list, stats) = tokio::try_join!(app.kpis_with(&asked, &parameters, Some(&section)), app.stats(&asked))?;
    let maker = Maker::of(&asked, stats.cases, &flow_page(&ask, &asked, "cases"), WIDTH);
    let suffix = maker.data.href();
    let export = |title, kind: &'static str| {
        let href = format!("/api/v1/flows/{}/kpis.{}{suffix}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href, title, kind }
    };
    let exports = vec![export("All KPIs", "JSON"), export("All KPIs as one table", "CSV")];
    let brush = Brush::of(&ask, &asked, &address).await?;
    let nothing = Nothing::of(&ask, &asked, &address, &stats).await?;
    let filters = Filters::of(&asked, &address, &stats);
    // Drawing takes longer than everything else and must keep no other request waiting.
    let draw_all = move || list.kpis.iter().map(|answer| maker.card(answer)).collect();
    let cards: Vec<Card> =
        tokio::task::spawn_blocking(draw_all).await.map_err(|error| ApiError::internal(error.to_string()))?;
    page(&KpisPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&stats),
        shell,
        exports,
        filters,
        brush,
        grains: grain::choices(&plain, &parameters[GRANULARITY]),
        section: section_title(&section),
        sections,
        cards,
        nothing,
    })
}

fn title(stats: &Stats) -> String {
    match &stats.cycle_time_s {
        _ if stats.cases == 0 => "No case matches".to_owned(),
        Some(cycle) if stats.cases == 1 => format!("One case, which took {}", duration(cycle.median)),
        Some(cycle) => format!(
            "Half of the {} cases take up to {}, one in ten longer than {}",
            count(stats.cases),
            duration(cycle.median),
            duration(cycle.p90)
        ),
        None => format!("{} cases with {} events", count(stats.cases), count(stats.events)),
    }
}

/// The section that is shown.
fn section(known: &BTreeSet<String>, wished: Option<&String>) -> Result<String, ApiError> {
    match wished.filter(|name| !name.is_empty()) {
        Some(name) if known.contains(name) => Ok(name.clone()),
        Some(name) => {
            let all = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            Err(ApiError::bad_request(
                "bad_parameter",
                format!("there is no section `{name}`"),
                format!("there are {all}"),
            ))
        }
        None => {
            let first = known.get(FIRST).or_else(|| known.first());
            Ok(first.cloned().unwrap_or_default())
        }
    }
}
