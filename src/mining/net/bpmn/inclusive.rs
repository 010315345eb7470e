//! Inclusive gateways: any of the arrows, and waiting for exactly those that were followed.
//!
//! Where the branches of a split all meet again in one gateway, a branch that is not followed sends a token straight
//! there, so that the gateway may wait for all. Where they do not, what arrives goes on alone.

use super::convert::Converter;
use super::diagram::{Diagram, Gate, Kind};
use super::scope::{Scope, reach};
use std::collections::{BTreeMap, BTreeSet};

/// Which gateway of a scope waits for which arrows. Tells which inclusive gateways could not be matched.
pub(super) fn settle_joins(diagram: &Diagram, scope: &mut Scope) -> Vec<usize> {
    let mut unmatched = Vec::new();
    for node in scope.reached.clone() {
        let arriving = scope.arriving(diagram, node);
        if arriving.len() < 2 {
            continue;
        }
        match diagram.nodes[node].kind {
            Kind::Gateway(Gate::Parallel) => {
                scope.joins.insert(node, arriving.into_iter().map(|flow| vec![flow]).collect());
            }
            Kind::Gateway(Gate::Inclusive) => {
                let Some(split) = scope.on_every_way(diagram, node).first().copied() else { continue };
                match settle(diagram, scope, split, node, &arriving) {
                    Settled::AllOf(groups, waits) => {
                        if waits {
                            let leads = leads_to(&groups);
                            scope.meets.insert(split, (node, leads));
                        }
                        scope.joins.insert(node, groups.into_iter().map(|(_, group)| group).collect());
                    }
                    Settled::OneOf => {}
                    Settled::Unclear => unmatched.push(node),
                }
            }
            _ => {}
        }
    }
    unmatched
}

enum Settled {
    /// Wait for each group, by the branch that leads there; whether branches may be left out.
    AllOf(Vec<(usize, Vec<usize>)>, bool),
    /// Only one arrives at a time.
    OneOf,
    Unclear,
}

fn leads_to(groups: &[(usize, Vec<usize>)]) -> BTreeMap<usize, usize> {
    groups.iter().enumerate().map(|(at, (branch, _))| (*branch, at)).collect()
}

fn settle(diagram: &Diagram, scope: &Scope, split: usize, join: usize, arriving: &[usize]) -> Settled {
    let branches = diagram.out_of(split);
    let is_split = branches.len() > 1;
    let alternatives = |gate| matches!(gate, Kind::Gateway(Gate::Exclusive));
    if !is_split || alternatives(diagram.nodes[split].kind.clone()) {
        // Nothing between the two may run side by side, else it is not known what to wait for.
        let between = between(diagram, split, join);
        let side_by_side = between
            .iter()
            .any(|node| !alternatives(diagram.nodes[*node].kind.clone()) && diagram.out_of(*node).len() > 1);
        return if side_by_side { Settled::Unclear } else { Settled::OneOf };
    }
    let mut groups = Vec::new();
    let mut taken = BTreeSet::new();
    for branch in branches.iter().copied() {
        let start = diagram.flows[branch].to;
        let inside = if start == join { BTreeSet::new() } else { reach(diagram, &[start], Some(join)) };
        // A way past the gateway, or back to the split: it cannot be waited for.
        let ends = |node: &usize| diagram.out_of(*node).is_empty();
        if inside.contains(&split) || inside.iter().any(|node| ends(node) || !scope.reached.contains(node)) {
            return Settled::Unclear;
        }
        let group: Vec<usize> =
            arriving.iter().copied().filter(|f| *f == branch || inside.contains(&diagram.flows[*f].from)).collect();
        if group.is_empty() || group.iter().any(|flow| !taken.insert(*flow)) {
            return Settled::Unclear;
        }
        groups.push((branch, group));
    }
    let all = taken.len() == arriving.len();
    match diagram.nodes[split].kind {
        Kind::Gateway(Gate::Parallel) if all => Settled::AllOf(groups, false),
        _ if all => Settled::AllOf(groups, true),
        _ => Settled::Unclear,
    }
}

fn between(diagram: &Diagram, split: usize, join: usize) -> BTreeSet<usize> {
    let starts: Vec<usize> = diagram.out_of(split).iter().map(|flow| diagram.flows[*flow].to).collect();
    reach(diagram, &starts.into_iter().filter(|start| *start != join).collect::<Vec<_>>(), Some(join))
}

impl Converter<'_> {
    /// A place from which some of the arrows are followed: any but none, unless there are others that always are.
    pub(super) fn some_of(&mut self, scope: &Scope, node: usize, always: &[usize]) -> usize {
        let name = self.diagram.nodes[node].shown().to_owned();
        let all = self.diagram.out_of(node).to_vec();
        let default = self.diagram.nodes[node].default.clone();
        let default = all.iter().copied().find(|flow| Some(&self.diagram.flows[*flow].id) == default.as_ref());
        let optional: Vec<usize> =
            all.iter().copied().filter(|flow| Some(*flow) != default && !always.contains(flow)).collect();
        let from = self.net.place(format!("{name}: some of"));
        // Places: so far none was chosen, or some was.
        let (mut none, mut some) = (Some(from), None);
        for (at, flow) in optional.iter().enumerate() {
            let is_last = at + 1 == optional.len();
            let (follow, leave) = (self.arrival[flow], self.skip(scope, node, *flow));
            let next_none = (!is_last).then(|| self.net.place(format!("{name}: none yet")));
            let next_some = (!is_last).then(|| self.net.place(format!("{name}: some")));
            for (before, chosen) in [(none, false), (some, true)] {
                let Some(before) = before else { continue };
                let taken: Vec<usize> = [Some(follow), next_some]
                    .into_iter()
                    .flatten()
                    .chain(self.left(scope, node, default, is_last))
                    .collect();
                self.net.silent(format!("{name}: follow"), &[before], &taken);
                let onward = if chosen { next_some } else { next_none };
                let may_be_none = !always.is_empty() && default.is_none();
                if !is_last || chosen || may_be_none {
                    let mut out: Vec<usize> = [onward, leave].into_iter().flatten().collect();
                    if chosen {
                        out.extend(self.left(scope, node, default, is_last));
                    }
                    self.net.silent(format!("{name}: leave out"), &[before], &out);
                }
            }
            (none, some) = (next_none, next_some);
        }
        if let Some(default) = default {
            let skipped = optional.iter().filter_map(|flow| self.skip(scope, node, *flow));
            let out: Vec<usize> = std::iter::once(self.arrival[&default]).chain(skipped).collect();
            self.net.silent(format!("{name}: otherwise"), &[from], &out);
        }
        from
    }

    /// What leaving the default arrow out tells the gateway that waits; said once, with the last choice.
    fn left(&self, scope: &Scope, node: usize, default: Option<usize>, is_last: bool) -> Option<usize> {
        default.filter(|_| is_last).and_then(|flow| self.skip(scope, node, flow))
    }

    /// Where an arrow that is not followed is waited for.
    fn skip(&self, scope: &Scope, split: usize, flow: usize) -> Option<usize> {
        let (join, leads) = scope.meets.get(&split)?;
        let group = leads.get(&flow)?;
        let arriving = scope.joins.get(join)?.get(*group)?.first()?;
        self.arrival.get(arriving).copied()
    }
}
