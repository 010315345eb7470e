//! Places: how far to the right each vertex stands, by the same network simplex on an auxiliary graph, and how far down
//! each layer lies. The happy path shares one place, so it is straight whatever the rest does.

use super::simplex::{Arc, solve};
use super::{Grid, LABEL_HEIGHT, MARGIN, Problem, Vertex};

/// Least space between two vertices of a layer.
const BETWEEN_NODES: f64 = 34.0;
const BESIDE_LINK: f64 = 14.0;
/// Half the room of a link without label.
const LINK: f64 = 4.0;
/// Between the places where links leave a node.
const PORT: f64 = 22.0;
/// Space between layers: at least, at most, for each link that moves sideways, and for how far it moves.
const GAP: f64 = 13.0;
const GAP_MOST: f64 = 60.0;
const GAP_PER_LINK: f64 = 2.5;
const GAP_PER_PIXEL: f64 = 0.05;

/// The places.
#[derive(Debug)]
pub(super) struct Places {
    /// Middle of each vertex.
    pub x: Vec<f64>,
    /// Upper and lower border of each layer.
    pub layers: Vec<(f64, f64)>,
    /// Where each link leaves its upper node and meets its lower one, from the middle of the node.
    pub ports: Vec<(f64, f64)>,
    /// Of the whole.
    pub width: f64,
}

pub(super) fn place(grid: &Grid, problem: &Problem, expired: &dyn Fn() -> bool) -> Option<Places> {
    let ports = ports(grid, problem);
    let mut x = across(grid, problem, &ports, expired)?;
    let edge = |vertex: usize, x: f64, right: bool| {
        let (left_half, right_half) = halves(grid, problem, vertex);
        if right { x + right_half } else { x - left_half }
    };
    let ends = |right: bool, x: &[f64]| x.iter().enumerate().map(|(v, x)| edge(v, *x, right)).collect::<Vec<_>>();
    let least = ends(false, &x).into_iter().fold(f64::MAX, f64::min);
    x.iter_mut().for_each(|x| *x += MARGIN - least);
    let width = ends(true, &x).into_iter().fold(0.0, f64::max) + MARGIN;
    let layers = down(grid, problem, &x, &ports);
    Some(Places { x, layers, ports, width })
}

/// Room to the left and to the right of the middle.
fn halves(grid: &Grid, problem: &Problem, vertex: usize) -> (f64, f64) {
    match grid.vertices[vertex] {
        Vertex::Node(node) => {
            let node = &problem.nodes[node];
            let half = node.width / 2.0;
            (half, half + node.right)
        }
        Vertex::Pass(_) => (LINK, LINK),
        Vertex::Label(link) => {
            let half = (problem.links[link].label / 2.0).max(LINK);
            (half, half)
        }
    }
}

/// Links leave a node in the order in which they go on, the happy path from the middle.
fn ports(grid: &Grid, problem: &Problem) -> Vec<(f64, f64)> {
    let positions = grid.positions();
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); problem.nodes.len()];
    let mut meeting: Vec<Vec<usize>> = vec![Vec::new(); problem.nodes.len()];
    for (id, chain) in grid.chains.iter().enumerate() {
        let last = chain.vertices.len() - 1;
        leaving[chain.vertices[0]].push(id);
        meeting[chain.vertices[last]].push(id);
    }
    let mut ports = vec![(0.0, 0.0); grid.chains.len()];
    for (node, size) in problem.nodes.iter().enumerate() {
        for (links, first) in [(&mut leaving[node], true), (&mut meeting[node], false)] {
            let next = |id: &usize| {
                let vertices = &grid.chains[*id].vertices;
                let vertex = if first { vertices[1] } else { vertices[vertices.len() - 2] };
                (positions[vertex], *id)
            };
            links.sort_by_key(next);
            for (id, offset) in links.iter().zip(offsets(links, problem, size.width)) {
                let port = &mut ports[*id];
                *(if first { &mut port.0 } else { &mut port.1 }) = offset;
            }
        }
    }
    ports
}

fn offsets(links: &[usize], problem: &Problem, width: f64) -> Vec<f64> {
    let count = links.len();
    let straight = links.iter().position(|id| problem.links[*id].backbone);
    let middle = straight.map_or((count as f64 - 1.0) / 2.0, |at| at as f64);
    let farthest = middle.max(count as f64 - 1.0 - middle);
    let room = (width / 2.0 - 10.0).max(0.0);
    let step = if farthest > 0.0 { PORT.min(room / farthest) } else { 0.0 };
    (0..count).map(|at| (at as f64 - middle) * step).collect()
}

fn across(grid: &Grid, problem: &Problem, ports: &[(f64, f64)], expired: &dyn Fn() -> bool) -> Option<Vec<f64>> {
    // One place for the whole happy path, then one for each other vertex, then one for each segment.
    let mut place_of = vec![0; grid.vertices.len()];
    let mut count = 1;
    for (vertex, place) in place_of.iter_mut().enumerate() {
        if !grid.is_backbone(vertex, problem) {
            *place = count;
            count += 1;
        }
    }
    let mut arcs = Vec::new();
    for layer in &grid.layers {
        for pair in layer.windows(2) {
            let node = |vertex: usize| matches!(grid.vertices[vertex], Vertex::Node(_));
            let space = if node(pair[0]) && node(pair[1]) { BETWEEN_NODES } else { BESIDE_LINK };
            let least = halves(grid, problem, pair[0]).1 + space + halves(grid, problem, pair[1]).0;
            arcs.push(Arc { from: place_of[pair[0]], to: place_of[pair[1]], least: least.ceil() as i64, weight: 0 });
        }
    }
    for (id, chain) in grid.chains.iter().enumerate() {
        let link = &problem.links[id];
        let weight = 1 + (link.share * 6.0).round() as i64;
        let last = chain.vertices.len() - 2;
        for (at, pair) in chain.vertices.windows(2).enumerate() {
            let (a, b) = (place_of[pair[0]], place_of[pair[1]]);
            if a == b {
                continue;
            }
            // The segment is straight when its ends stand above each other, counted from the ports.
            let leave = if at == 0 { ports[id].0 } else { 0.0 };
            let meet = if at == last { ports[id].1 } else { 0.0 };
            let offset = (leave - meet).round() as i64;
            let straight = match (at == 0, at == last) {
                (true, true) => 1,
                (false, false) => 8,
                _ => 2,
            };
            let segment = count;
            count += 1;
            let weight = weight * straight;
            arcs.push(Arc { from: segment, to: a, least: (-offset).max(0), weight });
            arcs.push(Arc { from: segment, to: b, least: offset.max(0), weight });
        }
    }
    let places = solve(count, &arcs, expired)?;
    Some(place_of.into_iter().map(|at| places[at] as f64).collect())
}

/// Upper and lower borders of the layers; links that move far sideways get more room to do so.
fn down(grid: &Grid, problem: &Problem, x: &[f64], ports: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut moves: Vec<Vec<f64>> = vec![Vec::new(); grid.layers.len()];
    for (id, chain) in grid.chains.iter().enumerate() {
        let last = chain.vertices.len() - 2;
        for (at, pair) in chain.vertices.windows(2).enumerate() {
            let leave = x[pair[0]] + if at == 0 { ports[id].0 } else { 0.0 };
            let meet = x[pair[1]] + if at == last { ports[id].1 } else { 0.0 };
            moves[grid.layer[pair[1]]].push((leave - meet).abs());
        }
    }
    let mut borders = Vec::with_capacity(grid.layers.len());
    let mut y = MARGIN;
    for (at, layer) in grid.layers.iter().enumerate() {
        if at > 0 {
            let sideways = moves[at].iter().filter(|far| **far > 4.0).count() as f64;
            let farthest = moves[at].iter().copied().fold(0.0, f64::max);
            y += (GAP + sideways * GAP_PER_LINK + farthest * GAP_PER_PIXEL).min(GAP_MOST);
        }
        let height = |vertex: &usize| match grid.vertices[*vertex] {
            Vertex::Node(node) => problem.nodes[node].height,
            Vertex::Label(_) => LABEL_HEIGHT,
            Vertex::Pass(_) => 0.0,
        };
        let height = layer.iter().map(height).fold(0.0, f64::max);
        borders.push((y, y + height));
        y += height;
    }
    borders
}
