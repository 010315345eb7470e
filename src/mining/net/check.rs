//! What makes a drawing no workflow net (van der Aalst 1998): parts that nothing leads to, or that lead nowhere. Whether
//! a run can always be completed is a question about its markings, which alignments answer as they go.

use super::{Net, Remark};
use std::collections::BTreeSet;

/// The faults of a net's drawing, each with its element. None means: every step and place lies on a way from the
/// beginning to the end.
pub fn faults(net: &Net) -> Vec<Remark> {
    let mut faults = Vec::new();
    let mut say = |element: &str, what: &str| faults.push(Remark::new(element, what));
    let (forward, backward) = (reached(net, Way::Forward), reached(net, Way::Backward));
    for (number, transition) in net.transitions.iter().enumerate() {
        if transition.inputs.is_empty() {
            say(&transition.name, "can happen at any time: nothing leads to it");
        } else if !forward.transitions.contains(&number) {
            say(&transition.name, "can never happen: no way leads to it from the beginning");
        } else if !backward.transitions.contains(&number) && !net.last.is_empty() {
            say(&transition.name, "leads nowhere: no way goes from it to the end");
        }
    }
    for (number, place) in net.places.iter().enumerate() {
        let (before, after) = (forward.places.contains(&number), backward.places.contains(&number));
        if before && !after && !net.last.is_empty() {
            say(&place.name, "keeps its tokens: no way goes from it to the end");
        }
    }
    faults
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

#[derive(Default)]
struct Reached {
    places: BTreeSet<usize>,
    transitions: BTreeSet<usize>,
}

/// What has a way from the initial marking, or to the final one; tokens that are missing elsewhere do not count here.
fn reached(net: &Net, way: Way) -> Reached {
    let start = if way == Way::Forward { &net.initial } else { &net.last };
    let mut reached =
        Reached { places: start.tokens().map(|(place, _)| place).collect(), transitions: BTreeSet::new() };
    loop {
        let before = reached.transitions.len();
        for (number, transition) in net.transitions.iter().enumerate() {
            let (from, to) = match way {
                Way::Forward => (&transition.inputs, &transition.outputs),
                Way::Backward => (&transition.outputs, &transition.inputs),
            };
            // Forward, a step needs all its inputs; backward, one output that leads to the end is enough.
            let is_reached = match way {
                Way::Forward => from.iter().all(|(place, _)| reached.places.contains(place)),
                Way::Backward => from.iter().any(|(place, _)| reached.places.contains(place)),
            };
            if is_reached && reached.transitions.insert(number) {
                reached.places.extend(to.iter().map(|(place, _)| *place));
            }
        }
        if reached.transitions.len() == before {
            return reached;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::net::Marking;

    fn step(net: &mut Net, name: &str, inputs: &[usize], outputs: &[usize]) {
        net.transition(name, Some(name.to_owned()), inputs, outputs);
    }

    #[test]
    fn every_fault_names_its_element() {
        let mut net = Net::default();
        let places: Vec<usize> = ["in", "out", "lost", "deaf"].iter().map(|name| net.place(*name)).collect();
        step(&mut net, "A", &[places[0]], &[places[1]]);
        step(&mut net, "never", &[places[3]], &[places[1]]);
        step(&mut net, "astray", &[places[0]], &[places[2]]);
        step(&mut net, "always", &[], &[places[1]]);
        net.initial = Marking::one(places[0]);
        net.last = Marking::one(places[1]);
        let found: Vec<String> = faults(&net).into_iter().map(|f| format!("{} {}", f.element, f.what)).collect();
        assert_eq!(
            found,
            [
                "never can never happen: no way leads to it from the beginning",
                "astray leads nowhere: no way goes from it to the end",
                "always can happen at any time: nothing leads to it",
                "lost keeps its tokens: no way goes from it to the end",
            ]
        );
    }
}
