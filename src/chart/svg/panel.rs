//! The plot itself: two axes, grid and labels by the plotting library, with room measured beforehand.

use super::backend::{LINE, ThemedSvg, UNITS, ink};
use super::board::{Board, Fault, LABEL, Rect, style, units};
use crate::chart::format::value;
use crate::chart::scale::{Scale, Tick};
use crate::chart::spec::{Axis, Target};
use crate::draw::text::{Weight, shorten, width, wrap};
use crate::draw::theme::Token;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::element::PathElement;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, ShapeStyle};

/// One axis as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// From start to end; rows from the top have their start above their end.
    pub scale: Scale,
    /// Whether its ticks go on as lines through the plot.
    pub grid: bool,
    /// Words beside it.
    pub title: String,
    /// How it is seen itself.
    pub edge: Edge,
}

/// What is drawn of an axis besides its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: grid lines lead to the labels.
    Open,
    /// A line.
    Line,
    /// A line with a mark at each tick.
    Marks,
}

/// A scale as the library's axis: it brings its own ticks and labels.
#[derive(Debug, Clone)]
pub struct Ruler(Scale);

impl Ranged for Ruler {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let part = (value - self.0.low) / (self.0.high - self.0.low);
        (f64::from(start) + part * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight().allow_light_points() {
            true => Vec::new(),
            false => self.0.ticks.iter().map(|tick| tick.at).collect(),
        }
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.0.low..self.0.high
    }
}

impl ValueFormatter<f64> for Ruler {
    fn format(at: &f64) -> String {
        crate::draw::figure::plain(*at, 2)
    }

    fn format_ext(&self, at: &f64) -> String {
        self.0.ticks.iter().find(|tick| tick.at == *at).map(|tick| tick.label.clone()).unwrap_or_default()
    }
}

type Coordinates = Cartesian2d<Ruler, Ruler>;

/// Axes that are drawn, and places on them.
pub struct Panel {
    /// The library's view.
    pub chart: ChartContext<'static, ThemedSvg, Coordinates>,
    /// The plot in px, without labels.
    pub plot: Rect,
}

/// Room that labels take beside the plot.
const BESIDE: f64 = 10.0;
const BELOW: f64 = 10.0;

fn widest<'a>(labels: impl Iterator<Item = &'a str>) -> f64 {
    labels.flat_map(str::lines).map(|line| width(line, LABEL, Weight::Regular)).fold(0.0, f64::max)
}

/// How many ticks a value axis of this height may have.
pub fn ticks_for(height: f64) -> usize {
    ((height / 36.0) as usize).clamp(2, 7)
}

impl Side {
    /// An axis of values with grid lines.
    pub fn values(scale: Scale) -> Self {
        Self { scale, grid: true, title: String::new(), edge: Edge::Open }
    }

    /// An axis without grid lines.
    pub fn plain(scale: Scale) -> Self {
        Self { scale, grid: false, title: String::new(), edge: Edge::Marks }
    }

    /// The same axis with another edge.
    #[must_use]
    pub fn edge(mut self, edge: Edge) -> Self {
        self.edge = edge;
        self
    }

    /// The same axis with words beside it.
    #[must_use]
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// Rows of names from the top; names are broken into lines that fit row and sheet.
    pub fn rows(names: &[String], row: f64, max_px: f64) -> Self {
        let lines = (((row - 2.0) / (LABEL * LINE)) as usize).clamp(1, 2);
        let label = |name: &String| wrap(name, max_px, LABEL, Weight::Regular, lines).join("\n");
        let ticks = names.iter().enumerate().map(|(at, name)| Tick { at: at as f64, label: label(name) });
        let scale = Scale { low: names.len() as f64 - 0.5, high: -0.5, ticks: ticks.collect() };
        Self::plain(scale).edge(Edge::Open)
    }

    /// Columns of names at equal distances; where they have no room, every second, third, … is labelled.
    pub fn columns(names: &[String], px: f64) -> Self {
        let column = px / names.len().max(1) as f64;
        let room = (column - 6.0).max(1.0);
        let longest = names.iter().flat_map(|name| name.split(' ')).map(|word| width(word, LABEL, Weight::Regular));
        let wraps = longest.fold(0.0, f64::max) <= room;
        let full = widest(names.iter().map(String::as_str)).min(90.0) + 10.0;
        let stride = if wraps || column >= 64.0 { 1 } else { (full / column).ceil().max(1.0) as usize };
        let room = column * stride as f64 - 6.0;
        let label = |name: &str| match wraps || stride == 1 {
            true => wrap(name, room, LABEL, Weight::Regular, 2).join("\n"),
            false => shorten(name, room, LABEL, Weight::Regular),
        };
        let ticks = names.iter().enumerate().step_by(stride);
        let ticks = ticks.map(|(at, name)| Tick { at: at as f64, label: label(name) }).collect();
        Self::plain(Scale { low: -0.5, high: names.len() as f64 - 0.5, ticks }).edge(Edge::Line)
    }

    /// Room that labels and words take: beside the plot for a vertical axis.
    pub fn breadth(&self) -> f64 {
        let labels = widest(self.scale.ticks.iter().map(|tick| tick.label.as_str()));
        (labels + BESIDE + 4.0).ceil() + if self.title.is_empty() { 0.0 } else { 20.0 }
    }

    /// Room that labels and words take: below the plot for a horizontal axis.
    fn depth(&self) -> f64 {
        let lines = self.scale.ticks.iter().map(|tick| tick.label.lines().count()).max().unwrap_or(0);
        BELOW + (lines as f64 * LABEL * LINE).ceil() + if self.title.is_empty() { 0.0 } else { 20.0 }
    }

    /// Parts of the first and last label that stand out over the axis's ends.
    fn overhang(&self, px: f64) -> (f64, f64) {
        let Scale { low, high, ticks } = &self.scale;
        let place = |tick: &Tick| (tick.at - low) / (high - low) * px;
        let half = |tick: &Tick| widest(std::iter::once(tick.label.as_str())) / 2.0;
        let left = ticks.first().map_or(0.0, |tick| half(tick) - place(tick));
        let right = ticks.last().map_or(0.0, |tick| place(tick) + half(tick) - px);
        (left.max(0.0), right.max(0.0))
    }
}

impl Panel {
    /// Draws two axes on what is left of the board. The horizontal one is made when its length is known; `right` is
    /// room kept free at the right.
    pub fn open(board: &Board<'_>, y: &Side, right: f64, x: impl Fn(f64) -> Side) -> Result<Self, Fault> {
        let area = board.area;
        let mut left = y.breadth().min(area.w * 0.6);
        let mut right = right.max(6.0);
        let mut across = x((area.w - left - right).max(20.0));
        // Labels that stand out make the axis shorter, which may change its labels once more.
        for _ in 0..2 {
            let (over_left, over_right) = across.overhang(area.w - left - right);
            left = left.max(over_left.ceil());
            right = right.max(over_right.ceil() + 1.0);
            across = x((area.w - left - right).max(20.0));
        }
        let below = across.depth();
        let top = LABEL / 2.0;
        let plot = Rect {
            x: area.x + left,
            y: area.y + top,
            w: (area.w - left - right).max(20.0),
            h: (area.h - below - top).max(20.0),
        };
        let part = board.root.clone().shrink(
            units(area.x, plot.y),
            (((left + plot.w) * UNITS).round() as u32, ((plot.h + below) * UNITS).round() as u32),
        );
        let mut chart = ChartBuilder::on(&part)
            .x_label_area_size((below * UNITS).round() as i32)
            .y_label_area_size((left * UNITS).round() as i32)
            .build_cartesian_2d(Ruler(across.scale.clone()), Ruler(y.scale.clone()))?;
        mesh(&mut chart, &across, y)?;
        let panel = Self { chart, plot };
        panel.edge(board, &across)?;
        panel.titles(board, &across, y, below)?;
        Ok(panel)
    }

    fn edge(&self, board: &Board<'_>, x: &Side) -> Result<(), Fault> {
        let Rect { x: left, y: top, w, h } = self.plot;
        let look = ink(Token::LineStrong).mix(0.6).stroke_width(10);
        let line = |from: (f64, f64), to: (f64, f64)| {
            board.root.draw(&PathElement::new(vec![units(from.0, from.1), units(to.0, to.1)], look))
        };
        if x.edge != Edge::Open {
            line((left, top + h), (left + w, top + h))?;
        }
        if x.edge == Edge::Marks {
            for tick in &x.scale.ticks {
                let (place, _) = self.at(tick.at, 0.0);
                line((place, top + h), (place, top + h + 4.0))?;
            }
        }
        Ok(())
    }

    fn titles(&self, board: &Board<'_>, x: &Side, y: &Side, below: f64) -> Result<(), Fault> {
        let muted = style(LABEL, Token::Muted, Weight::Regular);
        let Rect { x: left, y: top, w, h } = self.plot;
        if !x.title.is_empty() {
            let text = shorten(&x.title, w, LABEL, Weight::Regular);
            board.text(&text, left + w / 2.0, top + h + below, &muted, (HPos::Center, VPos::Bottom))?;
        }
        if !y.title.is_empty() {
            let text = shorten(&y.title, h, LABEL, Weight::Regular);
            let turned = muted.transform(plotters::style::FontTransform::Rotate270);
            board.text(&text, board.area.x, top + h / 2.0, &turned, (HPos::Center, VPos::Top))?;
        }
        Ok(())
    }

    /// A place of the plot in px of the sheet.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = self.chart.backend_coord(&(x, y));
        (f64::from(x) / UNITS, f64::from(y) / UNITS)
    }

    /// Length in px of a distance along x.
    pub fn x_px(&self, distance: f64) -> f64 {
        (self.at(distance, 0.0).0 - self.at(0.0, 0.0).0).abs()
    }

    /// A line between two places of the plot.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), look: impl Into<ShapeStyle>) -> Result<(), Fault> {
        self.chart.draw_series(std::iter::once(PathElement::new(vec![from, to], look)))?;
        Ok(())
    }

    /// The dashed line of a target, horizontal where values go up and vertical where they go to the right. The name of
    /// a vertical one stands above the plot, see [`Board::room_for_target`]. The answer is where the name stands.
    pub fn target(&mut self, board: &Board<'_>, axis: &Axis, target: &Target, across: bool) -> Result<Rect, Fault> {
        let Rect { x, y, w, h } = self.plot;
        let place = self.at(if across { 0.0 } else { target.value }, if across { target.value } else { 0.0 });
        let (from, to) = match across {
            true => ((x, place.1), (x + w, place.1)),
            false => ((place.0, y), (place.0, y + h)),
        };
        let token = if target.neutral { Token::Muted } else { Token::Bad };
        board.pen.dash(Some("5 4"));
        let path = vec![units(from.0, from.1), units(to.0, to.1)];
        board.root.draw(&PathElement::new(path, ink(token).stroke_width(15)))?;
        board.pen.dash(None);
        let words = format!("{} {}", target.label, value(axis, target.value));
        let text = shorten(words.trim(), w * 0.6, LABEL, Weight::Regular);
        let look = style(LABEL, token, Weight::Regular);
        board.pen.halo(true);
        let long = width(&text, LABEL, Weight::Regular);
        let base = if across { place.1 - 5.0 } else { y - 5.0 };
        let left = if across { x + w - long } else { (place.0 - long / 2.0).clamp(x, (x + w - long).max(x)) };
        board.text(&text, left, base, &look, (HPos::Left, VPos::Bottom))?;
        board.pen.halo(false);
        Ok(Rect { x: left, y: base - LABEL, w: long, h: LABEL + 3.0 })
    }
}

fn mesh(chart: &mut ChartContext<'static, ThemedSvg, Coordinates>, x: &Side, y: &Side) -> Result<(), Fault> {
    let tick = (BELOW / 2.0 * UNITS) as i32;
    let mut mesh = chart.configure_mesh();
    mesh.bold_line_style(ink(Token::Line).stroke_width(10))
        .light_line_style(plotters::style::TRANSPARENT)
        // The library draws both axes or leaves out their labels, too: `edge` draws what is wanted.
        .axis_style(plotters::style::TRANSPARENT)
        .x_label_style(style(LABEL, Token::Muted, Weight::Regular))
        .y_label_style(style(LABEL, Token::Muted, Weight::Regular))
        .set_all_tick_mark_size(tick);
    if !x.grid {
        mesh.disable_x_mesh();
    }
    if !y.grid {
        mesh.disable_y_mesh();
    }
    mesh.draw()
}
