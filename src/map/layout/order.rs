//! The order within layers, with few crossings: sweeps of barycentres and medians, then exchanges of neighbours, and the
//! best arrangement that was met.

use super::{Grid, Problem, Vertex};

const SWEEPS: usize = 30;
/// So many sweeps without a better arrangement end the search.
const PATIENCE: usize = 8;
const BACKBONE: u64 = 8;

/// Puts the vertices of every layer in order.
pub(super) fn arrange(grid: &mut Grid, problem: &Problem, expired: &dyn Fn() -> bool) -> Option<()> {
    let near = Near::new(grid, problem);
    let hints = hints(grid, problem);
    begin(grid, problem, &hints);
    let mut best = grid.layers.clone();
    let mut least = near.crossings(grid);
    let mut idle = 0;
    for sweep in 0..SWEEPS {
        if least == 0 || idle == PATIENCE {
            break;
        }
        if expired() {
            return None;
        }
        near.sweep(grid, sweep);
        near.exchange(grid);
        keep_places(grid, &hints);
        let crossings = near.crossings(grid);
        idle += 1;
        if crossings < least {
            (least, idle) = (crossings, 0);
            best.clone_from(&grid.layers);
        }
    }
    grid.layers = best;
    Some(())
}

/// The first arrangement: that of the whole log where it is known, else a walk that takes heavy links first.
fn begin(grid: &mut Grid, problem: &Problem, hints: &[Option<f64>]) {
    let mut seen = vec![false; grid.vertices.len()];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); problem.nodes.len()];
    for (id, chain) in grid.chains.iter().enumerate() {
        below[chain.vertices[0]].push(id);
    }
    for chains in &mut below {
        chains.sort_by(|a, b| {
            let (a_link, b_link) = (&problem.links[*a], &problem.links[*b]);
            b_link.backbone.cmp(&a_link.backbone).then(b_link.share.total_cmp(&a_link.share)).then(a.cmp(b))
        });
    }
    let mut by_key: Vec<usize> = (0..problem.nodes.len()).collect();
    by_key.sort_by(|a, b| problem.nodes[*a].key.total_cmp(&problem.nodes[*b].key).then(a.cmp(b)));
    for root in by_key {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            grid.layers[grid.layer[node]].push(node);
            for id in &below[node] {
                for vertex in &grid.chains[*id].vertices[1..] {
                    if matches!(grid.vertices[*vertex], Vertex::Node(_)) {
                        continue;
                    }
                    grid.layers[grid.layer[*vertex]].push(*vertex);
                }
            }
            open.extend(below[node].iter().rev().filter_map(|id| grid.chains[*id].vertices.last().copied()));
        }
    }
    if hints.iter().any(Option::is_some) {
        for layer in &mut grid.layers {
            layer.sort_by(|a, b| hints[*a].unwrap_or(f64::MAX).total_cmp(&hints[*b].unwrap_or(f64::MAX)));
        }
    }
}

/// Where each vertex stood in the picture of the whole log; links stand between their ends.
fn hints(grid: &Grid, problem: &Problem) -> Vec<Option<f64>> {
    let mut hints = vec![None; grid.vertices.len()];
    for (at, node) in problem.nodes.iter().enumerate() {
        hints[at] = node.hint;
    }
    for chain in &grid.chains {
        let ends = [chain.vertices.first(), chain.vertices.last()].map(|end| end.and_then(|end| hints[*end]));
        if let [Some(upper), Some(lower)] = ends {
            let last = (chain.vertices.len() - 1) as f64;
            for (at, vertex) in chain.vertices.iter().enumerate().skip(1).take(chain.vertices.len() - 2) {
                hints[*vertex] = Some(upper + (lower - upper) * at as f64 / last);
            }
        }
    }
    hints
}

/// Nodes that stood side by side stay in that order, whatever the links do.
fn keep_places(grid: &mut Grid, hints: &[Option<f64>]) {
    for layer in &mut grid.layers {
        let fixed = |vertex: usize| matches!(grid.vertices[vertex], Vertex::Node(_)) && hints[vertex].is_some();
        let slots: Vec<usize> = (0..layer.len()).filter(|at| fixed(layer[*at])).collect();
        let mut nodes: Vec<usize> = slots.iter().map(|at| layer[*at]).collect();
        nodes.sort_by(|a, b| hints[*a].unwrap_or(0.0).total_cmp(&hints[*b].unwrap_or(0.0)).then(a.cmp(b)));
        for (slot, node) in slots.into_iter().zip(nodes) {
            layer[slot] = node;
        }
    }
}

/// The neighbours of each vertex on the layer above and the layer below, with the weight of the segment.
struct Near {
    above: Vec<Vec<(usize, u64)>>,
    below: Vec<Vec<(usize, u64)>>,
}

impl Near {
    fn new(grid: &Grid, problem: &Problem) -> Self {
        let mut near =
            Self { above: vec![Vec::new(); grid.vertices.len()], below: vec![Vec::new(); grid.vertices.len()] };
        for (chain, link) in grid.chains.iter().zip(&problem.links) {
            let weight = if link.backbone { BACKBONE } else { 1 };
            for pair in chain.vertices.windows(2) {
                near.below[pair[0]].push((pair[1], weight));
                near.above[pair[1]].push((pair[0], weight));
            }
        }
        near
    }

    /// Sorts each layer by where the neighbours on the layer before stand, downwards and upwards in turn.
    fn sweep(&self, grid: &mut Grid, sweep: usize) {
        let down = sweep.is_multiple_of(2);
        let median = sweep % 4 >= 2;
        let count = grid.layers.len();
        let near = if down { &self.above } else { &self.below };
        let mut positions = grid.positions();
        for step in 1..count {
            let at = if down { step } else { count - 1 - step };
            let layer = &mut grid.layers[at];
            let mut wanted: Vec<(f64, usize)> = Vec::with_capacity(layer.len());
            for (here, vertex) in layer.iter().enumerate() {
                let place = centre(&near[*vertex], &positions, median).unwrap_or(here as f64);
                wanted.push((place, *vertex));
            }
            // Stable, so that equals keep their order.
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (here, (_, vertex)) in wanted.into_iter().enumerate() {
                layer[here] = vertex;
                positions[vertex] = here;
            }
        }
    }

    /// Exchanges neighbours as long as that removes crossings.
    fn exchange(&self, grid: &mut Grid) {
        let mut positions = grid.positions();
        let mut improved = true;
        let mut rounds = 0;
        while improved && rounds < 12 {
            improved = false;
            rounds += 1;
            for layer in &mut grid.layers {
                for at in 1..layer.len() {
                    let (left, right) = (layer[at - 1], layer[at]);
                    let now = self.between(left, right, &positions);
                    if now > 0 && self.between(right, left, &positions) < now {
                        layer.swap(at - 1, at);
                        positions.swap(left, right);
                        improved = true;
                    }
                }
            }
        }
    }

    /// Weighted crossings of the segments of two vertices, the first left of the second.
    fn between(&self, left: usize, right: usize, positions: &[usize]) -> u64 {
        let mut sum = 0;
        for near in [&self.above, &self.below] {
            for (a, weight) in &near[left] {
                for (b, other) in &near[right] {
                    if positions[*a] > positions[*b] {
                        sum += weight * other;
                    }
                }
            }
        }
        sum
    }

    /// Weighted crossings of the whole.
    fn crossings(&self, grid: &Grid) -> u64 {
        let positions = grid.positions();
        let mut sum = 0;
        for at in 1..grid.layers.len() {
            let width = grid.layers[at].len();
            let mut passed = Sums(vec![0; width + 1]);
            let mut total = 0;
            for upper in &grid.layers[at - 1] {
                let mut ends: Vec<(usize, u64)> = self.below[*upper].iter().map(|(v, w)| (positions[*v], *w)).collect();
                ends.sort_unstable();
                // Segments of one vertex do not cross each other.
                for (end, weight) in &ends {
                    sum += weight * (total - passed.up_to(*end));
                }
                for (end, weight) in ends {
                    passed.add(end, weight);
                    total += weight;
                }
            }
        }
        sum
    }
}

fn centre(near: &[(usize, u64)], positions: &[usize], median: bool) -> Option<f64> {
    if near.is_empty() {
        return None;
    }
    if median {
        let mut places: Vec<usize> = near.iter().map(|(vertex, _)| positions[*vertex]).collect();
        places.sort_unstable();
        let middle = places.len() / 2;
        return Some(if places.len().is_multiple_of(2) {
            (places[middle - 1] + places[middle]) as f64 / 2.0
        } else {
            places[middle] as f64
        });
    }
    let weights: u64 = near.iter().map(|(_, weight)| weight).sum();
    let sum: f64 = near.iter().map(|(vertex, weight)| positions[*vertex] as f64 * *weight as f64).sum();
    Some(sum / weights as f64)
}

/// Sums of a list's beginnings, in logarithmic time (a Fenwick tree).
struct Sums(Vec<u64>);

impl Sums {
    fn add(&mut self, at: usize, value: u64) {
        let mut at = at + 1;
        while at < self.0.len() {
            self.0[at] += value;
            at += at & at.wrapping_neg();
        }
    }

    /// Of all up to and including `at`.
    fn up_to(&self, at: usize) -> u64 {
        let (mut at, mut sum) = (at + 1, 0);
        while at > 0 {
            sum += self.0[at];
            at -= at & at.wrapping_neg();
        }
        sum
    }
}
