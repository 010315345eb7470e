//! Pareto: columns by size with the running share, and where 80 % are reached.

use super::backend::{Corners, ink};
use super::board::{Board, Fault, Rect, Swatch, units};
use super::histogram::{SHARE_ROOM, filled, share_line};
use super::panel::{Panel, Side, ticks_for};
use crate::chart::scale::shared;
use crate::chart::spec::Item;
use crate::draw::figure::plain;
use crate::draw::theme::Token;
use plotters::element::{Circle, PathElement};
use plotters::style::Color;

/// Columns narrower than this say nothing.
const NARROWEST: f64 = 9.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, items: &[Item]) -> Result<(), Fault> {
    let total: f64 = items.iter().map(|item| item.value).sum();
    let most = (((board.area.w - 100.0) / NARROWEST) as usize).clamp(1, 60);
    let shown = &items[..items.len().min(most)];
    if shown.len() < items.len() {
        let part: f64 = shown.iter().map(|item| item.value).sum();
        let share = plain(part / total * 100.0, 0);
        board.note(format!("{} of {} shown, {share} % of the whole", shown.len(), items.len()));
    }
    let bar = (Swatch::Area(Token::C1, 1.0), board.spec.y.title.clone());
    board.legend(&[bar, (Swatch::Line(Token::C3), "running share".to_owned())])?;
    let names: Vec<String> = shown.iter().map(|item| item.name.clone()).collect();
    let most = shown.iter().map(|item| item.value).fold(0.0, f64::max);
    let y = Side::values(shared(&board.spec.y, most, ticks_for(board.area.h - 45.0)));
    let mut panel = Panel::open(board, &y, SHARE_ROOM, |px| Side::columns(&names, px))?;
    let half = (panel.x_px(1.0) * 0.72).min(48.0) / panel.x_px(1.0) / 2.0;
    board.pen.corners(Corners::Top(3.0));
    let mut steps = Vec::new();
    let mut sum = 0.0;
    for (at, item) in shown.iter().enumerate() {
        sum += item.value;
        steps.push((at as f64, sum / total));
        filled(&mut panel, (at as f64 - half, 0.0), (at as f64 + half, item.value), Token::C1, 1.0)?;
    }
    board.pen.corners(Corners::Sharp);
    let top = y.scale.high;
    board.pen.dash(Some("2 3"));
    let (_, eighty) = panel.at(0.0, top * 0.8);
    let Rect { x, w, .. } = panel.plot;
    let line = PathElement::new(vec![units(x, eighty), units(x + w, eighty)], ink(Token::C3).mix(0.7).stroke_width(10));
    board.root.draw(&line)?;
    board.pen.dash(None);
    share_line(board, &mut panel, &y.scale, &steps)?;
    if panel.x_px(1.0) > 14.0 {
        for (x, share) in &steps {
            panel.chart.draw_series([Circle::new((*x, share * top), 28, ink(Token::C3).filled())])?;
        }
    }
    for (at, item) in shown.iter().enumerate() {
        let (left, _) = panel.at(at as f64 - 0.5, 0.0);
        let rect = Rect { x: left, y: panel.plot.y, w: panel.x_px(1.0), h: panel.plot.h };
        board.hit(at, rect, panel.at(at as f64, item.value));
    }
    Ok(())
}
