//! A chart in a sentence or two, for those who cannot see it: what it is, its ends, its least and greatest values, its
//! target.

use crate::chart::format::value;
use crate::chart::spec::{
    Axis, Bars, BoxStats, Bullet, Figure, Grid, Histogram, Item, Lane, Places, Series, Spec, Step,
};
use crate::chart::table::place;
use crate::draw::figure::{duration, plain};
use crate::model::kind::Kind;

/// The description of a chart.
pub fn describe(spec: &Spec) -> String {
    let (what, facts) = match &spec.figure {
        Figure::Line(lines) => ("Line chart", of_lines(spec, &lines.places, &lines.series)),
        Figure::Bars(bars) => ("Bar chart", of_bars(spec, bars)),
        Figure::Histogram(histogram) => ("Histogram", of_histogram(spec, histogram)),
        Figure::Boxes(boxes) => ("Box plot", of_boxes(spec, boxes)),
        Figure::Pareto(items) => ("Pareto chart", of_pareto(spec, items)),
        Figure::Heatmap(grid) => ("Heat map", of_grid(spec, grid)),
        Figure::Waterfall(steps) => ("Waterfall chart", of_steps(spec, steps)),
        Figure::Bullets(bullets) => ("Bullet chart", of_bullets(spec, bullets)),
        Figure::Dumbbells(dumbbells) => {
            let (one, two) = &dumbbells.names;
            let values = dumbbells
                .rows
                .iter()
                .map(|(name, a, b)| format!("{name}: {one} {}, {two} {}.", value(&spec.y, *a), value(&spec.y, *b)));
            ("Dumbbell chart", values.take(6).collect())
        }
        Figure::Gantt(lanes) => ("Gantt chart", of_lanes(spec, lanes)),
        Figure::Dots(dots) => ("Dotted chart", vec![format!("{} events.", plain(dots.dots.len() as f64, 0))]),
        Figure::Scatter(bubbles) => {
            let names = bubbles.iter().map(|bubble| (bubble.name.as_str(), bubble.y));
            ("Bubble chart", ends_of(&spec.y, names.collect()).into_iter().collect())
        }
    };
    let mut text = format!("{what}: {}.", spec.title.trim_end_matches('.'));
    let facts = if is_empty(&spec.figure) { vec!["There is no data.".to_owned()] } else { facts };
    for fact in facts.iter().chain(&target_facts(spec)) {
        text.push(' ');
        text.push_str(fact);
    }
    text
}

/// Whether there is nothing to draw.
pub fn is_empty(figure: &Figure) -> bool {
    let nothing = |series: &[Series]| series.iter().all(|series| series.values.iter().all(Option::is_none));
    match figure {
        Figure::Line(lines) => lines.places.is_empty() || nothing(&lines.series),
        Figure::Bars(bars) => bars.places.is_empty() || nothing(&bars.series),
        Figure::Histogram(histogram) => histogram.bins.iter().chain(&histogram.beyond).all(|bin| bin.count <= 0.0),
        Figure::Boxes(boxes) => boxes.is_empty(),
        Figure::Pareto(items) => items.iter().all(|item| item.value <= 0.0),
        Figure::Heatmap(grid) => grid.cells.iter().all(Option::is_none),
        Figure::Waterfall(steps) => steps.is_empty(),
        Figure::Bullets(bullets) => bullets.is_empty(),
        Figure::Dumbbells(dumbbells) => dumbbells.rows.is_empty(),
        Figure::Gantt(lanes) => lanes.iter().all(|lane| lane.spans.is_empty()),
        Figure::Dots(dots) => dots.dots.is_empty(),
        Figure::Scatter(bubbles) => bubbles.is_empty(),
    }
}

fn of_lines(spec: &Spec, places: &Places, series: &[Series]) -> Vec<String> {
    series.iter().take(3).filter_map(|series| of_one_line(spec, places, series)).collect()
}

fn of_one_line(spec: &Spec, places: &Places, series: &Series) -> Option<String> {
    let mut known: Vec<(usize, f64)> =
        series.values.iter().enumerate().filter_map(|(at, v)| Some((at, (*v)?))).collect();
    known.sort_by(|one, other| places.position(one.0).total_cmp(&places.position(other.0)));
    let (first, last) = (*known.first()?, *known.last()?);
    let at = |(at, number): (usize, f64)| format!("{} ({})", value(&spec.y, number), place(&spec.x, places, at));
    if known.len() == 1 {
        return Some(format!("{}: one value, {}.", series.name, at(first)));
    }
    let least = known.iter().copied().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let greatest = known.iter().copied().max_by(|one, other| one.1.total_cmp(&other.1))?;
    if least.1 == greatest.1 {
        return Some(format!("{}: always {}.", series.name, value(&spec.y, first.1)));
    }
    let span = greatest.1 - least.1;
    let trend = match last.1 - first.1 {
        change if change > span * 0.1 => "rises",
        change if change < span * -0.1 => "falls",
        _ => "stays about level",
    };
    Some(format!(
        "{} {trend}: from {} to {}; lowest {}, highest {}.",
        series.name,
        at(first),
        at(last),
        at(least),
        at(greatest)
    ))
}

fn of_bars(spec: &Spec, bars: &Bars) -> Vec<String> {
    if matches!(bars.places, Places::At(_)) {
        return of_lines(spec, &bars.places, &bars.series);
    }
    let fact = |series: &Series| {
        let known = series.values.iter().enumerate().filter_map(|(at, number)| Some((at, (*number)?)));
        let named: Vec<(String, f64)> = known.map(|(at, number)| (place(&spec.x, &bars.places, at), number)).collect();
        let ends = ends_of(&spec.y, named.iter().map(|(name, number)| (name.as_str(), *number)).collect())?;
        Some(if bars.series.len() > 1 { format!("{}: {ends}", series.name) } else { ends })
    };
    bars.series.iter().take(6).filter_map(fact).collect()
}

/// The greatest and the least of named values.
fn ends_of(axis: &Axis, named: Vec<(&str, f64)>) -> Option<String> {
    let greatest = named.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    let least = named.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let words = |(name, number): &(&str, f64)| format!("{name} ({})", value(axis, *number));
    Some(match named.len() {
        1 => format!("{}.", words(greatest)),
        many => format!("{many} values; greatest {}, least {}.", words(greatest), words(least)),
    })
}

fn of_histogram(spec: &Spec, histogram: &Histogram) -> Vec<String> {
    let total: f64 = histogram.bins.iter().chain(&histogram.beyond).map(|bin| bin.count).sum();
    let ends = histogram.bins.first().zip(histogram.beyond.as_ref().or(histogram.bins.last()));
    let most = histogram.bins.iter().max_by(|one, other| one.count.total_cmp(&other.count));
    let range = |low: f64, high: f64| format!("{} to {}", value(&spec.x, low), value(&spec.x, high));
    ends.zip(most).map_or_else(Vec::new, |((first, last), most)| {
        vec![format!(
            "{} values from {}; most, {}, lie in {}.",
            plain(total, 0),
            range(first.low, last.high),
            plain(most.count, 0),
            range(most.low, most.high)
        )]
    })
}

fn of_boxes(spec: &Spec, boxes: &[BoxStats]) -> Vec<String> {
    let medians = boxes.iter().map(|stats| (stats.name.as_str(), stats.median)).collect();
    ends_of(&spec.y, medians).map(|ends| format!("Medians: {ends}")).into_iter().collect()
}

fn of_pareto(spec: &Spec, items: &[Item]) -> Vec<String> {
    let total: f64 = items.iter().map(|item| item.value).sum();
    let mut sum = 0.0;
    let reached = items.iter().take_while(|item| {
        let before = sum;
        sum += item.value;
        before < total * 0.8
    });
    let first = items.first().map(|item| format!("greatest {} ({})", item.name, value(&spec.y, item.value)));
    let many = format!("{} of {} make up 80 %", reached.count(), items.len());
    vec![format!("{}; {many}.", first.unwrap_or_default())]
}

fn of_grid(spec: &Spec, grid: &Grid) -> Vec<String> {
    let known = grid.cells.iter().enumerate().filter_map(|(at, number)| Some((at, (*number)?)));
    let greatest = known.max_by(|one, other| one.1.total_cmp(&other.1));
    let width = grid.columns.len().max(1);
    greatest.map_or_else(Vec::new, |(at, number)| {
        let (row, column) = (&grid.rows[at / width], &grid.columns[at % width]);
        vec![format!(
            "{} rows, {} columns; greatest {} at {row}, {column}.",
            grid.rows.len(),
            grid.columns.len(),
            value(&spec.y, number)
        )]
    })
}

fn of_steps(spec: &Spec, steps: &[Step]) -> Vec<String> {
    let parts: Vec<(&str, f64)> =
        steps.iter().filter(|step| !step.total).map(|step| (step.name.as_str(), step.value)).collect();
    let end = steps.iter().fold(0.0, |sum, step| if step.total { step.value } else { sum + step.value });
    let sum = format!("It ends at {}.", value(&spec.y, end));
    ends_of(&spec.y, parts).into_iter().chain([sum]).collect()
}

fn of_bullets(spec: &Spec, bullets: &[Bullet]) -> Vec<String> {
    let fact = |bullet: &Bullet| {
        let target = bullet.target.map(|target| format!(", target {}", value(&spec.y, target))).unwrap_or_default();
        format!("{} {}{target}.", bullet.name, value(&spec.y, bullet.value))
    };
    bullets.iter().take(6).map(fact).collect()
}

fn of_lanes(spec: &Spec, lanes: &[Lane]) -> Vec<String> {
    let spans = || lanes.iter().flat_map(|lane| &lane.spans);
    let start = spans().map(|span| span.start).fold(f64::INFINITY, f64::min);
    let end = spans().map(|span| span.end).fold(f64::NEG_INFINITY, f64::max);
    let waiting: f64 = spans().filter(|span| span.waiting).map(|span| span.end - span.start).sum();
    let mut fact = format!(
        "{} pieces in {} lanes from {} to {}",
        spans().count(),
        lanes.len(),
        value(&spec.x, start),
        value(&spec.x, end)
    );
    if waiting > 0.0 {
        fact.push_str(&format!("; {} of waiting", duration(waiting)));
    }
    fact.push('.');
    vec![fact]
}

fn target_facts(spec: &Spec) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(target) = &spec.target {
        let axis = if matches!(spec.figure, Figure::Histogram(_)) { &spec.x } else { &spec.y };
        facts.push(format!("{} {}.", capital(&target.label), value(axis, target.value)));
    }
    let timed = matches!(spec.x.kind, Kind::Date | Kind::Timestamp);
    for annotation in spec.annotations.iter().filter(|_| timed).take(6) {
        facts.push(format!("{}: {}.", value(&spec.x, annotation.at), annotation.label));
    }
    facts
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
