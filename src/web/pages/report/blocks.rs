//! The KPIs of a report, one block for each entry of the catalogue, and their definitions. No entry is named here.

use crate::app::{KpiAnswer, KpiList};
use crate::chart::{Size, draw};
use crate::draw::figure::count;
use crate::draw::theme::Theme;
use crate::model::kind::Kind;
use crate::web::pages::cell::{cell, is_number};
use crate::web::pages::kpi_card::{section_title, words};

/// Tables are cut after so many rows.
const ROWS: usize = 8;
/// Width of charts beside their table, and of those that need the whole line, in pixels of their own.
const HALF: u32 = 460;
const WHOLE: u32 = 760;
/// Charts are no higher than this: a page has to hold them with what belongs to them.
const HIGHEST: u32 = 320;
/// Tables of more columns have a line of their own.
const NARROW: usize = 5;

/// Entries of one folder of the catalogue.
pub struct Section {
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A KPI.
pub struct Block {
    pub id: String,
    pub title: String,
    pub question: String,
    pub figure: Option<String>,
    /// Headings, each with whether the column is aligned as numbers are.
    pub columns: Vec<(String, bool)>,
    /// Cells with the same.
    pub rows: Vec<Vec<(String, bool)>>,
    /// Names and values where there is but one row and no picture of it.
    pub facts: Vec<(String, String)>,
    pub note: String,
    /// Whether chart and table stand one above the other.
    pub wide: bool,
    /// Whether its rows are days, which stay on one line.
    pub course: bool,
}

/// What an entry means.
pub struct Defined {
    pub id: String,
    pub title: String,
    pub text: String,
    pub unit: String,
    pub grain: String,
    pub file: String,
    pub sql: String,
}

/// The blocks by section. What consists of lists, like paths, has a part of the report for itself.
pub fn sections(list: &KpiList) -> Vec<Section> {
    let mut sections: Vec<(String, Section)> = Vec::new();
    let is_plain = |answer: &&KpiAnswer| answer.columns.iter().all(|column| column.kind != Kind::List);
    for answer in list.kpis.iter().filter(is_plain) {
        let id = &answer.kpi.section;
        if sections.last().is_none_or(|(known, _)| known != id) {
            sections.push((id.clone(), Section { title: section_title(id), blocks: Vec::new() }));
        }
        if let Some((_, section)) = sections.last_mut() {
            section.blocks.push(block(answer));
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

/// All definitions, in the order of the catalogue.
pub fn definitions(list: &KpiList) -> Vec<Defined> {
    let defined = |KpiAnswer { kpi, .. }: &KpiAnswer| Defined {
        id: kpi.id.clone(),
        title: kpi.title.clone(),
        text: kpi.definition.clone(),
        unit: kpi.unit.clone(),
        grain: kpi.grain.clone(),
        file: format!("queries/{}/{}.sql", kpi.section, kpi.id),
        sql: kpi.sql.clone(),
    };
    list.kpis.iter().map(defined).collect()
}

fn block(answer: &KpiAnswer) -> Block {
    let KpiAnswer { kpi, frame, columns, .. } = answer;
    let spec = answer.spec().and_then(Result::ok).filter(|_| frame.rows > 0);
    let wide = columns.len() > NARROW || spec.is_none();
    let figure = spec.map(|spec| {
        let fitting = Size::fitting(&spec, if wide { WHOLE } else { HALF });
        draw(&spec, Theme::Light, Size { height: fitting.height.min(HIGHEST), ..fitting })
    });
    // Of weeks the last ones are wanted, of everything else the first.
    let is_course = columns.first().is_some_and(|column| column.kind == Kind::Date);
    let shown = frame.rows.min(ROWS);
    let first = if is_course { frame.rows - shown } else { 0 };
    let row = |row: usize| (0..columns.len()).map(|at| (cell(frame, at, row), is_number(frame, at))).collect();
    let single = frame.rows == 1 && figure.is_none();
    let fact = |at: usize| (words(&frame.columns[at].name), cell(frame, at, 0));
    let note = match (shown < frame.rows, is_course) {
        (false, _) => String::new(),
        (true, true) => format!("The last {} of {} rows.", count(shown as i64), count(frame.rows as i64)),
        (true, false) => format!("The first {} of {} rows.", count(shown as i64), count(frame.rows as i64)),
    };
    Block {
        id: kpi.id.clone(),
        title: kpi.title.clone(),
        question: kpi.question.clone(),
        figure,
        columns: frame
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| (words(&column.name), is_number(frame, at)))
            .collect(),
        rows: (first..first + shown).map(row).filter(|_| !single).collect(),
        facts: (0..columns.len()).filter(|_| single).map(fact).collect(),
        note,
        wide,
        course: is_course,
    }
}
