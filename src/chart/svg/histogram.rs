//! Counted classes with the running share of all values, and the limit that they should keep.

use super::backend::{Corners, ink};
use super::board::{Board, Fault, LABEL, Rect, Swatch, style};
use super::panel::{Panel, Side, ticks_for};
use crate::chart::format::value;
use crate::chart::scale::{Scale, horizontal, shared, values};
use crate::chart::spec::{Axis, Bin, Histogram};
use crate::draw::figure::plain;
use crate::draw::text::Weight;
use crate::draw::theme::Token;
use plotters::element::{PathElement, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Room for the labels of the share axis at the right.
pub const SHARE_ROOM: f64 = 46.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, histogram: &Histogram) -> Result<(), Fault> {
    let bins = &histogram.bins;
    if histogram.cumulative {
        let keys = [
            (Swatch::Area(Token::C1, 0.75), board.spec.y.title.clone()),
            (Swatch::Line(Token::C3), "share up to here".to_owned()),
        ];
        board.legend(&keys)?;
    }
    if let Some(Bin { low, high, count }) = &histogram.beyond {
        let (x, y) = (&board.spec.x, &board.spec.y);
        let note = format!("{} {} beyond {}, up to {}", value(y, *count), y.title, value(x, *low), value(x, *high));
        board.note(note);
    }
    let most = bins.iter().map(|bin| bin.count).fold(0.0, f64::max);
    let total: f64 = bins.iter().chain(&histogram.beyond).map(|bin| bin.count).sum();
    board.room_for_target();
    let ticks = ticks_for(board.area.h - 30.0);
    let y =
        if histogram.cumulative { shared(&board.spec.y, most, ticks) } else { values(&board.spec.y, 0.0, most, ticks) };
    let y = Side::values(y);
    let (mut low, mut high) = bins.first().zip(bins.last()).map_or((0.0, 1.0), |(a, b)| (a.low, b.high));
    if let Some(target) = &board.spec.target {
        (low, high) = (low.min(target.value), high.max(target.value));
    }
    let axis = board.spec.x.clone();
    let right = if histogram.cumulative { SHARE_ROOM } else { 0.0 };
    let mut panel = Panel::open(board, &y, right, |px| Side::plain(between(&axis, low, high, px)))?;
    let gap = if panel.plot.w / bins.len().max(1) as f64 > 6.0 { 0.6 } else { 0.0 };
    board.pen.corners(Corners::Top(2.0));
    for bin in bins.iter().filter(|bin| bin.count > 0.0) {
        let ((left, top), (end, bottom)) = (panel.at(bin.low, bin.count), panel.at(bin.high, 0.0));
        let bar = Rect { x: left + gap, y: top, w: (end - left - 2.0 * gap).max(0.4), h: bottom - top };
        board.rect(bar, Token::C1, 0.75)?;
    }
    board.pen.corners(Corners::Sharp);
    if histogram.cumulative {
        let mut sum = 0.0;
        let mut steps = vec![(bins.first().map_or(low, |bin| bin.low), 0.0)];
        for bin in bins {
            sum += bin.count;
            steps.push((bin.high, sum / total));
        }
        share_line(board, &mut panel, &y.scale, &steps)?;
    }
    if let Some(target) = &board.spec.target {
        panel.target(board, &axis, target, false)?;
    }
    for (at, bin) in bins.iter().enumerate() {
        let ((left, top), (end, _)) = (panel.at(bin.low, bin.count), panel.at(bin.high, 0.0));
        let rect = Rect { x: left, y: panel.plot.y, w: end - left, h: panel.plot.h };
        board.hit(at, rect, ((left + end) / 2.0, top));
    }
    Ok(())
}

/// Ticks at round values, but the axis ends with the data.
pub fn between(axis: &Axis, low: f64, high: f64, px: f64) -> Scale {
    let mut scale = horizontal(axis, low, high, px, LABEL);
    if low < high {
        (scale.low, scale.high) = (low, high);
        scale.ticks.retain(|tick| (low..=high).contains(&tick.at));
    }
    scale
}

/// A line of shares 0..1 over the height of an axis, with labels of its own at the right of the axis's ticks.
pub fn share_line(board: &Board<'_>, panel: &mut Panel, scale: &Scale, steps: &[(f64, f64)]) -> Result<(), Fault> {
    let look = style(LABEL, Token::Muted, Weight::Regular);
    let Rect { x, w, .. } = panel.plot;
    for tick in &scale.ticks {
        let (_, y) = panel.at(0.0, tick.at);
        let percent = plain(tick.at / scale.high * 100.0, 0);
        board.text(&format!("{percent} %"), x + w + 8.0, y, &look, (HPos::Left, VPos::Center))?;
    }
    let path: Vec<(f64, f64)> = steps.iter().map(|(x, share)| (*x, share * scale.high)).collect();
    panel.chart.draw_series([PathElement::new(path, ink(Token::C3).stroke_width(20))])?;
    Ok(())
}

/// A filled rectangle in the plot's own values.
pub fn filled(panel: &mut Panel, one: (f64, f64), other: (f64, f64), token: Token, opacity: f64) -> Result<(), Fault> {
    panel.chart.draw_series([Rectangle::new([one, other], ink(token).mix(opacity).filled())])?;
    Ok(())
}
