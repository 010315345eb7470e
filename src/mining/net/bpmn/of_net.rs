//! A net as a drawing: steps are tasks, places with several arrows are exclusive gateways, transitions with several are
//! parallel ones. For a free-choice net (Desel, Esparza 1995), which all drawings with gateways are, the runs are the same;
//! others are refused, because a drawing of them would say something else.

use super::drawing::{Arrow, Drawing, Placed, Shape};
use crate::mining::net::{Marking, Net, NetError};
use std::collections::{BTreeMap, BTreeSet};

/// From one column to the next, and from one row to the next.
const STEP: (i32, i32) = (170, 110);
const MARGIN: i32 = 60;

/// The drawing of a net.
///
/// # Errors
/// `Element` with the place or transition that gateways cannot say.
pub fn of_net(net: &Net) -> Result<Drawing, NetError> {
    check(net)?;
    let mut graph = Graph::of(net);
    graph.contract();
    Ok(graph.drawing())
}

/// Gateways hand on one token at a time, and who chooses at one waits for nothing else.
fn check(net: &Net) -> Result<(), NetError> {
    let refused = |element: &str, what: &str| {
        Err(NetError::element(element, format!("{what}, which no BPMN diagram says; take the PNML instead")))
    };
    let mut takers = vec![Vec::new(); net.places.len()];
    for (at, transition) in net.transitions.iter().enumerate() {
        if transition.inputs.iter().chain(&transition.outputs).any(|(_, tokens)| *tokens != 1) {
            return refused(&transition.name, "moves several tokens at once");
        }
        transition.inputs.iter().for_each(|(place, _)| takers[*place].push(at));
    }
    for (place, takers) in takers.iter().enumerate() {
        let differs = |at: &&usize| net.transitions[**at].inputs != net.transitions[takers[0]].inputs;
        if let Some(at) = takers.iter().find(differs) {
            return refused(&net.transitions[*at].name, "is chosen between and waits for something else besides");
        }
        let is_shared = net.last.of(place) > 0 && net.last.tokens().count() > 1 && !takers.is_empty();
        if is_shared {
            return refused(&net.places[place].name, "goes on, and is one of several places in which a run ends");
        }
    }
    for marking in [&net.initial, &net.last] {
        if let Some((place, _)) = marking.tokens().find(|(_, tokens)| *tokens != 1) {
            return refused(&net.places[place].name, "has several tokens at once");
        }
    }
    Ok(())
}

#[derive(Default)]
struct Graph {
    /// Nothing stands for what only passes on.
    shapes: Vec<Option<Shape>>,
    arrows: BTreeSet<(usize, usize)>,
    /// The same from where they lead to.
    back: BTreeSet<(usize, usize)>,
    alive: Vec<bool>,
}

impl Graph {
    fn add(&mut self, shape: Option<Shape>) -> usize {
        self.shapes.push(shape);
        self.alive.push(true);
        self.shapes.len() - 1
    }

    fn join(&mut self, from: usize, to: usize) {
        self.arrows.insert((from, to));
        self.back.insert((to, from));
    }

    fn part(&mut self, from: usize, to: usize) {
        self.arrows.remove(&(from, to));
        self.back.remove(&(to, from));
    }

    /// The start or the end, with a gateway where it is in several places at once.
    fn border(&mut self, shape: Shape, marking: &Marking) -> usize {
        let is_start = shape == Shape::Start;
        let border = self.add(Some(shape));
        if marking.tokens().count() < 2 {
            return border;
        }
        let gate = self.add(Some(Shape::Parallel));
        let (from, to) = if is_start { (border, gate) } else { (gate, border) };
        self.join(from, to);
        gate
    }

    fn of(net: &Net) -> Self {
        let mut graph = Self::default();
        let places: Vec<usize> = net.places.iter().map(|_| graph.add(Some(Shape::Exclusive))).collect();
        let start = graph.border(Shape::Start, &net.initial);
        net.initial.tokens().for_each(|(place, _)| graph.join(start, places[place]));
        let end = graph.border(Shape::End, &net.last);
        net.last.tokens().for_each(|(place, _)| graph.join(places[place], end));
        for transition in &net.transitions {
            let gate = |ends: &[(usize, u32)]| (ends.len() > 1).then_some(Shape::Parallel);
            let into = graph.add(gate(&transition.inputs));
            let mut last = into;
            if let Some(label) = &transition.label {
                let task = graph.add(Some(Shape::Task(label.clone())));
                graph.join(last, task);
                last = task;
            }
            let out_of = graph.add(gate(&transition.outputs));
            graph.join(last, out_of);
            transition.inputs.iter().for_each(|(place, _)| graph.join(places[*place], into));
            transition.outputs.iter().for_each(|(place, _)| graph.join(out_of, places[*place]));
        }
        graph
    }

    fn sources(&self, node: usize) -> Vec<usize> {
        self.back.range((node, 0)..=(node, usize::MAX)).map(|(_, from)| *from).collect()
    }

    fn targets(&self, node: usize) -> Vec<usize> {
        self.arrows.range((node, 0)..=(node, usize::MAX)).map(|(_, to)| *to).collect()
    }

    /// What a node hands on between, if it has one arrow in and one out and decides nothing.
    fn passed(&self, node: usize) -> Option<(usize, usize)> {
        let is_gate = !matches!(self.shapes[node], Some(Shape::Task(_) | Shape::Start | Shape::End));
        let (sources, targets) = (self.sources(node), self.targets(node));
        let ([from], [to]) = (sources.as_slice(), targets.as_slice()) else { return None };
        // Two arrows between the same shapes would be one: a gateway that may be passed by stays.
        let is_new = from != to && *from != node && !self.arrows.contains(&(*from, *to));
        (self.alive[node] && is_gate && is_new).then_some((*from, *to))
    }

    /// Takes away what only hands on.
    fn contract(&mut self) {
        // Where an arrow goes, its neighbours may hand on only, too.
        let mut waiting: BTreeSet<usize> = (0..self.shapes.len()).collect();
        while let Some(node) = waiting.pop_first() {
            let Some((from, to)) = self.passed(node) else { continue };
            self.part(from, node);
            self.part(node, to);
            self.join(from, to);
            self.alive[node] = false;
            waiting.extend([from, to]);
        }
        for (node, shape) in self.shapes.iter_mut().enumerate() {
            // What decides nothing and has to stay, because both its sides have another way, too.
            if self.alive[node] && shape.is_none() {
                *shape = Some(Shape::Exclusive);
            }
        }
    }

    /// Columns by the longest way from the start that goes round no circle.
    fn columns(&self) -> Vec<usize> {
        let mut column = vec![0; self.shapes.len()];
        let mut state = vec![0u8; self.shapes.len()];
        let mut order = Vec::new();
        let mut back = BTreeSet::new();
        for root in (0..self.shapes.len()).filter(|node| self.alive[*node]) {
            let is_root = self.sources(root).is_empty();
            if !is_root || state[root] != 0 {
                continue;
            }
            let mut waiting = vec![(root, self.targets(root), 0)];
            state[root] = 1;
            while let Some((node, next, at)) = waiting.last_mut() {
                let Some(to) = next.get(*at).copied() else {
                    order.push(*node);
                    state[*node] = 2;
                    waiting.pop();
                    continue;
                };
                *at += 1;
                match state[to] {
                    0 => {
                        state[to] = 1;
                        waiting.push((to, self.targets(to), 0));
                    }
                    1 => _ = back.insert((*node, to)),
                    _ => {}
                }
            }
        }
        for node in order.into_iter().rev() {
            for to in self.targets(node).into_iter().filter(|to| !back.contains(&(node, *to))) {
                column[to] = column[to].max(column[node] + 1);
            }
        }
        column
    }

    fn drawing(&self) -> Drawing {
        let columns = self.columns();
        let mut rows: BTreeMap<usize, i32> = BTreeMap::new();
        let mut drawing = Drawing::default();
        let mut places = BTreeMap::new();
        let mut nodes: Vec<usize> = (0..self.shapes.len()).filter(|node| self.alive[*node]).collect();
        nodes.sort_by_key(|node| (columns[*node], *node));
        for node in nodes {
            let Some(shape) = self.shapes[node].clone() else { continue };
            let row = rows.entry(columns[node]).or_default();
            let x = MARGIN + columns[node] as i32 * STEP.0 + (100 - shape.size().0) / 2;
            let middle = MARGIN + 40 + *row * STEP.1;
            *row += 1;
            places.insert(node, drawing.shapes.len());
            drawing.shapes.push(Placed { shape, x, middle });
        }
        let lowest = rows.values().copied().max().unwrap_or_default();
        let below = MARGIN + 40 + lowest * STEP.1;
        for (number, (from, to)) in self.arrows.iter().enumerate() {
            let (Some(from), Some(to)) = (places.get(from), places.get(to)) else { continue };
            let (a, b) = (&drawing.shapes[*from], &drawing.shapes[*to]);
            let (begin, end) = ((a.x + a.shape.size().0, a.middle), (b.x, b.middle));
            let points = if end.0 > begin.0 {
                let turn = end.0 - 20;
                let mut points = vec![begin, (turn, begin.1), (turn, end.1), end];
                points.dedup();
                if begin.1 == end.1 { vec![begin, end] } else { points }
            } else {
                // Back below everything, each on a line of its own.
                let line = below + 10 * (number as i32 % 12);
                vec![begin, (begin.0 + 15, begin.1), (begin.0 + 15, line), (end.0 - 15, line), (end.0 - 15, end.1), end]
            };
            drawing.arrows.push(Arrow { from: *from, to: *to, points });
        }
        drawing
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Diagram, write};
    use super::*;
    use crate::mining::align::{Limits, Question, align};
    use crate::mining::official::{compile, read};

    /// Costs of all paths up to some length are the same before and after.
    #[test]
    fn a_net_and_its_drawing_have_the_same_runs() {
        let paths = [
            "[a, b]",
            "[{xor: [a, [b, c]]}, d]",
            "[{par: [[a, b], [c]]}, {opt: d}]",
            "[{loop: {body: [a], back: [b]}}, {opt: c}, d]",
            "[{loop: {body: [{par: [[a], [{opt: b}]]}]}}, {xor: [[c], [d]]}]",
        ];
        let activities = ["a", "b", "c", "d"];
        let mut all: Vec<Vec<i32>> = vec![Vec::new()];
        for length in 0..4 {
            let longest: Vec<Vec<i32>> = all.iter().filter(|path| path.len() == length).cloned().collect();
            all.extend(longest.iter().flat_map(|path| (0..4).map(|next| [path.as_slice(), &[next]].concat())));
        }
        let costs = |net: &Net| -> Vec<_> {
            let question = Question { net, activities: &activities, paths: &all, finished: true };
            align(&question, &Limits::default()).unwrap().outcomes.iter().map(|outcome| outcome.bounds()).collect()
        };
        for path in paths {
            let text = format!(
                "steps: {{a: {{}}, b: {{}}, c: {{}}, d: {{}}}}\ncase: {{cancel: [a, b, c, d]}}\npath: {path}\n"
            );
            let (_, definition) = read("f.yaml", &text).unwrap();
            let net = compile(&definition).unwrap().unwrap().net("f");
            let drawn = write("f", &of_net(&net).unwrap());
            let (again, remarks) = Diagram::read(&drawn).unwrap().net(&|_| false).unwrap();
            assert_eq!(remarks, [], "{path}");
            assert_eq!(costs(&net), costs(&again), "{path}\n{drawn}");
        }
    }

    #[test]
    fn what_gateways_cannot_say_is_refused() {
        let net = |change: &dyn Fn(&mut Net, &[usize])| {
            let mut net = Net::default();
            let p: Vec<usize> = (0..4).map(|n| net.place(format!("p{n}"))).collect();
            net.transition("a", Some("a".to_owned()), &[p[0]], &[p[1]]);
            net.transition("b", Some("b".to_owned()), &[p[1]], &[p[3]]);
            (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[3]));
            change(&mut net, &p);
            of_net(&net).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(net(&|_, _| {}), Ok(()));
        let begins = |found: Result<(), String>, words: &str| {
            assert!(found.as_ref().is_err_and(|error| error.starts_with(words)), "{found:?}");
        };
        begins(net(&|net, _| net.transitions[0].outputs[0].1 = 2), "`a` moves several tokens");
        begins(net(&|net, p| _ = net.transition("c", None, &[p[1], p[2]], &[p[3]])), "`c` is chosen between and waits");
        begins(net(&|net, p| net.initial = [(p[0], 2)].into_iter().collect()), "`p0` has several tokens");
        begins(net(&|net, p| net.last = [(p[1], 1), (p[3], 1)].into_iter().collect()), "`p1` goes on");
    }

    #[test]
    fn a_run_that_begins_and_ends_in_several_places_forks_and_joins() {
        let mut net = Net::default();
        let p: Vec<usize> = (0..4).map(|n| net.place(format!("p{n}"))).collect();
        net.transition("a", Some("a".to_owned()), &[p[0]], &[p[1]]);
        net.transition("b", Some("b".to_owned()), &[p[2]], &[p[3]]);
        net.initial = [(p[0], 1), (p[2], 1)].into_iter().collect();
        net.last = [(p[1], 1), (p[3], 1)].into_iter().collect();
        let (again, _) = Diagram::read(&write("f", &of_net(&net).unwrap())).unwrap().net(&|_| false).unwrap();
        let paths = [vec![0, 1], vec![1, 0], vec![0], vec![]];
        let costs = |net: &Net| -> Vec<_> {
            let question = Question { net, activities: &["a", "b"], paths: &paths, finished: true };
            align(&question, &Limits::default()).unwrap().outcomes.iter().map(|outcome| outcome.bounds()).collect()
        };
        assert_eq!(costs(&again), costs(&net));
    }
}
