//! Where a model gets stuck: for telling people why it has no run.

use crate::mining::net::{Marking, Net};
use std::collections::BTreeSet;

/// Markings looked at.
const LOOKED_AT: usize = 5_000;

/// The element at which a net without any complete run gets stuck, and what is wrong there.
pub(super) fn stuck(net: &Net) -> (String, String) {
    let mut seen = BTreeSet::from([net.initial.clone()]);
    let mut waiting: Vec<Marking> = seen.iter().cloned().collect();
    let mut happened = BTreeSet::new();
    let mut stops = Vec::new();
    while let Some(marking) = waiting.pop() {
        let mut goes_on = false;
        for number in 0..net.transitions.len() {
            let Some(after) = net.fire(&marking, number) else { continue };
            goes_on = true;
            happened.insert(number);
            if seen.len() < LOOKED_AT && seen.insert(after.clone()) {
                waiting.push(after);
            }
        }
        if !goes_on {
            stops.push(marking);
        }
    }
    // What waits with some of its tokens there, and others that never come.
    let marked: BTreeSet<usize> =
        seen.iter().flat_map(|m| m.tokens().map(|(place, _)| place).collect::<Vec<_>>()).collect();
    let waits = |number: &usize| {
        let inputs = &net.transitions[*number].inputs;
        !happened.contains(number) && inputs.iter().any(|(place, _)| marked.contains(place))
    };
    if let Some(number) = (0..net.transitions.len()).find(waits) {
        let what = "waits for more than ever comes there together".to_owned();
        return (net.transitions[number].name.clone(), what);
    }
    let left = stops.iter().flat_map(|stop| stop.tokens().map(|(place, _)| place).collect::<Vec<_>>());
    match left.filter(|place| net.last.of(*place) == 0).min() {
        Some(place) => (net.places[place].name.clone(), "is where something is always left over".to_owned()),
        None => (net.name.clone(), "goes on for ever, or ends several times".to_owned()),
    }
}
