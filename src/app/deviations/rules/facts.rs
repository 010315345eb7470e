//! What is known about a case when something is done: the values of the columns that demands speak of.

use crate::app::{App, AppError, Asked};
use crate::mining::align::plain;
use crate::mining::official::{Check, Demand};
use crate::model::official::{Fact, Facts};
use crate::model::tables::{AttributeColumn, case, event};
use crate::query::{Frame, Values};
use std::collections::{BTreeMap, BTreeSet};

/// A value, and from which position in its case on it is known.
type Cell = (u32, u32, Fact);

/// See the module.
#[derive(Default)]
pub(super) struct Known {
    /// By the name that demands use: number of the case, position, value; ascending.
    cells: BTreeMap<String, Vec<Cell>>,
}

/// What is known of one case up to a position.
pub(super) struct KnownAt<'a> {
    known: &'a Known,
    row: u32,
    position: u32,
}

impl Known {
    /// Reads the columns that these demands speak of.
    ///
    /// # Errors
    /// Those of the queries.
    pub(super) async fn load<'c>(
        app: &App,
        asked: &Asked,
        checks: impl Iterator<Item = &'c Check>,
    ) -> Result<Self, AppError> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for check in checks {
            names.extend(check.when.iter().flat_map(|when| when.names()));
            match &check.demand {
                Demand::Guard(when) => names.extend(when.names()),
                Demand::Data(needs) => names.extend(needs.iter().map(String::as_str)),
                _ => {}
            }
        }
        let attributes = &asked.target.snapshot.manifest.attributes;
        let of = |name: &str| -> Option<&AttributeColumn> {
            let exact = |a: &&AttributeColumn| a.column == name || a.source == name;
            let loose = |a: &&AttributeColumn| plain(&a.column) == plain(name) || plain(&a.source) == plain(name);
            attributes.iter().find(exact).or_else(|| attributes.iter().find(loose))
        };
        let found: Vec<(&str, &AttributeColumn)> =
            names.into_iter().filter_map(|name| Some((name, of(name)?))).collect();
        let mut known = Self::default();
        // What never changes within a case is known from its beginning, and there is one row for it instead of many.
        for (view, of_cases) in [("cases", true), ("events", false)] {
            let here: Vec<&(&str, &AttributeColumn)> =
                found.iter().filter(|(_, attribute)| attribute.in_cases == of_cases).collect();
            if here.is_empty() {
                continue;
            }
            let keys: &[&str] = if of_cases { &[case::CASE] } else { &[event::CASE, event::POSITION] };
            let mut columns: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            columns.extend(here.iter().map(|(_, attribute)| attribute.column.clone()));
            columns.sort();
            columns.dedup();
            let Asked { target, filter } = asked;
            let frame = app.engine().columns(&target.snapshot, filter, view, &columns, case::CASE).await?;
            for (name, attribute) in here {
                known.cells.insert((*name).to_owned(), cells(&frame, &attribute.column));
            }
        }
        Ok(known)
    }

    /// Whether the log has such a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.cells.contains_key(name)
    }

    /// What is known of a case once the event at this position is done.
    pub(super) fn at(&self, row: u32, position: u32) -> KnownAt<'_> {
        KnownAt { known: self, row, position }
    }
}

impl KnownAt<'_> {
    /// Whether there is nothing in a column.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        match self.fact(name) {
            Fact::Null => true,
            Fact::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

impl Facts for KnownAt<'_> {
    fn fact(&self, name: &str) -> Fact {
        let Some(cells) = self.known.cells.get(name) else { return Fact::Null };
        let end = cells.partition_point(|(row, position, _)| (*row, *position) <= (self.row, self.position));
        match end.checked_sub(1).map(|last| &cells[last]) {
            Some((row, _, fact)) if *row == self.row => fact.clone(),
            _ => Fact::Null,
        }
    }
}

fn cells(frame: &Frame, column: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let Some(values) = frame.column(column).map(|column| &column.values) else { return cells };
    for at in 0..frame.rows {
        let fact = fact(values, at);
        let row = frame.integer(case::CASE, at).and_then(|number| u32::try_from(number).ok());
        if let (Some(row), true) = (row, fact != Fact::Null) {
            let position = frame.integer(event::POSITION, at).unwrap_or_default();
            cells.push((row, u32::try_from(position).unwrap_or_default(), fact));
        }
    }
    cells.sort_by_key(|(row, position, _)| (*row, *position));
    cells
}

fn fact(values: &Values, at: usize) -> Fact {
    let number = |value: f64| Fact::Number(value);
    let found = match values {
        Values::Boolean(values) => values[at].map(Fact::Boolean),
        Values::Integer(values) => values[at].map(|value| number(value as f64)),
        Values::Number(values) => values[at].map(number),
        Values::Text(values) => values[at].clone().filter(|text| !text.trim().is_empty()).map(Fact::Text),
        Values::Time(values) => values[at].map(|micros| Fact::Text(crate::model::time::rfc3339(micros))),
        Values::Date(_) | Values::List(_) => None,
    };
    found.unwrap_or(Fact::Null)
}
