//! Routes: straight down through a layer, a curve from layer to layer. Nothing but curves lies between layers and
//! nothing but straight pieces on them, so no link runs through a node or under the label of another.

use super::place::Places;
use super::{Grid, Layout, MARGIN, Piece, Point, Problem, Route, Vertex};

/// The finished layout, rounded to tenths of a pixel.
pub(super) fn route(grid: &Grid, places: &Places, problem: &Problem) -> Layout {
    let middle = |vertex: usize| {
        let (top, bottom) = places.layers[grid.layer[vertex]];
        point(places.x[vertex], (top + bottom) / 2.0)
    };
    let links = (0..problem.links.len()).map(|id| link(grid, places, problem, id, &middle)).collect();
    Layout {
        nodes: (0..problem.nodes.len()).map(middle).collect(),
        links,
        width: tenth(places.width),
        height: tenth(places.layers.last().map_or(0.0, |(_, bottom)| *bottom) + MARGIN),
    }
}

fn link(grid: &Grid, places: &Places, problem: &Problem, id: usize, middle: &dyn Fn(usize) -> Point) -> Route {
    let chain = &grid.chains[id];
    let (first, last) = (chain.vertices[0], chain.vertices[chain.vertices.len() - 1]);
    let half = |vertex: usize| match grid.vertices[vertex] {
        Vertex::Node(node) => problem.nodes[node].height / 2.0,
        _ => 0.0,
    };
    let mut x = places.x[first] + places.ports[id].0;
    let start = point(x, middle(first).y + half(first));
    let mut corners = vec![point(x, places.layers[grid.layer[first]].1)];
    let mut label = start;
    for vertex in &chain.vertices[1..] {
        x = places.x[*vertex] + if *vertex == last { places.ports[id].1 } else { 0.0 };
        let (top, bottom) = places.layers[grid.layer[*vertex]];
        corners.push(point(x, top));
        if *vertex == last {
            corners.push(point(x, middle(last).y - half(last)));
        } else {
            corners.push(point(x, bottom));
        }
        if matches!(grid.vertices[*vertex], Vertex::Label(_)) {
            label = middle(*vertex);
        }
    }
    let (start, pieces) = if chain.back { reversed(start, &corners) } else { (start, pieces(start, &corners)) };
    Route { start, pieces, label, back: chain.back }
}

/// From corner to corner: straight where the place is the same, else a curve that leaves and arrives upright.
fn pieces(start: Point, corners: &[Point]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut here = start;
    for to in corners.iter().copied() {
        if to == here {
            continue;
        }
        if (to.x - here.x).abs() < f64::EPSILON {
            // Straight pieces in a row are one.
            let before = match pieces.last() {
                Some(Piece::Line { to }) => Some(*to),
                _ => None,
            };
            if before.is_some_and(|before| before == here) {
                pieces.pop();
            }
            pieces.push(Piece::Line { to });
        } else {
            let middle = tenth((here.y + to.y) / 2.0);
            pieces.push(Piece::Curve {
                first: Point { x: here.x, y: middle },
                second: Point { x: to.x, y: middle },
                to,
            });
        }
        here = to;
    }
    pieces
}

/// The same way upwards.
fn reversed(start: Point, corners: &[Point]) -> (Point, Vec<Piece>) {
    let mut upwards: Vec<Point> = corners.iter().rev().copied().collect();
    let end = upwards.remove(0);
    upwards.push(start);
    (end, pieces(end, &upwards))
}

fn point(x: f64, y: f64) -> Point {
    Point { x: tenth(x), y: tenth(y) }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
