//! An automaton that is small enough to be known whole: states that cannot reach the end are gone, states with the same
//! future are one, and edges lie in the order in which searches want them.

use super::automaton::{Automaton, Edge};
use super::closure::TooMany;
use rustc_hash::FxHashMap;

/// How large an automaton may become before it is no longer built whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub states: usize,
    pub edges: usize,
    /// Silent markings looked at on the way.
    pub work: u64,
}

/// No run of the net reaches its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoEnd;

/// See the module. State 0 is the beginning.
#[derive(Debug)]
pub(super) struct Table {
    /// By state, where its edges begin in `edges`; one more at the end.
    starts: Vec<u32>,
    edges: Vec<Edge>,
    /// Edges into a state, with the state they come from in `to`.
    back_starts: Vec<u32>,
    back: Vec<Edge>,
    /// By activity: pairs of states.
    by_label: FxHashMap<u32, Vec<(u32, u32)>>,
    /// Whether a run may end there.
    pub last: Vec<bool>,
    /// A marking that the state stands for.
    markings: Vec<Box<[u8]>>,
}

impl Table {
    /// Finds all states.
    ///
    /// # Errors
    /// The outer error when there are too many; the inner one when the end cannot be reached.
    pub(super) fn whole(automaton: &mut Automaton<'_>, size: Size) -> Result<Result<Self, NoEnd>, TooMany> {
        let (mut all, mut last) = (Vec::new(), Vec::new());
        let mut edges = 0;
        let mut state = 0;
        while state < automaton.len() {
            let found = automaton.edges(state as u32)?.to_vec();
            edges += found.len();
            last.push(automaton.is_last(state as u32)?);
            all.push(found);
            if automaton.len() > size.states || edges > size.edges || automaton.work() > size.work {
                return Err(TooMany);
            }
            state += 1;
        }
        let left = steps_left(&all, &last);
        if left[0] == u16::MAX {
            return Ok(Err(NoEnd));
        }
        for edges in &mut all {
            edges.retain(|edge| left[edge.to as usize] < u16::MAX);
        }
        let classes = classes(&all, &last, &left);
        let marking = |state: usize| automaton.marking(state as u32).into();
        Ok(Ok(Self::of_classes(&all, &last, &classes, &marking)))
    }

    fn of_classes(all: &[Vec<Edge>], last: &[bool], classes: &[u32], marking: &dyn Fn(usize) -> Box<[u8]>) -> Self {
        // Classes are numbered as they are met on a walk from the beginning, which is class 0 then.
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let mut members = vec![0];
        numbers.insert(classes[0], 0);
        let (mut starts, mut edges) = (vec![0], Vec::new());
        let mut at = 0;
        while at < members.len() {
            let mut own: Vec<Edge> = Vec::new();
            for edge in &all[members[at]] {
                let next = numbers.len() as u32;
                let to = *numbers.entry(classes[edge.to as usize]).or_insert_with(|| {
                    members.push(edge.to as usize);
                    next
                });
                own.push(Edge { to, ..*edge });
            }
            own.sort_unstable();
            own.dedup_by_key(|edge| (edge.label, edge.to));
            edges.extend(own);
            starts.push(edges.len() as u32);
            at += 1;
        }
        let mut table = Self {
            starts,
            edges,
            back_starts: Vec::new(),
            back: Vec::new(),
            by_label: FxHashMap::default(),
            last: members.iter().map(|member| last[*member]).collect(),
            markings: members.iter().map(|member| marking(*member)).collect(),
        };
        table.index();
        table
    }

    fn index(&mut self) {
        let mut into: Vec<Vec<Edge>> = vec![Vec::new(); self.len()];
        for state in 0..self.len() as u32 {
            for edge in self.edges(state).to_vec() {
                into[edge.to as usize].push(Edge { to: state, ..edge });
                self.by_label.entry(edge.label).or_default().push((state, edge.to));
            }
        }
        self.back_starts.push(0);
        for edges in into {
            self.back.extend(edges);
            self.back_starts.push(self.back.len() as u32);
        }
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many edges there are.
    pub(super) fn size(&self) -> usize {
        self.edges.len()
    }

    /// The steps that may come next, by activity.
    pub(super) fn edges(&self, state: u32) -> &[Edge] {
        &self.edges[self.starts[state as usize] as usize..self.starts[state as usize + 1] as usize]
    }

    /// The steps that lead to a state; `to` is where they come from.
    pub(super) fn back(&self, state: u32) -> &[Edge] {
        &self.back[self.back_starts[state as usize] as usize..self.back_starts[state as usize + 1] as usize]
    }

    /// The pairs of states that an activity leads from and to.
    pub(super) fn steps_of(&self, label: u32) -> &[(u32, u32)] {
        self.by_label.get(&label).map_or(&[], Vec::as_slice)
    }

    /// A marking that the state stands for.
    pub(super) fn marking(&self, state: u32) -> &[u8] {
        &self.markings[state as usize]
    }
}

/// Steps to the end by state, at least; `MAX` where there is no way.
fn steps_left(all: &[Vec<Edge>], last: &[bool]) -> Vec<u16> {
    let mut into: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
    for (state, edges) in all.iter().enumerate() {
        edges.iter().for_each(|edge| into[edge.to as usize].push(state as u32));
    }
    let mut left = vec![u16::MAX; all.len()];
    let mut row: Vec<u32> = (0..all.len() as u32).filter(|state| last[*state as usize]).collect();
    let mut steps = 0;
    row.iter().for_each(|state| left[*state as usize] = 0);
    while !row.is_empty() && steps < u16::MAX - 1 {
        steps += 1;
        let mut next = Vec::new();
        for before in row.iter().flat_map(|state| &into[*state as usize]) {
            if left[*before as usize] == u16::MAX {
                left[*before as usize] = steps;
                next.push(*before);
            }
        }
        row = next;
    }
    left
}

/// Classes of states with the same future: refined until the edges of a class lead to the same classes (Moore 1956).
/// Transitions are told apart even where they have one name, so that a way through classes is a run of the net.
fn classes(all: &[Vec<Edge>], last: &[bool], left: &[u16]) -> Vec<u32> {
    let mut classes: Vec<u32> =
        last.iter().zip(left).map(|(last, left)| u32::from(*left) * 2 + u32::from(*last)).collect();
    let mut count = 0;
    loop {
        let mut numbers: FxHashMap<(u32, Vec<(u32, u32)>), u32> = FxHashMap::default();
        let mut next = Vec::with_capacity(classes.len());
        for (state, edges) in all.iter().enumerate() {
            let mut future: Vec<(u32, u32)> =
                edges.iter().map(|edge| (edge.transition, classes[edge.to as usize])).collect();
            future.sort_unstable();
            future.dedup();
            let fresh = numbers.len() as u32;
            next.push(*numbers.entry((classes[state], future)).or_insert(fresh));
        }
        if numbers.len() == count {
            return next;
        }
        count = numbers.len();
        classes = next;
    }
}
