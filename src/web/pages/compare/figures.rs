//! The figures of a comparison as rows: the headlines, and the tables of activities and paths. Each figure leads to the
//! cases of its side.

use super::state::{Having, Links, State};
use crate::app::{App, AppError, BothSides};
use crate::draw::figure::count;
use crate::map::compare::{Level, difference, figure, kind, level, relative};
use crate::map::metric::Metric;
use crate::map::scene::activity_id;
use crate::model::comparison::{Amount, Compared, ComparedActivity, ComparedEdge, ComparedFigure, Comparison};
use crate::model::kind::Kind;
use crate::web::pages::definition::{Definition, Population};

/// A figure of both sides, ready to be read.
pub struct Cells {
    pub a: String,
    pub b: String,
    pub a_href: String,
    pub b_href: String,
    /// A minus B.
    pub difference: String,
    /// The same as a part of B.
    pub relative: String,
    /// Class of the colour.
    pub css: &'static str,
}

/// A headline figure.
pub struct FigureRow {
    pub title: &'static str,
    pub definition: Definition,
    pub cells: Cells,
}

/// An activity.
pub struct ActivityRow {
    pub href: String,
    pub name: String,
    pub picked: bool,
    pub cells: Cells,
}

/// A path.
pub struct EdgeRow {
    pub href: String,
    pub from: String,
    pub to: String,
    pub picked: bool,
    pub cells: Cells,
}

/// What is written where nothing is compared.
pub const NONE: &str = "no comparable data";

impl Cells {
    /// Both figures with the ways to their cases.
    pub fn of(kind: Kind, compared: &Compared, [a_href, b_href]: [String; 2]) -> Self {
        let doubt = if compared.indicative && compared.difference.is_some() { "≈ " } else { "" };
        Self {
            a: figure(kind, compared.a),
            b: figure(kind, compared.b),
            a_href,
            b_href,
            difference: difference(kind, compared).map_or_else(|| NONE.to_owned(), |text| format!("{doubt}{text}")),
            relative: relative(compared).unwrap_or_default(),
            css: css(kind, compared),
        }
    }
}

/// The class of a difference.
pub fn css(kind: Kind, compared: &Compared) -> &'static str {
    match level(kind, compared) {
        Level::Unknown => "is-none",
        Level::Same => "is-alike",
        Level::A(_) => "side-a",
        Level::B(_) => "side-b",
    }
}

/// A headline figure with the ways to what it counts.
///
/// # Errors
/// `Query` if the catalogue lacks the query that it comes from.
pub fn headline(app: &App, one: &ComparedFigure, both: &BothSides, links: &Links) -> Result<FigureRow, AppError> {
    let flow = &both.a.asked.target.flow;
    let value = |side: usize| [one.compared.a, one.compared.b][side].map_or(0.0, Amount::value);
    let href = |side: usize| match one.figure {
        "variants" => links.page(side, flow, "variants"),
        "median_cycle_time_s" | "p90_cycle_time_s" => links.cases(side, Having::Long(value(side))),
        "rework_share" => links.cases(side, Having::Rework),
        _ => links.cases(side, Having::Nothing),
    };
    let cells = Cells::of(one.kind, &one.compared, [href(0), href(1)]);
    Ok(FigureRow { title: one.title(), definition: definition(app, one, both)?, cells })
}

/// What stands behind a figure: the query that computes it on each side, and what is done with both.
fn definition(app: &App, one: &ComparedFigure, both: &BothSides) -> Result<Definition, AppError> {
    let about = app.about(if one.figure == "rework_share" { "rework_cases" } else { "log_totals" })?;
    let [a, b] = [&both.a, &both.b];
    let population = Population::of(&a.asked, a.stats.cases);
    let words = |side: &crate::app::OneSide| {
        let words = side.asked.filter.words();
        if words.is_empty() { "all cases".to_owned() } else { format!("cases {words}") }
    };
    let formula = format!("{} The difference is that of side A less that of side B.", about.definition);
    Ok(Definition {
        formula,
        population: format!("A: {}; B: {}", words(a), words(b)),
        n: format!("A: {} cases; B: {} cases", count(a.stats.cases), count(b.stats.cases)),
        cases: None,
        ..Definition::of(one.figure, &about, &population).titled(one.title())
    })
}

/// Every activity and every path with the figure of the metric, and what is repeated; the greatest difference first.
pub fn rows(
    comparison: &Comparison,
    state: &State,
    links: &Links,
) -> (Vec<ActivityRow>, Vec<ActivityRow>, Vec<EdgeRow>) {
    let metric = state.wish.metric;
    let unit = kind(metric);
    let picked = |id: &str| state.picked.as_deref() == Some(id);
    let activity = |one: &ComparedActivity, unit: Kind, compared: &Compared, having: Having<'_>| {
        let id = activity_id(&one.activity);
        ActivityRow {
            href: state.pick(&id),
            name: one.activity.clone(),
            picked: picked(&id),
            cells: Cells::of(unit, compared, [0, 1].map(|side| links.cases(side, having))),
        }
    };
    let mut activities: Vec<&ComparedActivity> = comparison.activities.iter().collect();
    activities.sort_by(|one, other| far_first(of_activity(one, metric), of_activity(other, metric)));
    let mut repeated: Vec<&ComparedActivity> =
        comparison.activities.iter().filter(|one| is_there(&one.repeated_share)).collect();
    repeated.sort_by(|one, other| far_first(&one.repeated_share, &other.repeated_share));
    let mut edges: Vec<&ComparedEdge> = comparison.edges.iter().collect();
    edges.sort_by(|one, other| far_first(of_edge(one, metric), of_edge(other, metric)));
    let edge = |one: &&ComparedEdge| {
        let (from, to) = (one.from.as_deref(), one.to.as_deref());
        let id = edge_id(one);
        EdgeRow {
            href: state.pick(&id),
            from: from.unwrap_or("Start").to_owned(),
            to: to.unwrap_or("End").to_owned(),
            picked: picked(&id),
            cells: Cells::of(unit, of_edge(one, metric), [0, 1].map(|side| links.cases(side, Having::Step(from, to)))),
        }
    };
    (
        activities
            .iter()
            .map(|one| activity(one, unit, of_activity(one, metric), Having::Activity(&one.activity)))
            .collect(),
        repeated
            .iter()
            .map(|one| activity(one, Kind::Share, &one.repeated_share, Having::Again(&one.activity)))
            .collect(),
        edges.iter().map(edge).collect(),
    )
}

/// Id of a path's edge on the map.
pub fn edge_id(one: &ComparedEdge) -> String {
    let end = |name: &Option<String>, border: &str| name.as_deref().map_or_else(|| border.to_owned(), activity_id);
    format!("{}>{}", end(&one.from, "start"), end(&one.to, "end"))
}

/// The figure of a metric.
pub fn of_activity(one: &ComparedActivity, metric: Metric) -> &Compared {
    match metric {
        Metric::Cases => &one.cases,
        Metric::Events => &one.events,
        Metric::MedianWait => &one.median_wait_s,
        Metric::P90Wait => &one.p90_wait_s,
        _ => &one.cases_share,
    }
}

/// The same of a path.
pub fn of_edge(one: &ComparedEdge, metric: Metric) -> &Compared {
    match metric {
        Metric::Cases => &one.cases,
        Metric::Events => &one.count,
        Metric::MedianWait => &one.median_wait_s,
        Metric::P90Wait => &one.p90_wait_s,
        _ => &one.cases_share,
    }
}

fn is_there(compared: &Compared) -> bool {
    [compared.a, compared.b].into_iter().flatten().any(|side| side.value() > 0.0)
}

/// The greatest difference first, what cannot be compared last.
fn far_first(one: &Compared, other: &Compared) -> std::cmp::Ordering {
    let size = |compared: &Compared| compared.difference.map_or(-1.0, |difference| difference.value().abs());
    size(other).total_cmp(&size(one))
}
