//! The runs of a net as an automaton of visible steps: a state is the marking after a step, an edge is the next step with
//! the silent moves that it needs. States are found when they are asked for, and kept.

use super::closure::{Closure, TooMany};
use super::compiled::Compiled;
use super::markings::Markings;

/// A step from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    /// Activity.
    pub label: u32,
    /// Number of the state it leads to.
    pub to: u32,
    /// Number of the transition in the net.
    pub transition: u32,
}

/// See the module. State 0 is the beginning.
#[derive(Debug)]
pub(super) struct Automaton<'a> {
    pub net: &'a Compiled,
    markings: Markings,
    edges: Vec<Option<Box<[Edge]>>>,
    ends: Vec<Option<bool>>,
    closure: Closure,
}

/// Silent markings looked at for one step.
const CLOSURE: usize = 50_000;

impl<'a> Automaton<'a> {
    pub(super) fn new(net: &'a Compiled) -> Self {
        let mut automaton = Self {
            net,
            markings: Markings::new(net.places),
            edges: Vec::new(),
            ends: Vec::new(),
            closure: Closure::new(net.places, CLOSURE),
        };
        automaton.number(&net.initial);
        automaton
    }

    /// How many states have been found.
    pub(super) fn len(&self) -> usize {
        self.markings.len()
    }

    /// The marking of a state.
    pub(super) fn marking(&self, state: u32) -> &[u8] {
        self.markings.get(state)
    }

    /// The steps that may come next.
    pub(super) fn edges(&mut self, state: u32) -> Result<&[Edge], TooMany> {
        if self.edges[state as usize].is_none() {
            let found = self.find_edges(state)?;
            self.edges[state as usize] = Some(found);
        }
        Ok(self.edges[state as usize].as_deref().unwrap_or_default())
    }

    fn find_edges(&mut self, state: u32) -> Result<Box<[Edge]>, TooMany> {
        let net = self.net;
        let marking = self.markings.get(state).to_vec();
        let marked = net.marked(&marking);
        let mut closure = std::mem::take(&mut self.closure);
        let mut edges = Vec::new();
        let found = net.visible.iter().try_for_each(|step| {
            let Some(label) = step.label else { return Ok(()) };
            let transition = step.transition;
            net.after((&marking, &marked), step, &mut closure, |after| {
                edges.push(Edge { label, to: self.number(after), transition });
            })
        });
        self.closure = closure;
        found?;
        // In an order that does not depend on which states were found before. Two steps of the same name to the same
        // marking are one as far as anything recorded goes.
        edges.sort_by_key(|edge| (edge.label, edge.transition));
        let mut distinct: Vec<Edge> = Vec::with_capacity(edges.len());
        for edge in edges {
            if !distinct.iter().any(|known| (known.label, known.to) == (edge.label, edge.to)) {
                distinct.push(edge);
            }
        }
        Ok(distinct.into_boxed_slice())
    }

    /// Whether a run may end here.
    pub(super) fn is_last(&mut self, state: u32) -> Result<bool, TooMany> {
        if let Some(known) = self.ends[state as usize] {
            return Ok(known);
        }
        let is_last = self.net.is_last(self.markings.get(state), &mut self.closure)?;
        self.ends[state as usize] = Some(is_last);
        Ok(is_last)
    }

    /// Silent markings looked at so far.
    pub(super) fn work(&self) -> u64 {
        self.closure.work
    }

    fn number(&mut self, marking: &[u8]) -> u32 {
        let (number, is_new) = self.markings.number(marking);
        if is_new {
            self.edges.push(None);
            self.ends.push(None);
        }
        number
    }
}
