//! The KPI page: one card for each entry of the catalogue, by section. No entry is named here.

use crate::app::{Asked, KpiAnswer};
use crate::chart::{Size, draw};
use crate::draw::figure::{count, duration};
use crate::draw::theme::Theme;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cell::cell;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;

/// Width of the charts in pixels of their own; cards scale them.
const WIDTH: u32 = 640;
/// Longer tables are cut on the page.
const ROWS_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "kpis.html")]
struct KpisPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    sections: Vec<Section>,
    population: String,
}

struct Section {
    id: String,
    title: String,
    cards: Vec<Card>,
}

struct Card {
    id: String,
    title: String,
    question: String,
    definition: String,
    grain: String,
    unit: String,
    sql: String,
    figure: Option<String>,
    columns: Vec<String>,
    rows: Vec<Row>,
    more: usize,
    csv: String,
    json: String,
    svg: String,
}

struct Row {
    cells: Vec<String>,
}

/// The page.
pub async fn kpis(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "kpis").await?;
    let (list, stats) = (ask.web.app.kpis(&asked).await?, ask.web.app.stats(&asked).await?);
    let address = Address::of_flow(&asked.target.flow, "kpis").with("filter", asked.filter.to_string());
    let filters = Filters::of(&asked, &address, &stats);
    let title = match &stats.cycle_time_s {
        Some(cycle) => format!(
            "Half of the {} cases take up to {}, one in ten longer than {}",
            count(stats.cases),
            duration(cycle.median),
            duration(cycle.p90)
        ),
        None => format!("{} cases with {} events", count(stats.cases), count(stats.events)),
    };
    let words = asked.filter.words();
    let which = if words.is_empty() { String::new() } else { format!(", only those {words}") };
    let population = format!("{} cases of version {}{which}", count(stats.cases), asked.target.version);
    // Drawing takes longer than everything else and must keep no other request waiting.
    let base = base(&asked);
    let suffix = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version).href();
    let files = suffix.clone();
    let draw_all = move || sections(&list.kpis, &base, &files);
    let sections =
        tokio::task::spawn_blocking(draw_all).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let export = |title, kind: &'static str| {
        let href = format!("/api/v1/flows/{}/kpis.{}{suffix}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href, title, kind }
    };
    let exports = vec![export("All KPIs", "JSON"), export("All KPIs as one table", "CSV")];
    let flow = shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone());
    page(&KpisPage { shell, flow, title, exports, filters, sections, population })
}

fn base(asked: &Asked) -> String {
    format!("/api/v1/flows/{}/kpis", encoded(&asked.target.flow))
}

fn sections(kpis: &[KpiAnswer], base: &str, suffix: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for answer in kpis {
        let id = &answer.kpi.section;
        if sections.last().is_none_or(|section| section.id != *id) {
            let mut title = id.clone();
            if let Some(first) = title.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            sections.push(Section { id: id.clone(), title, cards: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.cards.push(card(answer, base, suffix));
        }
    }
    sections
}

fn card(answer: &KpiAnswer, base: &str, suffix: &str) -> Card {
    let KpiAnswer { kpi, frame, .. } = answer;
    let figure = answer.spec().and_then(|spec| match spec {
        Ok(spec) => Some(draw(&spec, Theme::Page, Size::fitting(&spec, WIDTH))),
        Err(error) => {
            tracing::warn!(kpi = %kpi.id, %error, "no chart");
            None
        }
    });
    let file = |form: &str| format!("{base}/{}.{form}{suffix}", kpi.id);
    let shown = frame.rows.min(ROWS_SHOWN);
    let row = |row: usize| Row { cells: (0..frame.columns.len()).map(|at| cell(frame, at, row)).collect() };
    Card {
        figure,
        columns: frame.columns.iter().map(|column| column.name.trim_end_matches("_s").replace('_', " ")).collect(),
        rows: (0..shown).map(row).collect(),
        more: frame.rows - shown,
        csv: file("csv"),
        json: file("json"),
        svg: file("svg"),
        id: kpi.id.clone(),
        title: kpi.title.clone(),
        question: kpi.question.clone(),
        definition: kpi.definition.clone(),
        grain: kpi.grain.clone(),
        unit: kpi.unit.clone(),
        sql: kpi.sql.clone(),
    }
}
