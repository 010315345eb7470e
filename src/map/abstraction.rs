//! How much of a process is drawn: the activities slider, the paths slider and the step-by-step view of variants.
//!
//! Whatever is kept is connected: from START to END through every activity that is shown.

use super::graph::{END, Graph, START};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// More is never drawn: nobody could read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Activities.
    pub nodes: usize,
    /// Paths.
    pub edges: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { nodes: 150, edges: 300 }
    }
}

/// Without a wish, this many activities are drawn.
const DEFAULT_ACTIVITIES: usize = 30;
/// Without a wish, this many edges per node are drawn.
const DEFAULT_EDGES_PER_NODE: f64 = 1.8;

/// Positions of the sliders; `None` is the default that suits the process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sliders {
    /// Share of the activities, most cases first, 0 to 100.
    pub activities: Option<f64>,
    /// Share of the paths that are not needed to connect the activities, most frequent first, 0 to 100.
    pub paths: Option<f64>,
}

/// What is drawn of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Abstraction {
    /// The part that is drawn.
    pub graph: Graph,
    /// Activities drawn and there in all.
    pub activities: (usize, usize),
    /// Paths between activities drawn and there in all.
    pub paths: (usize, usize),
    /// Transitions on the paths drawn and in all.
    pub transitions: (i64, i64),
    /// Where the sliders stand, 0 to 100.
    pub sliders: (u8, u8),
    /// The caps, if more was asked for than is drawn.
    pub capped: Option<Caps>,
    /// The activity, if only its neighbourhood is drawn.
    pub around: Option<String>,
}

impl Abstraction {
    /// What is shown, in words.
    pub fn sentence(&self) -> String {
        let shown = match &self.around {
            Some(activity) => format!("{activity} and what comes directly before and after it: "),
            None => "Showing ".to_owned(),
        };
        let mut text = format!(
            "{shown}{} of {} activities, {} of {} paths",
            self.activities.0, self.activities.1, self.paths.0, self.paths.1
        );
        if self.transitions.1 > 0 {
            text.push_str(&format!(": {} of transitions", share(self.transitions.0, self.transitions.1)));
        }
        if let Some(Caps { nodes, edges }) = self.capped {
            text.push_str(&format!(". At most {nodes} activities and {edges} paths are drawn; the table lists all"));
        }
        text
    }
}

/// A share as whole per cent that says 0 and 100 only where it is so.
fn share(part: i64, all: i64) -> String {
    let percent = part as f64 / all as f64 * 100.0;
    if part < all && percent > 99.0 {
        "over 99 %".to_owned()
    } else if part > 0 && percent < 1.0 {
        "under 1 %".to_owned()
    } else {
        format!("{} %", percent.round())
    }
}

/// Draws as much as the sliders say; the steps of the happy path stay joined as far as its activities are shown.
pub fn abstracted(graph: &Graph, sliders: Sliders, backbone: &[String], caps: Caps) -> Abstraction {
    let (total, fraction) = (graph.activities(), |percent: f64| percent.clamp(0.0, 100.0) / 100.0);
    let wished = match sliders.activities {
        Some(percent) => ((total as f64 * fraction(percent)).ceil() as usize).max(1).min(total),
        None => total.min(DEFAULT_ACTIVITIES),
    };
    let mut number = wished.min(caps.nodes);
    let (nodes, mut edges) = loop {
        let nodes = connected(graph, number);
        let edges = needed(graph, &nodes, backbone);
        // Connecting nodes may push the number over the cap again; fewer wishes need fewer connections.
        if number <= 1 || (count(&nodes) <= caps.nodes && count(&edges) <= caps.edges) {
            break (nodes, edges);
        }
        number -= 1;
    };
    let required = count(&edges);
    let within = |at: usize| at <= END || nodes[at];
    let mut optional: Vec<usize> = (0..graph.edges.len())
        .filter(|at| !edges[*at] && within(graph.edges[*at].from) && within(graph.edges[*at].to))
        .collect();
    optional.sort_by_key(|at| (Reverse(graph.edges[*at].count), *at));
    let asked = match sliders.paths {
        Some(percent) => (optional.len() as f64 * fraction(percent)).round() as usize,
        None => {
            let room = (DEFAULT_EDGES_PER_NODE * (count(&nodes) + 2) as f64) as usize;
            optional.len().min(room.saturating_sub(required))
        }
    };
    let added = asked.min(caps.edges.saturating_sub(required));
    optional.iter().take(added).for_each(|at| edges[*at] = true);
    let percent = |part: usize, all: usize| (100 * part).checked_div(all).unwrap_or(100) as u8;
    let sliders = (percent(wished, total), percent(asked, optional.len()));
    let is_capped = number < wished || added < asked;
    summary(graph, &nodes, &edges, sliders, is_capped.then_some(caps))
}

/// Draws the activities and edges of these variants.
pub fn of_variants(graph: &Graph, variants: &[Vec<String>], caps: Caps) -> Abstraction {
    let mut nodes = vec![false; graph.nodes.len()];
    let mut pairs = BTreeSet::new();
    let mut is_capped = false;
    for path in variants {
        let all = steps(graph, path);
        let steps = &all[1..all.len() - 1];
        let mut longer = pairs.clone();
        longer.extend(all.windows(2).map(|pair| (pair[0], pair[1])));
        let new_nodes = steps.iter().filter(|at| !nodes[**at]).collect::<BTreeSet<_>>().len();
        if longer.len() > caps.edges || count(&nodes) + new_nodes > caps.nodes {
            is_capped = true;
            continue;
        }
        pairs = longer;
        steps.iter().for_each(|at| nodes[*at] = true);
    }
    let edges: Vec<bool> = graph.edges.iter().map(|edge| pairs.contains(&(edge.from, edge.to))).collect();
    let percent = |part: usize, all: usize| (100 * part).checked_div(all).unwrap_or(100) as u8;
    let sliders = (percent(count(&nodes), graph.activities()), percent(count(&edges), graph.edges.len()));
    summary(graph, &nodes, &edges, sliders, is_capped.then_some(caps))
}

/// Draws an activity with all that comes directly before and after it, and the edges between these. Where that is too
/// much, its own most frequent edges come first.
pub fn around(graph: &Graph, centre: usize, caps: Caps) -> Abstraction {
    let touches = |at: &usize| graph.edges[*at].from == centre || graph.edges[*at].to == centre;
    let mut order: Vec<usize> = (0..graph.edges.len()).collect();
    order.sort_by_key(|at| (!touches(at), Reverse(graph.edges[*at].count), *at));
    let mut nodes = vec![false; graph.nodes.len()];
    let mut edges = vec![false; graph.edges.len()];
    nodes[centre] = true;
    let (mut left, mut is_capped) = (caps.edges, false);
    for at in order {
        let ends = [graph.edges[at].from, graph.edges[at].to];
        let fresh = ends.iter().filter(|end| **end > END && !nodes[**end]).count();
        // Those that do not touch the activity join what is there and bring nothing new.
        if fresh > 0 && !touches(&at) {
            continue;
        }
        if left == 0 || count(&nodes) + fresh > caps.nodes {
            is_capped = true;
            continue;
        }
        left -= 1;
        edges[at] = true;
        ends.iter().filter(|end| **end > END).for_each(|end| nodes[*end] = true);
    }
    let percent = |part: usize, all: usize| (100 * part).checked_div(all).unwrap_or(100) as u8;
    let sliders = (percent(count(&nodes), graph.activities()), percent(count(&edges), graph.edges.len()));
    let around = Some(graph.nodes[centre].name.clone());
    Abstraction { around, ..summary(graph, &nodes, &edges, sliders, is_capped.then_some(caps)) }
}

/// A path as nodes, from START to END; activities that the graph lacks are passed over.
fn steps(graph: &Graph, path: &[String]) -> Vec<usize> {
    let known = path.iter().filter_map(|activity| graph.find(activity));
    [START].into_iter().chain(known).chain([END]).collect()
}

fn summary(graph: &Graph, nodes: &[bool], edges: &[bool], sliders: (u8, u8), capped: Option<Caps>) -> Abstraction {
    let between = |at: &usize| graph.is_between_activities(&graph.edges[*at]);
    let all: Vec<usize> = (0..graph.edges.len()).filter(between).collect();
    let shown: Vec<usize> = all.iter().copied().filter(|at| edges[*at]).collect();
    let transitions = |list: &[usize]| list.iter().map(|at| graph.edges[*at].count).sum();
    Abstraction {
        graph: graph.part(nodes, edges),
        activities: (count(nodes), graph.activities()),
        paths: (shown.len(), all.len()),
        transitions: (transitions(&shown), transitions(&all)),
        sliders,
        capped,
        around: None,
    }
}

fn count(marks: &[bool]) -> usize {
    marks.iter().filter(|mark| **mark).count()
}

/// The activities with most cases, and those that are needed to reach them from START and to reach END from them.
fn connected(graph: &Graph, number: usize) -> Vec<bool> {
    let mut ranked: Vec<usize> = (2..graph.nodes.len()).collect();
    ranked.sort_by_key(|at| (Reverse(graph.nodes[*at].cases), *at));
    let mut nodes = vec![false; graph.nodes.len()];
    ranked.iter().take(number).for_each(|at| nodes[*at] = true);
    for backwards in [false, true] {
        // First within what is kept; whoever is out of reach there is connected through the whole process.
        let inside = widest(graph, backwards, &|at| at <= END || nodes[at]);
        let whole = widest(graph, backwards, &|_| true);
        for at in 2..graph.nodes.len() {
            let mut next = at;
            while nodes[at] && inside[at].is_none() && next > END {
                nodes[next] = true;
                let Some(edge) = whole[next] else { break };
                next = if backwards { graph.edges[edge].to } else { graph.edges[edge].from };
            }
        }
    }
    nodes[START] = false;
    nodes[END] = false;
    nodes
}

/// For each node the edge by which it is best reached from START (or, backwards, leads to END): the way whose rarest
/// edge is most frequent.
fn widest(graph: &Graph, backwards: bool, within: &dyn Fn(usize) -> bool) -> Vec<Option<usize>> {
    let mut arms: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (at, edge) in graph.edges.iter().enumerate() {
        if edge.from != edge.to && within(edge.from) && within(edge.to) {
            arms[if backwards { edge.to } else { edge.from }].push(at);
        }
    }
    let root = if backwards { END } else { START };
    let mut best = vec![None; graph.nodes.len()];
    let mut done = vec![false; graph.nodes.len()];
    let mut waiting = BinaryHeap::from([(i64::MAX, Reverse(root), None)]);
    while let Some((width, Reverse(at), by)) = waiting.pop() {
        if std::mem::replace(&mut done[at], true) {
            continue;
        }
        best[at] = by;
        for &arm in &arms[at] {
            let edge = &graph.edges[arm];
            let next = if backwards { edge.from } else { edge.to };
            if !done[next] {
                waiting.push((width.min(edge.count), Reverse(next), Some(arm)));
            }
        }
    }
    best
}

/// The edges that may not be left out: each node's most frequent way in and out, the ways from START and to END, and
/// those of the happy path.
fn needed(graph: &Graph, nodes: &[bool], backbone: &[String]) -> Vec<bool> {
    let within = |at: usize| at <= END || nodes[at];
    let pairs: BTreeSet<(usize, usize)> = steps(graph, backbone).windows(2).map(|pair| (pair[0], pair[1])).collect();
    let mut edges: Vec<bool> = graph
        .edges
        .iter()
        .map(|edge| pairs.contains(&(edge.from, edge.to)) && within(edge.from) && within(edge.to))
        .collect();
    for backwards in [false, true] {
        let ways = widest(graph, backwards, &within);
        ways.iter().flatten().for_each(|edge| edges[*edge] = true);
        let mut most: Vec<Option<usize>> = vec![None; graph.nodes.len()];
        for (at, edge) in graph.edges.iter().enumerate() {
            let end = if backwards { edge.from } else { edge.to };
            let is_more = most[end].is_none_or(|best| graph.edges[best].count < edge.count);
            if edge.from != edge.to && within(edge.from) && within(edge.to) && is_more {
                most[end] = Some(at);
            }
        }
        most.iter().flatten().for_each(|edge| edges[*edge] = true);
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::super::graph::of_words;
    use super::*;

    #[test]
    fn the_sentence_counts_what_is_drawn() {
        let (graph, _) = of_words(&[("a b c d", 90), ("a c b d", 6), ("a d", 4)]);
        let all = abstracted(&graph, Sliders { activities: Some(100.0), paths: Some(100.0) }, &[], Caps::default());
        assert_eq!(all.sentence(), "Showing 4 of 4 activities, 7 of 7 paths: 100 % of transitions");
        let few = abstracted(&graph, Sliders { activities: Some(100.0), paths: Some(0.0) }, &[], Caps::default());
        // a-b, b-c and c-d stay; nothing else is needed to connect them. 270 of 292 transitions.
        assert_eq!(few.sentence(), "Showing 4 of 4 activities, 3 of 7 paths: 92 % of transitions");
    }

    #[test]
    fn all_paths_are_all_starts_and_ends_too() {
        let (graph, _) = of_words(&[("a b c", 90), ("a", 6), ("b c", 4)]);
        let all = abstracted(&graph, Sliders { activities: Some(100.0), paths: Some(100.0) }, &[], Caps::default());
        assert_eq!(all.graph.edges.len(), graph.edges.len());
    }

    #[test]
    fn what_is_kept_is_connected() {
        // "x" is frequent but reached only through the rare "r" and left only through the rare "s".
        let (graph, _) = of_words(&[("a b", 100), ("r x y x y x y s", 40)]);
        for percent in [0.0, 10.0, 40.0, 70.0] {
            let view =
                abstracted(&graph, Sliders { activities: Some(percent), paths: Some(0.0) }, &[], Caps::default()).graph;
            for backwards in [false, true] {
                let ways = widest(&view, backwards, &|_| true);
                let root = if backwards { END } else { START };
                assert!((0..view.nodes.len()).all(|at| at == root || ways[at].is_some()), "{percent}");
            }
        }
    }

    #[test]
    fn variants_are_added_one_by_one() {
        let words = [("a b c", 9), ("a c", 5), ("a d c", 1)];
        let (graph, _) = of_words(&words);
        let variants: Vec<Vec<String>> =
            words.iter().map(|(path, _)| path.split(' ').map(str::to_owned).collect()).collect();
        let shown = |more: usize| of_variants(&graph, &variants[..variants.len().min(more + 1)], Caps::default()).graph;
        assert_eq!((shown(0).activities(), shown(0).edges.len()), (3, 4));
        assert_eq!((shown(1).activities(), shown(1).edges.len()), (3, 5));
        assert_eq!((shown(9).activities(), shown(9).edges.len()), (4, 7));
    }

    #[test]
    fn a_neighbourhood_has_the_steps_before_and_after() {
        let (graph, _) = of_words(&[("a b c d", 9), ("a c e", 5), ("b d", 1)]);
        let view = around(&graph, graph.find("b").unwrap(), Caps::default());
        let names: Vec<&str> = view.graph.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names.len(), 6, "{names:?}");
        // START-a, START-b, a-b, a-c, b-c, b-d, c-d, d-END; e is no neighbour.
        assert_eq!((view.paths, view.graph.edges.len()), ((5, 6), 8));
        assert!(
            view.sentence().starts_with("b and what comes directly before and after it: 4 of 5"),
            "{}",
            view.sentence()
        );
        let few = around(&graph, graph.find("b").unwrap(), Caps { nodes: 2, edges: 1 });
        assert!(few.capped.is_some() && few.graph.edges.len() == 1);
    }

    #[test]
    fn much_is_capped_and_said() {
        let names: Vec<String> = (0..200).map(|at| format!("n{at}")).collect();
        let paths: Vec<(String, i64)> = (0..200).map(|at| (format!("a {} z", names[at]), 200 - at as i64)).collect();
        let words: Vec<(&str, i64)> = paths.iter().map(|(path, cases)| (path.as_str(), *cases)).collect();
        let (graph, _) = of_words(&words);
        let view = abstracted(&graph, Sliders { activities: Some(100.0), paths: Some(100.0) }, &[], Caps::default());
        assert!(
            view.capped.is_some()
                && view.activities.0 <= Caps::default().nodes
                && view.graph.edges.len() <= Caps::default().edges
        );
        assert!(view.sentence().contains("the table lists all"), "{}", view.sentence());
        assert!(abstracted(&graph, Sliders::default(), &[], Caps::default()).graph.activities() <= DEFAULT_ACTIVITIES);
    }
}
