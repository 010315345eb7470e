//! A smaller net with the same recorded runs: silent transitions that decide nothing are merged away (Murata 1989,
//! fusion of series places and transitions). Everything that walks a net is faster for it.

use super::{Marking, Net, Transition};
use std::collections::BTreeMap;

/// The net without silent moves that decide nothing. Steps with a label keep their order.
pub fn reduce(net: &Net) -> Net {
    let mut work = Work::of(net);
    // Each of them may make work for the others.
    while work.drop_idle() | work.fuse_places() | work.fuse_into_neighbour() {}
    work.rebuild(net)
}

struct Work {
    transitions: Vec<Transition>,
    initial: Marking,
    last: Marking,
}

impl Work {
    fn of(net: &Net) -> Self {
        Self { transitions: net.transitions.clone(), initial: net.initial.clone(), last: net.last.clone() }
    }

    /// Silent transitions that move nothing, or the same as another.
    fn drop_idle(&mut self) -> bool {
        let before = self.transitions.len();
        self.transitions.retain(|t| t.label.is_some() || t.inputs != t.outputs);
        let mut seen = std::collections::BTreeSet::new();
        self.transitions.retain(|t| t.label.is_some() || seen.insert((t.inputs.clone(), t.outputs.clone())));
        self.transitions.len() < before
    }

    fn producers(&self, place: usize) -> Vec<usize> {
        let puts = |t: &Transition| t.outputs.iter().any(|(p, _)| *p == place);
        (0..self.transitions.len()).filter(|at| puts(&self.transitions[*at])).collect()
    }

    fn consumers(&self, place: usize) -> Vec<usize> {
        let takes = |t: &Transition| t.inputs.iter().any(|(p, _)| *p == place);
        (0..self.transitions.len()).filter(|at| takes(&self.transitions[*at])).collect()
    }

    /// A silent move from one place to another is no choice where it is the only way on from the first, the only way
    /// into the second, or where there is a silent move back: both are one place then.
    fn fuse_places(&mut self) -> bool {
        let mut has_fused = false;
        for at in 0..self.transitions.len() {
            let t = &self.transitions[at];
            let (None, [(from, 1)], [(to, 1)]) = (&t.label, t.inputs.as_slice(), t.outputs.as_slice()) else {
                continue;
            };
            let (from, to) = (*from, *to);
            let only_way_on = self.consumers(from) == [at];
            let only_way_in = self.producers(to) == [at] && self.initial.of(to) == 0;
            let back = self
                .transitions
                .iter()
                .any(|t| t.label.is_none() && t.inputs.as_slice() == [(to, 1)] && t.outputs.as_slice() == [(from, 1)]);
            // A run may not be complete with a token left that has yet to move.
            if from != to && (back || (self.last.of(from) == 0 && (only_way_on || only_way_in))) {
                // The move itself now leads from a place to itself, and is dropped next.
                self.merge(from, to);
                has_fused = true;
            }
        }
        has_fused
    }

    fn merge(&mut self, from: usize, to: usize) {
        let moved = |arcs: &Vec<(usize, u32)>| {
            let arcs = arcs.iter().map(|(place, n)| (if *place == from { to } else { *place }, *n));
            arcs.collect::<Marking>().tokens().collect::<Vec<_>>()
        };
        for transition in &mut self.transitions {
            transition.inputs = moved(&transition.inputs);
            transition.outputs = moved(&transition.outputs);
        }
        let place = |marking: &Marking| marking.tokens().map(|(p, n)| (if p == from { to } else { p }, n)).collect();
        self.initial = place(&self.initial);
        self.last = place(&self.last);
    }

    /// A silent split right behind a transition, or a silent join right before one, becomes part of it.
    fn fuse_into_neighbour(&mut self) -> bool {
        let before = self.transitions.len();
        let mut at = 0;
        while let Some(t) = self.transitions.get(at) {
            at += 1;
            if t.label.is_some() {
                continue;
            }
            let (at, (inputs, outputs)) = (at - 1, (t.inputs.clone(), t.outputs.clone()));
            if let [(place, 1)] = inputs.as_slice()
                && let Some(before) = self.lonely_link(*place, at, true)
            {
                let neighbour = &mut self.transitions[before];
                neighbour.outputs = joined(&neighbour.outputs, *place, &outputs);
                self.transitions.remove(at);
                continue;
            }
            if let [(place, 1)] = outputs.as_slice()
                && let Some(after) = self.lonely_link(*place, at, false)
            {
                let neighbour = &mut self.transitions[after];
                neighbour.inputs = joined(&neighbour.inputs, *place, &inputs);
                self.transitions.remove(at);
            }
        }
        self.transitions.len() < before
    }

    /// The one transition on the other side of a place that has nothing else around it.
    fn lonely_link(&self, place: usize, at: usize, before: bool) -> Option<usize> {
        let (producers, consumers) = (self.producers(place), self.consumers(place));
        let free = self.initial.of(place) == 0 && self.last.of(place) == 0;
        let ([producer], [consumer]) = (producers.as_slice(), consumers.as_slice()) else { return None };
        let (own, other) = if before { (*consumer, *producer) } else { (*producer, *consumer) };
        let arcs = |t: usize, outputs: bool| {
            if outputs { &self.transitions[t].outputs } else { &self.transitions[t].inputs }
        };
        let single = arcs(other, before).contains(&(place, 1));
        (free && own == at && other != at && single).then_some(other)
    }

    fn rebuild(self, net: &Net) -> Net {
        let mut reduced = Net { name: net.name.clone(), ..Net::default() };
        let mut numbers = BTreeMap::new();
        let mut number = |reduced: &mut Net, place: usize| {
            *numbers.entry(place).or_insert_with(|| reduced.place(net.places[place].name.clone()))
        };
        for transition in self.transitions {
            let mut arcs = |arcs: Vec<(usize, u32)>| {
                let arcs = arcs.into_iter().map(|(place, n)| (number(&mut reduced, place), n));
                arcs.collect::<Marking>().tokens().collect()
            };
            let (inputs, outputs) = (arcs(transition.inputs), arcs(transition.outputs));
            reduced.transitions.push(Transition { inputs, outputs, ..transition });
        }
        reduced.initial = self.initial.tokens().map(|(place, n)| (number(&mut reduced, place), n)).collect();
        reduced.last = self.last.tokens().map(|(place, n)| (number(&mut reduced, place), n)).collect();
        reduced
    }
}

fn joined(arcs: &[(usize, u32)], without: usize, with: &[(usize, u32)]) -> Vec<(usize, u32)> {
    let kept = arcs.iter().filter(|(place, _)| *place != without);
    kept.chain(with).copied().collect::<Marking>().tokens().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_between_two_steps_needs_no_silent_move() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..6).map(|n| net.place(format!("p{n}"))).collect();
        net.silent("start", &[p[0]], &[p[1]]);
        net.silent("left", &[p[1]], &[p[2]]);
        net.silent("right", &[p[1]], &[p[3]]);
        net.transition("A", Some("A".to_owned()), &[p[2]], &[p[4]]);
        net.transition("B", Some("B".to_owned()), &[p[3]], &[p[4]]);
        net.silent("end", &[p[4]], &[p[5]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[5]));
        let reduced = reduce(&net);
        assert_eq!((reduced.places.len(), reduced.transitions.len()), (2, 2));
    }

    #[test]
    fn a_step_that_may_be_left_out_keeps_its_silent_way() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..3).map(|n| net.place(format!("p{n}"))).collect();
        net.transition("A", Some("A".to_owned()), &[p[0]], &[p[1]]);
        net.silent("skip", &[p[0]], &[p[1]]);
        net.transition("B", Some("B".to_owned()), &[p[1]], &[p[2]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[2]));
        assert_eq!(reduce(&net), net);
    }

    #[test]
    fn splits_and_joins_become_part_of_steps() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..8).map(|n| net.place(format!("p{n}"))).collect();
        net.transition("A", Some("A".to_owned()), &[p[0]], &[p[1]]);
        net.silent("split", &[p[1]], &[p[2], p[3]]);
        net.transition("B", Some("B".to_owned()), &[p[2]], &[p[4]]);
        net.transition("C", Some("C".to_owned()), &[p[3]], &[p[5]]);
        net.silent("join", &[p[4], p[5]], &[p[6]]);
        net.transition("D", Some("D".to_owned()), &[p[6]], &[p[7]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[7]));
        let reduced = reduce(&net);
        assert_eq!((reduced.places.len(), reduced.transitions.len()), (6, 4));
    }
}
