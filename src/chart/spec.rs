//! What a chart shows, as plain data. Tests and pages can read it; how it looks is decided in [`super::svg`].

use crate::model::kind::Kind;

/// What is measured along an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// A few words; shown where ticks alone do not tell.
    pub title: String,
    /// It decides ticks and their format.
    pub kind: Kind,
    /// Written behind money and plain numbers, for example `EUR`.
    pub unit: String,
}

impl Axis {
    /// An axis without a unit.
    pub fn new(title: impl Into<String>, kind: Kind) -> Self {
        Self { title: title.into(), kind, unit: String::new() }
    }

    /// The same axis with a unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }
}

/// A value to reach or not to exceed, drawn as a dashed line.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Where it lies on the value axis.
    pub value: f64,
    /// Words before the value, for example `target`.
    pub label: String,
    /// Whether it only helps to read the chart, like a median, and is nothing to keep.
    pub neutral: bool,
}

/// Something that happened, drawn as a vertical line on time charts.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// Seconds since 1970 UTC.
    pub at: f64,
    /// A few words.
    pub label: String,
}

/// A chart: what it shows and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// Its name.
    pub title: String,
    /// A line below the name.
    pub subtitle: String,
    /// The independent axis: time, names, or numbers. It lies below, for horizontal bars at the left.
    pub x: Axis,
    /// The axis of values.
    pub y: Axis,
    /// The data.
    pub figure: Figure,
    /// A value to reach.
    pub target: Option<Target>,
    /// Things that happened.
    pub annotations: Vec<Annotation>,
    /// Where a click on a mark leads, by the number of the mark; see [`Figure`] for their order.
    pub links: Vec<Option<String>>,
    /// How many cases or events it rests on, with their name, for example `1,204 cases`.
    pub n: Option<String>,
    /// Remarks below the chart, for example what was left out.
    pub notes: Vec<String>,
}

/// The data of a chart. Times are seconds since 1970 UTC, durations seconds, shares 0..1. The marks that links belong
/// to are the positions along x, the rows or the cells, in the order given here.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Lines, with an area between two of them.
    Line(Lines),
    /// Bars side by side or on each other.
    Bars(Bars),
    /// How values are spread.
    Histogram(Histogram),
    /// Five numbers per name.
    Boxes(Vec<BoxStats>),
    /// Few causes of most effects: bars by size and the running share.
    Pareto(Vec<Item>),
    /// A table of colours.
    Heatmap(Grid),
    /// Parts that add up to a total.
    Waterfall(Vec<Step>),
    /// Values against targets.
    Bullets(Vec<Bullet>),
    /// Before and after per name.
    Dumbbells(Dumbbells),
    /// Work over time in lanes.
    Gantt(Vec<Lane>),
    /// Every event as a dot.
    Dots(Dots),
    /// Bubbles on two axes of numbers.
    Scatter(Vec<Bubble>),
}

/// Places along the x axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Places {
    /// Numbers, dates, instants; in any order.
    At(Vec<f64>),
    /// Names at equal distances, in this order.
    Named(Vec<String>),
}

impl Places {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Places::At(values) => values.len(),
            Places::Named(names) => names.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a place lies on the axis: names lie at 0, 1, 2, ….
    pub fn position(&self, at: usize) -> f64 {
        match self {
            Places::At(values) => values[at],
            Places::Named(_) => at as f64,
        }
    }
}

/// Values under a name, one per place; `None` is "no data" and leaves a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its values.
    pub values: Vec<Option<f64>>,
}

/// Lines over places.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// Where the values lie.
    pub places: Places,
    /// What is drawn strong.
    pub series: Vec<Series>,
    /// An area from the first to the second series; a missing first one means from the first line.
    pub band: Option<(Option<Series>, Series)>,
}

/// How several series of bars stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Side by side.
    Grouped,
    /// On each other; only for values that add up.
    Stacked,
}

/// Bars over places.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// Where the bars stand.
    pub places: Places,
    /// Their lengths.
    pub series: Vec<Series>,
    /// How several series stand together.
    pub arrangement: Arrangement,
    /// Rows from top to bottom instead of columns from left to right.
    pub horizontal: bool,
}

/// Counted classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Classes in order without gaps.
    pub bins: Vec<Bin>,
    /// Whether the share of all values up to here is drawn, too.
    pub cumulative: bool,
    /// Values beyond the last class. They count, and are told in words: drawn, they would leave no room for the others.
    pub beyond: Option<Bin>,
}

/// A class of values: from `low` up to, but without, `high`; the last one with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// How many values lie in it.
    pub count: f64,
}

/// A box plot's numbers under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxStats {
    /// Its name.
    pub name: String,
    /// End of the lower whisker.
    pub low: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// End of the upper whisker.
    pub high: f64,
    /// Values beyond the whiskers.
    pub outliers: Vec<f64>,
}

/// A value under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
}

/// A table of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Names along x.
    pub columns: Vec<String>,
    /// What the rows are.
    pub row_title: String,
    /// Names along y, from the top.
    pub rows: Vec<String>,
    /// Row by row; `None` is "no data".
    pub cells: Vec<Option<f64>>,
}

/// A step of a waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// How much is added, or the total itself.
    pub value: f64,
    /// Whether it is a total that stands on the axis.
    pub total: bool,
}

/// A value against its target.
#[derive(Debug, Clone, PartialEq)]
pub struct Bullet {
    /// Its name.
    pub name: String,
    /// What was reached.
    pub value: f64,
    /// What should be reached.
    pub target: Option<f64>,
    /// Ends of the grounds behind, ascending.
    pub ranges: Vec<f64>,
}

/// Pairs of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Dumbbells {
    /// Names of the two.
    pub names: (String, String),
    /// Name, first and second value of each row.
    pub rows: Vec<(String, f64, f64)>,
    /// Whether a smaller value is the better one; `None` draws no verdict.
    pub less_is_better: Option<bool>,
}

/// A lane of a Gantt chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// What happened in it.
    pub spans: Vec<Span>,
}

/// Work, or waiting for it, from one instant to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Seconds since 1970 UTC.
    pub start: f64,
    /// Seconds since 1970 UTC; equal to `start` for what has no length.
    pub end: f64,
    /// What it was.
    pub name: String,
    /// Whether it is time in which nothing was done.
    pub waiting: bool,
}

/// Events as dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Dots {
    /// Names of the rows from the top; without them rows are numbered.
    pub rows: Vec<String>,
    /// Names of the colours, most important first.
    pub groups: Vec<String>,
    /// Place on the x axis, row, group.
    pub dots: Vec<(f64, usize, usize)>,
}

/// A bubble.
#[derive(Debug, Clone, PartialEq)]
pub struct Bubble {
    /// Its name.
    pub name: String,
    /// Its place on the x axis.
    pub x: f64,
    /// Its place on the y axis.
    pub y: f64,
    /// What its area stands for; all alike where it is missing.
    pub size: Option<f64>,
}

impl Spec {
    /// A chart of this data without target, annotations, links and remarks.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis, figure: Figure) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            x,
            y,
            figure,
            target: None,
            annotations: Vec::new(),
            links: Vec::new(),
            n: None,
            notes: Vec::new(),
        }
    }
}
