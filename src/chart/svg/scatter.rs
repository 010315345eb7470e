//! Bubbles on two axes of numbers; names stand beside them where they touch nothing.

use super::backend::ink;
use super::board::{Board, Fault, LABEL, Rect, style};
use super::panel::{Panel, Side, ticks_for};
use crate::chart::scale::{horizontal, values};
use crate::chart::spec::Bubble;
use crate::draw::text::{Weight, shorten, width};
use crate::draw::theme::Token;
use plotters::element::Circle;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

const SMALLEST: f64 = 4.0;
const LARGEST: f64 = 24.0;

/// Draws the chart on what is left of the board.
pub fn draw(board: &mut Board<'_>, bubbles: &[Bubble]) -> Result<(), Fault> {
    let ends = |value: fn(&Bubble) -> f64| {
        bubbles.iter().map(value).fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((left, mut right), (mut low, mut high)) = (ends(|bubble| bubble.x), ends(|bubble| bubble.y));
    if let Some(target) = &board.spec.target {
        (low, high) = (low.min(target.value), high.max(target.value));
    }
    // Bubbles at the ends stay within the plot.
    right += (right - left) * LARGEST / board.area.w;
    high += (high - low) * LARGEST / board.area.h;
    let y = Side::values(values(&board.spec.y, low, high, ticks_for(board.area.h - 45.0))).title(&board.spec.y.title);
    let axis = board.spec.x.clone();
    let across = |px: f64| Side::values(horizontal(&axis, left, right, px, LABEL)).title(&axis.title);
    let mut panel = Panel::open(board, &y, 8.0, across)?;
    let largest = bubbles.iter().filter_map(|bubble| bubble.size).fold(0.0, f64::max);
    let radius = |bubble: &Bubble| match bubble.size {
        // The eye compares areas.
        Some(size) if largest > 0.0 => SMALLEST + (LARGEST - SMALLEST) * (size.max(0.0) / largest).sqrt(),
        _ => 5.0,
    };
    let mut order: Vec<usize> = (0..bubbles.len()).collect();
    order.sort_by(|one, other| radius(&bubbles[*other]).total_cmp(&radius(&bubbles[*one])).then(one.cmp(other)));
    for at in &order {
        let bubble = &bubbles[*at];
        let size = (radius(bubble) * 10.0) as u32;
        panel.chart.draw_series([
            Circle::new((bubble.x, bubble.y), size, ink(Token::C1).mix(0.35).filled()),
            Circle::new((bubble.x, bubble.y), size, ink(Token::C1).stroke_width(12)),
        ])?;
    }
    let mut taken = Vec::new();
    if let Some(target) = &board.spec.target {
        taken.push(panel.target(board, &board.spec.y, target, true)?);
    }
    let places: Vec<(f64, f64, f64)> = bubbles
        .iter()
        .map(|bubble| {
            let (x, y) = panel.at(bubble.x, bubble.y);
            (x, y, radius(bubble))
        })
        .collect();
    names(board, &panel, bubbles, &order, &places, taken)?;
    // Small ones last: they lie above the large ones.
    for at in order {
        let (x, y, radius) = places[at];
        let reach = radius.max(12.0);
        board.hit(at, Rect { x: x - reach, y: y - reach, w: 2.0 * reach, h: 2.0 * reach }, (x, y));
    }
    Ok(())
}

fn names(
    board: &Board<'_>,
    panel: &Panel,
    bubbles: &[Bubble],
    order: &[usize],
    places: &[(f64, f64, f64)],
    mut taken: Vec<Rect>,
) -> Result<(), Fault> {
    let round =
        |(x, y, radius): &(f64, f64, f64)| Rect { x: x - radius, y: y - radius, w: 2.0 * radius, h: 2.0 * radius };
    taken.extend(places.iter().map(round));
    let look = style(LABEL, Token::Fg, Weight::Regular);
    board.pen.halo(true);
    for at in order {
        let (x, y, radius) = places[*at];
        let text = shorten(&bubbles[*at].name, 150.0, LABEL, Weight::Regular);
        let (w, h) = (width(&text, LABEL, Weight::Regular), LABEL + 3.0);
        let beside = [
            Rect { x: x + radius + 4.0, y: y - h / 2.0, w, h },
            Rect { x: x - radius - 4.0 - w, y: y - h / 2.0, w, h },
            Rect { x: x - w / 2.0, y: y - radius - 2.0 - h, w, h },
            Rect { x: x - w / 2.0, y: y + radius + 2.0, w, h },
        ];
        let free = |rect: &&Rect| panel.plot.holds(rect) && !taken.iter().any(|other| rect.touches(other));
        if let Some(place) = beside.iter().find(free).copied() {
            board.text(&text, place.x, place.y + h / 2.0, &look, (HPos::Left, VPos::Center))?;
            taken.push(place);
        }
    }
    board.pen.halo(false);
    Ok(())
}
