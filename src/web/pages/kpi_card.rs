//! A KPI as it stands on pages: chart, table, definition and files. Marks and rows lead to the cases behind them.

use crate::app::{Asked, KpiAnswer};
use crate::chart::{Size, Spec, draw};
use crate::draw::theme::Theme;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cell::{cell, is_number};
use crate::web::pages::definition::{Definition, Population};

/// Longer tables are cut on pages; the files have all.
const ROWS_SHOWN: usize = 200;

/// See the module.
pub struct Card {
    /// The KPI's id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it answers.
    pub question: String,
    /// What stands behind it.
    pub definition: Definition,
    /// The page of this KPI alone.
    pub href: String,
    /// The chart.
    pub figure: Option<String>,
    /// The columns of the table.
    pub columns: Vec<Head>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// How many rows are left out.
    pub more: usize,
    /// Whether there are no rows at all.
    pub is_empty: bool,
    /// Form and address of the files.
    pub files: Vec<(&'static str, String)>,
}

/// A column's head.
pub struct Head {
    /// Its name for people.
    pub name: String,
    /// Whether it holds figures.
    pub is_number: bool,
}

/// A row of the table.
pub struct Row {
    /// Its cells, with whether they are figures.
    pub cells: Vec<(String, bool)>,
    /// The cases that it is about.
    pub cases: Option<String>,
}

/// What the cards of a page have in common.
#[derive(Clone)]
pub struct Maker {
    /// What they are about.
    pub population: Population,
    /// The list of cases; its filter is replaced by that of a row.
    pub cases: Address,
    /// The flow, as addresses have it.
    pub flow: String,
    /// The filter and version, as files are asked for.
    pub data: Address,
    /// The page of a KPI, but for its name.
    pub page: Address,
    /// Width of charts in px of their own; the page scales them.
    pub width: u32,
}

impl Maker {
    /// For cards about the asked cases; `list` is the page of their cases.
    pub fn of(asked: &Asked, cases: i64, list: &Address, width: u32) -> Self {
        let flow = encoded(&asked.target.flow);
        let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
        Self {
            population: Population::of(asked, cases),
            cases: list.clone(),
            page: list.at(&format!("/flows/{flow}/kpis")),
            flow,
            data,
            width,
        }
    }

    /// The card of an answer.
    pub fn card(&self, answer: &KpiAnswer) -> Card {
        let KpiAnswer { kpi, frame, .. } = answer;
        let link = |row: usize| Some(self.cases.with("filter", answer.cases_of(row)?.to_string()).href());
        let links: Vec<Option<String>> = match &kpi.cases {
            Some(_) => (0..frame.rows).map(link).collect(),
            None => Vec::new(),
        };
        let shown = frame.rows.min(ROWS_SHOWN);
        let row = |row: usize| Row {
            cells: (0..frame.columns.len()).map(|at| (cell(frame, at, row), is_number(frame, at))).collect(),
            cases: links.get(row).cloned().flatten(),
        };
        let head = |at: usize| Head { name: words(&frame.columns[at].name), is_number: is_number(frame, at) };
        let figure = self.figure(answer, &links);
        let mut forms = vec!["CSV", "JSON"];
        if figure.is_some() {
            forms.extend(["SVG", "PNG"]);
        }
        Card {
            files: forms.into_iter().map(|form| (form, self.file(answer, form))).collect(),
            figure,
            columns: (0..frame.columns.len()).map(head).collect(),
            rows: (0..shown).map(row).collect(),
            more: frame.rows - shown,
            is_empty: frame.rows == 0,
            href: self.with_parameters(&self.page.at(&format!("/flows/{}/kpis/{}", self.flow, kpi.id)), answer),
            id: kpi.id.clone(),
            title: kpi.title.clone(),
            question: kpi.question.clone(),
            definition: Definition::of(kpi.id.as_str(), kpi, &self.population),
        }
    }

    fn file(&self, answer: &KpiAnswer, form: &str) -> String {
        let path = format!("/api/v1/flows/{}/kpis/{}.{}", self.flow, answer.kpi.id, form.to_lowercase());
        self.with_parameters(&self.data.at(&path), answer)
    }

    fn with_parameters(&self, address: &Address, answer: &KpiAnswer) -> String {
        let mut href = address.href();
        for (name, value) in &answer.meta.parameters {
            let joint = if href.contains('?') { '&' } else { '?' };
            href.push_str(&format!("{joint}{}={}", encoded(name), encoded(value)));
        }
        href
    }

    fn figure(&self, answer: &KpiAnswer, links: &[Option<String>]) -> Option<String> {
        let spec = match answer.linked_spec(links)? {
            Ok(spec) => spec,
            Err(error) => {
                tracing::warn!(kpi = %answer.kpi.id, %error, "no chart");
                return None;
            }
        };
        Some(self.draw(&spec))
    }

    /// A chart as wide as all others.
    pub fn draw(&self, spec: &Spec) -> String {
        draw(spec, Theme::Page, Size::fitting(spec, self.width))
    }
}

/// A folder of the catalogue as a heading.
pub fn section_title(id: &str) -> String {
    let mut title = id.to_owned();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// `median_wait_s` as a person writes it.
pub fn words(name: &str) -> String {
    name.trim_end_matches("_s").replace('_', " ")
}
