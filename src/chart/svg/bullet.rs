//! Bullets: a value as a bar, its target as a stroke, and grounds behind for what counts as poor, fair and good.

use super::backend::{Corners, ink};
use super::bars::fitting_rows;
use super::board::{Board, Fault, LABEL, Swatch};
use super::boxes::row_hits;
use super::histogram::filled;
use super::panel::{Panel, Side};
use crate::chart::scale::horizontal;
use crate::chart::spec::Bullet;
use crate::draw::theme::Token;
use plotters::style::Color;

const LOWEST: f64 = 24.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, bullets: &[Bullet]) -> Result<(), Fault> {
    board.legend(&[
        (Swatch::Area(Token::C1, 1.0), "value".to_owned()),
        (Swatch::Line(Token::Fg), "target".to_owned()),
    ])?;
    let count = fitting_rows(board, bullets.len(), LOWEST);
    let bullets = &bullets[..count];
    let names: Vec<String> = bullets.iter().map(|bullet| bullet.name.clone()).collect();
    let every = bullets.iter().flat_map(|b| [b.value].into_iter().chain(b.target).chain(b.ranges.iter().copied()));
    let (low, high) = every.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let row = (board.area.h - 30.0) / count as f64;
    let axis = board.spec.y.clone();
    let y = Side::rows(&names, row, (board.area.w * 0.3).min(220.0));
    let mut panel = Panel::open(board, &y, 0.0, |px| Side::values(horizontal(&axis, low, high, px, LABEL)))?;
    let half = (row * 0.6).min(30.0) / row / 2.0;
    for (at, bullet) in bullets.iter().enumerate() {
        let middle = at as f64;
        let mut from = 0.0;
        for (number, end) in bullet.ranges.iter().enumerate() {
            // The first ground is the strongest: the farther, the lighter.
            let opacity = [0.34, 0.22, 0.12].get(number).copied().unwrap_or(0.08);
            filled(&mut panel, (from, middle - half), (*end, middle + half), Token::LineStrong, opacity)?;
            from = *end;
        }
        board.pen.corners(if bullet.value >= 0.0 { Corners::Right(2.0) } else { Corners::Left(2.0) });
        filled(&mut panel, (0.0, middle - half * 0.45), (bullet.value, middle + half * 0.45), Token::C1, 1.0)?;
        board.pen.corners(Corners::Sharp);
        if let Some(target) = bullet.target {
            let stroke = ink(Token::Fg).stroke_width(26);
            panel.line((target, middle - half * 0.85), (target, middle + half * 0.85), stroke)?;
        }
    }
    row_hits(board, &panel, bullets.iter().map(|bullet| bullet.value).collect());
    Ok(())
}
