//! Alignments on a small automaton, by dynamic programming: a column holds, for every state, the least cost at which the
//! events so far lead there. Columns of a beginning that several paths share are computed once, since paths come sorted.
//!
//! Column i+1 from column i: every state may be kept at the cost of a log move; an edge with the event's activity leads on
//! for nothing; then model moves spread. Column i is closed under model moves, so is column i + 1 with all costs raised
//! by one: only states that a common move made cheaper have to be spread.

use super::outcome::{Alignment, Move};
use super::table::Table;

/// See the module.
pub(super) struct Columns<'a> {
    table: &'a Table,
    /// The events that the columns stand for.
    path: Vec<u32>,
    /// One column more than events.
    columns: Vec<Vec<u16>>,
    /// States to spread, by cost.
    levels: Vec<Vec<u32>>,
    spare: Vec<Vec<u16>>,
}

/// Longer paths are not aligned here: costs have to fit.
pub(super) const LONGEST: usize = 20_000;

const NEVER: u16 = u16::MAX;
/// So many states of equal cost are held against each other where an unfinished path ends.
const EQUAL_ENDS: usize = 256;

impl<'a> Columns<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let mut first = vec![NEVER; table.len()];
        first[0] = 0;
        let mut columns =
            Self { table, path: Vec::new(), columns: Vec::new(), levels: vec![vec![0]], spare: Vec::new() };
        columns.spread(&mut first, 0);
        columns.columns.push(first);
        columns
    }

    /// Makes the columns those of a path.
    pub(super) fn follow(&mut self, path: &[u32]) {
        let same = self.path.iter().zip(path).take_while(|(a, b)| a == b).count();
        self.path.truncate(same);
        self.spare.extend(self.columns.drain(same + 1..));
        for &label in &path[same..] {
            self.push(label);
        }
    }

    fn push(&mut self, label: u32) {
        let mut next = self.spare.pop().unwrap_or_default();
        next.clear();
        let Some(column) = self.columns.last() else { return };
        next.extend(column.iter().map(|cost| cost.saturating_add(1)));
        let mut least = usize::from(NEVER);
        for &(from, to) in self.table.steps_of(label) {
            let cost = column[from as usize];
            if cost < next[to as usize] {
                next[to as usize] = cost;
                least = least.min(usize::from(cost));
                if self.levels.len() <= usize::from(cost) {
                    self.levels.resize(usize::from(cost) + 1, Vec::new());
                }
                self.levels[usize::from(cost)].push(to);
            }
        }
        self.spread(&mut next, least);
        self.columns.push(next);
        self.path.push(label);
    }

    /// Lets model moves lead on from the states in `levels`, cheapest first.
    fn spread(&mut self, column: &mut [u16], least: usize) {
        let mut cost = least;
        while cost < self.levels.len() {
            let mut row = std::mem::take(&mut self.levels[cost]);
            for state in row.drain(..) {
                if usize::from(column[state as usize]) != cost {
                    continue;
                }
                for edge in self.table.edges(state) {
                    let after = cost as u16 + 1;
                    if after < column[edge.to as usize] {
                        column[edge.to as usize] = after;
                        if self.levels.len() <= cost + 1 {
                            self.levels.push(Vec::new());
                        }
                        self.levels[cost + 1].push(edge.to);
                    }
                }
            }
            self.levels[cost] = row;
            cost += 1;
        }
    }

    /// The least cost of the path followed last. An unfinished path need not reach the end: of the states that it may have
    /// reached at equal cost, the one is taken in which most of its events have a place, so that a step that was left out
    /// is not told as a later one that has no place.
    pub(super) fn alignment(&self, finished: bool) -> Alignment {
        let column = &self.columns[self.path.len()];
        let ends = (0..column.len()).filter(|state| !finished || self.table.last[*state]);
        let end = ends.min_by_key(|state| column[*state]).unwrap_or_default();
        if finished || column[end] == 0 {
            return Alignment::of(self.trace_back(end as u32));
        }
        let equal = (0..column.len()).filter(|state| column[*state] == column[end]).take(EQUAL_ENDS);
        let ways = equal.map(|state| self.trace_back(state as u32));
        let without_place = |moves: &Vec<Move>| moves.iter().filter(|each| matches!(each, Move::Log { .. })).count();
        Alignment::of(ways.min_by_key(without_place).unwrap_or_default())
    }

    /// The moves on a cheapest way to a state. Of equal ways the one is taken that puts common moves as early as can
    /// be: of a step recorded twice, the second is the one too many.
    fn trace_back(&self, mut state: u32) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut events = self.path.len();
        loop {
            let cost = self.columns[events][state as usize];
            if events == 0 && cost == 0 && state == 0 {
                break;
            }
            let before = events.checked_sub(1).map(|before| (before as u32, &self.columns[before]));
            if let Some((event, column)) = before
                && column[state as usize].checked_add(1) == Some(cost)
            {
                moves.push(Move::Log { event });
                events -= 1;
                continue;
            }
            let back = self.table.back(state);
            let model = back.iter().find(|edge| self.columns[events][edge.to as usize].checked_add(1) == Some(cost));
            if let Some(edge) = model {
                moves.push(Move::Model { transition: edge.transition });
                state = edge.to;
                continue;
            }
            let both = before.and_then(|(event, column)| {
                let same = |edge: &&super::automaton::Edge| edge.label == self.path[event as usize];
                let edge = back.iter().filter(same).find(|edge| column[edge.to as usize] == cost)?;
                Some((event, edge))
            });
            let Some((event, edge)) = both else { break };
            moves.push(Move::Both { event, transition: edge.transition });
            state = edge.to;
            events -= 1;
        }
        moves.reverse();
        moves
    }
}
