//! Where the shapes of the BPMN diagram stand: as on the map, which is pulled apart above and below those rows of nodes
//! that need gateways. A gateway stands straight above or below its node, within the node's own column, so nothing can
//! lie under it; between rows the flows keep the corners of the map's links.

use crate::map::graph::Graph;
use crate::map::layout::{LABEL_HEIGHT, Piece, Point};
use crate::map::scene::{Scene, SceneEdge, SceneNode};

/// Width and height of a gateway.
const GATEWAY: f64 = 36.0;
/// Between a node and its gateway.
const STEM: f64 = 14.0;
/// Between a gateway and the border of its band: flows fan out here.
const FAN: f64 = 24.0;
/// What a row with gateways needs above or below it.
const BAND: f64 = STEM + GATEWAY + FAN;
/// How far from the border of a node flows pass that have to get round it.
const ROUND_IN: f64 = 5.0;
const ROUND_OUT: f64 = 10.0;
const ROUND_LOOP: f64 = 17.0;
/// How far from the border of a band they turn.
const TURN: f64 = 6.0;
/// Places are rounded to tenths.
const EVEN: f64 = 0.15;

/// A rectangle by its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Bounds {
    fn around(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x: tenth(x - width / 2.0), y: tenth(y - height / 2.0), width, height }
    }

    pub fn top(&self) -> Point {
        point(self.x + self.width / 2.0, self.y)
    }

    pub fn bottom(&self) -> Point {
        point(self.x + self.width / 2.0, self.y + self.height)
    }

    fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }

    /// The corner or border in the middle of a side.
    fn side(&self, right: bool) -> Point {
        point(if right { self.x + self.width } else { self.x }, self.middle())
    }
}

/// A row of nodes that share their middle.
#[derive(Debug)]
struct Row {
    y: f64,
    /// Borders of the tallest node.
    top: f64,
    bottom: f64,
    /// Whether it is pulled apart above and below: for gateways, and for flows that have to get round a node.
    above: bool,
    below: bool,
}

/// See the module.
pub(super) struct Diagram<'a> {
    graph: &'a Graph,
    scene: &'a Scene,
    /// From top to bottom.
    rows: Vec<Row>,
    /// Row of each node.
    row_of: Vec<usize>,
    /// How many paths meet and leave each node.
    ways: Vec<(usize, usize)>,
}

impl<'a> Diagram<'a> {
    pub fn new(graph: &'a Graph, scene: &'a Scene) -> Self {
        let mut ways = vec![(0, 0); graph.nodes.len()];
        let mut back = vec![(false, false); graph.nodes.len()];
        for (edge, drawn) in graph.edges.iter().zip(&scene.edges) {
            ways[edge.to].0 += 1;
            ways[edge.from].1 += 1;
            back[edge.from].0 |= drawn.back;
            back[edge.to].1 |= drawn.back;
        }
        let mut order: Vec<usize> = (0..scene.nodes.len()).collect();
        order.sort_by(|a, b| scene.nodes[*a].y.total_cmp(&scene.nodes[*b].y).then(a.cmp(b)));
        let mut rows: Vec<Row> = Vec::new();
        let mut row_of = vec![0; scene.nodes.len()];
        for at in order {
            let node = &scene.nodes[at];
            if rows.last().is_none_or(|row| (row.y - node.y).abs() > EVEN) {
                rows.push(Row { y: node.y, top: node.y, bottom: node.y, above: false, below: false });
            }
            row_of[at] = rows.len() - 1;
            if let Some(row) = rows.last_mut() {
                row.top = row.top.min(node.y - node.height / 2.0);
                row.bottom = row.bottom.max(node.y + node.height / 2.0);
                row.above |= ways[at].0 > 1 || back[at].0;
                row.below |= ways[at].1 > 1 || back[at].1;
            }
        }
        Self { graph, scene, rows, row_of, ways }
    }

    fn scene_node(&self, at: usize) -> &SceneNode {
        &self.scene.nodes[at]
    }

    fn row(&self, at: usize) -> &Row {
        &self.rows[self.row_of[at]]
    }

    /// Where a height of the map lies once the rows are pulled apart. The upper border of a row lies above its band.
    fn stretched(&self, y: f64) -> f64 {
        let made = |row: &Row| {
            let above = if row.above && y > row.top + EVEN { BAND } else { 0.0 };
            let below = if row.below && y > row.bottom - EVEN { BAND } else { 0.0 };
            above + below
        };
        y + self.rows.iter().map(made).sum::<f64>()
    }

    /// The shape of a node.
    pub fn node(&self, at: usize) -> Bounds {
        let node = self.scene_node(at);
        Bounds::around(node.x, self.stretched(node.y), node.width, node.height)
    }

    /// The gateway before a node that several paths meet.
    pub fn join(&self, at: usize) -> Option<Bounds> {
        let middle = self.stretched(self.row(at).top) + FAN + GATEWAY / 2.0;
        (self.ways[at].0 > 1).then(|| Bounds::around(self.scene_node(at).x, middle, GATEWAY, GATEWAY))
    }

    /// The gateway after a node that several paths leave.
    pub fn split(&self, at: usize) -> Option<Bounds> {
        let middle = self.stretched(self.row(at).bottom) - FAN - GATEWAY / 2.0;
        (self.ways[at].1 > 1).then(|| Bounds::around(self.scene_node(at).x, middle, GATEWAY, GATEWAY))
    }

    /// Room for the figure of a path.
    pub fn label(&self, edge: usize) -> Bounds {
        let edge = &self.scene.edges[edge];
        Bounds::around(edge.label.x, self.stretched(edge.label.y), edge.label_width, LABEL_HEIGHT)
    }

    /// The way of a path, from the border of the shape that it leaves to that of the shape that it meets.
    pub fn route(&self, at: usize) -> Vec<Point> {
        let (edge, ends) = (&self.scene.edges[at], &self.graph.edges[at]);
        if ends.from == ends.to {
            return self.loop_round(ends.from);
        }
        let corners = corners(edge);
        let (first, last) = (corners[0].x, corners[corners.len() - 1].x);
        let (from, to) = (self.row(ends.from), self.row(ends.to));
        // Between the two rows, borders included.
        let (exit, entry) = if edge.back { (from.top, to.bottom) } else { (from.bottom, to.top) };
        let (low, high) = (exit.min(entry) + EVEN, exit.max(entry) - EVEN);
        let between = corners.iter().filter(|corner| corner.y > low && corner.y < high);
        let outside = between.map(|corner| point(corner.x, self.stretched(corner.y)));
        let mut way = self.leave(ends.from, first, edge.back);
        way.push(point(first, self.stretched(exit)));
        way.extend(outside);
        way.push(point(last, self.stretched(entry)));
        way.extend(self.meet(ends.to, last, edge.back));
        simplified(way)
    }

    /// From the shape that stands for the end of a node to the border of its row.
    fn leave(&self, at: usize, x: f64, back: bool) -> Vec<Point> {
        let node = self.node(at);
        match (self.split(at), back) {
            (Some(split), false) => vec![split.bottom()],
            (None, false) => vec![point(x, node.bottom().y)],
            (None, true) if self.join(at).is_none() => vec![point(x, node.y)],
            // The way up leads past the node and the gateway before it.
            (split, true) => {
                let right = x >= self.scene_node(at).x;
                let begin = split.unwrap_or(node).side(right);
                let side = beside(&node, right, ROUND_OUT);
                let turn = self.stretched(self.row(at).top) + TURN;
                vec![begin, point(side, begin.y), point(side, turn), point(x, turn)]
            }
        }
    }

    /// From the border of the row of a node to the shape that stands for its beginning.
    fn meet(&self, at: usize, x: f64, back: bool) -> Vec<Point> {
        let node = self.node(at);
        match (self.join(at), back) {
            (Some(join), false) => vec![join.top()],
            (None, false) => vec![point(x, node.y)],
            (None, true) if self.split(at).is_none() => vec![point(x, node.bottom().y)],
            (join, true) => {
                let right = x >= self.scene_node(at).x;
                let end = join.unwrap_or(node).side(right);
                let side = beside(&node, right, ROUND_IN);
                let turn = self.stretched(self.row(at).bottom) - TURN;
                vec![point(x, turn), point(side, turn), point(side, end.y), end]
            }
        }
    }

    /// From behind a node round its right side to before it.
    fn loop_round(&self, at: usize) -> Vec<Point> {
        let node = self.node(at);
        let side = beside(&node, true, ROUND_LOOP);
        let of_node = |dy: f64| point(node.x + node.width, node.middle() + dy);
        let begin = self.split(at).map_or_else(|| of_node(8.0), |split| split.side(true));
        let end = self.join(at).map_or_else(|| of_node(-8.0), |join| join.side(true));
        vec![begin, point(side, begin.y), point(side, end.y), end]
    }
}

fn beside(node: &Bounds, right: bool, far: f64) -> f64 {
    if right { node.x + node.width + far } else { node.x - far }
}

/// The points at which the link of the map turns or changes its shape.
fn corners(edge: &SceneEdge) -> Vec<Point> {
    let end = |piece: &Piece| match piece {
        Piece::Line { to } | Piece::Curve { to, .. } => *to,
    };
    [edge.start].into_iter().chain(edge.path.iter().map(end)).collect()
}

/// Without points that repeat, and without those in the middle of upright or level pieces.
fn simplified(way: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(way.len());
    let same = |a: f64, b: f64| (a - b).abs() < EVEN;
    for next in way {
        if kept.last().is_some_and(|last| same(last.x, next.x) && same(last.y, next.y)) {
            continue;
        }
        while let [.., before, last] = kept.as_slice() {
            let upright = same(before.x, last.x) && same(last.x, next.x);
            let level = same(before.y, last.y) && same(last.y, next.y);
            if !(upright || level) {
                break;
            }
            kept.pop();
        }
        kept.push(next);
    }
    kept
}

fn point(x: f64, y: f64) -> Point {
    Point { x: tenth(x), y: tenth(y) }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
