//! The KPI page: one card for each entry of the catalogue, by section. No entry is named here.

use crate::app::KpiAnswer;
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
}

struct Section {
    id: String,
    title: String,
    cards: Vec<Card>,
}

/// The page.
pub async fn kpis(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[GRANULARITY])?;
    let asked = ask.open().await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "kpis").await?;
    let parameters = grain::parameters(&asked, ask.rest.get(GRANULARITY));
    let plain = flow_page(&ask, &asked, "kpis");
    let address = plain.with(GRANULARITY, ask.rest.get(GRANULARITY).map(String::as_str).unwrap_or_default());
    let app = &ask.web.app;
    let (list, stats) = (app.kpis_with(&asked, &parameters).await?, app.stats(&asked).await?);
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
    let draw_all = move || sections(&list.kpis, &maker);
    let sections =
        tokio::task::spawn_blocking(draw_all).await.map_err(|error| ApiError::internal(error.to_string()))?;
    page(&KpisPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&stats),
        shell,
        exports,
        filters,
        brush,
        grains: grain::choices(&plain, &parameters[GRANULARITY]),
        sections: if nothing.is_some() { Vec::new() } else { sections },
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

fn sections(kpis: &[KpiAnswer], maker: &Maker) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for answer in kpis {
        let id = &answer.kpi.section;
        if sections.last().is_none_or(|section| section.id != *id) {
            sections.push(Section { id: id.clone(), title: section_title(id), cards: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.cards.push(maker.card(answer));
        }
    }
    sections
}
