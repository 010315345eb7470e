//! The sheet around a chart: heading, legend, remarks, and the places that can be pointed at.

use super::backend::{Corners, Pen, ThemedSvg, UNITS, ink};
use crate::chart::spec::Spec;
use crate::chart::table::Table;
use crate::draw::svg::{Attributes, empty, escape, number};
use crate::draw::text::{Weight, shorten, width, wrap};
use crate::draw::theme::Token;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};
use std::convert::Infallible;
use std::fmt::Write;

/// What the library may complain of.
pub type Fault = DrawingAreaErrorKind<Infallible>;
/// The whole sheet, in the library's units.
pub type Root = DrawingArea<ThemedSvg, Shift>;

/// Size of labels, legend and remarks.
pub const LABEL: f64 = 12.0;
const TITLE: f64 = 16.0;
const SUBTITLE: f64 = 13.0;
/// A mark to be pointed at is at least so wide: whoever goes on by keys sees where they are.
const LEAST_HIT: f64 = 2.5;

/// A part of the sheet in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// The same around its middle, at least so wide.
    fn at_least(self, width: f64) -> Self {
        let more = (width - self.w).max(0.0);
        Self { x: self.x - more / 2.0, w: self.w + more, ..self }
    }

    /// Whether two parts share ground.
    pub fn touches(&self, other: &Rect) -> bool {
        let across = self.x < other.x + other.w && other.x < self.x + self.w;
        across && self.y < other.y + other.h && other.y < self.y + self.h
    }

    /// Whether another part lies within this one.
    pub fn holds(&self, inner: &Rect) -> bool {
        let across = inner.x >= self.x && inner.x + inner.w <= self.x + self.w;
        across && inner.y >= self.y && inner.y + inner.h <= self.y + self.h
    }
}

/// How a series looks in the legend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Swatch {
    /// A line.
    Line(Token),
    /// A filled square, with its opacity.
    Area(Token, f64),
    /// A dot.
    Dot(Token),
}

/// A place that can be pointed at: one per mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Where pointing counts.
    pub rect: Rect,
    /// The mark itself, for the crosshair.
    pub at: (f64, f64),
    /// What it is.
    pub label: String,
    /// What it is worth.
    pub value: String,
    /// Number of the mark, for its link.
    pub mark: usize,
}

/// The sheet while it is drawn; `area` is what is left of it.
pub struct Board<'a> {
    /// What is drawn.
    pub spec: &'a Spec,
    /// The chart's figures in words, one row per mark.
    pub table: &'a Table,
    /// Handle on the sheet.
    pub pen: Pen,
    /// The sheet for the library.
    pub root: Root,
    /// What is left to draw on.
    pub area: Rect,
    hits: Vec<Hit>,
    notes: Vec<String>,
}

/// A text style in px for the library.
pub fn style(size: f64, token: Token, weight: Weight) -> TextStyle<'static> {
    let face = if weight == Weight::Semibold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::SansSerif, size * UNITS, face);
    let mut style = TextStyle::from(font);
    style.color = ink(token).to_backend_color();
    style
}

/// A place in px for the library.
pub fn units(x: f64, y: f64) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

impl<'a> Board<'a> {
    /// An empty sheet.
    pub fn new(spec: &'a Spec, table: &'a Table, pen: Pen, root: Root, area: Rect) -> Self {
        let notes = spec.n.iter().map(|n| format!("n = {n}")).chain(spec.notes.iter().cloned()).collect();
        let mut board = Self { spec, table, pen, root, area, hits: Vec::new(), notes };
        if !board.notes.is_empty() {
            board.area.h -= 20.0;
        }
        board
    }

    /// A text with its anchor.
    pub fn text(&self, text: &str, x: f64, y: f64, style: &TextStyle<'_>, anchor: (HPos, VPos)) -> Result<(), Fault> {
        self.root.draw_text(text, &style.pos(Pos::new(anchor.0, anchor.1)), units(x, y))
    }

    /// A filled rectangle in px.
    pub fn rect(&self, rect: Rect, token: Token, opacity: f64) -> Result<(), Fault> {
        let corners = [units(rect.x, rect.y), units(rect.x + rect.w, rect.y + rect.h)];
        self.root.draw(&Rectangle::new(corners, ink(token).mix(opacity).filled()))
    }

    /// Name and line below it at the top of the sheet.
    pub fn heading(&mut self) -> Result<(), Fault> {
        let Rect { x, w, .. } = self.area;
        let title = style(TITLE, Token::Fg, Weight::Semibold);
        for line in wrap(&self.spec.title, w, TITLE, Weight::Semibold, 2) {
            self.text(&line, x, self.area.y, &title, (HPos::Left, VPos::Top))?;
            self.take_top(TITLE + 7.0);
        }
        let subtitle = style(SUBTITLE, Token::Muted, Weight::Regular);
        for line in wrap(&self.spec.subtitle, w, SUBTITLE, Weight::Regular, 2) {
            self.text(&line, x, self.area.y, &subtitle, (HPos::Left, VPos::Top))?;
            self.take_top(SUBTITLE + 5.0);
        }
        self.take_top(10.0);
        Ok(())
    }

    /// Takes a strip away from the top of what is left.
    pub fn take_top(&mut self, height: f64) {
        self.area.y += height;
        self.area.h -= height;
    }

    /// The legend, in as many rows as it needs, at the top of what is left.
    pub fn legend(&mut self, keys: &[(Swatch, String)]) -> Result<(), Fault> {
        let left = self.area.x;
        let (mut x, mut y) = (left, self.area.y + 8.0);
        let label = style(LABEL, Token::Muted, Weight::Regular);
        for (swatch, name) in keys {
            let name = shorten(name, (self.area.w - 22.0).min(220.0), LABEL, Weight::Regular);
            let room = 20.0 + width(&name, LABEL, Weight::Regular);
            if x > left && x + room > left + self.area.w {
                x = left;
                y += 18.0;
            }
            self.swatch(*swatch, x, y)?;
            self.text(&name, x + 20.0, y, &label, (HPos::Left, VPos::Center))?;
            x += room + 18.0;
        }
        if !keys.is_empty() {
            self.take_top(y - self.area.y + 18.0);
        }
        Ok(())
    }

    fn swatch(&self, swatch: Swatch, x: f64, y: f64) -> Result<(), Fault> {
        let line = |token: Token| {
            let path = vec![units(x, y), units(x + 14.0, y)];
            self.root.draw(&plotters::element::PathElement::new(path, ink(token).stroke_width(22)))
        };
        match swatch {
            Swatch::Line(token) => line(token),
            Swatch::Area(token, opacity) => {
                self.pen.corners(Corners::All(2.0));
                let drawn = self.rect(Rect { x: x + 1.0, y: y - 6.0, w: 12.0, h: 12.0 }, token, opacity);
                self.pen.corners(Corners::Sharp);
                drawn
            }
            Swatch::Dot(token) => {
                let dot = plotters::element::Circle::new(units(x + 7.0, y), 45, ink(token).filled());
                self.root.draw(&dot)
            }
        }
    }

    /// Takes the strip above the plot in which a vertical target line has its name.
    pub fn room_for_target(&mut self) {
        if self.spec.target.is_some() {
            self.take_top(16.0);
        }
    }

    /// Adds a remark below the chart; to be called before the chart takes its room.
    pub fn note(&mut self, note: String) {
        if self.notes.is_empty() {
            self.area.h -= 20.0;
        }
        self.notes.push(note);
    }

    /// Adds a place that can be pointed at, in the words of the table's row of this mark.
    pub fn hit(&mut self, mark: usize, rect: Rect, at: (f64, f64)) {
        let (label, value) = self.table.words(mark);
        self.hits.push(Hit { rect, at, label, value, mark });
    }

    /// Adds a place with words of its own.
    pub fn hit_with(&mut self, hit: Hit) {
        self.hits.push(hit);
    }

    /// The remarks, at the bottom of the sheet.
    pub fn footer(&self, x: f64, bottom: f64, w: f64) -> Result<(), Fault> {
        let text = shorten(&self.notes.join(" · "), w, LABEL, Weight::Regular);
        let muted = style(LABEL, Token::Muted, Weight::Regular);
        if text.is_empty() { Ok(()) } else { self.text(&text, x, bottom, &muted, (HPos::Left, VPos::Bottom)) }
    }

    /// A sentence in the middle of what is left.
    pub fn message(&self, text: &str) -> Result<(), Fault> {
        let Rect { x, y, w, h } = self.area;
        let muted = style(14.0, Token::Muted, Weight::Regular);
        let lines = wrap(text, w, 14.0, Weight::Regular, 3);
        self.text(&lines.join("\n"), x + w / 2.0, y + h / 2.0, &muted, (HPos::Center, VPos::Center))
    }

    /// The places that can be pointed at, as markup: links where there is somewhere to go, each with its words.
    pub fn hits(&self) -> String {
        let mut out = String::new();
        if self.hits.is_empty() {
            return out;
        }
        out.push_str("<g class=\"hits\" fill=\"transparent\">");
        for (at, hit) in self.hits.iter().enumerate() {
            let link = self.spec.links.get(hit.mark).and_then(Option::as_deref);
            let place = Attributes::new().text("class", "hit").number("data-x", hit.at.0).number("data-y", hit.at.1);
            let place = place.text("data-label", &hit.label).text("data-value", &hit.value);
            let words = escape(&format!("{}: {}", hit.label, hit.value));
            let (name, place) = match link {
                Some(link) => ("a", place.text("href", link)),
                // One stop for the whole chart; from there arrows lead on, and the table has it all.
                None => ("g", place.text("tabindex", if at == 0 { "0" } else { "-1" }).text("role", "img")),
            };
            let _ = write!(out, "<{name}{}><title>{words}</title>", place.as_str());
            let Rect { x, y, w, h } = hit.rect.at_least(LEAST_HIT);
            let area = Attributes::new().number("x", x).number("y", y).number("width", w).number("height", h);
            empty(&mut out, "rect", &area);
            let _ = write!(out, "</{name}>");
        }
        out.push_str("</g>");
        out
    }
}

/// A `viewBox` from the origin.
pub fn view_box(width: f64, height: f64) -> String {
    format!("0 0 {} {}", number(width), number(height))
}
