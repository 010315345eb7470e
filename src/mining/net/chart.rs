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
    let mut arrows = arrows(net);
    while let Some((gone, kept)) = contraction(net, &arrows) {
        let renamed = |vertex: Vertex| if vertex == gone { kept } else { vertex };
        arrows = arrows.iter().map(|(a, b)| (renamed(*a), renamed(*b))).filter(|(a, b)| a != b).collect();
    }
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

/// A vertex that need not be drawn, and the neighbour that takes its arrows: one that only hands on, or the first of two
/// choices in a row.
fn contraction(net: &Net, arrows: &Arrows) -> Option<(Vertex, Vertex)> {
    let mut into: BTreeMap<Vertex, usize> = BTreeMap::new();
    let mut out_of: BTreeMap<Vertex, usize> = BTreeMap::new();
    for (from, to) in arrows {
        *out_of.entry(*from).or_default() += 1;
        *into.entry(*to).or_default() += 1;
    }
    let count = |of: &BTreeMap<Vertex, usize>, vertex: Vertex| of.get(&vertex).copied().unwrap_or_default();
    let is_plain = |vertex: Vertex| match vertex {
        Vertex::Place(_) => true,
        Vertex::Transition(at) => net.transitions[at].label.is_none(),
        _ => false,
    };
    let hands_on = |vertex: Vertex| is_plain(vertex) && count(&into, vertex) <= 1 && count(&out_of, vertex) <= 1;
    let is_choice = |vertex: Vertex| matches!(vertex, Vertex::Place(_));
    arrows.iter().find_map(|(from, to)| {
        let alone = count(&out_of, *from) == 1 && count(&into, *to) == 1;
        if hands_on(*from) || (alone && is_choice(*from) && is_choice(*to)) {
            return Some((*from, *to));
        }
        hands_on(*to).then_some((*to, *from))
    })
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
}
