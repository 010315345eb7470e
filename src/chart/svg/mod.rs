//! [`Spec`] to SVG. The only place that knows the plotting library.
//!
//! `backend` makes SVG of the library's calls, `board` is the sheet with heading, legend and remarks, `panel` the plot
//! with its axes; then one file per kind of chart.

mod backend;
mod bars;
mod board;
mod boxes;
mod bullet;
mod dots;
mod dumbbell;
mod gantt;
mod heatmap;
mod histogram;
mod line;
mod panel;
mod pareto;
mod scatter;
mod waterfall;

use crate::chart::spec::{Arrangement, Figure, Spec};
use crate::chart::table::table;
use crate::chart::words::{describe, is_empty};
use crate::draw::svg::{Attributes, element};
use crate::draw::theme::{Theme, Token};
use backend::{Pen, ThemedSvg};
use board::{Board, Fault, Rect, view_box};
use plotters::drawing::IntoDrawingArea;
use std::fmt::Write;

/// How large a chart is drawn and what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Width in px.
    pub width: u32,
    /// Height in px.
    pub height: u32,
    /// Whether the chart stands alone: with ground, margin and heading. On a page the card around it has them.
    pub alone: bool,
}

/// Smaller sheets have no room for axes.
const SMALLEST: (u32, u32) = (160, 100);
/// No sheet of a chart needs more; the library's numbers end not far above.
const LARGEST: u32 = 20_000;

impl Size {
    /// A chart within a card of a page.
    pub fn card(width: u32, height: u32) -> Self {
        Self { width, height, alone: false }
    }

    /// A chart within a card, high enough for all rows of charts that consist of rows, up to forty of them.
    pub fn fitting(spec: &Spec, width: u32) -> Self {
        let (rows, row) = match &spec.figure {
            Figure::Bars(bars) if bars.horizontal => {
                let beside = if bars.arrangement == Arrangement::Grouped { bars.series.len().max(1) } else { 1 };
                (bars.places.len(), 16 + 12 * beside)
            }
            Figure::Boxes(boxes) => (boxes.len(), 30),
            Figure::Bullets(bullets) => (bullets.len(), 44),
            Figure::Dumbbells(dumbbells) => (dumbbells.rows.len(), 30),
            Figure::Gantt(lanes) => (lanes.len(), 40),
            Figure::Heatmap(grid) => (grid.rows.len(), 26),
            _ => return Self::card(width, 280),
        };
        Self::card(width, (90 + rows.min(40) * row).max(160) as u32)
    }

    /// A picture of its own.
    pub fn picture(width: u32, height: u32) -> Self {
        Self { width, height, alone: true }
    }
}

/// The chart as SVG with `viewBox` only: the page decides how large it is shown. Links and hover texts are part of
/// it for [`Theme::Page`].
pub fn draw(spec: &Spec, theme: Theme, size: Size) -> String {
    let width = f64::from(size.width.clamp(SMALLEST.0, LARGEST));
    let height = f64::from(size.height.clamp(SMALLEST.1, LARGEST));
    let pen = Pen::new(theme);
    let (body, hits) = match sheet(spec, &pen, width, height, size.alone) {
        Ok(hits) => (pen.take(), hits),
        // The sheet cannot refuse; should the library ever do so, the reader is told, and has the table.
        Err(fault) => {
            pen.take();
            let place = Attributes::new().number("x", 16.0).number("y", 32.0).text("fill", &theme.color(Token::Bad));
            let mut text = String::new();
            element(&mut text, "text", &place, &format!("The chart could not be drawn: {fault}"));
            (text, String::new())
        }
    };
    let hits = if theme == Theme::Page { hits } else { String::new() };
    let mut out = String::with_capacity(body.len() + hits.len() + 1_000);
    let role = if hits.is_empty() { "img" } else { "group" };
    let root = Attributes::new()
        .text("xmlns", "http://www.w3.org/2000/svg")
        .text("class", "chart")
        .text("viewBox", &view_box(width, height))
        .text("font-family", "Inter, system-ui, sans-serif")
        .text("role", role)
        .text("aria-label", &spec.title);
    let _ = write!(out, "<svg{}>", root.as_str());
    element(&mut out, "title", &Attributes::new(), &spec.title);
    element(&mut out, "desc", &Attributes::new(), &describe(spec));
    let hidden = if hits.is_empty() { "" } else { " aria-hidden=\"true\"" };
    let _ = write!(out, "<g class=\"drawing\"{hidden}>{body}</g>{hits}</svg>");
    out
}

fn sheet(spec: &Spec, pen: &Pen, width: f64, height: f64, alone: bool) -> Result<String, Fault> {
    let root = ThemedSvg::new(pen.clone(), width, height).into_drawing_area();
    let margin = if alone { 24.0 } else { 2.0 };
    let area = Rect { x: margin, y: margin, w: width - 2.0 * margin, h: height - 2.0 * margin };
    let table = table(spec);
    let mut board = Board::new(spec, &table, pen.clone(), root, area);
    if alone {
        board.rect(Rect { x: 0.0, y: 0.0, w: width, h: height }, Token::Card, 1.0)?;
        board.heading()?;
    }
    if is_empty(&spec.figure) {
        board.message("No data in this selection")?;
    } else {
        figure(&mut board, &spec.figure)?;
    }
    board.footer(area.x, height - margin, area.w)?;
    Ok(board.hits())
}

fn figure(board: &mut Board<'_>, figure: &Figure) -> Result<(), Fault> {
    match figure {
        Figure::Line(lines) => line::draw(board, lines),
        Figure::Bars(bars) => bars::draw(board, bars),
        Figure::Histogram(histogram) => histogram::draw(board, histogram),
        Figure::Boxes(boxes) => boxes::draw(board, boxes),
        Figure::Pareto(items) => pareto::draw(board, items),
        Figure::Heatmap(grid) => heatmap::draw(board, grid),
        Figure::Waterfall(steps) => waterfall::draw(board, steps),
        Figure::Bullets(bullets) => bullet::draw(board, bullets),
        Figure::Dumbbells(dumbbells) => dumbbell::draw(board, dumbbells),
        Figure::Gantt(lanes) => gantt::draw(board, lanes),
        Figure::Dots(dots) => dots::draw(board, dots),
        Figure::Scatter(bubbles) => scatter::draw(board, bubbles),
    }
}

#[cfg(test)]
mod tests;
