//! Layers: every link leads at least one layer of nodes downwards, links of rework upwards, and the sum of all lengths,
//! frequent links counting more, is least.

use super::simplex::{Arc, solve};
use super::{Chain, Grid, Link, Problem, Vertex};

const BACKBONE: i64 = 400;
const FREQUENT: f64 = 20.0;

/// Whether a link is drawn upwards: it leads to what usually happens earlier.
fn is_back(problem: &Problem, link: &Link) -> bool {
    let (from, to) = (&problem.nodes[link.from], &problem.nodes[link.to]);
    (from.key, link.from) > (to.key, link.to)
}

/// All vertices on their layers, not yet in order.
pub(super) fn ranked(problem: &Problem, expired: &dyn Fn() -> bool) -> Option<Grid> {
    let ranks = ranks(problem, expired)?;
    let mut grid = Grid {
        vertices: (0..problem.nodes.len()).map(Vertex::Node).collect(),
        // Between two layers of nodes lies one for labels.
        layer: ranks.iter().map(|rank| *rank as usize * 2).collect(),
        layers: Vec::new(),
        chains: Vec::with_capacity(problem.links.len()),
    };
    for (id, link) in problem.links.iter().enumerate() {
        let back = is_back(problem, link);
        let (upper, lower) = if back { (link.to, link.from) } else { (link.from, link.to) };
        let (first, last) = (grid.layer[upper], grid.layer[lower]);
        let middle = (first + last) / 2;
        let label = if middle.is_multiple_of(2) { middle + 1 } else { middle };
        let mut vertices = vec![upper];
        for layer in first + 1..last {
            vertices.push(grid.vertices.len());
            grid.vertices.push(if layer == label { Vertex::Label(id) } else { Vertex::Pass(id) });
            grid.layer.push(layer);
        }
        vertices.push(lower);
        grid.chains.push(Chain { vertices, back });
    }
    let count = grid.layer.iter().max().map_or(0, |last| last + 1);
    grid.layers = vec![Vec::new(); count];
    Some(grid)
}

fn ranks(problem: &Problem, expired: &dyn Fn() -> bool) -> Option<Vec<i64>> {
    let count = problem.nodes.len();
    let arc = |link: &Link, drawn: bool| {
        let back = is_back(problem, link);
        let (from, to) = if back { (link.to, link.from) } else { (link.from, link.to) };
        let weight = match (link.backbone, back, drawn) {
            (true, _, _) => BACKBONE,
            (_, true, _) | (_, _, false) => 1,
            _ => 1 + (FREQUENT * link.share).round() as i64,
        };
        Arc { from, to, least: 1, weight }
    };
    let mut arcs: Vec<Arc> = problem.links.iter().map(|link| arc(link, true)).collect();
    arcs.extend(problem.ghosts.iter().map(|link| arc(link, false)));
    // Nothing stands above the start or below the end.
    for node in 1..count.saturating_sub(1) {
        arcs.push(Arc { from: 0, to: node, least: 1, weight: 0 });
        arcs.push(Arc { from: node, to: count - 1, least: 1, weight: 0 });
    }
    solve(count, &arcs, expired)
}
