//! Bars: columns over time, rows by name, side by side or on each other.

use super::backend::{Corners, ink};
use super::board::{Board, Fault, LABEL, Rect, Swatch, style};
use super::panel::{Edge, Panel, Side, ticks_for};
use crate::chart::format::value_beside;
use crate::chart::scale::{Scale, horizontal, values};
use crate::chart::spec::{Arrangement, Bars, Places, Series};
use crate::draw::text::{Weight, width};
use crate::draw::theme::{SERIES, Token};
use plotters::element::Rectangle;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Part of a place that its bars fill.
const FILL: f64 = 0.72;
/// Bars are not drawn broader than this, however few they are.
const BROADEST: f64 = 48.0;
/// Rows lower than this cannot be labelled.
pub const LOWEST_ROW: f64 = 19.0;
const ROUND: f64 = 3.0;

/// One bar: its breadth on the axis of places, from where to where it reaches; `outer` bars end a stack.
struct Piece {
    slot: (f64, f64),
    from: f64,
    to: f64,
    token: Token,
    outer: bool,
}

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, bars: &Bars) -> Result<(), Fault> {
    if bars.series.len() > 1 {
        let keys = bars.series.iter().enumerate();
        let keys: Vec<_> = keys.map(|(at, series)| (Swatch::Area(token(at), 1.0), series.name.clone())).collect();
        board.legend(&keys)?;
    }
    if bars.horizontal { rows(board, bars) } else { columns(board, bars) }
}

/// Colour of a series; beyond the palette all are alike.
fn token(series: usize) -> Token {
    SERIES.get(series).copied().unwrap_or(Token::LineStrong)
}

fn value_of(series: &Series, at: usize) -> f64 {
    series.values.get(at).copied().flatten().unwrap_or(0.0)
}

/// The bars of the first `count` places; `unit` is a place's breadth on the axis.
fn pieces(bars: &Bars, count: usize, unit: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for at in 0..count {
        let middle = bars.places.position(at);
        let start = middle - unit / 2.0;
        let (mut up, mut down) = (0.0, 0.0);
        let each = unit / bars.series.len().max(1) as f64;
        let last =
            |sign: f64| (0..bars.series.len()).rev().find(|number| value_of(&bars.series[*number], at) * sign > 0.0);
        let (last_up, last_down) = (last(1.0), last(-1.0));
        for (number, series) in bars.series.iter().enumerate() {
            let length = value_of(series, at);
            if length == 0.0 {
                continue;
            }
            let piece = match bars.arrangement {
                Arrangement::Grouped => {
                    let (left, right) = (start + number as f64 * each, start + (number + 1) as f64 * each);
                    // A sliver of ground keeps neighbours apart.
                    let sliver = if bars.series.len() > 1 { each * 0.04 } else { 0.0 };
                    let slot = (left + sliver, right - sliver);
                    Piece { slot, from: 0.0, to: length, token: token(number), outer: true }
                }
                Arrangement::Stacked => {
                    let sum = if length > 0.0 { &mut up } else { &mut down };
                    let from = *sum;
                    *sum += length;
                    let outer = [last_up, last_down].contains(&Some(number));
                    Piece { slot: (start, start + unit), from, to: *sum, token: token(number), outer }
                }
            };
            pieces.push(piece);
        }
    }
    pieces
}

fn ends(board: &Board<'_>, pieces: &[Piece]) -> (f64, f64) {
    let target = board.spec.target.iter().map(|target| target.value);
    let all = pieces.iter().map(|piece| piece.to).chain(target);
    all.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)))
}

fn columns(board: &mut Board<'_>, bars: &Bars) -> Result<(), Fault> {
    let distance = distance(&bars.places);
    let (low, high) = ends(board, &pieces(bars, bars.places.len(), distance));
    let y = Side::values(values(&board.spec.y, low, high, ticks_for(board.area.h - 30.0)));
    let axis = &board.spec.x;
    let across = |px: f64| match &bars.places {
        Places::Named(names) => Side::columns(names, px),
        Places::At(at) => {
            let first = at.iter().copied().fold(f64::INFINITY, f64::min) - distance / 2.0;
            let last = at.iter().copied().fold(f64::NEG_INFINITY, f64::max) + distance / 2.0;
            let mut scale = horizontal(axis, first, last, px, LABEL);
            (scale.low, scale.high) = (scale.low.max(first), scale.high.min(last));
            scale.ticks.retain(|tick| (scale.low..=scale.high).contains(&tick.at));
            Side::plain(scale)
        }
    };
    let mut panel = Panel::open(board, &y, 0.0, across)?;
    let breadth = (panel.x_px(distance) * FILL).min(BROADEST * bars_per_place(bars)) / panel.x_px(distance).max(1e-9);
    for piece in pieces(bars, bars.places.len(), distance * breadth) {
        let corners = match (piece.outer, piece.to >= piece.from) {
            (false, _) => Corners::Sharp,
            (true, true) => Corners::Top(ROUND),
            (true, false) => Corners::Bottom(ROUND),
        };
        board.pen.corners(corners);
        let area = [(piece.slot.0, piece.from), (piece.slot.1, piece.to)];
        panel.chart.draw_series([Rectangle::new(area, ink(piece.token).filled())])?;
    }
    board.pen.corners(Corners::Sharp);
    zero_line(&mut panel, low, true)?;
    if let Some(target) = &board.spec.target {
        panel.target(board, &board.spec.y, target, true)?;
    }
    for at in 0..bars.places.len() {
        let top = bars.series.first().map_or(0.0, |series| value_of(series, at));
        let (left, _) = panel.at(bars.places.position(at) - distance / 2.0, 0.0);
        let place = panel.at(bars.places.position(at), top);
        let rect = Rect { x: left, y: panel.plot.y, w: panel.x_px(distance), h: panel.plot.h };
        board.hit(at, rect, place);
    }
    Ok(())
}

fn bars_per_place(bars: &Bars) -> f64 {
    if bars.arrangement == Arrangement::Grouped { bars.series.len().max(1) as f64 } else { 1.0 }
}

/// The least distance between two places.
fn distance(places: &Places) -> f64 {
    let Places::At(at) = places else { return 1.0 };
    let mut sorted = at.clone();
    sorted.sort_by(f64::total_cmp);
    let least = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 86_400.0 }
}

/// The base line of bars must be seen.
pub fn zero_line(panel: &mut Panel, low: f64, across: bool) -> Result<(), Fault> {
    // Columns that only go up stand on the axis itself.
    if across && low >= 0.0 {
        return Ok(());
    }
    let spans = (panel.chart.x_range(), panel.chart.y_range());
    let (from, to) = match across {
        true => ((spans.0.start, 0.0), (spans.0.end, 0.0)),
        false => ((0.0, spans.1.start), (0.0, spans.1.end)),
    };
    panel.line(from, to, ink(Token::LineStrong).stroke_width(10))
}

fn rows(board: &mut Board<'_>, bars: &Bars) -> Result<(), Fault> {
    let names: Vec<String> = (0..bars.places.len()).map(|at| board.table.words(at).0).collect();
    let lowest =
        LOWEST_ROW * if bars.arrangement == Arrangement::Grouped { bars.series.len() as f64 * 0.6 } else { 1.0 };
    board.room_for_target();
    let count = fitting_rows(board, names.len(), lowest.max(LOWEST_ROW));
    let (low, high) = ends(board, &pieces(bars, count, 1.0));
    let row = (board.area.h - 30.0) / count as f64;
    let y = Side::rows(&names[..count], row, (board.area.w * 0.34).min(240.0));
    let largest = high.max(-low);
    // One series needs no axis: the value stands at the end of its bar.
    let labelled = bars.series.len() == 1;
    let axis = &board.spec.y;
    let across = |px: f64| {
        let scale = horizontal(axis, low, high, px, LABEL);
        match labelled {
            true => Side::plain(with_room(axis, scale, low, high, px)).edge(Edge::Open),
            false => Side::values(scale),
        }
    };
    let mut panel = Panel::open(board, &y, 4.0, across)?;
    let (_, first) = panel.at(0.0, 0.0);
    let breadth = (row * FILL).min(28.0 * bars_per_place(bars)) / row;
    for piece in pieces(&by_number(bars), count, breadth) {
        let corners = match (piece.outer, piece.to >= piece.from) {
            (false, _) => Corners::Sharp,
            (true, true) => Corners::Right(ROUND),
            (true, false) => Corners::Left(ROUND),
        };
        board.pen.corners(corners);
        let area = [(piece.from, piece.slot.0), (piece.to, piece.slot.1)];
        panel.chart.draw_series([Rectangle::new(area, ink(piece.token).filled())])?;
    }
    board.pen.corners(Corners::Sharp);
    zero_line(&mut panel, low, false)?;
    if labelled {
        row_values(board, &panel, &bars.series[0], count, largest)?;
    }
    if let Some(target) = &board.spec.target {
        panel.target(board, &board.spec.y, target, false)?;
    }
    let high_row = if count > 1 { panel.at(0.0, 1.0).1 - first } else { panel.plot.h };
    for at in 0..count {
        let (x, y) = panel.at(bars.series.first().map_or(0.0, |series| value_of(series, at)), at as f64);
        let rect = Rect { x: board.area.x, y: y - high_row / 2.0, w: board.area.w, h: high_row };
        board.hit(at, rect, (x, y));
    }
    Ok(())
}

/// The values at the ends of horizontal bars; a missing one is said to be missing.
fn row_values(board: &Board<'_>, panel: &Panel, series: &Series, count: usize, largest: f64) -> Result<(), Fault> {
    for at in 0..count {
        let known = series.values.get(at).copied().flatten();
        let (x, y) = panel.at(known.unwrap_or(0.0), at as f64);
        let (words, token) = match known {
            Some(number) => (value_beside(&board.spec.y, number, largest), Token::Fg),
            None => ("no data".to_owned(), Token::Muted),
        };
        let (x, side) = if known.unwrap_or(0.0) >= 0.0 { (x + 6.0, HPos::Left) } else { (x - 6.0, HPos::Right) };
        board.text(&words, x, y, &style(LABEL, token, Weight::Regular), (side, VPos::Center))?;
    }
    Ok(())
}

/// Horizontal bars stand at their numbers whatever their places are.
fn by_number(bars: &Bars) -> Bars {
    Bars { places: Places::Named(vec![String::new(); bars.places.len()]), ..bars.clone() }
}

/// How many of these rows are drawn; what is left out is said below the chart.
pub fn fitting_rows(board: &mut Board<'_>, rows: usize, lowest: f64) -> usize {
    let fit = |height: f64| ((height / lowest) as usize).max(1);
    if rows <= fit(board.area.h - 30.0) {
        return rows;
    }
    let shown = fit(board.area.h - 50.0).min(rows);
    board.note(format!("{shown} of {rows} rows shown"));
    shown
}

/// An axis without ticks, with room for the values behind the longest bars.
fn with_room(axis: &crate::chart::spec::Axis, scale: Scale, low: f64, high: f64, px: f64) -> Scale {
    let label = |number: f64| width(&value_beside(axis, number, low.abs().max(high)), LABEL, Weight::Regular) + 12.0;
    let before = if low < 0.0 { label(low) } else { 0.0 };
    let behind = if high > 0.0 { label(high) } else { 0.0 };
    let (low, high) = if low < high { (low, high) } else { (scale.low, scale.high) };
    let per_px = (high - low) / (px - before - behind).max(px * 0.3);
    Scale { low: low - before * per_px, high: high + behind * per_px, ticks: Vec::new() }
}
