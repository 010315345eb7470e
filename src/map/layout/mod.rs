//! Where everything of a map stands: layers, order within layers, places, routes. It knows sizes and keys, neither
//! names nor numbers of the log, so that another metric draws on the same geometry.
//!
//! Read in this order: [`rank`], [`order`], [`place`], [`route`].

mod order;
mod place;
mod rank;
mod route;
mod simplex;
#[cfg(test)]
mod tests;

use serde::Serialize;
use std::time::Instant;

/// A node to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// Room that it needs at its right for what stands out: a self-loop with its label, a badge.
    pub right: f64,
    /// Where it tends to happen: links from a greater key to a smaller one are drawn upwards.
    pub key: f64,
    /// Where it stood among its neighbours when the whole log was drawn.
    pub hint: Option<f64>,
}

/// A connection to be routed; both ends are positions in the list of nodes, and they differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Room for its label.
    pub label: f64,
    /// Its share of the most frequent link, 0..1.
    pub share: f64,
    /// Whether it is part of the happy path, which is drawn as one straight line.
    pub backbone: bool,
}

impl Link {
    /// One that is not drawn: it only keeps its ends on layers of their own.
    pub fn unseen(from: usize, to: usize, share: f64) -> Self {
        Self { from, to, label: 0.0, share, backbone: false }
    }
}

/// Everything that decides the picture.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// The nodes; the first is the start, the last the end.
    pub nodes: Vec<Node>,
    /// The links.
    pub links: Vec<Link>,
    /// Links that are not drawn but were when the whole log was, or where a step is hidden: they keep nodes on their layers.
    pub ghosts: Vec<Link>,
}

/// A point in pixels from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The next piece of a path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Piece {
    /// Straight to a point.
    Line {
        /// Its end.
        to: Point,
    },
    /// A cubic curve.
    Curve {
        /// First control point.
        first: Point,
        /// Second control point.
        second: Point,
        /// Its end.
        to: Point,
    },
}

/// The way of a link, in its own direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// On the border of the first node.
    pub start: Point,
    /// From there to the border of the second node.
    pub pieces: Vec<Piece>,
    /// Middle of the label.
    pub label: Point,
    /// Whether it leads upwards.
    pub back: bool,
}

/// The solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Middle of each node.
    pub nodes: Vec<Point>,
    /// Way of each link.
    pub links: Vec<Route>,
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
}

/// The time was up before the picture was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the map is too tangled to be laid out in time")]
pub struct TimedOut;

/// Space around the picture.
pub const MARGIN: f64 = 16.0;
/// Height of a label.
pub const LABEL_HEIGHT: f64 = 16.0;

/// Lays a map out. The same problem gives the same bytes.
///
/// # Errors
/// `TimedOut` if `deadline` passes first.
pub fn layout(problem: &Problem, deadline: Option<Instant>) -> Result<Layout, TimedOut> {
    let expired = || deadline.is_some_and(|deadline| Instant::now() > deadline);
    let mut grid = rank::ranked(problem, &expired).ok_or(TimedOut)?;
    order::arrange(&mut grid, problem, &expired).ok_or(TimedOut)?;
    let places = place::place(&grid, problem, &expired).ok_or(TimedOut)?;
    Ok(route::route(&grid, &places, problem))
}

/// What stands on a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vertex {
    /// A node.
    Node(usize),
    /// A link on its way through the layer.
    Pass(usize),
    /// A link, where it carries its label.
    Label(usize),
}

/// A link as a chain of vertices from the upper layer to the lower one.
#[derive(Debug, Clone)]
struct Chain {
    vertices: Vec<usize>,
    /// Whether it is drawn against the direction of the chain.
    back: bool,
}

/// Vertices on layers.
#[derive(Debug)]
struct Grid {
    vertices: Vec<Vertex>,
    /// Layer of each vertex; nodes stand on even ones, labels on odd ones.
    layer: Vec<usize>,
    /// Vertices by layer, from left to right.
    layers: Vec<Vec<usize>>,
    chains: Vec<Chain>,
}

impl Grid {
    /// Whether a vertex belongs to the happy path.
    fn is_backbone(&self, vertex: usize, problem: &Problem) -> bool {
        match self.vertices[vertex] {
            Vertex::Node(node) => problem.links.iter().any(|l| l.backbone && (l.from == node || l.to == node)),
            Vertex::Pass(link) | Vertex::Label(link) => problem.links[link].backbone,
        }
    }

    /// Position of each vertex within its layer.
    fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.vertices.len()];
        for layer in &self.layers {
            for (at, vertex) in layer.iter().enumerate() {
                positions[*vertex] = at;
            }
        }
        positions
    }
}
