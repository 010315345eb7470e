//! Alignments on an automaton of any size: A* (Hart, Nilsson, Raphael 1968) over pairs of state and position, cheapest
//! sum of cost so far and bound of the rest first, and among equals the one that was found last, which runs straight
//! on. Costs are small whole numbers, so the queue is a list of lists.

use super::automaton::{Automaton, Edge};
use super::bound::{Bounds, Rest};
use super::closure::TooMany;
use super::compiled::Compiled;
use super::outcome::{Alignment, Move, Outcome};
use super::table::Table;
use rustc_hash::FxHashMap;
use std::time::Instant;

/// Where states come from.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a search has one of them, on the stack")]
pub(super) enum Graph<'a> {
    /// All known.
    Whole(&'a Table),
    /// Found on the way.
    Growing(Automaton<'a>),
}

impl Graph<'_> {
    fn edges(&mut self, state: u32) -> Result<&[Edge], TooMany> {
        match self {
            Self::Whole(table) => Ok(table.edges(state)),
            Self::Growing(automaton) => automaton.edges(state),
        }
    }

    fn is_last(&mut self, state: u32) -> Result<bool, TooMany> {
        match self {
            Self::Whole(table) => Ok(table.last[state as usize]),
            Self::Growing(automaton) => automaton.is_last(state),
        }
    }

    fn marking(&self, state: u32) -> &[u8] {
        match self {
            Self::Whole(table) => table.marking(state),
            Self::Growing(automaton) => automaton.marking(state),
        }
    }
}

/// What may be spent on one path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spend {
    /// Pairs of state and position.
    pub nodes: usize,
    /// When to stop.
    pub until: Instant,
}

/// See the module. Kept from path to path: what it has learnt about the net stays.
pub(super) struct Search<'a> {
    graph: Graph<'a>,
    bounds: Bounds<'a>,
    finished: bool,
    nodes: Vec<Node>,
    numbers: FxHashMap<(u32, u32), u32>,
    /// Nodes by estimated cost.
    queue: Vec<Vec<u32>>,
    /// The lowest place in the queue that may hold nodes.
    lowest: usize,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: u32,
    event: u32,
    /// The cheapest way so far.
    cost: u32,
    bound: u32,
    /// How many prices the bound knows.
    prices: u32,
    before: u32,
    by: By,
    done: bool,
}

#[derive(Debug, Clone, Copy)]
enum By {
    Start,
    Log,
    Model(u32),
    Both(u32),
}

/// How a search ended.
enum Found {
    /// At this node.
    End(u32),
    /// Everything was looked at, and there is no end.
    Nothing,
    /// A limit was met; no way costs less than this.
    Limit(u32),
}

/// How the queue is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// So that the first end is the best.
    Exact,
    /// So that an end is found soon: what is left counts this many times.
    Hasty(u32),
}

/// Nodes that a hasty search may use.
const HASTY: usize = 100_000;

impl<'a> Search<'a> {
    pub(super) fn new(graph: Graph<'a>, net: &'a Compiled, finished: bool) -> Self {
        let bounds = Bounds::new(net, finished);
        let (nodes, numbers, queue, lowest, edges) = Default::default();
        Self { graph, bounds, finished, nodes, numbers, queue, lowest, edges }
    }

    /// Forgets what earlier paths have taught about bounds, so that the next ones do not depend on them.
    pub(super) fn restart(&mut self) {
        self.bounds.restart();
    }

    /// Aligns a path. Nothing, when there is no alignment at all.
    pub(super) fn align(&mut self, path: &[u32], spend: Spend) -> Option<Outcome> {
        let rest = self.bounds.begin(path);
        match self.run(path, &rest, Order::Exact, spend) {
            Found::End(node) => Some(Outcome::Computed(self.trace_back(node))),
            Found::Nothing => None,
            Found::Limit(lower) => {
                let hurry = Spend { nodes: HASTY, ..spend };
                let found = [4, 20].iter().find_map(|times| match self.run(path, &rest, Order::Hasty(*times), hurry) {
                    Found::End(node) => Some(self.trace_back(node)),
                    _ => None,
                });
                Some(found.map_or(Outcome::NotEvaluated, |upper| match upper.cost <= lower {
                    true => Outcome::Computed(upper),
                    false => Outcome::Bounded { lower, upper },
                }))
            }
        }
    }

    /// A bound of the cost of a path, without a search.
    pub(super) fn least(&mut self, path: &[u32]) -> u32 {
        let rest = self.bounds.begin(path);
        self.bounds.solve(&rest, 0, self.graph.marking(0), 0).unwrap_or_default()
    }

    fn run(&mut self, path: &[u32], rest: &Rest, order: Order, spend: Spend) -> Found {
        self.nodes.clear();
        self.numbers.clear();
        self.queue.clear();
        self.lowest = 0;
        let start = Node { state: 0, event: 0, cost: 0, bound: 0, prices: 0, before: 0, by: By::Start, done: false };
        self.offer(rest, order, start);
        let (mut expanded, mut next_solve, mut pause) = (0usize, 0usize, 1usize);
        while self.lowest < self.queue.len() {
            let lowest = self.lowest;
            let Some(number) = self.queue[lowest].pop() else {
                self.lowest += 1;
                continue;
            };
            let node = self.nodes[number as usize];
            // It has been done, or waits elsewhere since its cost or bound changed.
            if node.done || rank(&node, order) != lowest {
                continue;
            }
            if order == Order::Exact && node.prices != self.bounds.version() && self.raise(rest, number) {
                continue;
            }
            if order == Order::Exact && expanded >= next_solve {
                let solved = self.bounds.solve(rest, node.state, self.graph.marking(node.state), node.event as usize);
                let gained = solved.is_none_or(|bound| bound > node.bound);
                pause = if gained { (pause / 2).max(1) } else { (pause * 2).min(64) };
                next_solve = expanded + pause;
                match solved {
                    None => {
                        self.nodes[number as usize].done = true;
                        continue;
                    }
                    Some(_) => {
                        if self.raise(rest, number) {
                            continue;
                        }
                    }
                }
            }
            self.nodes[number as usize].done = true;
            expanded += 1;
            match self.expand(path, rest, order, number) {
                Ok(true) => return Found::End(number),
                Ok(false) => {}
                Err(TooMany) => return Found::Limit(lowest as u32),
            }
            let late = expanded % 256 == 0 && Instant::now() > spend.until;
            if self.nodes.len() > spend.nodes || late {
                return Found::Limit(lowest as u32);
            }
        }
        Found::Nothing
    }

    /// Looks at the bound of a node again; whether it has to wait longer.
    fn raise(&mut self, rest: &Rest, number: u32) -> bool {
        let node = &mut self.nodes[number as usize];
        let marking = self.graph.marking(node.state);
        let bound = self.bounds.of(rest, node.state, marking, node.event as usize).max(node.bound);
        node.prices = self.bounds.version();
        if bound == node.bound {
            return false;
        }
        node.bound = bound;
        let rank = rank(node, Order::Exact);
        self.wait(rank, number);
        true
    }

    /// Offers what may follow a node; tells whether the node is an end.
    fn expand(&mut self, path: &[u32], rest: &Rest, order: Order, number: u32) -> Result<bool, TooMany> {
        let node = self.nodes[number as usize];
        let event = path.get(node.event as usize);
        if event.is_none() && (!self.finished || self.graph.is_last(node.state)?) {
            return Ok(true);
        }
        // What follows a move costs at least what was left before it, less the move.
        let left = |cost: u32| node.bound.saturating_sub(cost);
        let next = Node { before: number, prices: 0, done: false, bound: left(1), ..node };
        let mut edges = std::mem::take(&mut self.edges);
        edges.clear();
        edges.extend_from_slice(self.graph.edges(node.state)?);
        // A log move directly after a model move leads where the other order leads, so only that order is walked.
        if event.is_some() && !matches!(node.by, By::Model(_)) {
            self.offer(rest, order, Node { event: node.event + 1, cost: node.cost + 1, by: By::Log, ..next });
        }
        for edge in &edges {
            self.offer(
                rest,
                order,
                Node { state: edge.to, cost: node.cost + 1, by: By::Model(edge.transition), ..next },
            );
        }
        // What is offered last is looked at first.
        for edge in edges.iter().filter(|edge| Some(&edge.label) == event) {
            let (by, bound) = (By::Both(edge.transition), left(0));
            self.offer(rest, order, Node { state: edge.to, event: node.event + 1, by, bound, ..next });
        }
        self.edges = edges;
        Ok(false)
    }

    /// Lets a node wait, unless it is known at no higher cost.
    fn offer(&mut self, rest: &Rest, order: Order, mut node: Node) {
        let fresh = self.nodes.len() as u32;
        let number = *self.numbers.entry((node.state, node.event)).or_insert(fresh);
        if number == fresh {
            let known = self.bounds.of(rest, node.state, self.graph.marking(node.state), node.event as usize);
            node.bound = node.bound.max(known);
            node.prices = self.bounds.version();
            self.nodes.push(node);
        } else {
            let known = &mut self.nodes[number as usize];
            if known.cost <= node.cost {
                return;
            }
            (known.cost, known.before, known.by, known.done) = (node.cost, node.before, node.by, false);
            known.bound = known.bound.max(node.bound);
        }
        let rank = rank(&self.nodes[number as usize], order);
        self.wait(rank, number);
    }

    fn wait(&mut self, rank: usize, number: u32) {
        if self.queue.len() <= rank {
            self.queue.resize(rank + 1, Vec::new());
        }
        self.queue[rank].push(number);
        self.lowest = self.lowest.min(rank);
    }

    fn trace_back(&self, mut number: u32) -> Alignment {
        let mut moves = Vec::new();
        loop {
            let node = &self.nodes[number as usize];
            let event = node.event.saturating_sub(1);
            match node.by {
                By::Start => break,
                By::Log => moves.push(Move::Log { event }),
                By::Model(transition) => moves.push(Move::Model { transition }),
                By::Both(transition) => moves.push(Move::Both { event, transition }),
            }
            number = node.before;
        }
        moves.reverse();
        Alignment::of(moves)
    }
}

fn rank(node: &Node, order: Order) -> usize {
    let bound = match order {
        Order::Exact => node.bound,
        Order::Hasty(times) => node.bound * times,
    };
    (node.cost + bound) as usize
}
