//! Box plots in rows: whiskers, quartiles, median, and the values beyond.

use super::backend::{Corners, ink};
use super::bars::{LOWEST_ROW, fitting_rows};
use super::board::{Board, Fault, LABEL, Rect};
use super::histogram::filled;
use super::panel::{Panel, Side};
use crate::chart::scale::horizontal;
use crate::chart::spec::BoxStats;
use crate::draw::theme::Token;
use plotters::element::Circle;
use plotters::style::Color;

/// Outliers drawn per box; more of them would only be a smear.
const OUTLIERS: usize = 200;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, boxes: &[BoxStats]) -> Result<(), Fault> {
    board.room_for_target();
    let count = fitting_rows(board, boxes.len(), LOWEST_ROW);
    let boxes = &boxes[..count];
    let names: Vec<String> = boxes.iter().map(|stats| stats.name.clone()).collect();
    let every =
        boxes.iter().flat_map(|stats| [stats.low, stats.high].into_iter().chain(stats.outliers.iter().copied()));
    let every = every.chain(board.spec.target.iter().map(|target| target.value));
    let (low, high) = every.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let row = (board.area.h - 30.0) / count as f64;
    let axis = board.spec.y.clone();
    let y = Side::rows(&names, row, (board.area.w * 0.34).min(240.0));
    let mut panel = Panel::open(board, &y, 0.0, |px| Side::values(horizontal(&axis, low, high, px, LABEL)))?;
    let half = (row * 0.6).min(26.0) / row / 2.0;
    let fine = ink(Token::C1).stroke_width(14);
    for (at, stats) in boxes.iter().enumerate() {
        let middle = at as f64;
        panel.line((stats.low, middle), (stats.q1, middle), fine)?;
        panel.line((stats.q3, middle), (stats.high, middle), fine)?;
        for end in [stats.low, stats.high] {
            panel.line((end, middle - half * 0.5), (end, middle + half * 0.5), fine)?;
        }
        board.pen.corners(Corners::All(2.0));
        filled(&mut panel, (stats.q1, middle - half), (stats.q3, middle + half), Token::Card, 1.0)?;
        filled(&mut panel, (stats.q1, middle - half), (stats.q3, middle + half), Token::C1, 0.25)?;
        board.pen.corners(Corners::Sharp);
        panel.line((stats.median, middle - half), (stats.median, middle + half), ink(Token::C1).stroke_width(28))?;
        for outlier in stats.outliers.iter().take(OUTLIERS) {
            panel.chart.draw_series([Circle::new((*outlier, middle), 18, ink(Token::C1).mix(0.55).filled())])?;
        }
    }
    if let Some(target) = &board.spec.target {
        panel.target(board, &axis, target, false)?;
    }
    row_hits(board, &panel, boxes.iter().map(|stats| stats.median).collect());
    Ok(())
}

/// One hit per row, pointing at the given value.
pub fn row_hits(board: &mut Board<'_>, panel: &Panel, values: Vec<f64>) {
    let height = panel.plot.h / values.len().max(1) as f64;
    for (at, value) in values.into_iter().enumerate() {
        let (x, y) = panel.at(value, at as f64);
        let rect = Rect { x: board.area.x, y: y - height / 2.0, w: board.area.w, h: height };
        board.hit(at, rect, (x, y));
    }
}
