//! Lines over time or names, with an area between two of them, a target and annotations.

use super::backend::ink;
use super::board::{Board, Fault, LABEL, Rect, Swatch, style, units};
use super::panel::{Panel, Side, ticks_for};
use crate::chart::scale::{horizontal, values};
use crate::chart::spec::{Annotation, Lines, Places, Series};
use crate::draw::text::{Weight, shorten, width};
use crate::draw::theme::{SERIES, Token};
use crate::model::kind::Kind;
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Opacity of the area between two lines.
const BAND: f64 = 0.12;
/// Annotations' labels go down at most so many rows.
const ROWS: usize = 4;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, lines: &Lines) -> Result<(), Fault> {
    let shown = &lines.series[..lines.series.len().min(SERIES.len())];
    let hidden = lines.series.len() - shown.len();
    if hidden > 0 {
        board.note(format!("{hidden} further lines are not drawn"));
    }
    legend(board, lines, shown)?;
    let annotations = annotations_within(board, lines);
    if !annotations.is_empty() {
        board.take_top(18.0);
    }
    let band = lines.band.iter().flat_map(|(low, high)| low.iter().chain([high]));
    let mut known: Vec<f64> =
        shown.iter().chain(band).flat_map(|series| series.values.iter().flatten()).copied().collect();
    known.extend(board.spec.target.as_ref().map(|target| target.value));
    let (low, high) = known.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let y = Side::values(values(&board.spec.y, low, high, ticks_for(board.area.h - 30.0)));
    let axis = &board.spec.x;
    let mut panel = Panel::open(board, &y, 0.0, |px| across(axis, &lines.places, px))?;
    let order = order(&lines.places);
    if let Some((lower, upper)) = &lines.band {
        let lower = lower.as_ref().or(shown.first());
        area(&mut panel, lines, &order, lower, upper)?;
    }
    for (series, token) in shown.iter().zip(SERIES) {
        strokes(&mut panel, &lines.places, &order, series, token, 22)?;
    }
    let mut named = None;
    if let Some(target) = &board.spec.target {
        named = Some(panel.target(board, &board.spec.y, target, true)?);
    }
    annotate(board, &panel, &annotations, named)?;
    hits(board, &panel, lines, &order);
    Ok(())
}

fn legend(board: &mut Board<'_>, lines: &Lines, shown: &[Series]) -> Result<(), Fault> {
    let mut keys: Vec<(Swatch, String)> =
        shown.iter().zip(SERIES).map(|(series, token)| (Swatch::Line(token), series.name.clone())).collect();
    if let Some((lower, upper)) = &lines.band {
        let name = match lower {
            Some(lower) => format!("{} to {}", lower.name, upper.name),
            None => match shown.first() {
                Some(line) => format!("{} to {}", line.name, upper.name),
                None => upper.name.clone(),
            },
        };
        keys.push((Swatch::Area(SERIES[0], BAND * 2.0), name));
    }
    if keys.len() > 1 { board.legend(&keys) } else { Ok(()) }
}

/// The horizontal axis over places.
fn across(axis: &crate::chart::spec::Axis, places: &Places, px: f64) -> Side {
    match places {
        Places::At(at) => {
            let (low, high) = at.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
            Side::plain(horizontal(axis, low, high, px, LABEL))
        }
        Places::Named(names) => {
            let mut side = Side::columns(names, px);
            // Lines begin at the axis and end at the border.
            if names.len() > 1 {
                (side.scale.low, side.scale.high) = (0.0, names.len() as f64 - 1.0);
            }
            side
        }
    }
}

/// Numbers of the places from left to right.
fn order(places: &Places) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|one, other| places.position(*one).total_cmp(&places.position(*other)));
    order
}

fn value_of(series: &Series, at: usize) -> Option<f64> {
    series.values.get(at).copied().flatten()
}

/// A series in pieces without gaps.
fn pieces(places: &Places, order: &[usize], series: &Series) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for at in order {
        match (value_of(series, *at), pieces.last_mut()) {
            (Some(value), Some(piece)) => piece.push((places.position(*at), value)),
            _ => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// One series as lines; a value between two gaps is a dot.
fn strokes(
    panel: &mut Panel,
    places: &Places,
    order: &[usize],
    series: &Series,
    token: Token,
    stroke: u32,
) -> Result<(), Fault> {
    for piece in pieces(places, order, series) {
        match piece.as_slice() {
            [only] => {
                panel.chart.draw_series([Circle::new(*only, 35, ink(token).filled())])?;
            }
            _ => {
                panel.chart.draw_series([PathElement::new(piece, ink(token).stroke_width(stroke))])?;
            }
        }
    }
    Ok(())
}

/// The area between two series where both have values, with a fine line at its upper end.
fn area(
    panel: &mut Panel,
    lines: &Lines,
    order: &[usize],
    lower: Option<&Series>,
    upper: &Series,
) -> Result<(), Fault> {
    let mut pieces: Vec<Vec<(f64, f64, f64)>> = vec![Vec::new()];
    for at in order {
        let low = lower.map_or(Some(0.0), |series| value_of(series, *at));
        match (low.zip(value_of(upper, *at)), pieces.last_mut()) {
            (Some((low, high)), Some(piece)) => piece.push((lines.places.position(*at), low, high)),
            _ => pieces.push(Vec::new()),
        }
    }
    for piece in pieces.iter().filter(|piece| piece.len() > 1) {
        let there = piece.iter().map(|(x, _, high)| (*x, *high));
        let back = piece.iter().rev().map(|(x, low, _)| (*x, *low));
        let corners: Vec<(f64, f64)> = there.chain(back).collect();
        panel.chart.draw_series([Polygon::new(corners, ink(SERIES[0]).mix(BAND).filled())])?;
    }
    let fine = ink(SERIES[0]).mix(0.5).stroke_width(12);
    for series in [lines.band.as_ref().and_then(|(low, _)| low.as_ref()), Some(upper)].into_iter().flatten() {
        for piece in self::pieces(&lines.places, order, series) {
            match piece.as_slice() {
                [only] => panel.chart.draw_series([Circle::new(*only, 30, ink(SERIES[0]).mix(0.5).filled())])?,
                _ => panel.chart.draw_series([PathElement::new(piece, fine)])?,
            };
        }
    }
    Ok(())
}

fn annotations_within(board: &Board<'_>, lines: &Lines) -> Vec<Annotation> {
    let Places::At(at) = &lines.places else { return Vec::new() };
    if !matches!(board.spec.x.kind, Kind::Date | Kind::Timestamp) {
        return Vec::new();
    }
    let low = at.iter().copied().fold(f64::INFINITY, f64::min);
    let high = at.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let within = board.spec.annotations.iter().filter(|annotation| (low..=high).contains(&annotation.at));
    let mut within: Vec<Annotation> = within.cloned().collect();
    within.sort_by(|one, other| one.at.total_cmp(&other.at));
    within
}

/// Vertical lines with labels; a label that would touch another one or the target's name goes a row down.
fn annotate(board: &Board<'_>, panel: &Panel, annotations: &[Annotation], named: Option<Rect>) -> Result<(), Fault> {
    let Rect { x, y, w, h } = panel.plot;
    let look = style(LABEL, Token::Muted, Weight::Regular);
    let mut ends = [f64::NEG_INFINITY; ROWS];
    for annotation in annotations {
        let place = panel.at(annotation.at, 0.0).0;
        board.pen.dash(Some("2 3"));
        let path = vec![units(place, y - 6.0), units(place, y + h)];
        board.root.draw(&PathElement::new(path, ink(Token::LineStrong).stroke_width(12)))?;
        board.pen.dash(None);
        let text = shorten(&annotation.label, w * 0.5, LABEL, Weight::Regular);
        let long = width(&text, LABEL, Weight::Regular);
        let start = (place - long / 2.0).clamp(x, (x + w - long).max(x));
        let base = |row: usize| y - 10.0 + row as f64 * 16.0;
        let free = |row: &usize| {
            let own = Rect { x: start, y: base(*row) - LABEL, w: long, h: LABEL + 3.0 };
            ends[*row] + 8.0 <= start && !named.is_some_and(|named| named.touches(&own))
        };
        let Some(row) = (0..ROWS).find(free) else { continue };
        ends[row] = start + long;
        board.pen.halo(true);
        board.text(&text, start, base(row), &look, (HPos::Left, VPos::Bottom))?;
        board.pen.halo(false);
    }
    Ok(())
}

/// One column per place, from half way before it to half way behind.
fn hits(board: &mut Board<'_>, panel: &Panel, lines: &Lines, order: &[usize]) {
    let Rect { x, y, w, h } = panel.plot;
    let places: Vec<f64> = order.iter().map(|at| panel.at(lines.places.position(*at), 0.0).0).collect();
    for (number, at) in order.iter().enumerate() {
        let here = places[number];
        let left = if number == 0 { x } else { (places[number - 1] + here) / 2.0 };
        let right = places.get(number + 1).map_or(x + w, |next| (here + next) / 2.0);
        let value = lines.series.iter().find_map(|series| value_of(series, *at));
        let top = value.map_or(y + h, |value| panel.at(0.0, value).1);
        board.hit(*at, Rect { x: left, y, w: right - left, h }, (here, top));
    }
}
