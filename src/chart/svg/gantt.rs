//! Gantt lanes: work as bars, waiting as pale bars with a dashed middle, what has no length as a dot.

use super::backend::{Corners, ink};
use super::bars::fitting_rows;
use super::board::{Board, Fault, Rect, Swatch, style};
use super::histogram::{between, filled};
use super::panel::{Panel, Side};
use crate::chart::spec::{Lane, Span};
use crate::draw::text::{Weight, width};
use crate::draw::theme::Token;
use plotters::element::Circle;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

const LOWEST: f64 = 20.0;
/// Spans drawn at most; a picture with more cannot be read, and the table has them all.
const SPANS: usize = 4_000;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, lanes: &[Lane]) -> Result<(), Fault> {
    if lanes.iter().flat_map(|lane| &lane.spans).any(|span| span.waiting) {
        let keys = [
            (Swatch::Area(Token::C1, 1.0), "work".to_owned()),
            (Swatch::Area(Token::Warn, 0.25), "waiting".to_owned()),
        ];
        board.legend(&keys)?;
    }
    let count = fitting_rows(board, lanes.len(), LOWEST);
    let all: usize = lanes.iter().take(count).map(|lane| lane.spans.len()).sum();
    if all > SPANS {
        board.note(format!("the first {SPANS} of {all} pieces shown"));
    }
    let names: Vec<String> = lanes.iter().take(count).map(|lane| lane.name.clone()).collect();
    let spans = || lanes.iter().take(count).flat_map(|lane| &lane.spans);
    let low = spans().map(|span| span.start).fold(f64::INFINITY, f64::min);
    let high = spans().map(|span| span.end).fold(f64::NEG_INFINITY, f64::max);
    // A little air, so that dots at the ends stand clear of the border.
    let air = (high - low) * 0.02;
    let axis = board.spec.x.clone();
    let row = (board.area.h - 30.0) / count as f64;
    let y = Side::rows(&names, row, (board.area.w * 0.3).min(200.0));
    let mut panel = Panel::open(board, &y, 0.0, |px| Side {
        grid: true,
        ..Side::plain(between(&axis, low - air, high + air, px))
    })?;
    let half = (row * 0.62).min(22.0) / row / 2.0;
    let mut mark = 0;
    for (at, lane) in lanes.iter().take(count).enumerate() {
        for span in &lane.spans {
            if mark < SPANS {
                piece(board, &mut panel, at as f64, half, span)?;
                hit(board, &panel, at as f64, half, span, mark);
            }
            mark += 1;
        }
    }
    Ok(())
}

fn piece(board: &Board<'_>, panel: &mut Panel, middle: f64, half: f64, span: &Span) -> Result<(), Fault> {
    let (left, y) = panel.at(span.start, middle);
    let (right, _) = panel.at(span.end, middle);
    if right - left < 3.0 && !span.waiting {
        panel.chart.draw_series([Circle::new((span.start, middle), 45, ink(Token::C1).filled())])?;
        return Ok(());
    }
    board.pen.corners(Corners::All(3.0));
    let (token, opacity) = if span.waiting { (Token::Warn, 0.25) } else { (Token::C1, 1.0) };
    filled(panel, (span.start, middle - half), (span.end, middle + half), token, opacity)?;
    board.pen.corners(Corners::Sharp);
    if span.waiting {
        // Not by colour alone.
        board.pen.dash(Some("3 3"));
        panel.line((span.start, middle), (span.end, middle), ink(Token::Warn).stroke_width(12))?;
        board.pen.dash(None);
    } else if width(&span.name, 11.0, Weight::Regular) + 10.0 < right - left && half * 2.0 * (panel.plot.h) > 14.0 {
        let look = style(11.0, Token::OnAccent, Weight::Regular);
        board.text(&span.name, (left + right) / 2.0, y, &look, (HPos::Center, VPos::Center))?;
    }
    Ok(())
}

fn hit(board: &mut Board<'_>, panel: &Panel, middle: f64, half: f64, span: &Span, mark: usize) {
    let (left, top) = panel.at(span.start, middle - half);
    let (right, bottom) = panel.at(span.end, middle + half);
    // Short pieces keep a place that a pointer can find.
    let spare = ((10.0 - (right - left)) / 2.0).max(0.0);
    let rect = Rect { x: left - spare, y: top, w: right - left + 2.0 * spare, h: bottom - top };
    board.hit(mark, rect, ((left + right) / 2.0, (top + bottom) / 2.0));
}
