//! Network simplex: whole-number positions for the nodes of an acyclic graph such that every arc is at least as long as
//! it must be and the weighted sum of all lengths is least. Layers of the map and horizontal places are both such
//! questions (Gansner, Koutsofios, North, Vo: A Technique for Drawing Directed Graphs, 1993).

use std::collections::VecDeque;

/// `to - from` is at least `least`; each unit of length costs `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// Lower end.
    pub from: usize,
    /// Upper end.
    pub to: usize,
    /// Least length.
    pub least: i64,
    /// Cost of a unit of length, not below 0.
    pub weight: i64,
}

const NONE: usize = usize::MAX;
/// So many arcs that could leave the tree are looked at before the worst of them is taken.
const LOOKED_AT: usize = 30;
/// So many exchanges happen between two looks at the clock.
const EXCHANGES: usize = 64;

/// Positions from 0; `None` if `expired` says that the time is up, or if the graph has a cycle.
pub fn solve(nodes: usize, arcs: &[Arc], expired: &dyn Fn() -> bool) -> Option<Vec<i64>> {
    if nodes == 0 {
        return Some(Vec::new());
    }
    let mut simplex = Simplex::new(nodes, arcs)?;
    simplex.span();
    simplex.walk(0, 1, NONE);
    simplex.value_cuts();
    let mut exchanges = 0;
    while let Some(leaving) = simplex.leaving() {
        simplex.exchange(leaving);
        exchanges += 1;
        if exchanges % EXCHANGES == 0 && expired() {
            return None;
        }
    }
    let least = simplex.place.iter().copied().min().unwrap_or(0);
    Some(simplex.place.iter().map(|place| place - least).collect())
}

struct Simplex {
    arcs: Vec<Arc>,
    place: Vec<i64>,
    /// Arcs at each node, and those of them that are in the tree.
    at: Vec<Vec<usize>>,
    tree_at: Vec<Vec<usize>>,
    in_tree: Vec<bool>,
    tree: Vec<usize>,
    /// Position of an arc in `tree`.
    slot: Vec<usize>,
    cut: Vec<i64>,
    /// Arc to the parent, and numbers of a walk that leaves children first: a subtree is a run of `walked`.
    parent: Vec<usize>,
    low: Vec<usize>,
    number: Vec<usize>,
    walked: Vec<usize>,
    next: usize,
}

impl Simplex {
    fn new(nodes: usize, given: &[Arc]) -> Option<Self> {
        let mut arcs: Vec<Arc> = given.iter().copied().filter(|arc| arc.from != arc.to).collect();
        let place = first_places(nodes, &arcs)?;
        join_parts(&mut arcs, &place);
        let mut at = vec![Vec::new(); nodes];
        for (id, arc) in arcs.iter().enumerate() {
            at[arc.from].push(id);
            at[arc.to].push(id);
        }
        let count = arcs.len();
        Some(Self {
            arcs,
            place,
            at,
            tree_at: vec![Vec::new(); nodes],
            in_tree: vec![false; count],
            tree: Vec::with_capacity(nodes),
            slot: vec![NONE; count],
            cut: vec![0; count],
            parent: vec![NONE; nodes],
            low: vec![0; nodes],
            number: vec![0; nodes],
            walked: vec![NONE; nodes + 1],
            next: 0,
        })
    }

    fn slack(&self, id: usize) -> i64 {
        let arc = self.arcs[id];
        self.place[arc.to] - self.place[arc.from] - arc.least
    }

    fn other(&self, id: usize, node: usize) -> usize {
        let arc = self.arcs[id];
        if arc.from == node { arc.to } else { arc.from }
    }

    fn add_to_tree(&mut self, id: usize) {
        self.slot[id] = self.tree.len();
        self.tree.push(id);
        self.in_tree[id] = true;
        let arc = self.arcs[id];
        self.tree_at[arc.from].push(id);
        self.tree_at[arc.to].push(id);
    }

    /// A spanning tree of arcs without slack; what has been reached is shifted until the next node can be.
    fn span(&mut self) {
        let nodes = self.at.len();
        let mut inside = vec![false; nodes];
        let mut reached = vec![0];
        inside[0] = true;
        let mut fresh = 0;
        loop {
            while fresh < reached.len() {
                let node = reached[fresh];
                fresh += 1;
                for at in 0..self.at[node].len() {
                    let id = self.at[node][at];
                    let other = self.other(id, node);
                    if !inside[other] && self.slack(id) == 0 {
                        inside[other] = true;
                        reached.push(other);
                        self.add_to_tree(id);
                    }
                }
            }
            if reached.len() == nodes {
                return;
            }
            let crossing = (0..self.arcs.len()).filter(|id| inside[self.arcs[*id].from] != inside[self.arcs[*id].to]);
            // All parts are joined, so there is always one.
            let Some(id) = crossing.min_by_key(|id| (self.slack(*id), *id)) else { return };
            let shift = if inside[self.arcs[id].from] { self.slack(id) } else { -self.slack(id) };
            for node in &reached {
                self.place[*node] += shift;
            }
            fresh = 0;
        }
    }

    /// Numbers the subtree of `root` from `first`, children before parents; says which number comes next.
    fn walk(&mut self, root: usize, first: usize, parent: usize) -> usize {
        let mut next = first;
        self.parent[root] = parent;
        self.low[root] = first;
        let mut open = vec![(root, 0)];
        while let Some((node, at)) = open.pop() {
            if let Some(id) = self.tree_at[node].get(at).copied() {
                open.push((node, at + 1));
                if id != self.parent[node] {
                    let child = self.other(id, node);
                    self.parent[child] = id;
                    self.low[child] = next;
                    open.push((child, 0));
                }
            } else {
                self.number[node] = next;
                self.walked[next] = node;
                next += 1;
            }
        }
        next
    }

    fn value_cuts(&mut self) {
        for number in 1..self.walked.len() {
            let child = self.walked[number];
            let id = self.parent[child];
            if id != NONE {
                self.cut[id] = self.cut_of(child, id);
            }
        }
    }

    /// What lengthening a tree arc by one would cost, from the cuts of the arcs below it.
    fn cut_of(&self, child: usize, id: usize) -> i64 {
        let child_is_tail = self.arcs[id].from == child;
        let mut cut = self.arcs[id].weight;
        for other in self.at[child].iter().copied().filter(|other| *other != id) {
            let same = (self.arcs[other].from == child) == child_is_tail;
            let sign = if same { 1 } else { -1 };
            cut += sign * self.arcs[other].weight;
            if self.in_tree[other] {
                cut -= sign * self.cut[other];
            }
        }
        cut
    }

    /// A tree arc that is better not in the tree.
    fn leaving(&mut self) -> Option<usize> {
        let count = self.tree.len();
        let mut worst: Option<usize> = None;
        let mut found = 0;
        for step in 0..count {
            let at = (self.next + step) % count;
            let id = self.tree[at];
            if self.cut[id] < 0 {
                if worst.is_none_or(|known| self.cut[id] < self.cut[known]) {
                    worst = Some(id);
                }
                found += 1;
                if found == LOOKED_AT {
                    self.next = (at + 1) % count;
                    break;
                }
            }
        }
        worst
    }

    fn is_below(&self, node: usize, top: usize) -> bool {
        (self.low[top]..=self.number[top]).contains(&self.number[node])
    }

    /// Replaces a tree arc by the arc with least slack that joins the two halves the other way round.
    fn exchange(&mut self, leaving: usize) {
        let Arc { from, to, .. } = self.arcs[leaving];
        let tail_is_below = self.number[from] < self.number[to];
        let top = if tail_is_below { from } else { to };
        let (low, high) = (self.low[top], self.number[top]);
        let mut entering: Option<(i64, usize)> = None;
        for number in low..=high {
            let node = self.walked[number];
            for id in &self.at[node] {
                let arc = self.arcs[*id];
                let (inner, outer) = if tail_is_below { (arc.to, arc.from) } else { (arc.from, arc.to) };
                if inner == node && !self.in_tree[*id] && !self.is_below(outer, top) {
                    let candidate = (self.slack(*id), *id);
                    if entering.is_none_or(|known| candidate < known) {
                        entering = Some(candidate);
                    }
                }
            }
        }
        let Some((slack, entering)) = entering else {
            // Nothing holds the halves together this way: the cut cannot be below 0. Kept from looping all the same.
            self.cut[leaving] = 0;
            return;
        };
        let shift = if tail_is_below { -slack } else { slack };
        if shift != 0 {
            for number in low..=high {
                let node = self.walked[number];
                self.place[node] += shift;
            }
        }
        self.replace(leaving, entering);
    }

    fn replace(&mut self, leaving: usize, entering: usize) {
        let cut = self.cut[leaving];
        let Arc { from, to, .. } = self.arcs[entering];
        let top = self.add_along(from, to, cut, true);
        self.add_along(to, from, cut, false);
        self.cut[entering] = -cut;
        self.cut[leaving] = 0;
        let slot = self.slot[leaving];
        self.slot[leaving] = NONE;
        self.in_tree[leaving] = false;
        let gone = self.arcs[leaving];
        for node in [gone.from, gone.to] {
            self.tree_at[node].retain(|id| *id != leaving);
        }
        self.tree[slot] = entering;
        self.slot[entering] = slot;
        self.in_tree[entering] = true;
        for node in [from, to] {
            self.tree_at[node].push(entering);
        }
        let (low, parent) = (self.low[top], self.parent[top]);
        self.walk(top, low, parent);
    }

    /// Changes the cuts from `node` up to the first node that has `goal` below it, which is the answer.
    fn add_along(&mut self, mut node: usize, goal: usize, cut: i64, with: bool) -> usize {
        while !self.is_below(goal, node) {
            let id = self.parent[node];
            let same = (self.arcs[id].from == node) == with;
            self.cut[id] += if same { cut } else { -cut };
            node = self.other(id, node);
        }
        node
    }
}

/// Every node as low as its arcs allow, then pulled up to its arcs where none holds it from below.
fn first_places(nodes: usize, arcs: &[Arc]) -> Option<Vec<i64>> {
    let mut out = vec![Vec::new(); nodes];
    let mut open = vec![0_usize; nodes];
    for arc in arcs {
        out[arc.from].push(*arc);
        open[arc.to] += 1;
    }
    let sources: Vec<bool> = open.iter().map(|count| *count == 0).collect();
    let mut place = vec![0; nodes];
    let mut queue: VecDeque<usize> = (0..nodes).filter(|node| sources[*node]).collect();
    let mut done = 0;
    while let Some(node) = queue.pop_front() {
        done += 1;
        for arc in &out[node] {
            place[arc.to] = place[arc.to].max(place[node] + arc.least);
            open[arc.to] -= 1;
            if open[arc.to] == 0 {
                queue.push_back(arc.to);
            }
        }
    }
    for node in (0..nodes).filter(|node| sources[*node]) {
        if let Some(up) = out[node].iter().map(|arc| place[arc.to] - arc.least).min() {
            place[node] = up;
        }
    }
    (done == nodes).then_some(place)
}

/// Ties parts that nothing holds together by arcs that cost nothing.
fn join_parts(arcs: &mut Vec<Arc>, place: &[i64]) {
    let mut part: Vec<usize> = (0..place.len()).collect();
    fn find(part: &mut [usize], mut node: usize) -> usize {
        while part[node] != node {
            part[node] = part[part[node]];
            node = part[node];
        }
        node
    }
    for arc in arcs.iter() {
        let (a, b) = (find(&mut part, arc.from), find(&mut part, arc.to));
        part[a.max(b)] = a.min(b);
    }
    for node in 1..place.len() {
        if find(&mut part, node) == node {
            arcs.push(Arc { from: 0, to: node, least: place[node] - place[0], weight: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost(arcs: &[Arc], place: &[i64]) -> i64 {
        arcs.iter().map(|arc| arc.weight * (place[arc.to] - place[arc.from])).sum()
    }

    /// All placements up to a height, by brute force; five nodes two apart need eight.
    fn best(nodes: usize, arcs: &[Arc], height: i64) -> i64 {
        let mut place = vec![0; nodes];
        let mut least = i64::MAX;
        loop {
            if arcs.iter().all(|arc| place[arc.to] - place[arc.from] >= arc.least) {
                least = least.min(cost(arcs, &place));
            }
            let Some(at) = (0..nodes).find(|at| place[*at] < height) else { return least };
            place[..at].fill(0);
            place[at] += 1;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn equals_brute_force(arcs in prop::collection::vec((0_usize..5, 0_usize..5, 0_i64..3, 0_i64..6), 1..9)) {
            let arcs: Vec<Arc> = arcs
                .into_iter()
                .filter(|(a, b, ..)| a != b)
                .map(|(a, b, least, weight)| Arc { from: a.min(b), to: a.max(b), least, weight })
                .collect();
            let place = solve(5, &arcs, &|| false).unwrap();
            for arc in &arcs {
                prop_assert!(place[arc.to] - place[arc.from] >= arc.least);
            }
            prop_assert_eq!(cost(&arcs, &place), best(5, &arcs, 8));
        }
    }

    #[test]
    fn cycles_have_no_answer() {
        let arc = |from, to| Arc { from, to, least: 1, weight: 1 };
        assert_eq!(solve(2, &[arc(0, 1), arc(1, 0)], &|| false), None);
        assert_eq!(solve(0, &[], &|| false), Some(Vec::new()));
        assert_eq!(solve(3, &[arc(1, 2)], &|| false).map(|place| place[2] - place[1]), Some(1));
    }
}
