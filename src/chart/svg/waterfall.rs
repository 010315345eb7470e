//! Waterfalls: where a total comes from, step by step.

use super::backend::{Corners, ink};
use super::bars::zero_line;
use super::board::{Board, Fault, LABEL, Rect, style};
use super::histogram::filled;
use super::panel::{Panel, Side, ticks_for};
use crate::chart::format::value_beside;
use crate::chart::scale::values;
use crate::chart::spec::Step;
use crate::draw::text::{Weight, width};
use crate::draw::theme::Token;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Columns narrower than this have no room for a name.
const NARROWEST: f64 = 34.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, steps: &[Step]) -> Result<(), Fault> {
    let most = (((board.area.w - 60.0) / NARROWEST) as usize).max(1);
    let shown = &steps[..steps.len().min(most)];
    if shown.len() < steps.len() {
        board.note(format!("{} of {} steps shown", shown.len(), steps.len()));
    }
    let mut sum = 0.0;
    let spans: Vec<(f64, f64)> = shown
        .iter()
        .map(|step| {
            let from = if step.total { 0.0 } else { sum };
            sum = from + step.value;
            (from, sum)
        })
        .collect();
    let ends = spans.iter().flat_map(|(from, to)| [*from, *to]);
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let largest = shown.iter().map(|step| step.value.abs()).fold(0.0, f64::max);
    let names: Vec<String> = shown.iter().map(|step| step.name.clone()).collect();
    // The labels above the columns stand over the plot at worst.
    board.take_top(12.0);
    let y = Side::values(values(&board.spec.y, low, high, ticks_for(board.area.h - 45.0)));
    let mut panel = Panel::open(board, &y, 0.0, |px| Side::columns(&names, px))?;
    let column = panel.x_px(1.0);
    let half = (column * 0.66).min(64.0) / column / 2.0;
    for (at, (step, (from, to))) in shown.iter().zip(&spans).enumerate() {
        let middle = at as f64;
        let token = if step.total { Token::LineStrong } else { tone(step.value) };
        let up = to >= from;
        board.pen.corners(if up { Corners::Top(2.0) } else { Corners::Bottom(2.0) });
        filled(&mut panel, (middle - half, *from), (middle + half, *to), token, 1.0)?;
        board.pen.corners(Corners::Sharp);
        if at + 1 < shown.len() && !shown[at + 1].total {
            let next = (middle + 1.0 - half, *to);
            panel.line((middle + half, *to), next, ink(Token::LineStrong).mix(0.6).stroke_width(10))?;
        }
        let (x, y) = panel.at(middle, *to);
        let words = value_beside(&board.spec.y, step.value, largest);
        let words = if step.total || step.value < 0.0 { words } else { format!("+{words}") };
        if width(&words, LABEL, Weight::Regular) < column + 2.0 {
            let weight = if step.total { Weight::Semibold } else { Weight::Regular };
            let (y, anchor) = if up { (y - 5.0, VPos::Bottom) } else { (y + 5.0, VPos::Top) };
            board.pen.halo(true);
            board.text(&words, x, y, &style(LABEL, Token::Fg, weight), (HPos::Center, anchor))?;
            board.pen.halo(false);
        }
    }
    zero_line(&mut panel, low, true)?;
    for (at, (_, to)) in spans.iter().enumerate() {
        let (left, _) = panel.at(at as f64 - 0.5, 0.0);
        let rect = Rect { x: left, y: panel.plot.y, w: column, h: panel.plot.h };
        board.hit(at, rect, panel.at(at as f64, *to));
    }
    Ok(())
}

/// Steps up and down differ in colour as they do in direction and sign.
fn tone(step: f64) -> Token {
    if step >= 0.0 { Token::C1 } else { Token::C2 }
}
