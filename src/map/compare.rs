//! Two sides of a process on one map: what is there on either side, how much more or less, and how that is said.
//!
//! Both sides weigh the same, whatever their sizes: what is drawn and how thick it is follows from shares of cases.

use super::graph::{Graph, Node};
use super::metric::Metric;
use super::scene::node_id;
use crate::draw::figure::{count, duration, percent, plain};
use crate::model::comparison::{Amount, Compared};
use crate::model::kind::Kind;
use std::collections::BTreeMap;

/// What can be compared on a map, shares first: sides differ in size.
pub const METRICS: [Metric; 5] = [Metric::Share, Metric::Cases, Metric::Events, Metric::MedianWait, Metric::P90Wait];

/// Cases that each side is thought to have when both are laid out together.
const WEIGHT: f64 = 1e6;
/// Below these differences both sides count as alike, and from these on as far apart: of shares …
const SHARES: (f64, f64) = (0.01, 0.1);
/// … and of everything else, as a part of the greater side.
const PARTS: (f64, f64) = (0.05, 0.25);

/// Where nodes and edges of a graph are, by their ids.
struct Index {
    nodes: BTreeMap<String, usize>,
    edges: BTreeMap<String, usize>,
}

impl Index {
    fn of(graph: &Graph) -> Self {
        let id = |at: usize| node_id(&graph.nodes[at]);
        let nodes = (0..graph.nodes.len()).map(|at| (id(at), at));
        let edges = graph.edges.iter().enumerate().map(|(at, edge)| (format!("{}>{}", id(edge.from), id(edge.to)), at));
        Self { nodes: nodes.collect(), edges: edges.collect() }
    }
}

/// See the module.
pub struct Sides {
    /// The first.
    pub a: Graph,
    /// The second.
    pub b: Graph,
    /// Everything that is on either side: what both are laid out on.
    pub union: Graph,
    index: [Index; 2],
}

impl Sides {
    /// Two graphs of the same log.
    pub fn new(a: Graph, b: Graph) -> Self {
        let index = [Index::of(&a), Index::of(&b)];
        let union = Graph::union(&weighed(&a), &weighed(&b));
        Self { a, b, union, index }
    }

    /// Whether a side has no case, so that nothing can be compared.
    pub fn is_one_empty(&self) -> bool {
        self.a.cases == 0 || self.b.cases == 0
    }

    /// A node by its id.
    pub fn node(&self, id: &str, metric: Metric) -> Compared {
        let of = |graph: &Graph, index: &Index| {
            let Some(node) = index.nodes.get(id).map(|at| &graph.nodes[*at]) else { return nothing(graph, metric) };
            let rests = if metric.is_time() { waits(node) } else { graph.cases };
            (metric.of_node(node, graph).map(|value| amount(metric, value)), rests)
        };
        Compared::new(of(&self.a, &self.index[0]), of(&self.b, &self.index[1]))
    }

    /// An edge by its id.
    pub fn edge(&self, id: &str, metric: Metric) -> Compared {
        let of = |graph: &Graph, index: &Index| {
            let Some(edge) = index.edges.get(id).map(|at| &graph.edges[*at]) else { return nothing(graph, metric) };
            let rests = if metric.is_time() { edge.count } else { graph.cases };
            (metric.of_edge(edge, graph).map(|value| amount(metric, value)), rests)
        };
        Compared::new(of(&self.a, &self.index[0]), of(&self.b, &self.index[1]))
    }
}

/// A side that lacks something has it in none of its cases, and has no waits there.
fn nothing(graph: &Graph, metric: Metric) -> (Option<Amount>, i64) {
    if metric.is_time() { (None, 0) } else { (Some(amount(metric, 0.0)), graph.cases) }
}

fn waits(node: &Node) -> i64 {
    node.waits.as_ref().map_or(0, |waits| waits.count)
}

fn amount(metric: Metric, value: f64) -> Amount {
    if kind(metric) == Kind::Count { Amount::Whole(value as i64) } else { Amount::Real(value) }
}

/// The same graph as if it were of [`WEIGHT`] cases; nothing repeats, so that no badge takes room.
fn weighed(graph: &Graph) -> Graph {
    let scale = if graph.cases > 0 { WEIGHT / graph.cases as f64 } else { 0.0 };
    let weighed = |number: i64| (number as f64 * scale).ceil() as i64;
    let mut graph = graph.clone();
    for node in &mut graph.nodes {
        node.cases = weighed(node.cases);
        node.events = node.cases;
        node.waits = None;
    }
    for edge in &mut graph.edges {
        (edge.cases, edge.count, edge.duration) = (weighed(edge.cases), weighed(edge.count), None);
    }
    graph.cases = weighed(graph.cases);
    graph
}

/// The unit of a metric.
pub fn kind(metric: Metric) -> Kind {
    match metric {
        Metric::Share => Kind::Share,
        metric if metric.is_time() => Kind::DurationS,
        _ => Kind::Count,
    }
}

/// How far both sides are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing can be compared.
    Unknown,
    /// About the same.
    Same,
    /// More on the first side; whether by far.
    A(bool),
    /// More on the second.
    B(bool),
}

/// How far the sides are apart in this unit. What rests on little never counts as far.
pub fn level(kind: Kind, compared: &Compared) -> Level {
    let Some(difference) = compared.difference.map(Amount::value) else { return Level::Unknown };
    let greater = [compared.a, compared.b].into_iter().flatten().map(|side| side.value().abs()).fold(0.0, f64::max);
    let (size, (least, far)) = match kind {
        Kind::Share => (difference.abs(), SHARES),
        _ if greater > 0.0 => (difference.abs() / greater, PARTS),
        _ => return Level::Same,
    };
    // Differences of shares are not exact: 0.3 - 0.2 is a little less than a tenth.
    let reaches = |bound: f64| size >= bound - 1e-9;
    match (reaches(least), difference > 0.0) {
        (false, _) => Level::Same,
        (true, true) => Level::A(reaches(far) && !compared.indicative),
        (true, false) => Level::B(reaches(far) && !compared.indicative),
    }
}

/// What counts as alike in this unit, in words.
pub fn alike(kind: Kind) -> &'static str {
    if kind == Kind::Share { "differs by less than 1 percentage point" } else { "differs by less than 5 %" }
}

/// What counts as far apart.
pub fn far(kind: Kind) -> &'static str {
    if kind == Kind::Share { "10 percentage points or more" } else { "25 % or more" }
}

/// A figure of one side.
pub fn figure(kind: Kind, side: Option<Amount>) -> String {
    match (kind, side.map(Amount::value)) {
        (_, None) => "–".to_owned(),
        (Kind::Share, Some(value)) => percent(value),
        (Kind::DurationS, Some(value)) => duration(value),
        (_, Some(value)) => count(value as i64),
    }
}

/// The difference with its sign, without the part of B that it is.
pub fn difference(kind: Kind, compared: &Compared) -> Option<String> {
    let value = compared.difference?.value();
    Some(match kind {
        Kind::Share => format!("{} pp", points(value * 100.0)),
        Kind::DurationS => signed(duration(value), value),
        _ => signed(count(value as i64), value),
    })
}

/// The difference as a part of B.
pub fn relative(compared: &Compared) -> Option<String> {
    let part = compared.relative?;
    let percent = part * 100.0;
    Some(match percent {
        0.0 => "0 %".to_owned(),
        // Many times as much is said better so than in per cent.
        many if many >= 900.0 => format!("×{}", plain(part + 1.0, 0)),
        little if little.abs() < 0.5 => "< 1 %".to_owned(),
        _ => format!("{} %", signed(plain(percent, 0), percent)),
    })
}

/// The difference as a label has it: with its part of B, and with a sign of doubt where it rests on little.
pub fn label(kind: Kind, compared: &Compared) -> String {
    let Some(text) = difference(kind, compared) else { return only(kind, compared).unwrap_or_default() };
    let doubt = if compared.indicative { "≈ " } else { "" };
    // Of what is alike, the part of B is noise.
    let relative = relative(compared).filter(|_| level(kind, compared) != Level::Same);
    match (only(kind, compared), relative) {
        (Some(only), _) => format!("{doubt}{only}"),
        (None, Some(relative)) => format!("{doubt}{text} ({relative})"),
        (None, None) => format!("{doubt}{text}"),
    }
}

/// Words for what is on one side only.
fn only(kind: Kind, compared: &Compared) -> Option<String> {
    let there = |side: Option<Amount>| side.filter(|side| kind == Kind::DurationS || side.value() != 0.0);
    match (there(compared.a), there(compared.b)) {
        (a @ Some(_), None) => Some(format!("only A: {}", figure(kind, a))),
        (None, b @ Some(_)) => Some(format!("only B: {}", figure(kind, b))),
        _ => None,
    }
}

/// Both figures side by side.
pub fn both(kind: Kind, compared: &Compared) -> String {
    format!("A {} · B {}", figure(kind, compared.a), figure(kind, compared.b))
}

fn signed(text: String, value: f64) -> String {
    if value > 0.0 { format!("+{text}") } else { text }
}

/// Percentage points with so many decimals that something is left.
fn points(value: f64) -> String {
    let size = value.abs();
    match size {
        0.0 => "0".to_owned(),
        size if size < 0.005 => "< 0.01".to_owned(),
        size => signed(plain(value, if size < 0.095 { 2 } else { 1 }), value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::of_words;
    use super::*;

    fn of(kind: Kind, a: f64, b: f64, n: i64) -> Compared {
        let amount = |value: f64| if kind == Kind::Count { Amount::Whole(value as i64) } else { Amount::Real(value) };
        Compared::new((Some(amount(a)), n), (Some(amount(b)), n))
    }

    #[test]
    fn differences_are_said_with_sign_and_part() {
        let check = |kind: Kind, a: f64, b: f64, expected: &str| assert_eq!(label(kind, &of(kind, a, b, 50)), expected);
        check(Kind::Share, 0.452, 0.331, "+12.1 pp (+37 %)");
        check(Kind::Share, 0.331, 0.452, "−12.1 pp (−27 %)");
        check(Kind::Share, 0.5, 0.5, "0 pp");
        check(Kind::Share, 0.5004, 0.5, "+0.04 pp");
        check(Kind::Share, 0.12, 0.0, "only A: 12 %");
        check(Kind::Share, 0.5, 0.02, "+48 pp (×25)");
        check(Kind::Count, 12.0, 1_212.0, "−1,200 (−99 %)");
        check(Kind::Count, 0.0, 3.0, "only B: 3");
        check(Kind::DurationS, 172_800.0, 86_400.0, "+24 h (+100 %)");
        check(Kind::DurationS, 0.0, 86_400.0, "−24 h (−100 %)");
        assert_eq!(label(Kind::Count, &of(Kind::Count, 12.0, 10.0, 29)), "≈ +2 (+20 %)");
        let none = Compared::new((Some(Amount::Real(3_600.0)), 40), (None, 0));
        assert_eq!(label(Kind::DurationS, &none), "only A: 60 min");
        assert_eq!(label(Kind::Count, &of(Kind::Count, 0.0, 0.0, 0)), "");
        assert_eq!(both(Kind::DurationS, &none), "A 60 min · B –");
    }

    #[test]
    fn swapping_the_sides_swaps_the_levels() {
        let check = |kind: Kind, a: f64, b: f64, n: i64, expected: Level| {
            assert_eq!(level(kind, &of(kind, a, b, n)), expected, "{a} {b}");
            let other = match expected {
                Level::A(far) => Level::B(far),
                Level::B(far) => Level::A(far),
                same => same,
            };
            assert_eq!(level(kind, &of(kind, b, a, n)), other, "{b} {a}");
        };
        check(Kind::Share, 0.3, 0.2, 50, Level::A(true));
        check(Kind::Share, 0.3, 0.2, 20, Level::A(false));
        check(Kind::Share, 0.21, 0.2, 50, Level::A(false));
        check(Kind::Share, 0.2099, 0.2, 50, Level::Same);
        check(Kind::Count, 75.0, 100.0, 50, Level::B(true));
        check(Kind::Count, 90.0, 100.0, 50, Level::B(false));
        check(Kind::Count, 0.0, 0.0, 50, Level::Same);
        check(Kind::Count, 1.0, 0.0, 0, Level::Unknown);
    }

    #[test]
    fn both_sides_weigh_the_same_and_lack_nothing() {
        let (a, _) = of_words(&[("a b c", 1), ("a c", 1)]);
        let (b, _) = of_words(&[("a c", 900), ("a d c", 100)]);
        let sides = Sides::new(a, b);
        let union = &sides.union;
        let edge = |from: &str, to: &str| {
            let ends = (union.find(from).unwrap(), union.find(to).unwrap());
            union.edges.iter().find(|edge| (edge.from, edge.to) == ends).unwrap().cases
        };
        // A half of the cases of A, and a tenth of those of B, each of a million.
        assert_eq!((edge("a", "b"), edge("a", "d"), edge("a", "c")), (500_000, 100_000, 1_400_000));
        let share = sides.edge("a>c", Metric::Share);
        assert_eq!((share.a, share.b), (Some(Amount::Real(0.5)), Some(Amount::Real(0.9))));
        assert!(share.indicative && (share.difference.unwrap().value() + 0.4).abs() < 1e-12);
        let cases = sides.node("d", Metric::Cases);
        assert_eq!((cases.a, cases.difference), (Some(Amount::Whole(0)), Some(Amount::Whole(-100))));
        assert_eq!(sides.node("a", Metric::MedianWait), Compared { indicative: true, ..Compared::default() });
    }
}
