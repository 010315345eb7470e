//! Reads a result's columns as a header's chart wants them: one function per chart.

use super::{Column, Data, SpecError, Values, words};
use crate::chart::spec::{
    Arrangement, Axis, Bars, Bin, BoxStats, Bubble, Bullet, Dots, Dumbbells, Figure, Grid, Histogram, Item, Lane,
    Lines, Places, Series, Span, Spec, Step,
};
use crate::chart::stats::{bins, box_stats};
use crate::model::kind::Kind;
use std::collections::BTreeMap;

/// Both axes, the data, and for each mark the row of the result that it shows, if it is one.
type Parts = (Axis, Axis, Figure, Vec<Option<usize>>);

/// One header and its result.
pub(super) struct Reader<'a> {
    pub kind: &'a str,
    pub x: &'a str,
    pub y: &'a [String],
    pub data: &'a Data,
}

/// The axes, and named values with their rows.
type Items = (Axis, Axis, Vec<(Item, usize)>);

impl Reader<'_> {
    pub fn spec(&self, title: &str, links: &[Option<String>]) -> Result<Spec, SpecError> {
        let (x, y, figure, rows) = match self.kind {
            "line" => self.line()?,
            "bars" => self.bars(Arrangement::Grouped)?,
            "stacked" => self.bars(Arrangement::Stacked)?,
            "histogram" => self.histogram()?,
            "box" => self.boxes()?,
            "pareto" => self.pareto()?,
            "heatmap" => self.heatmap()?,
            "waterfall" => self.waterfall()?,
            "bullet" => self.bullet()?,
            "dumbbell" => self.dumbbell()?,
            "gantt" => self.gantt()?,
            "dots" => self.dots()?,
            "scatter" => self.scatter()?,
            other => return Err(SpecError::NoKind(other.to_owned())),
        };
        let link = |row: Option<usize>| links.get(row?).cloned().flatten();
        let links = if links.is_empty() { Vec::new() } else { rows.into_iter().map(link).collect() };
        Ok(Spec { links, ..Spec::new(title, x, y, figure) })
    }

    fn column(&self, name: &str) -> Result<&Column, SpecError> {
        let found = self.data.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| SpecError::NoColumn(name.to_owned()))
    }

    /// A column of `y` that the chart must have.
    fn y(&self, at: usize) -> Result<&Column, SpecError> {
        match self.y.get(at) {
            Some(name) => self.column(name),
            None => Err(SpecError::TooFew { kind: self.kind.to_owned(), needed: at + 1 }),
        }
    }

    /// A column of numbers in `y` that the chart must have.
    fn numbers(&self, at: usize) -> Result<&Column, SpecError> {
        let column = self.y(at)?;
        match column.values {
            Values::Numbers(_) => Ok(column),
            Values::Texts(_) => Err(SpecError::Unfit { column: column.name.clone(), wanted: "numbers" }),
        }
    }

    fn optional(&self, at: usize) -> Result<Option<&Column>, SpecError> {
        self.y.get(at).map(|name| self.column(name)).transpose()
    }

    fn rows(&self) -> usize {
        self.data.columns.first().map_or(0, Column::len)
    }

    /// Names along x, and the axis of names; several columns are joined by an arrow.
    fn names(&self) -> Result<(Axis, Vec<String>), SpecError> {
        let columns: Result<Vec<&Column>, SpecError> = self.x.split('>').map(|name| self.column(name.trim())).collect();
        let columns = columns?;
        let name = |row: usize| columns.iter().map(|column| column.name_at(row)).collect::<Vec<_>>().join(" → ");
        let title: Vec<String> = columns.iter().map(|column| words(&column.name)).collect();
        Ok((Axis::new(title.join(" → "), Kind::Category), (0..self.rows()).map(name).collect()))
    }

    /// Places along x: numbers and times lie at their values, rows without one are left out.
    fn places(&self) -> Result<(Axis, Places, Vec<usize>), SpecError> {
        match self.data.columns.iter().find(|column| column.name == self.x) {
            Some(column) if matches!(column.values, Values::Numbers(_)) => {
                let rows: Vec<usize> = (0..column.len()).filter(|row| column.number(*row).is_some()).collect();
                let at = rows.iter().filter_map(|row| column.number(*row)).collect();
                Ok((column.axis(), Places::At(at), rows))
            }
            _ => {
                let (axis, names) = self.names()?;
                Ok((axis, Places::Named(names), (0..self.rows()).collect()))
            }
        }
    }

    fn series(&self, rows: &[usize]) -> Result<(Axis, Vec<Series>), SpecError> {
        let axis = self.numbers(0)?.axis();
        let one = |at: usize| {
            let column = self.numbers(at)?;
            let values = rows.iter().map(|row| column.number(*row)).collect();
            Ok(Series { name: words(&column.name), values })
        };
        Ok((axis, (0..self.y.len()).map(one).collect::<Result<_, SpecError>>()?))
    }

    fn line(&self) -> Result<Parts, SpecError> {
        let (x, places, rows) = self.places()?;
        let (mut y, mut series) = self.series(&rows)?;
        let mut band = None;
        if let [_, second] = self.y
            && is_middle(&self.y[0])
            && is_upper(second)
        {
            band = series.pop().map(|upper| (None, upper));
        }
        if series.len() > 1 || band.is_some() {
            y.title.clear();
        }
        Ok((x, y, Figure::Line(Lines { places, series, band }), some(rows)))
    }

    fn bars(&self, arrangement: Arrangement) -> Result<Parts, SpecError> {
        let (x, places, rows) = self.places()?;
        let (y, series) = self.series(&rows)?;
        let horizontal = matches!(places, Places::Named(_));
        Ok((x, y, Figure::Bars(Bars { places, series, arrangement, horizontal }), some(rows)))
    }

    fn histogram(&self) -> Result<Parts, SpecError> {
        if self.y.len() > 1 {
            return self.classes();
        }
        let column = self.column(self.x)?;
        let x = column.axis();
        let mut numbers = Vec::new();
        let counts = self.optional(0)?;
        for row in 0..column.len() {
            let many = counts.map_or(Some(1.0), |counts| counts.number(row)).unwrap_or(0.0).max(0.0) as usize;
            numbers.extend(column.number(row).into_iter().flat_map(|number| std::iter::repeat_n(number, many)));
        }
        let y = Axis::new(counts.map_or_else(|| "cases".to_owned(), |counts| words(&counts.name)), Kind::Count);
        let bins = bins(&x, &numbers);
        Ok((x, y, Figure::Histogram(Histogram { bins, cumulative: true, beyond: None }), Vec::new()))
    }

    /// A histogram whose classes are those of the query.
    fn classes(&self) -> Result<Parts, SpecError> {
        let (low, high, counts) = (self.column(self.x)?, self.numbers(0)?, self.numbers(1)?);
        let is_beyond = self.optional(2)?;
        let (mut bins, mut beyond) = (Vec::new(), None);
        for row in 0..self.rows() {
            let ends = low.number(row).zip(high.number(row));
            let Some(((low, high), count)) = ends.zip(counts.number(row)) else { continue };
            let bin = Bin { low, high, count };
            match is_beyond.and_then(|column| column.number(row)) {
                Some(1.0) => beyond = Some(bin),
                _ => bins.push(bin),
            }
        }
        let mut x = low.axis();
        // The column has its name for where classes begin.
        x.title = x.title.trim_end_matches(" from").to_owned();
        let y = Axis::new(words(&counts.name), Kind::Count);
        Ok((x, y, Figure::Histogram(Histogram { bins, cumulative: true, beyond }), Vec::new()))
    }

    fn boxes(&self) -> Result<Parts, SpecError> {
        let (x, names) = self.names()?;
        let y = self.numbers(0)?.axis();
        if self.y.len() >= 5 {
            let five: Result<Vec<&Column>, SpecError> = (0..5).map(|at| self.numbers(at)).collect();
            let five = five?;
            let stats = names.into_iter().enumerate().filter_map(|(row, name)| {
                let numbers: Vec<f64> = five.iter().filter_map(|column| column.number(row)).collect();
                let [low, q1, median, q3, high] = numbers[..].try_into().ok()?;
                Some((BoxStats { name, low, q1, median, q3, high, outliers: Vec::new() }, Some(row)))
            });
            let (stats, rows) = stats.unzip();
            return Ok((x, Axis { title: "value".to_owned(), ..y }, Figure::Boxes(stats), rows));
        }
        let column = self.numbers(0)?;
        let mut order: Vec<(usize, &String)> = Vec::new();
        let mut groups: BTreeMap<&String, Vec<f64>> = BTreeMap::new();
        for (row, name) in names.iter().enumerate() {
            if let Some(number) = column.number(row) {
                let group = groups.entry(name).or_default();
                if group.is_empty() {
                    order.push((row, name));
                }
                group.push(number);
            }
        }
        let stats = order.into_iter().filter_map(|(row, name)| Some((box_stats(name, &groups[name])?, Some(row))));
        let (stats, rows) = stats.unzip();
        Ok((x, y, Figure::Boxes(stats), rows))
    }

    /// Named values with their rows.
    fn items(&self) -> Result<Items, SpecError> {
        let (x, names) = self.names()?;
        let column = self.numbers(0)?;
        let item = |(row, name): (usize, String)| Some((Item { name, value: column.number(row)? }, row));
        Ok((x, column.axis(), names.into_iter().enumerate().filter_map(item).collect()))
    }

    fn pareto(&self) -> Result<Parts, SpecError> {
        let (x, y, mut items) = self.items()?;
        // A running share of parts below zero has no meaning.
        items.retain(|(item, _)| item.value > 0.0);
        items.sort_by(|(one, _), (other, _)| other.value.total_cmp(&one.value).then_with(|| one.name.cmp(&other.name)));
        let (items, rows): (Vec<Item>, Vec<usize>) = items.into_iter().unzip();
        Ok((x, y, Figure::Pareto(items), some(rows)))
    }

    fn waterfall(&self) -> Result<Parts, SpecError> {
        let (x, y, items) = self.items()?;
        let (items, rows): (Vec<Item>, Vec<usize>) = items.into_iter().unzip();
        let total = items.iter().map(|item| item.value).sum();
        let mut steps: Vec<Step> =
            items.into_iter().map(|item| Step { name: item.name, value: item.value, total: false }).collect();
        if !steps.is_empty() {
            steps.push(Step { name: "total".to_owned(), value: total, total: true });
        }
        Ok((x, y, Figure::Waterfall(steps), some(rows)))
    }

    fn heatmap(&self) -> Result<Parts, SpecError> {
        let (across, down, value) = (self.column(self.x)?, self.y(0)?, self.numbers(1)?);
        let (columns, column_of) = distinct(across);
        let (rows, row_of) = distinct(down);
        let mut cells = vec![None; columns.len() * rows.len()];
        let mut shown = vec![None; cells.len()];
        for row in 0..self.rows() {
            let cell = row_of[row] * columns.len() + column_of[row];
            (cells[cell], shown[cell]) = (value.number(row), Some(row));
        }
        let grid = Grid { columns, row_title: words(&down.name), rows, cells };
        Ok((across.axis(), value.axis(), Figure::Heatmap(grid), shown))
    }

    fn bullet(&self) -> Result<Parts, SpecError> {
        let (x, names) = self.names()?;
        let value = self.numbers(0)?;
        let target = self.optional(1)?;
        let ranges: Result<Vec<&Column>, SpecError> = (2..self.y.len()).map(|at| self.numbers(at)).collect();
        let ranges = ranges?;
        let bullet = |(row, name): (usize, String)| {
            let mut ends: Vec<f64> = ranges.iter().filter_map(|column| column.number(row)).collect();
            ends.sort_by(f64::total_cmp);
            let target = target.and_then(|column| column.number(row));
            Some((Bullet { name, value: value.number(row)?, target, ranges: ends }, Some(row)))
        };
        let (bullets, rows) = names.into_iter().enumerate().filter_map(bullet).unzip();
        Ok((x, value.axis(), Figure::Bullets(bullets), rows))
    }

    fn dumbbell(&self) -> Result<Parts, SpecError> {
        let (x, names) = self.names()?;
        let (one, two) = (self.numbers(0)?, self.numbers(1)?);
        let row = |(row, name): (usize, String)| Some(((name, one.number(row)?, two.number(row)?), Some(row)));
        let (rows, shown) = names.into_iter().enumerate().filter_map(row).unzip();
        let names = (words(&one.name), words(&two.name));
        let less_is_better = (one.kind == Kind::DurationS).then_some(true);
        Ok((x, one.axis(), Figure::Dumbbells(Dumbbells { names, rows, less_is_better }), shown))
    }

    fn gantt(&self) -> Result<Parts, SpecError> {
        let lane = self.column(self.x)?;
        let (start, end) = (self.numbers(0)?, self.numbers(1)?);
        let (name, waiting) = (self.optional(2)?, self.optional(3)?);
        let mut lanes: Vec<Lane> = Vec::new();
        let mut shown: Vec<Vec<Option<usize>>> = Vec::new();
        for row in 0..self.rows() {
            // An event of which only the end is known has no length.
            let Some(until) = end.number(row).or(start.number(row)) else { continue };
            let from = start.number(row).unwrap_or(until).min(until);
            let waits = waiting.and_then(|column| column.number(row)) == Some(1.0);
            let what = name.map(|column| column.name_at(row)).unwrap_or_default();
            let span = Span { start: from, end: until, name: what, waiting: waits };
            let label = lane.name_at(row);
            match lanes.iter().position(|lane| lane.name == label) {
                Some(at) => {
                    lanes[at].spans.push(span);
                    shown[at].push(Some(row));
                }
                None => {
                    lanes.push(Lane { name: label, spans: vec![span] });
                    shown.push(vec![Some(row)]);
                }
            }
        }
        Ok((start.axis(), lane.axis(), Figure::Gantt(lanes), shown.concat()))
    }

    fn dots(&self) -> Result<Parts, SpecError> {
        let (x, down) = (self.column(self.x)?, self.y(0)?);
        let mut row_numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut rows = Vec::new();
        let (groups, group_of) = match self.optional(1)? {
            Some(column) => distinct(column),
            None => (Vec::new(), vec![0; self.rows()]),
        };
        let (mut dots, mut shown) = (Vec::new(), Vec::new());
        for (row, group) in group_of.iter().enumerate() {
            let Some(at) = x.number(row) else { continue };
            let name = down.name_at(row);
            let number = *row_numbers.entry(name.clone()).or_insert_with(|| {
                rows.push(name);
                rows.len() - 1
            });
            dots.push((at, number, *group));
            shown.push(Some(row));
        }
        Ok((x.axis(), down.axis(), Figure::Dots(Dots { rows, groups, dots }), shown))
    }

    fn scatter(&self) -> Result<Parts, SpecError> {
        let (x, y) = (self.column(self.x)?, self.numbers(0)?);
        let (size, name) = (self.optional(1)?, self.optional(2)?);
        let bubble = |row: usize| {
            let bubble = Bubble {
                name: name.map(|column| column.name_at(row)).unwrap_or_default(),
                x: x.number(row)?,
                y: y.number(row)?,
                size: size.and_then(|column| column.number(row)),
            };
            Some((bubble, Some(row)))
        };
        let (bubbles, rows) = (0..self.rows()).filter_map(bubble).unzip();
        Ok((x.axis(), y.axis(), Figure::Scatter(bubbles), rows))
    }
}

fn some(rows: Vec<usize>) -> Vec<Option<usize>> {
    rows.into_iter().map(Some).collect()
}

/// Whether a column's name says that it holds the middle of values.
fn is_middle(name: &str) -> bool {
    name.split('_').any(|part| part == "median" || part == "p50")
}

/// Whether a column's name says that it holds a high percentile of values.
fn is_upper(name: &str) -> bool {
    name.split('_').any(|part| ["p75", "p80", "p85", "p90", "p95", "p99"].contains(&part))
}

/// The distinct names of a column, numbers by size and texts as they come, and the number of each row's name.
fn distinct(column: &Column) -> (Vec<String>, Vec<usize>) {
    let mut firsts: Vec<usize> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let names: Vec<String> = (0..column.len()).map(|row| column.name_at(row)).collect();
    for (row, name) in names.iter().enumerate() {
        if !known.contains_key(name) {
            known.insert(name.clone(), 0);
            firsts.push(row);
        }
    }
    if matches!(column.values, Values::Numbers(_)) {
        let size = |row: &usize| column.number(*row).unwrap_or(f64::INFINITY);
        firsts.sort_by(|one, other| size(one).total_cmp(&size(other)));
    }
    let distinct: Vec<String> = firsts.iter().map(|row| names[*row].clone()).collect();
    known.extend(distinct.iter().cloned().enumerate().map(|(number, name)| (name, number)));
    let numbers = names.iter().map(|name| known[name]).collect();
    (distinct, numbers)
}
