//! The way of a link as a path, with its arrow head.

use crate::draw::svg::number;
use crate::map::layout::{Piece, Point};
use std::fmt::Write;

/// The way as the `d` of a path.
pub fn line(start: Point, pieces: &[Piece]) -> String {
    let at = |point: &Point| format!("{} {}", number(point.x), number(point.y));
    let mut text = format!("M{}", at(&start));
    for piece in pieces {
        let _ = match piece {
            Piece::Line { to } => write!(text, "L{}", at(to)),
            Piece::Curve { first, second, to } => write!(text, "C{} {} {}", at(first), at(second), at(to)),
        };
    }
    text
}

/// Where the way ends.
pub fn end(start: Point, pieces: &[Piece]) -> Point {
    match pieces.last() {
        Some(Piece::Line { to } | Piece::Curve { to, .. }) => *to,
        None => start,
    }
}

/// Half the width of an arrow head, and its length.
pub fn head(width: f64) -> (f64, f64) {
    let half = 3.5 + (width / 2.0).min(3.5);
    (half, half * 1.6)
}

/// The arrow head of a link that arrives upright, from below if it leads back.
pub fn tip(start: Point, pieces: &[Piece], back: bool, width: f64) -> String {
    let ((half, length), end) = (head(width), end(start, pieces));
    let up = if back { length } else { -length };
    format!("M{} {}l{} {}h{}z", number(end.x), number(end.y), number(-half), number(up), number(2.0 * half))
}
