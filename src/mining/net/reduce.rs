//! A smaller net with the same recorded runs: silent transitions that decide nothing are merged away (Murata 1989,
//! fusion of series places and transitions). Everything that walks a net is faster for it.

use super::{Marking, Net, Transition};
use std::collections::{BTreeMap, BTreeSet};

/// Places with the tokens that move there or away.
type Arcs = Vec<(usize, u32)>;

/// The net without silent moves that decide nothing. Steps with a label keep their order.
pub fn reduce(net: &Net) -> Net {
    let mut work = Work::of(net);
    // Each of them may make work for the others.
    while work.drop_idle() | work.fuse_places() | work.fuse_into_neighbour() {}
    work.rebuild(net)
}

struct Work {
    /// Nothing where one was merged away.
    transitions: Vec<Option<Transition>>,
    /// By place, the transitions that take from it, so that nobody has to look through all of them.
    takers: Vec<BTreeSet<usize>>,
    /// By place, those that put into it.
    givers: Vec<BTreeSet<usize>>,
    initial: Marking,
    last: Marking,
}

impl Work {
    fn of(net: &Net) -> Self {
        let places = net.places.len();
        let mut work = Self {
            transitions: vec![None; net.transitions.len()],
            takers: vec![BTreeSet::new(); places],
            givers: vec![BTreeSet::new(); places],
            initial: net.initial.clone(),
            last: net.last.clone(),
        };
        for (at, transition) in net.transitions.iter().enumerate() {
            work.put(at, transition.clone());
        }
        work
    }

    fn put(&mut self, at: usize, transition: Transition) {
        for (place, _) in &transition.inputs {
            self.takers[*place].insert(at);
        }
        for (place, _) in &transition.outputs {
            self.givers[*place].insert(at);
        }
        self.transitions[at] = Some(transition);
    }

    fn take(&mut self, at: usize) -> Option<Transition> {
        let transition = self.transitions[at].take()?;
        for (place, _) in &transition.inputs {
            self.takers[*place].remove(&at);
        }
        for (place, _) in &transition.outputs {
            self.givers[*place].remove(&at);
        }
        Some(transition)
    }

    /// The arcs of a transition, if it is there and silent.
    fn silent(&self, at: usize) -> Option<(&Arcs, &Arcs)> {
        let transition = self.transitions[at].as_ref().filter(|t| t.label.is_none())?;
        Some((&transition.inputs, &transition.outputs))
    }

    /// Silent transitions that move nothing, or the same as another.
    fn drop_idle(&mut self) -> bool {
        let mut seen = BTreeSet::new();
        let mut idle = Vec::new();
        for at in 0..self.transitions.len() {
            let Some((inputs, outputs)) = self.silent(at) else { continue };
            if inputs == outputs || !seen.insert((inputs.clone(), outputs.clone())) {
                idle.push(at);
            }
        }
        idle.iter().for_each(|at| _ = self.take(*at));
        !idle.is_empty()
    }

    /// A silent move from one place to another is no choice where it is the only way on from the first, the only way
    /// into the second, or where there is a silent move back: both are one place then.
    fn fuse_places(&mut self) -> bool {
        let mut has_fused = false;
        for at in 0..self.transitions.len() {
            let Some(([(from, 1)], [(to, 1)])) = self.silent(at).map(|(a, b)| (a.as_slice(), b.as_slice())) else {
                continue;
            };
            let (from, to) = (*from, *to);
            let only_way_on = self.takers[from].len() == 1;
            let only_way_in = self.givers[to].len() == 1 && self.initial.of(to) == 0;
            let is_back = |at: &usize| {
                self.silent(*at)
                    .is_some_and(|(ins, outs)| ins.as_slice() == [(to, 1)] && outs.as_slice() == [(from, 1)])
            };
            // A run may not be complete with a token left that has yet to move.
            let is_one = || {
                (self.last.of(from) == 0 && (only_way_on || only_way_in))
                    || self.takers[to].intersection(&self.givers[from]).any(is_back)
            };
            if from != to && is_one() {
                // The move itself would lead from a place to itself; left there, long rows of them would be looked at
                // again with every merge.
                self.take(at);
                self.merge(from, to);
                has_fused = true;
            }
        }
        has_fused
    }

    fn merge(&mut self, from: usize, to: usize) {
        let moved = |arcs: Arcs| {
            let arcs = arcs.into_iter().map(|(place, n)| (if place == from { to } else { place }, n));
            arcs.collect::<Marking>().tokens().collect::<Arcs>()
        };
        let touched: Vec<usize> = self.takers[from].union(&self.givers[from]).copied().collect();
        for at in touched {
            if let Some(transition) = self.take(at) {
                let (inputs, outputs) = (moved(transition.inputs), moved(transition.outputs));
                self.put(at, Transition { inputs, outputs, ..transition });
            }
        }
        let place = |marking: &Marking| marking.tokens().map(|(p, n)| (if p == from { to } else { p }, n)).collect();
        self.initial = place(&self.initial);
        self.last = place(&self.last);
    }

    /// A silent split right behind a transition, or a silent join right before one, becomes part of it.
    fn fuse_into_neighbour(&mut self) -> bool {
        let mut has_fused = false;
        for at in 0..self.transitions.len() {
            let Some((inputs, outputs)) = self.silent(at).map(|(a, b)| (a.clone(), b.clone())) else { continue };
            if let [(place, 1)] = inputs.as_slice()
                && let Some(before) = self.lonely_link(*place, at, true)
            {
                self.absorb(at, before, |t| t.outputs = joined(&t.outputs, *place, &outputs));
                has_fused = true;
            } else if let [(place, 1)] = outputs.as_slice()
                && let Some(after) = self.lonely_link(*place, at, false)
            {
                self.absorb(at, after, |t| t.inputs = joined(&t.inputs, *place, &inputs));
                has_fused = true;
            }
        }
        has_fused
    }

    fn absorb(&mut self, gone: usize, kept: usize, change: impl Fn(&mut Transition)) {
        self.take(gone);
        if let Some(mut transition) = self.take(kept) {
            change(&mut transition);
            self.put(kept, transition);
        }
    }

    /// The one transition on the other side of a place that has nothing else around it.
    fn lonely_link(&self, place: usize, at: usize, before: bool) -> Option<usize> {
        let free = self.initial.of(place) == 0 && self.last.of(place) == 0;
        let only = |around: &BTreeSet<usize>| around.first().copied().filter(|_| around.len() == 1);
        let (producer, consumer) = (only(&self.givers[place])?, only(&self.takers[place])?);
        let (own, other) = if before { (consumer, producer) } else { (producer, consumer) };
        let neighbour = self.transitions[other].as_ref()?;
        let arcs = if before { &neighbour.outputs } else { &neighbour.inputs };
        (free && own == at && other != at && arcs.contains(&(place, 1))).then_some(other)
    }

    fn rebuild(self, net: &Net) -> Net {
        let mut reduced = Net { name: net.name.clone(), ..Net::default() };
        let mut numbers = BTreeMap::new();
        let mut number = |reduced: &mut Net, place: usize| {
            *numbers.entry(place).or_insert_with(|| reduced.place(net.places[place].name.clone()))
        };
        for transition in self.transitions.into_iter().flatten() {
            let mut arcs = |arcs: Arcs| {
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

fn joined(arcs: &[(usize, u32)], without: usize, with: &[(usize, u32)]) -> Arcs {
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

    #[test]
    fn a_long_row_of_silent_moves_is_gone() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..20_001).map(|n| net.place(format!("p{n}"))).collect();
        for (at, pair) in p.windows(2).enumerate() {
            let label = (at == 10_000).then(|| "A".to_owned());
            net.transition("t", label, &[pair[0]], &[pair[1]]);
        }
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[20_000]));
        let reduced = reduce(&net);
        assert_eq!((reduced.places.len(), reduced.transitions.len()), (2, 1));
    }
}
