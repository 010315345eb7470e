//! A net as a flowchart: its visible transitions are the steps, a place with several ways in or out is a choice, a
//! transition with several is a parallel gateway. What only hands tokens on is not drawn.

use super::petri::Net;
use crate::model::flowchart::{Flowchart, Marks, Shape};
use std::collections::{BTreeMap, BTreeSet};

/// A vertex on the way to a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Vertex {
    Start,
    /// The beginning, where several places hold a token then.
    Fork,
    Place(usize),
    /// Before a visible transition that needs several tokens.
    Join(usize),
    Transition(usize),
    /// After a visible transition that makes several tokens.
    Split(usize),
    /// The end, where several places hold a token then.
    Meet,
    End,
}

/// See the module.
pub fn flowchart(net: &Net) -> Flowchart {
    let mut web = Web::default();
    arrows(net).into_iter().for_each(|(from, to)| web.add(from, to));
    // Whether an arrow can be contracted depends on how many others its ends have: only where these change it is looked
    // at again, the first in order always first.
    let mut left: Arrows = web.arrows().collect();
    while let Some(arrow) = left.pop_first() {
        if let Some((gone, kept)) = web.contraction(net, arrow) {
            web.contract(gone, kept, &mut left);
        }
    }
    let arrows: Arrows = web.arrows().collect();
    let shown: BTreeSet<Vertex> =
        arrows.iter().flat_map(|(from, to)| [*from, *to]).chain([Vertex::Start, Vertex::End]).collect();
    let numbers: BTreeMap<Vertex, usize> = shown.iter().copied().zip(0..).collect();
    Flowchart {
        shapes: shown.iter().map(|vertex| shape(net, *vertex)).collect(),
        arrows: arrows.iter().map(|(from, to)| (numbers[from], numbers[to])).collect(),
    }
}

type Arrows = BTreeSet<(Vertex, Vertex)>;

fn arrows(net: &Net) -> Arrows {
    let mut arrows = Arrows::new();
    let ends = |tokens: Vec<usize>, one: Vertex, several: Vertex| match tokens.len() {
        0 | 1 => (one, tokens),
        _ => (several, tokens),
    };
    let places = |marking: &super::petri::Marking| marking.tokens().map(|(place, _)| place).collect::<Vec<_>>();
    let (from, begin) = ends(places(&net.initial), Vertex::Start, Vertex::Fork);
    let (to, last) = ends(places(&net.last), Vertex::End, Vertex::Meet);
    if from == Vertex::Fork {
        arrows.insert((Vertex::Start, Vertex::Fork));
    }
    if to == Vertex::Meet {
        arrows.insert((Vertex::Meet, Vertex::End));
    }
    arrows.extend(begin.into_iter().map(|place| (from, Vertex::Place(place))));
    arrows.extend(last.into_iter().map(|place| (Vertex::Place(place), to)));
    for (at, transition) in net.transitions.iter().enumerate() {
        let own = Vertex::Transition(at);
        let visible = transition.label.is_some();
        let (enter, leave) = (
            if visible && transition.inputs.len() > 1 { Vertex::Join(at) } else { own },
            if visible && transition.outputs.len() > 1 { Vertex::Split(at) } else { own },
        );
        if enter != own {
            arrows.insert((enter, own));
        }
        if leave != own {
            arrows.insert((own, leave));
        }
        arrows.extend(transition.inputs.iter().map(|(place, _)| (Vertex::Place(*place), enter)));
        arrows.extend(transition.outputs.iter().map(|(place, _)| (leave, Vertex::Place(*place))));
    }
    arrows
}

/// The arrows, by where they begin and by where they end.
#[derive(Default)]
struct Web {
    out_of: BTreeMap<Vertex, BTreeSet<Vertex>>,
    into: BTreeMap<Vertex, BTreeSet<Vertex>>,
}

impl Web {
    fn add(&mut self, from: Vertex, to: Vertex) {
        self.out_of.entry(from).or_default().insert(to);
        self.into.entry(to).or_default().insert(from);
    }

    fn arrows(&self) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
        self.out_of.iter().flat_map(|(from, all)| all.iter().map(|to| (*from, *to)))
    }

    fn out(&self, vertex: Vertex) -> usize {
        self.out_of.get(&vertex).map_or(0, BTreeSet::len)
    }

    fn ins(&self, vertex: Vertex) -> usize {
        self.into.get(&vertex).map_or(0, BTreeSet::len)
    }

    /// The end of an arrow that need not be drawn, and the other one, which takes its arrows: one that only hands on, or
    /// the first of two choices in a row.
    fn contraction(&self, net: &Net, (from, to): (Vertex, Vertex)) -> Option<(Vertex, Vertex)> {
        // It may have gone with a contraction before.
        self.out_of.get(&from).filter(|all| all.contains(&to))?;
        let is_plain = |vertex: Vertex| match vertex {
            Vertex::Place(_) => true,
            Vertex::Transition(at) => net.transitions[at].label.is_none(),
            _ => false,
        };
        let hands_on = |vertex: Vertex| is_plain(vertex) && self.ins(vertex) <= 1 && self.out(vertex) <= 1;
        let is_choice = |vertex: Vertex| matches!(vertex, Vertex::Place(_));
        let alone = self.out(from) == 1 && self.ins(to) == 1;
        if hands_on(from) || (alone && is_choice(from) && is_choice(to)) {
            return Some((from, to));
        }
        hands_on(to).then_some((to, from))
    }

    /// Gives the arrows of one vertex to another; what has to be looked at again is added to `left`.
    fn contract(&mut self, gone: Vertex, kept: Vertex, left: &mut Arrows) {
        let (outward, inward) =
            (self.out_of.remove(&gone).unwrap_or_default(), self.into.remove(&gone).unwrap_or_default());
        for to in &outward {
            self.into.entry(*to).and_modify(|all| _ = all.remove(&gone));
        }
        for from in &inward {
            self.out_of.entry(*from).and_modify(|all| _ = all.remove(&gone));
        }
        let outward = outward.into_iter().map(|to| (kept, to));
        let moved = outward.chain(inward.into_iter().map(|from| (from, kept)));
        let moved: Vec<(Vertex, Vertex)> =
            moved.filter(|(from, to)| from != to && *from != gone && *to != gone).collect();
        for (from, to) in &moved {
            self.add(*from, *to);
        }
        let ends = moved.iter().flat_map(|(from, to)| [*from, *to]).chain([kept]);
        // Of a vertex with several arrows on one side, none of these becomes contractible by losing another one.
        for end in ends.collect::<BTreeSet<_>>() {
            let (outs, ins) = (self.out_of.get(&end), self.into.get(&end));
            left.extend(outs.filter(|all| all.len() == 1).into_iter().flatten().map(|to| (end, *to)));
            left.extend(ins.filter(|all| all.len() == 1).into_iter().flatten().map(|from| (*from, end)));
        }
        left.extend(moved);
    }
}

fn shape(net: &Net, vertex: Vertex) -> Shape {
    match vertex {
        Vertex::Start => Shape::Start,
        Vertex::End => Shape::End,
        Vertex::Place(_) => Shape::Choice,
        Vertex::Fork | Vertex::Meet | Vertex::Join(_) | Vertex::Split(_) => Shape::Parallel,
        Vertex::Transition(at) => match &net.transitions[at].label {
            Some(name) => Shape::Step { name: name.clone(), marks: Marks::default() },
            None => Shape::Parallel,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::net::Marking;

    fn told(net: &Net) -> Vec<String> {
        let chart = flowchart(net);
        let name = |at: usize| match &chart.shapes[at] {
            Shape::Start => "start".to_owned(),
            Shape::End => "end".to_owned(),
            Shape::Step { name, .. } => name.clone(),
            Shape::Choice => "x".to_owned(),
            Shape::Parallel => "+".to_owned(),
            Shape::Foreign { name, .. } => format!("!{name}"),
        };
        let mut told: Vec<String> =
            chart.arrows.iter().map(|(from, to)| format!("{}>{}", name(*from), name(*to))).collect();
        told.sort();
        told
    }

    #[test]
    fn places_and_silent_moves_that_hand_on_are_not_drawn() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..5).map(|n| net.place(format!("p{n}"))).collect();
        net.transition("A", Some("A".to_owned()), &[p[0]], &[p[1]]);
        net.silent("skip", &[p[1]], &[p[2]]);
        net.transition("B", Some("B".to_owned()), &[p[2]], &[p[3]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[3]));
        assert_eq!(told(&net), ["A>B", "B>end", "start>A"]);
    }

    #[test]
    fn a_step_that_may_be_left_out_hangs_on_choices() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..4).map(|n| net.place(format!("p{n}"))).collect();
        // A, then B or nothing, then C.
        net.transition("A", Some("A".to_owned()), &[p[0]], &[p[1]]);
        net.transition("B", Some("B".to_owned()), &[p[1]], &[p[2]]);
        net.silent("skip", &[p[1]], &[p[2]]);
        net.transition("C", Some("C".to_owned()), &[p[2]], &[p[3]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[3]));
        assert_eq!(told(&net), ["A>x", "B>x", "C>end", "start>A", "x>B", "x>C", "x>x"]);
    }

    #[test]
    fn choices_and_parallel_ways_have_gateways() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..6).map(|n| net.place(format!("p{n}"))).collect();
        // A or B, then C beside D.
        net.transition("A", Some("A".to_owned()), &[p[0]], &[p[1]]);
        net.transition("B", Some("B".to_owned()), &[p[0]], &[p[1]]);
        net.silent("fork", &[p[1]], &[p[2], p[3]]);
        net.transition("C", Some("C".to_owned()), &[p[2]], &[p[4]]);
        net.transition("D", Some("D".to_owned()), &[p[3]], &[p[5]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::from_iter([(p[4], 1), (p[5], 1)]));
        let expected = ["+>C", "+>D", "+>end", "A>x", "B>x", "C>+", "D>+", "start>x", "x>+", "x>A", "x>B"];
        assert_eq!(told(&net), expected);
    }

    #[test]
    fn a_long_row_is_drawn_at_once() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..5_001).map(|n| net.place(format!("p{n}"))).collect();
        for (at, pair) in p.windows(2).enumerate() {
            net.transition("t", Some(format!("A{at}")), &[pair[0]], &[pair[1]]);
        }
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[5_000]));
        let begun = std::time::Instant::now();
        let chart = flowchart(&net);
        assert_eq!((chart.shapes.len(), chart.arrows.len()), (5_002, 5_001));
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }
}
