//! A net as a drawing: steps are tasks, places with several arrows are exclusive gateways, transitions with several are
//! parallel ones. For a free-choice net (Desel, Esparza 1995), which all drawings with gateways are, the runs are the same.

use super::drawing::{Arrow, Drawing, Placed, Shape};
use crate::mining::net::Net;
use std::collections::{BTreeMap, BTreeSet};

/// From one column to the next, and from one row to the next.
const STEP: (i32, i32) = (170, 110);
const MARGIN: i32 = 60;

/// The drawing of a net.
pub fn of_net(net: &Net) -> Drawing {
    let mut graph = Graph::of(net);
    graph.contract();
    graph.drawing()
}

#[derive(Default)]
struct Graph {
    /// Nothing stands for what only passes on.
    shapes: Vec<Option<Shape>>,
    arrows: BTreeSet<(usize, usize)>,
    alive: Vec<bool>,
}

impl Graph {
    fn add(&mut self, shape: Option<Shape>) -> usize {
        self.shapes.push(shape);
        self.alive.push(true);
        self.shapes.len() - 1
    }

    fn of(net: &Net) -> Self {
        let mut graph = Self::default();
        let places: Vec<usize> = net.places.iter().map(|_| graph.add(Some(Shape::Exclusive))).collect();
        for (place, _) in net.initial.tokens() {
            let start = graph.add(Some(Shape::Start));
            graph.arrows.insert((start, places[place]));
        }
        for (place, _) in net.last.tokens() {
            let end = graph.add(Some(Shape::End));
            graph.arrows.insert((places[place], end));
        }
        for transition in &net.transitions {
            let gate = |ends: &[(usize, u32)]| (ends.len() > 1).then_some(Shape::Parallel);
            let into = graph.add(gate(&transition.inputs));
            let mut last = into;
            if let Some(label) = &transition.label {
                let task = graph.add(Some(Shape::Task(label.clone())));
                graph.arrows.insert((last, task));
                last = task;
            }
            let out_of = graph.add(gate(&transition.outputs));
            graph.arrows.insert((last, out_of));
            graph.arrows.extend(transition.inputs.iter().map(|(place, _)| (places[*place], into)));
            graph.arrows.extend(transition.outputs.iter().map(|(place, _)| (out_of, places[*place])));
        }
        graph
    }

    fn sources(&self, node: usize) -> Vec<usize> {
        self.arrows.iter().filter(|(_, to)| *to == node).map(|(from, _)| *from).collect()
    }

    fn targets(&self, node: usize) -> Vec<usize> {
        self.arrows.range((node, 0)..=(node, usize::MAX)).map(|(_, to)| *to).collect()
    }

    /// Takes away what has one arrow in and one out and decides nothing.
    fn contract(&mut self) {
        loop {
            let passes = |node: &usize| {
                let is_gate = !matches!(self.shapes[*node], Some(Shape::Task(_) | Shape::Start | Shape::End));
                let (into, out) = (self.sources(*node), self.targets(*node));
                // Two arrows between the same shapes would be one: a gateway that may be passed by stays.
                let is_new = into.len() == 1 && out.len() == 1 && !self.arrows.contains(&(into[0], out[0]));
                self.alive[*node] && is_gate && is_new && into[0] != *node && into[0] != out[0]
            };
            let Some(node) = (0..self.shapes.len()).find(passes) else { break };
            let (from, to) = (self.sources(node)[0], self.targets(node)[0]);
            self.arrows.retain(|(a, b)| *a != node && *b != node);
            self.arrows.insert((from, to));
            self.alive[node] = false;
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
            let drawn = write("f", &of_net(&net));
            let (again, remarks) = Diagram::read(&drawn).unwrap().net(&|_| false).unwrap();
            assert_eq!(remarks, [], "{path}");
            assert_eq!(costs(&net), costs(&again), "{path}\n{drawn}");
        }
    }
}
