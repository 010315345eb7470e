//! Dumbbells: before and after per row, the change as the line between.

use super::backend::ink;
use super::bars::{LOWEST_ROW, fitting_rows};
use super::board::{Board, Fault, LABEL, Swatch, style};
use super::boxes::row_hits;
use super::panel::{Panel, Side};
use crate::chart::scale::horizontal;
use crate::chart::spec::Dumbbells;
use crate::draw::figure::plain;
use crate::draw::text::Weight;
use crate::draw::theme::Token;
use plotters::element::Circle;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Room for the change in per cent at the right.
const CHANGE: f64 = 64.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, dumbbells: &Dumbbells) -> Result<(), Fault> {
    let (one, two) = &dumbbells.names;
    board.legend(&[(Swatch::Dot(Token::LineStrong), one.clone()), (Swatch::Dot(Token::Accent), two.clone())])?;
    let count = fitting_rows(board, dumbbells.rows.len(), LOWEST_ROW);
    let rows = &dumbbells.rows[..count];
    let names: Vec<String> = rows.iter().map(|(name, _, _)| name.clone()).collect();
    let every = rows.iter().flat_map(|(_, one, two)| [*one, *two]);
    let (low, high) = every.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let row = (board.area.h - 30.0) / count as f64;
    let axis = board.spec.y.clone();
    let y = Side::rows(&names, row, (board.area.w * 0.32).min(220.0));
    let across = |px: f64| Side::values(horizontal(&axis, low, high, px, LABEL));
    let mut panel = Panel::open(board, &y, CHANGE, across)?;
    for (at, (_, one, two)) in rows.iter().enumerate() {
        let middle = at as f64;
        let verdict = verdict(dumbbells.less_is_better, two - one);
        panel.line((*one, middle), (*two, middle), ink(verdict).mix(0.7).stroke_width(30))?;
        panel.chart.draw_series([
            Circle::new((*one, middle), 55, ink(Token::LineStrong).filled()),
            Circle::new((*two, middle), 55, ink(Token::Accent).filled()),
        ])?;
        let (_, y) = panel.at(0.0, middle);
        let right = board.area.x + board.area.w;
        board.text(
            &change(*one, *two),
            right,
            y,
            &style(LABEL, verdict_text(verdict), Weight::Semibold),
            (HPos::Right, VPos::Center),
        )?;
    }
    row_hits(board, &panel, rows.iter().map(|(_, _, two)| *two).collect());
    Ok(())
}

fn verdict(less_is_better: Option<bool>, change: f64) -> Token {
    match less_is_better {
        Some(less) if change != 0.0 => {
            if (change < 0.0) == less {
                Token::Good
            } else {
                Token::Bad
            }
        }
        _ => Token::LineStrong,
    }
}

fn verdict_text(verdict: Token) -> Token {
    if verdict == Token::LineStrong { Token::Muted } else { verdict }
}

/// The change relative to the first value; an arrow says the same as the colour.
fn change(one: f64, two: f64) -> String {
    let arrow = match two - one {
        up if up > 0.0 => "↑",
        down if down < 0.0 => "↓",
        _ => return "0 %".to_owned(),
    };
    match one {
        0.0 => format!("{arrow} new"),
        _ => format!("{arrow} {} %", plain(((two - one) / one).abs() * 100.0, 0)),
    }
}
