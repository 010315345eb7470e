//! Cuts of a directly-follows graph (Leemans 2017, "Robust process mining with guarantees", chapters 5 and 6): how the
//! activities of a log fall into groups that exclude each other, follow each other, run side by side, or are a body and
//! ways back to it.

use super::graph::Graph;
use std::collections::BTreeSet;

/// Activities.
pub(super) type Group = BTreeSet<u32>;

/// A cut, with its groups in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cut {
    Exclusive(Vec<Group>),
    Sequence(Vec<Group>),
    Parallel(Vec<Group>),
    /// The body first, then the ways back.
    Loop(Vec<Group>),
}

/// The first kind of cut that the graph has.
pub(super) fn cut(graph: &Graph) -> Option<Cut> {
    let several = |groups: &Vec<Group>| groups.len() > 1;
    let found = |groups: Vec<Group>, kind: fn(Vec<Group>) -> Cut| Some(groups).filter(several).map(kind);
    found(exclusive(graph), Cut::Exclusive)
        .or_else(|| found(sequence(graph), Cut::Sequence))
        .or_else(|| found(parallel(graph), Cut::Parallel))
        .or_else(|| found(looped(graph), Cut::Loop))
}

fn exclusive(graph: &Graph) -> Vec<Group> {
    graph.groups(|a, b| graph.has(a, b) || graph.has(b, a))
}

/// Groups of which each comes before the next, never the other way round.
fn sequence(graph: &Graph) -> Vec<Group> {
    let later = graph.later();
    let after = |a: u32, b: u32| later.get(&a).is_some_and(|later| later.contains(&b));
    // What comes before and after each other, or never one after the other, cannot be told apart by order.
    let mut groups = graph.groups(|a, b| after(a, b) == after(b, a));
    let comes = |a: &Group, b: &Group| a.iter().any(|x| b.iter().any(|y| after(*x, *y)));
    while let Some((a, b)) = pairs(groups.len()).find(|(a, b)| {
        let (a, b) = (&groups[*a], &groups[*b]);
        comes(a, b) == comes(b, a)
    }) {
        let other = groups.remove(b);
        groups[a].extend(other);
    }
    // Each has all activities of the groups before it before it, and none of the others.
    let before = |group: &Group| {
        let outside = graph.activities.iter().filter(|activity| !group.contains(activity));
        outside.filter(|x| group.iter().any(|y| after(**x, *y))).count()
    };
    groups.sort_by_key(before);
    strict(graph, groups)
}

/// Joins groups that are left out together (Leemans 2017, p. 233): in "A and B, or neither, then C", A and B are one part
/// that may be left out, not two.
fn strict(graph: &Graph, mut groups: Vec<Group>) -> Vec<Group> {
    let at = |activity: &u32| groups.iter().position(|group| group.contains(activity)).unwrap_or_default();
    let touches =
        |group: &Group, edge: &std::collections::BTreeMap<u32, u64>| group.iter().any(|a| edge.contains_key(a));
    // From which group on a group is entered, and up to which it is left; beyond the ends where cases begin or end there.
    let (first, last) = (-1, groups.len() as i64);
    let mut from: Vec<i64> =
        groups.iter().map(|group| if touches(group, &graph.starts) { first } else { i64::MAX }).collect();
    let mut to: Vec<i64> =
        groups.iter().map(|group| if touches(group, &graph.ends) { last } else { i64::MIN }).collect();
    let edges: Vec<(usize, usize)> = graph.follows.keys().map(|(a, b)| (at(a), at(b))).collect();
    for (a, b) in &edges {
        from[*b] = from[*b].min(*a as i64);
        to[*a] = to[*a].max(*b as i64);
    }
    let count = groups.len();
    for pivot in 0..count {
        let is_passed = edges.iter().any(|(a, b)| *a < pivot && pivot < *b)
            || (pivot + 1..count).any(|later| touches(&groups[later], &graph.starts))
            || (0..pivot).any(|earlier| touches(&groups[earlier], &graph.ends));
        if !is_passed || groups[pivot].is_empty() {
            continue;
        }
        for earlier in (0..pivot).rev().take_while(|earlier| to[*earlier] <= pivot as i64) {
            let joined = std::mem::take(&mut groups[earlier]);
            groups[pivot].extend(joined);
        }
        for later in (pivot + 1..count).take_while(|later| from[*later] >= pivot as i64) {
            let joined = std::mem::take(&mut groups[later]);
            groups[pivot].extend(joined);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Groups of which every activity may come directly before and after every one of the others, each with a beginning and
/// an end of cases.
fn parallel(graph: &Graph) -> Vec<Group> {
    let mut groups = graph.groups(|a, b| !graph.has(a, b) || !graph.has(b, a));
    groups.sort_by_key(BTreeSet::len);
    let is_whole = |group: &Group| {
        group.iter().any(|a| graph.starts.contains_key(a)) && group.iter().any(|a| graph.ends.contains_key(a))
    };
    let mut at = 0;
    while at < groups.len() && groups.len() > 1 {
        if is_whole(&groups[at]) {
            at += 1;
            continue;
        }
        let part = groups.remove(at);
        groups[at.saturating_sub(1)].extend(part);
        at = at.saturating_sub(1);
    }
    groups.sort();
    groups
}

/// A body, with all beginnings and ends of cases in it, and groups that lead from every end back to every beginning.
fn looped(graph: &Graph) -> Vec<Group> {
    let (starts, ends): (Group, Group) = (graph.starts.keys().copied().collect(), graph.ends.keys().copied().collect());
    let mut body: Group = starts.union(&ends).copied().collect();
    let inner = Graph {
        activities: graph.activities.iter().copied().filter(|activity| !body.contains(activity)).collect(),
        ..graph.clone()
    };
    let mut redo = inner.groups(|a, b| graph.has(a, b) || graph.has(b, a));
    loop {
        let belongs = |group: &Group| {
            let entered = |(a, b): &(u32, u32)| body.contains(a) && group.contains(b);
            let left = |(a, b): &(u32, u32)| group.contains(a) && body.contains(b);
            let edges = || graph.follows.keys();
            edges().any(|edge| entered(edge) && !ends.contains(&edge.0))
                || edges().any(|edge| left(edge) && !starts.contains(&edge.1))
                || edges().filter(|edge| entered(edge)).any(|(_, b)| ends.iter().any(|end| !graph.has(*end, *b)))
                || edges().filter(|edge| left(edge)).any(|(a, _)| starts.iter().any(|start| !graph.has(*a, *start)))
                || !edges().any(entered)
                || !edges().any(left)
        };
        let Some(at) = redo.iter().position(belongs) else { break };
        body.extend(redo.remove(at));
    }
    std::iter::once(body).chain(redo).collect()
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}
