//! The figures behind a chart, in words: for those who cannot see it, for hover texts, for tests.

use crate::chart::format::value;
use crate::chart::spec::{Axis, Bars, BoxStats, Dots, Dumbbells, Figure, Grid, Histogram, Lane, Lines, Places, Spec};
use crate::chart::spec::{Bubble, Bullet, Item, Series, Step};
use crate::draw::figure::{duration, plain};

/// Columns and rows of text; for all charts but heat maps and dots one row per mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Cells; "no data" is empty.
    pub rows: Vec<Vec<String>>,
}

/// The table of a chart.
pub fn table(spec: &Spec) -> Table {
    match &spec.figure {
        Figure::Line(lines) => of_lines(spec, lines),
        Figure::Bars(Bars { places, series, .. }) => of_series(spec, places, &series.iter().collect::<Vec<_>>()),
        Figure::Histogram(histogram) => of_histogram(spec, histogram),
        Figure::Boxes(boxes) => of_boxes(spec, boxes),
        Figure::Pareto(items) => of_pareto(spec, items),
        Figure::Heatmap(grid) => of_grid(spec, grid),
        Figure::Waterfall(steps) => of_steps(spec, steps),
        Figure::Bullets(bullets) => of_bullets(spec, bullets),
        Figure::Dumbbells(dumbbells) => of_dumbbells(spec, dumbbells),
        Figure::Gantt(lanes) => of_lanes(spec, lanes),
        Figure::Dots(dots) => of_dots(spec, dots),
        Figure::Scatter(bubbles) => of_bubbles(spec, bubbles),
    }
}

impl Table {
    fn new(columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
    }

    /// A row in words: its first cell, and the others with the names of their columns; a single other one alone.
    pub fn words(&self, row: usize) -> (String, String) {
        let Some((label, cells)) = self.rows.get(row).and_then(|cells| cells.split_first()) else {
            return Default::default();
        };
        let named = self.columns.iter().skip(1).zip(cells).filter(|(_, cell)| !cell.is_empty());
        let words: Vec<String> = match cells {
            [only] => vec![only.clone()],
            _ => named.map(|(name, cell)| format!("{name} {cell}")).collect(),
        };
        let words = words.join(" · ");
        (label.clone(), if words.is_empty() { "no data".to_owned() } else { words })
    }
}

/// A place along x in words.
pub fn place(axis: &Axis, places: &Places, at: usize) -> String {
    match places {
        Places::At(values) => value(axis, values[at]),
        Places::Named(names) => names[at].clone(),
    }
}

fn cell(axis: &Axis, number: Option<f64>) -> String {
    number.map(|number| value(axis, number)).unwrap_or_default()
}

fn of_lines(spec: &Spec, lines: &Lines) -> Table {
    let band = lines.band.iter().flat_map(|(low, high)| low.iter().chain(std::iter::once(high)));
    of_series(spec, &lines.places, &lines.series.iter().chain(band).collect::<Vec<_>>())
}

fn of_series(spec: &Spec, places: &Places, series: &[&Series]) -> Table {
    let mut columns = vec![spec.x.title.as_str()];
    columns.extend(series.iter().map(|series| series.name.as_str()));
    let row = |at: usize| {
        let values = series.iter().map(|series| cell(&spec.y, series.values.get(at).copied().flatten()));
        std::iter::once(place(&spec.x, places, at)).chain(values).collect()
    };
    Table::new(&columns, (0..places.len()).map(row).collect())
}

fn of_histogram(spec: &Spec, histogram: &Histogram) -> Table {
    let all = || histogram.bins.iter().chain(&histogram.beyond);
    let total: f64 = all().map(|bin| bin.count).sum();
    let mut sum = 0.0;
    let rows = all().map(|bin| {
        sum += bin.count;
        let range = format!("{} to {}", value(&spec.x, bin.low), value(&spec.x, bin.high));
        vec![range, value(&spec.y, bin.count), share(sum, total)]
    });
    Table::new(&[&spec.x.title, &spec.y.title, "up to here"], rows.collect())
}

fn of_boxes(spec: &Spec, boxes: &[BoxStats]) -> Table {
    let row = |stats: &BoxStats| {
        let five = [stats.low, stats.q1, stats.median, stats.q3, stats.high].map(|number| value(&spec.y, number));
        let outliers = if stats.outliers.is_empty() { String::new() } else { plain(stats.outliers.len() as f64, 0) };
        std::iter::once(stats.name.clone()).chain(five).chain([outliers]).collect()
    };
    let columns = [&spec.x.title, "low", "first quartile", "median", "third quartile", "high", "outliers"];
    Table::new(&columns, boxes.iter().map(row).collect())
}

fn of_pareto(spec: &Spec, items: &[Item]) -> Table {
    let total: f64 = items.iter().map(|item| item.value).sum();
    let mut sum = 0.0;
    let rows = items.iter().map(|item| {
        sum += item.value;
        vec![item.name.clone(), value(&spec.y, item.value), share(item.value, total), share(sum, total)]
    });
    Table::new(&[&spec.x.title, &spec.y.title, "share", "running share"], rows.collect())
}

fn share(part: f64, whole: f64) -> String {
    if whole == 0.0 { String::new() } else { format!("{} %", plain(part / whole * 100.0, 1)) }
}

fn of_grid(spec: &Spec, grid: &Grid) -> Table {
    let names = std::iter::once(grid.row_title.clone()).chain(grid.columns.iter().cloned()).collect();
    let width = grid.columns.len().max(1);
    let row = |(at, name): (usize, &String)| {
        let cells = grid.cells.iter().skip(at * width).take(width).map(|number| cell(&spec.y, *number));
        std::iter::once(name.clone()).chain(cells).collect()
    };
    Table { columns: names, rows: grid.rows.iter().enumerate().map(row).collect() }
}

fn of_steps(spec: &Spec, steps: &[Step]) -> Table {
    let mut sum = 0.0;
    let rows = steps.iter().map(|step| {
        sum = if step.total { step.value } else { sum + step.value };
        let change = if step.total { String::new() } else { value(&spec.y, step.value) };
        vec![step.name.clone(), change, value(&spec.y, sum)]
    });
    Table::new(&[&spec.x.title, "change", "sum"], rows.collect())
}

fn of_bullets(spec: &Spec, bullets: &[Bullet]) -> Table {
    let row = |bullet: &Bullet| vec![bullet.name.clone(), value(&spec.y, bullet.value), cell(&spec.y, bullet.target)];
    Table::new(&[&spec.x.title, "value", "target"], bullets.iter().map(row).collect())
}

fn of_dumbbells(spec: &Spec, dumbbells: &Dumbbells) -> Table {
    let row = |(name, one, two): &(String, f64, f64)| {
        vec![name.clone(), value(&spec.y, *one), value(&spec.y, *two), value(&spec.y, two - one)]
    };
    let (one, two) = &dumbbells.names;
    Table::new(&[&spec.x.title, one, two, "change"], dumbbells.rows.iter().map(row).collect())
}

fn of_lanes(spec: &Spec, lanes: &[Lane]) -> Table {
    let mut rows = Vec::new();
    for lane in lanes {
        for span in &lane.spans {
            let name = if span.name.is_empty() { lane.name.clone() } else { span.name.clone() };
            let name = if span.waiting { format!("waiting: {name}") } else { name };
            let times = [span.start, span.end].map(|at| value(&spec.x, at));
            let [start, end] = times;
            rows.push(vec![name, lane.name.clone(), start, end, duration(span.end - span.start)]);
        }
    }
    Table::new(&["what", &spec.y.title, "from", "to", "time"], rows)
}

fn of_dots(spec: &Spec, dots: &Dots) -> Table {
    let row = |(at, name): (usize, &String)| {
        let own = || dots.dots.iter().filter(|(_, _, group)| *group == at).map(|(x, _, _)| *x);
        let (first, last) = own().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let ends = [first, last].map(|x| if x.is_finite() { value(&spec.x, x) } else { String::new() });
        let [first, last] = ends;
        vec![name.clone(), plain(own().count() as f64, 0), first, last]
    };
    Table::new(&["colour", "events", "first", "last"], dots.groups.iter().enumerate().map(row).collect())
}

fn of_bubbles(spec: &Spec, bubbles: &[Bubble]) -> Table {
    let row = |bubble: &Bubble| {
        let size = bubble.size.map(|size| plain(size, 1)).unwrap_or_default();
        vec![bubble.name.clone(), value(&spec.x, bubble.x), value(&spec.y, bubble.y), size]
    };
    let rows = bubbles.iter().map(row).collect();
    Table::new(&["name", &spec.x.title, &spec.y.title, "size"], rows)
}
