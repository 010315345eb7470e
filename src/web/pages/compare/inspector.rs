//! What is known of the chosen activity or path on both sides.

use super::figures::{Cells, edge_id};
use super::state::{Having, Links, State};
use crate::map::scene::activity_id;
use crate::model::comparison::{Compared, Comparison};
use crate::model::kind::Kind;

/// See the module.
pub struct Inspector {
    pub kind: &'static str,
    pub title: String,
    pub close: String,
    pub rows: Vec<Row>,
    /// The lists of cases: side, how many, where.
    pub lists: Vec<List>,
    /// The page with both sides narrowed to these cases.
    pub narrowed: String,
}

/// A figure.
pub struct Row {
    pub title: &'static str,
    pub cells: Cells,
}

/// The cases of a side.
pub struct List {
    pub side: &'static str,
    pub cases: String,
    pub href: String,
}

/// What is known of a node or an edge; nothing of ids that neither side has.
pub fn inspector(comparison: &Comparison, state: &State, links: &Links, id: &str) -> Option<Inspector> {
    if let Some(one) = comparison.edges.iter().find(|one| edge_id(one) == id) {
        let having = Having::Step(one.from.as_deref(), one.to.as_deref());
        let title = format!("{} → {}", one.from.as_deref().unwrap_or("Start"), one.to.as_deref().unwrap_or("End"));
        let figures = [
            ("% of cases", Kind::Share, &one.cases_share),
            ("Cases", Kind::Count, &one.cases),
            ("Times", Kind::Count, &one.count),
            ("Median wait", Kind::DurationS, &one.median_wait_s),
            ("p90 wait", Kind::DurationS, &one.p90_wait_s),
        ];
        return Some(made("Path", title, state, links, having, &figures));
    }
    let one = comparison.activities.iter().find(|one| activity_id(&one.activity) == id)?;
    let figures = [
        ("% of cases", Kind::Share, &one.cases_share),
        ("Cases", Kind::Count, &one.cases),
        ("Events", Kind::Count, &one.events),
        ("Repeated in", Kind::Share, &one.repeated_share),
        ("Median wait before", Kind::DurationS, &one.median_wait_s),
        ("p90 wait before", Kind::DurationS, &one.p90_wait_s),
    ];
    Some(made("Activity", one.activity.clone(), state, links, Having::Activity(&one.activity), &figures))
}

fn made(
    kind: &'static str,
    title: String,
    state: &State,
    links: &Links,
    having: Having<'_>,
    figures: &[(&'static str, Kind, &Compared)],
) -> Inspector {
    let hrefs = [0, 1].map(|side| links.cases(side, having));
    // A log without times has no waits to show.
    let known = figures.iter().filter(|(_, _, compared)| compared.a.is_some() || compared.b.is_some());
    let row = |(title, kind, compared): &(&'static str, Kind, &Compared)| Row {
        title,
        cells: Cells::of(*kind, compared, hrefs.clone()),
    };
    let cases = figures.iter().find(|(title, ..)| *title == "Cases").map(|(_, _, compared)| **compared);
    let list = |side: &'static str, at: usize| {
        let amount = cases.and_then(|cases| [cases.a, cases.b][at]);
        List { side, cases: crate::map::compare::figure(Kind::Count, amount), href: hrefs[at].clone() }
    };
    Inspector {
        kind,
        title,
        close: state.unpicked().href(),
        rows: known.map(row).collect(),
        lists: vec![list("A", 0), list("B", 1)],
        narrowed: state.narrowed(links, having),
    }
}
