//! Dotted charts: every event a dot, rows are cases or names, colours are groups.

use super::backend::ink;
use super::board::{Board, Fault, Hit, Rect, Swatch, units};
use super::histogram::between;
use super::panel::{Panel, Side};
use crate::chart::format::value;
use crate::chart::scale::Scale;
use crate::chart::spec::Dots;
use crate::draw::figure::plain;
use crate::draw::theme::{SERIES, Token};
use plotters::element::Circle;
use plotters::style::Color;
use std::collections::BTreeSet;

/// Groups with a colour of their own; the others share one.
const GROUPS: usize = 5;
/// More dots are too close to be pointed at.
const POINTED: usize = 400;
/// So far around a dot pointing counts.
const REACH: f64 = 6.0;

/// Draws the chart on what is left of the board. Dots that would cover each other within half a px are drawn once.
pub fn draw(board: &mut Board<'_>, dots: &Dots) -> Result<(), Fault> {
    let named = dots.groups.iter().take(GROUPS).zip(SERIES);
    let mut keys: Vec<_> = named.map(|(name, token)| (Swatch::Dot(token), name.clone())).collect();
    if dots.groups.len() > GROUPS {
        let others = dots.groups.len() - GROUPS;
        keys.push((Swatch::Dot(Token::LineStrong), format!("{others} others")));
    }
    if keys.len() > 1 {
        board.legend(&keys)?;
    }
    let rows = dots.dots.iter().map(|(_, row, _)| row + 1).max().unwrap_or(1).max(dots.rows.len());
    let row = (board.area.h - 30.0) / rows as f64;
    let y = match dots.rows.is_empty() || row < 13.0 {
        true => {
            board.note(format!("{} rows", plain(rows as f64, 0)));
            Side::plain(Scale { low: rows as f64 - 0.5, high: -0.5, ticks: Vec::new() })
        }
        false => Side::rows(&dots.rows, row, (board.area.w * 0.3).min(200.0)),
    };
    let low = dots.dots.iter().map(|(x, _, _)| *x).fold(f64::INFINITY, f64::min);
    let high = dots.dots.iter().map(|(x, _, _)| *x).fold(f64::NEG_INFINITY, f64::max);
    let axis = board.spec.x.clone();
    let (low, high) = crate::chart::scale::widened(axis.kind, low, high);
    let air = (high - low) * 0.015;
    let panel = Panel::open(board, &y, 0.0, |px| Side {
        grid: true,
        ..Side::plain(between(&axis, low - air, high + air, px))
    })?;
    let radius = (row * 0.3).clamp(1.3, 4.0);
    let mut taken = BTreeSet::new();
    for (x, row, group) in &dots.dots {
        let (px, py) = panel.at(*x, *row as f64);
        let group = (*group).min(GROUPS);
        if taken.insert(((px * 2.0).round() as i64, (py * 2.0).round() as i64, group)) {
            let token = if group < GROUPS { SERIES[group] } else { Token::LineStrong };
            board.root.draw(&Circle::new(units(px, py), (radius * 10.0) as u32, ink(token).mix(0.8).filled()))?;
        }
    }
    hits(board, &panel, dots);
    Ok(())
}

/// A place for each dot, as long as a pointer can tell them apart.
fn hits(board: &mut Board<'_>, panel: &Panel, dots: &Dots) {
    if dots.dots.len() > POINTED {
        return;
    }
    for (mark, (x, row, group)) in dots.dots.iter().enumerate() {
        let (px, py) = panel.at(*x, *row as f64);
        let rect = Rect { x: px - REACH, y: py - REACH, w: 2.0 * REACH, h: 2.0 * REACH };
        let label = dots.rows.get(*row).cloned().unwrap_or_else(|| format!("row {}", row + 1));
        let when = value(&board.spec.x, *x);
        let words = dots.groups.get(*group).map_or_else(|| when.clone(), |group| format!("{group} · {when}"));
        board.hit_with(Hit { rect, at: (px, py), label, value: words, mark });
    }
}
