//! Heat maps: a cell's colour is one of five steps, its value stands in it where there is room.

use super::backend::Corners;
use super::board::{Board, Fault, Hit, LABEL, Rect, style};
use super::panel::{Edge, Panel, Side};
use crate::chart::format::value;
use crate::chart::spec::{Axis, Grid};
use crate::draw::figure::{duration, plain};
use crate::draw::text::{Weight, width};
use crate::draw::theme::{FREQUENCY, TIME, Token};
use crate::model::kind::Kind;
use plotters::style::text_anchor::{HPos, VPos};

/// Cells smaller than this cannot be told apart.
const SMALLEST: f64 = 9.0;
const LEGEND: f64 = 26.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, grid: &Grid) -> Result<(), Fault> {
    let columns = grid.columns.len().min((((board.area.w * 0.6) / SMALLEST) as usize).max(1));
    let rows = grid.rows.len().min((((board.area.h - 80.0) / SMALLEST) as usize).max(1));
    if columns < grid.columns.len() || rows < grid.rows.len() {
        board.note(format!("{rows} of {} rows and {columns} of {} columns shown", grid.rows.len(), grid.columns.len()));
    }
    let known: Vec<f64> = grid.cells.iter().flatten().copied().collect();
    let ends = known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    let ramp = if board.spec.y.kind == Kind::DurationS { TIME } else { FREQUENCY };
    legend(board, &ramp, ends)?;
    let row = (board.area.h - 40.0) / rows as f64;
    let mut y = Side::rows(&grid.rows[..rows], row, (board.area.w * 0.3).min(200.0)).title(&grid.row_title);
    // Too low rows have no room for all names: as many stay as do not touch.
    let stride = (14.0 / row).ceil().max(1.0) as usize;
    y.scale.ticks = y.scale.ticks.into_iter().step_by(stride).collect();
    let title = board.spec.x.title.clone();
    let across = |px: f64| Side::columns(&grid.columns[..columns], px).edge(Edge::Open).title(&title);
    let mut panel = Panel::open(board, &y, 0.0, across)?;
    let cell = (panel.x_px(1.0), (panel.at(0.0, 1.0).1 - panel.at(0.0, 0.0).1).abs());
    let gap = if cell.0.min(cell.1) > 14.0 { 1.0 } else { 0.3 };
    board.pen.corners(if gap >= 1.0 { Corners::All(2.0) } else { Corners::Sharp });
    for at in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let number = grid.cells.get(at.0 * grid.columns.len() + at.1).copied().flatten();
        let Some(number) = number else { continue };
        draw_cell(board, &mut panel, &ramp, at, number, (ends, cell, gap))?;
        let (x, y) = panel.at(at.1 as f64, at.0 as f64);
        board.hit_with(Hit {
            rect: Rect { x: x - cell.0 / 2.0, y: y - cell.1 / 2.0, w: cell.0, h: cell.1 },
            at: (x, y),
            label: format!("{} · {}", grid.rows[at.0], grid.columns[at.1]),
            value: value(&board.spec.y, number),
            mark: at.0 * grid.columns.len() + at.1,
        });
    }
    board.pen.corners(Corners::Sharp);
    Ok(())
}

type Ramp = [(Token, Token); 5];

fn step(ramp: &Ramp, (low, high): (f64, f64), number: f64) -> (Token, Token) {
    let part = if high > low { (number - low) / (high - low) } else { 1.0 };
    ramp[((part * 5.0) as usize).min(4)]
}

fn draw_cell(
    board: &Board<'_>,
    panel: &mut Panel,
    ramp: &Ramp,
    (row, column): (usize, usize),
    number: f64,
    (ends, cell, gap): ((f64, f64), (f64, f64), f64),
) -> Result<(), Fault> {
    let (ground, over) = step(ramp, ends, number);
    let (x, y) = panel.at(column as f64, row as f64);
    let rect =
        Rect { x: x - cell.0 / 2.0 + gap, y: y - cell.1 / 2.0 + gap, w: cell.0 - 2.0 * gap, h: cell.1 - 2.0 * gap };
    board.rect(rect, ground, 1.0)?;
    let text = short(&board.spec.y, number);
    let fits = |size: &f64| cell.1 >= size + 4.0 && width(&text, *size, Weight::Regular) + 2.0 <= cell.0;
    match [11.0, 10.0].into_iter().find(fits) {
        Some(size) => board.text(&text, x, y, &style(size, over, Weight::Regular), (HPos::Center, VPos::Center)),
        None => Ok(()),
    }
}

/// A value in few signs.
fn short(axis: &Axis, number: f64) -> String {
    match (axis.kind, number.abs()) {
        (Kind::DurationS, _) => duration(number),
        (Kind::Share, _) => format!("{} %", plain(number * 100.0, 0)),
        (_, size) if size >= 1e6 => format!("{} M", plain(number / 1e6, 1)),
        (_, size) if size >= 1e4 => format!("{} k", plain(number / 1e3, 0)),
        (Kind::Count, _) => plain(number, 0),
        _ => plain(number, 1),
    }
}

/// The five steps with the values at their ends.
fn legend(board: &mut Board<'_>, ramp: &Ramp, (low, high): (f64, f64)) -> Result<(), Fault> {
    let look = style(LABEL, Token::Muted, Weight::Regular);
    let (x, y) = (board.area.x, board.area.y + 8.0);
    let (from, to) = (value(&board.spec.y, low), value(&board.spec.y, high));
    board.text(&from, x, y, &look, (HPos::Left, VPos::Center))?;
    let mut left = x + width(&from, LABEL, Weight::Regular) + 8.0;
    for (ground, _) in ramp {
        board.rect(Rect { x: left, y: y - 6.0, w: 22.0, h: 12.0 }, *ground, 1.0)?;
        left += 22.0;
    }
    let to = format!("{to} {}", board.spec.y.title);
    board.text(to.trim_end(), left + 8.0, y, &look, (HPos::Left, VPos::Center))?;
    board.take_top(LEGEND);
    Ok(())
}
