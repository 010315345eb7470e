//! The part of a diagram that one process or sub-process makes up: where it begins, what can be reached, which arrows
//! meet where.

use super::diagram::{Diagram, Gate, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
pub(super) struct Scope {
    /// Nodes that begin it, each an alternative or all together.
    pub begins: Vec<usize>,
    /// Whether it begins with all of them.
    pub begins_together: bool,
    /// What can be reached from there.
    pub reached: BTreeSet<usize>,
    /// Whether several things may be under way at once.
    pub parallel: bool,
    /// Arrows that wait for one another, by the gateway where they meet: those of one group stand for each other.
    pub joins: BTreeMap<usize, Vec<Vec<usize>>>,
    /// For an inclusive split whose branches meet again: where, and for each of its arrows the group that it leads to.
    pub meets: BTreeMap<usize, (usize, BTreeMap<usize, usize>)>,
}

impl Scope {
    pub(super) fn of(diagram: &Diagram, parent: Option<usize>) -> Self {
        let members = diagram.inside(parent);
        let kind = |node: &usize| &diagram.nodes[*node].kind;
        let mut begins: Vec<usize> = members.iter().copied().filter(|node| *kind(node) == Kind::Start).collect();
        let begins_together = begins.is_empty();
        if begins_together {
            let is_free = |node: &usize| !matches!(kind(node), Kind::Boundary { .. }) && diagram.into(*node).is_empty();
            begins = members.iter().copied().filter(is_free).collect();
        }
        if begins.is_empty() {
            // A ring: any place is as good as another, so the first of the file.
            begins.extend(members.iter().copied().find(|node| !matches!(kind(node), Kind::Boundary { .. })));
        }
        let mut scope = Self {
            begins,
            begins_together,
            reached: BTreeSet::new(),
            parallel: false,
            joins: BTreeMap::new(),
            meets: BTreeMap::new(),
        };
        scope.reached = reach(diagram, &scope.begins, None);
        let many = |node: &usize| diagram.out_of(*node).len() > 1;
        scope.parallel = (begins_together && scope.begins.len() > 1)
            || scope.reached.iter().any(|node| match kind(node) {
                Kind::Gateway(Gate::Exclusive) => false,
                Kind::Boundary { interrupts, .. } => !interrupts || many(node),
                _ => many(node),
            });
        scope
    }

    /// Arrows into a node along which something can come.
    pub(super) fn arriving(&self, diagram: &Diagram, node: usize) -> Vec<usize> {
        let comes = |flow: &usize| self.reached.contains(&diagram.flows[*flow].from);
        diagram.into(node).iter().copied().filter(comes).collect()
    }

    /// Nodes that every way from the beginning to a node leads through, nearest first.
    pub(super) fn on_every_way(&self, diagram: &Diagram, node: usize) -> Vec<usize> {
        // Without one that is nearer, more can still be reached.
        let left = |other: usize| {
            let left = reach(diagram, &self.begins, Some(other));
            (!left.contains(&node)).then_some((std::cmp::Reverse(left.len()), other))
        };
        let mut all: Vec<_> = self.reached.iter().filter(|other| **other != node).filter_map(|o| left(*o)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, other)| other).collect()
    }
}

/// What can be reached from some nodes along arrows and over the edges of steps, without passing one of them.
pub(super) fn reach(diagram: &Diagram, from: &[usize], without: Option<usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = from.to_vec();
    while let Some(node) = waiting.pop() {
        if Some(node) == without || !reached.insert(node) {
            continue;
        }
        waiting.extend(diagram.out_of(node).iter().map(|flow| diagram.flows[*flow].to));
        waiting.extend(diagram.at_edge_of(node));
    }
    reached
}
