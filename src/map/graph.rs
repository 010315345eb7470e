//! The process as a graph: activities, the pseudo-nodes START and END, and who follows whom.
//!
//! A graph is built from the answers of the analysis and does not depend on the order of their lists: nodes are
//! sorted by where in a case they happen, then by name. Nothing here knows of geometry.

use crate::model::answers::{Durations, ProcessMap};
use std::collections::BTreeMap;

/// Index of the pseudo-node that every case begins at.
pub const START: usize = 0;
/// Index of the pseudo-node that every case ends at.
pub const END: usize = 1;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Where every case begins.
    Start,
    /// Where every case ends.
    End,
    /// Something that is done.
    Activity,
}

/// What the paths say of one activity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Profile {
    /// Mean place of its first occurrence in a case, from 0 (first) to below 1, each case counted once.
    pub position: f64,
    /// How many cases begin with it.
    pub starts: i64,
    /// How many cases end with it.
    pub ends: i64,
}

/// What the map needs to know of the paths that cases took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Paths {
    /// How many cases there are.
    pub cases: i64,
    /// Each activity's place, starts and ends.
    pub profiles: BTreeMap<String, Profile>,
    /// The most frequent path with its cases.
    pub top: Option<(Vec<String>, i64)>,
    /// Half of the cases have at most so many events.
    pub median_length: usize,
}

/// What is gathered about one activity.
#[derive(Default, Clone)]
struct Sum {
    position: f64,
    cases: i64,
    starts: i64,
    ends: i64,
    /// The last path that it was met in, from 1.
    met: usize,
}

impl Paths {
    /// From all different paths, as numbers of names in alphabetical order, with their cases.
    pub fn of<'a, N: AsRef<str>>(names: &[N], paths: impl Iterator<Item = (&'a [i32], i64)>) -> Self {
        let mut sums = vec![Sum::default(); names.len()];
        let mut lengths: BTreeMap<usize, i64> = BTreeMap::new();
        let mut top: Option<(&[i32], i64)> = None;
        for (number, (path, cases)) in paths.filter(|(path, cases)| !path.is_empty() && *cases > 0).enumerate() {
            *lengths.entry(path.len()).or_default() += cases;
            if top.is_none_or(|(best, most)| (cases, best) > (most, path)) {
                top = Some((path, cases));
            }
            for (at, activity) in path.iter().enumerate() {
                let sum = &mut sums[*activity as usize];
                if sum.met != number + 1 {
                    sum.met = number + 1;
                    sum.position += at as f64 / path.len() as f64 * cases as f64;
                    sum.cases += cases;
                }
            }
            sums[path[0] as usize].starts += cases;
            sums[path[path.len() - 1] as usize].ends += cases;
        }
        let profile = |sum: &Sum| Profile {
            // A millionth is exact enough and keeps sums of floats from deciding ties.
            position: (sum.position / sum.cases.max(1) as f64 * 1e6).round() / 1e6,
            starts: sum.starts,
            ends: sum.ends,
        };
        let name = |at: usize| names[at].as_ref().to_owned();
        let met = sums.iter().enumerate().filter(|(_, sum)| sum.cases > 0);
        let cases = lengths.values().sum();
        Self {
            cases,
            profiles: met.map(|(at, sum)| (name(at), profile(sum))).collect(),
            top: top.map(|(path, cases)| (path.iter().map(|at| name(*at as usize)).collect(), cases)),
            median_length: median(&lengths, cases),
        }
    }
}

fn median(lengths: &BTreeMap<usize, i64>, cases: i64) -> usize {
    let mut left = cases / 2;
    for (length, cases) in lengths {
        left -= cases;
        if left < 0 {
            return *length;
        }
    }
    0
}

/// A node of the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Whether it is an activity or a pseudo-node.
    pub kind: Kind,
    /// The activity; `Start` or `End` for the pseudo-nodes.
    pub name: String,
    /// Where in a case it happens, 0 to 1.
    pub position: f64,
    /// How many events.
    pub events: i64,
    /// In how many cases.
    pub cases: i64,
    /// Waits before it; none at START and END and in logs without times.
    pub waits: Option<Waits>,
    /// What its events cost together, where the log says it.
    pub cost: Option<f64>,
    /// Share of its events that a program did, where the log says it.
    pub automated: Option<f64>,
}

/// How long cases wait for an activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Waits {
    /// How many waits there were.
    pub count: i64,
    /// From the end of the event before to the start of this one.
    pub durations: Durations,
}

/// An edge of the graph: one node directly after another.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The earlier node.
    pub from: usize,
    /// The later one.
    pub to: usize,
    /// How often.
    pub count: i64,
    /// In how many cases.
    pub cases: i64,
    /// Waits between the two; none at START and END and in logs without times.
    pub duration: Option<Durations>,
}

/// The process: START, END, then the activities by place and name; edges by their ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// All nodes; [`START`] and [`END`] are the first two.
    pub nodes: Vec<Node>,
    /// All edges.
    pub edges: Vec<Edge>,
    /// How many cases the figures are about.
    pub cases: i64,
    /// In which currency costs are.
    pub currency: Option<String>,
}

impl Graph {
    /// Joins the map's figures with what the paths say. Edges whose ends are no activities of the map are left out.
    pub fn new(map: &ProcessMap, paths: &Paths) -> Self {
        let pseudo = |kind, name: &str, position| Node {
            kind,
            name: name.to_owned(),
            position,
            events: paths.cases,
            cases: paths.cases,
            waits: None,
            cost: None,
            automated: None,
        };
        let profile = |name: &str| paths.profiles.get(name).copied().unwrap_or_default();
        let mut activities: Vec<Node> = map
            .activities
            .iter()
            .map(|activity| Node {
                kind: Kind::Activity,
                name: activity.activity.clone(),
                position: profile(&activity.activity).position,
                events: activity.events,
                cases: activity.cases,
                waits: None,
                cost: activity.total_cost,
                automated: activity.automated_share,
            })
            .collect();
        activities
            .sort_by(|one, other| one.position.total_cmp(&other.position).then_with(|| one.name.cmp(&other.name)));
        activities.dedup_by(|one, other| one.name == other.name);
        let mut nodes = vec![pseudo(Kind::Start, "Start", -1.0), pseudo(Kind::End, "End", 2.0)];
        nodes.append(&mut activities);
        let index: BTreeMap<&str, usize> =
            nodes.iter().enumerate().skip(2).map(|(at, node)| (node.name.as_str(), at)).collect();
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for edge in &map.edges {
            if let (Some(&from), Some(&to)) = (index.get(edge.from.as_str()), index.get(edge.to.as_str())) {
                let duration = edge.duration_s.clone();
                edges.insert((from, to), Edge { from, to, count: edge.count, cases: edge.cases, duration });
            }
        }
        for (name, &at) in &index {
            let Profile { starts, ends, .. } = profile(name);
            for (from, to, cases) in [(START, at, starts), (at, END, ends)] {
                if cases > 0 {
                    edges.insert((from, to), Edge { from, to, count: cases, cases, duration: None });
                }
            }
        }
        let currency = map.currency.clone();
        Self { edges: edges.into_values().collect(), nodes, cases: paths.cases, currency }
    }

    /// Adds how long cases wait for each activity.
    #[must_use]
    pub fn with_waits(mut self, mut waits: BTreeMap<String, Waits>) -> Self {
        for node in &mut self.nodes {
            if node.kind == Kind::Activity {
                node.waits = waits.remove(&node.name);
            }
        }
        self
    }

    /// Whether the edge joins two activities and not START or END with one.
    pub fn is_between_activities(&self, edge: &Edge) -> bool {
        edge.from != START && edge.to != END
    }

    /// How many activities there are.
    pub fn activities(&self) -> usize {
        self.nodes.len() - 2
    }

    /// Index of an activity.
    pub fn find(&self, activity: &str) -> Option<usize> {
        self.nodes.iter().skip(2).position(|node| node.name == activity).map(|at| at + 2)
    }

    /// The part with the marked nodes and edges; START and END always stay.
    pub fn part(&self, nodes: &[bool], edges: &[bool]) -> Self {
        let mut renumbered = vec![None; self.nodes.len()];
        let mut kept = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if at <= END || nodes[at] {
                renumbered[at] = Some(kept.len());
                kept.push(node.clone());
            }
        }
        let kept_edges = self.edges.iter().zip(edges).filter(|(_, keep)| **keep).filter_map(|(edge, _)| {
            let (from, to) = (renumbered[edge.from]?, renumbered[edge.to]?);
            Some(Edge { from, to, ..edge.clone() })
        });
        Self { edges: kept_edges.collect(), nodes: kept, cases: self.cases, currency: self.currency.clone() }
    }

    /// All nodes and edges of two graphs, counts added: what both sides of a comparison are laid out on.
    pub fn union(one: &Self, other: &Self) -> Self {
        let mut names: BTreeMap<&str, Node> = BTreeMap::new();
        for node in one.nodes.iter().chain(&other.nodes).filter(|node| node.kind == Kind::Activity) {
            let joined = names.entry(&node.name).or_insert(Node {
                events: 0,
                cases: 0,
                position: 0.0,
                waits: None,
                cost: None,
                automated: None,
                ..node.clone()
            });
            joined.position += node.position * node.cases as f64;
            joined.events += node.events;
            joined.cases += node.cases;
        }
        let mut nodes: Vec<Node> = names.into_values().collect();
        for node in &mut nodes {
            node.position = (node.position / node.cases.max(1) as f64 * 1e6).round() / 1e6;
        }
        nodes.sort_by(|one, other| one.position.total_cmp(&other.position).then_with(|| one.name.cmp(&other.name)));
        let cases = one.cases + other.cases;
        let pseudo = [START, END].map(|at| Node { events: cases, cases, ..one.nodes[at].clone() });
        nodes.splice(0..0, pseudo);
        let mut joined = Self { nodes, edges: Vec::new(), cases, currency: None };
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for graph in [one, other] {
            for edge in &graph.edges {
                let Some((from, to)) = joined.same(graph, edge) else { continue };
                let known = edges.entry((from, to)).or_insert(Edge { from, to, count: 0, cases: 0, duration: None });
                known.count += edge.count;
                known.cases += edge.cases;
            }
        }
        joined.edges = edges.into_values().collect();
        joined
    }

    /// The ends of another graph's edge here.
    pub(super) fn same(&self, other: &Self, edge: &Edge) -> Option<(usize, usize)> {
        let find = |at: usize| if at <= END { Some(at) } else { self.find(&other.nodes[at].name) };
        Some((find(edge.from)?, find(edge.to)?))
    }
}

/// A graph for tests from `(path, cases)`; names are single words separated by spaces.
#[cfg(test)]
pub(super) fn of_words(paths: &[(&str, i64)]) -> (Graph, Paths) {
    let (names, coded) = coded(paths);
    let known = Paths::of(&names, coded.iter().map(|(path, cases)| (path.as_slice(), *cases)));
    (Graph::new(&map_of(paths), &known), known)
}

/// The names in alphabetical order, and the paths as their numbers.
#[cfg(test)]
pub(super) fn coded<'a>(paths: &[(&'a str, i64)]) -> (Vec<&'a str>, Vec<(Vec<i32>, i64)>) {
    let mut names: Vec<&str> = paths.iter().flat_map(|(path, _)| path.split(' ')).collect();
    names.sort_unstable();
    names.dedup();
    let number = |name: &str| names.binary_search(&name).unwrap() as i32;
    let coded = paths.iter().map(|(path, cases)| (path.split(' ').map(number).collect(), *cases)).collect();
    (names, coded)
}

/// The map that such paths have, without times.
#[cfg(test)]
pub(super) fn map_of(paths: &[(&str, i64)]) -> ProcessMap {
    use crate::model::answers::{MapActivity, MapEdge};
    use std::collections::BTreeSet;
    let mut activities: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut edges: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for (path, cases) in paths {
        let steps: Vec<&str> = path.split(' ').collect();
        let pairs: Vec<(&str, &str)> = steps.windows(2).map(|pair| (pair[0], pair[1])).collect();
        steps.iter().for_each(|step| activities.entry(step).or_default().0 += cases);
        steps.iter().collect::<BTreeSet<_>>().iter().for_each(|step| activities.entry(step).or_default().1 += cases);
        pairs.iter().for_each(|pair| edges.entry(*pair).or_default().0 += cases);
        pairs.iter().collect::<BTreeSet<_>>().iter().for_each(|pair| edges.entry(**pair).or_default().1 += cases);
    }
    let activity = |(name, (events, cases)): (&str, (i64, i64))| MapActivity {
        activity: name.into(),
        events,
        cases,
        ..MapActivity::default()
    };
    let edge = |((from, to), (count, cases)): ((&str, &str), (i64, i64))| MapEdge {
        from: from.into(),
        to: to.into(),
        count,
        cases,
        duration_s: None,
        overlaps: 0,
    };
    ProcessMap {
        activities: activities.into_iter().map(activity).collect(),
        edges: edges.into_iter().map(edge).collect(),
        ..ProcessMap::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_end_and_positions_come_from_the_paths() {
        let (graph, paths) = of_words(&[("a b c", 3), ("a c", 1), ("b a", 1)]);
        assert_eq!((paths.cases, graph.cases, graph.activities(), paths.median_length), (5, 5, 3, 3));
        assert_eq!(paths.top.as_ref().map(|(path, cases)| (path.len(), *cases)), Some((3, 3)));
        let a = paths.profiles["a"];
        // Places of a: 0 in four cases, 1/2 in one.
        assert_eq!((a.position, a.starts, a.ends), (0.1, 4, 1));
        let names: Vec<&str> = graph.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["Start", "End", "a", "b", "c"]);
        let edge = |from, to| graph.edges.iter().find(|edge| (edge.from, edge.to) == (from, to)).map(|edge| edge.count);
        assert_eq!((edge(START, 2), edge(START, 3), edge(4, END), edge(2, 3)), (Some(4), Some(1), Some(4), Some(3)));
    }

    #[test]
    fn the_order_of_lists_does_not_matter() {
        let paths = [("a b c", 3), ("a c", 1), ("b a", 1)];
        let (graph, known) = of_words(&paths);
        let mut map = map_of(&paths);
        map.activities.reverse();
        map.edges.reverse();
        assert_eq!(Graph::new(&map, &known), graph);
    }

    #[test]
    fn a_union_has_both_sides() {
        let (one, _) = of_words(&[("a b", 3)]);
        let (other, _) = of_words(&[("a c b", 2)]);
        let both = Graph::union(&one, &other);
        assert_eq!((both.cases, both.activities()), (5, 3));
        let edge = both.edges.iter().find(|edge| edge.from == START);
        assert_eq!(edge.map(|edge| edge.count), Some(5));
    }
}
