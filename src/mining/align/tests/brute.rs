//! The least cost of an alignment by Dijkstra's search over all pairs of marking and position, silent moves one by one.

use super::letter;
use crate::mining::net::{Marking, Net};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The cost: nothing at all where the search became too large, an inner nothing where there is no alignment.
pub fn cost(net: &Net, path: &[u32], finished: bool) -> Option<Option<u32>> {
    let mut best: BTreeMap<(Marking, usize), u32> = BTreeMap::new();
    let mut queue = BinaryHeap::from([Reverse((0u32, net.initial.clone(), 0usize))]);
    while let Some(Reverse((cost, marking, at))) = queue.pop() {
        match best.get(&(marking.clone(), at)) {
            Some(known) if *known <= cost => continue,
            _ => best.insert((marking.clone(), at), cost),
        };
        if best.len() > 30_000 || marking.tokens().any(|(_, n)| n > 5) {
            return None;
        }
        if at == path.len() && (!finished || marking == net.last) {
            return Some(Some(cost));
        }
        if at < path.len() {
            queue.push(Reverse((cost + 1, marking.clone(), at + 1)));
        }
        for number in 0..net.transitions.len() {
            let Some(after) = net.fire(&marking, number) else { continue };
            match &net.transitions[number].label {
                None => queue.push(Reverse((cost, after, at))),
                Some(label) => {
                    if path.get(at) == Some(&letter(label)) {
                        queue.push(Reverse((cost, after.clone(), at + 1)));
                    }
                    queue.push(Reverse((cost + 1, after, at)));
                }
            }
        }
    }
    Some(None)
}
