//! From a query's result and the `chart` line of its header to a [`Spec`].
//!
//! | kind | `x` | `y` |
//! |---|---|---|
//! | `line` | time, number or name | lines; a median followed by a percentile becomes a line with a band |
//! | `bars`, `stacked` | time or name | lengths; names make rows, times columns |
//! | `histogram` | values | none, or how many of each |
//! | `histogram` | ends of classes | other ends, how many, whether beyond the picture (true or false) |
//! | `box` | name | values; or low, quartile, median, quartile, high |
//! | `pareto`, `waterfall` | name | value |
//! | `heatmap` | column | row, value |
//! | `bullet` | name | value, target, ends of the grounds |
//! | `dumbbell` | name | before, after |
//! | `gantt` | lane | start, end, name, waiting (true or false) |
//! | `dots` | time or duration | row, group |
//! | `scatter` | number | number, size, name |
//!
//! A name may be made of several columns: `x = "from_activity > to_activity"`.

mod reader;
#[cfg(test)]
mod tests;

use crate::chart::spec::{Axis, Spec};
use crate::model::kind::Kind;
use reader::Reader;

/// Values of a column; `None` is "no data".
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; dates and instants are seconds since 1970 UTC.
    Numbers(Vec<Option<f64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

/// A named column with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub kind: Kind,
    /// Its values.
    pub values: Values,
}

/// A query's result as far as charts are concerned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// The columns, all of the same length.
    pub columns: Vec<Column>,
}

/// Why a header's chart cannot be made of a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// The header names a column that is not there.
    #[error("the chart names the column `{0}`, which the result does not have")]
    NoColumn(String),
    /// The header asks for a chart that does not exist.
    #[error("there is no chart `{0}`; charts are {KINDS}")]
    NoKind(String),
    /// A column does not fit its place.
    #[error("the column `{column}` cannot be drawn as {wanted}")]
    Unfit {
        /// The column.
        column: String,
        /// What the chart wants there.
        wanted: &'static str,
    },
    /// `y` is too short.
    #[error("a chart `{kind}` needs {needed} columns in `y`")]
    TooFew {
        /// The chart.
        kind: String,
        /// How many it needs.
        needed: usize,
    },
}

const KINDS: &str =
    "line, bars, stacked, histogram, box, pareto, heatmap, waterfall, bullet, dumbbell, gantt, dots, scatter";
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Spec {
    /// The chart that a header asks for: `kind`, `x` and `y` as in its `chart` line.
    pub fn from_header(title: &str, kind: &str, x: &str, y: &[String], data: &Data) -> Result<Self, SpecError> {
        Self::linked(title, kind, x, y, data, &[])
    }

    /// The same, whose marks lead where the rows do that they show.
    pub fn linked(
        title: &str,
        kind: &str,
        x: &str,
        y: &[String],
        data: &Data,
        links: &[Option<String>],
    ) -> Result<Self, SpecError> {
        Reader { kind, x, y, data }.spec(title, links)
    }
}

impl Column {
    fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            // No picture has a place for what is no number; farther out than this, sums would end.
            Values::Numbers(values) => values.get(row).copied().flatten().filter(|value| value.abs() < 1e300),
            Values::Texts(_) => None,
        }
    }

    fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Texts(values) => values.len(),
        }
    }

    /// The column as an axis: its name as people write it.
    fn axis(&self) -> Axis {
        Axis::new(words(&self.name), self.kind)
    }

    fn name_at(&self, row: usize) -> String {
        match &self.values {
            Values::Texts(values) => values.get(row).cloned().flatten().unwrap_or_else(|| "—".to_owned()),
            Values::Numbers(_) => self.number(row).map_or_else(
                || "—".to_owned(),
                |number| match (self.name.as_str(), number as usize) {
                    ("weekday", day @ 1..=7) => WEEKDAYS[day - 1].to_owned(),
                    _ => crate::chart::format::value(&self.axis(), number),
                },
            ),
        }
    }
}

/// `cycle_time_s` as a person writes it: `cycle time`; the unit is part of every value.
fn words(name: &str) -> String {
    let name = name.strip_suffix("_s").unwrap_or(name);
    name.replace('_', " ")
}
