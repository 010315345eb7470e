//! Where silent moves lead to from a marking, and how.

use super::compiled::Step;
use super::markings::Markings;

/// A limit was met: what has been found so far is not all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// See the module. Kept between uses for its memory.
#[derive(Debug, Default)]
pub(super) struct Closure {
    markings: Markings,
    /// By marking: what it came from, and by which move; nothing for the first.
    came: Vec<Option<(u32, u32)>>,
    /// The marking after the move at hand.
    after: Vec<u8>,
    limit: usize,
    /// Markings looked at in all explorations.
    pub work: u64,
}

impl Closure {
    /// At most so many markings are looked at in one exploration.
    pub(super) fn new(places: usize, limit: usize) -> Self {
        Self { markings: Markings::new(places), came: Vec::new(), after: Vec::new(), limit, work: 0 }
    }

    /// Walks the chosen moves from a marking. Where `only` names a move, no other is walked from there.
    pub(super) fn explore(
        &mut self,
        from: &[u8],
        moves: &[Step],
        chosen: &[usize],
        only: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<(), TooMany> {
        self.begin(from);
        let mut at = 0;
        while at < self.markings.len() {
            self.work += 1;
            match only(self.markings.get(at as u32)) {
                Some(number) => _ = self.walk(at as u32, number, moves)?,
                None => chosen.iter().try_for_each(|number| self.walk(at as u32, *number, moves).map(drop))?,
            }
            at += 1;
        }
        Ok(())
    }

    /// Whether the chosen moves lead from one marking to another. Looks straight ahead first: where the moves are many
    /// that do not touch each other, any order of them is as good.
    pub(super) fn leads_to(
        &mut self,
        from: &[u8],
        moves: &[Step],
        chosen: &[usize],
        to: &[u8],
    ) -> Result<bool, TooMany> {
        self.begin(from);
        let mut waiting = vec![0];
        while let Some(at) = waiting.pop() {
            self.work += 1;
            if self.markings.get(at) == to {
                return Ok(true);
            }
            for number in chosen.iter().rev() {
                waiting.extend(self.walk(at, *number, moves)?);
            }
        }
        Ok(false)
    }

    fn begin(&mut self, from: &[u8]) {
        self.markings.clear();
        self.came.clear();
        self.markings.number(from);
        self.came.push(None);
    }

    /// The number of the marking after a move, if that is allowed and leads to a new one.
    fn walk(&mut self, at: u32, number: usize, moves: &[Step]) -> Result<Option<u32>, TooMany> {
        let marking = self.markings.get(at);
        if !moves[number].is_allowed(marking) {
            return Ok(None);
        }
        moves[number].fire(marking, &mut self.after)?;
        let (after, is_new) = self.markings.number(&self.after);
        if !is_new {
            return Ok(None);
        }
        self.came.push(Some((at, number as u32)));
        if self.markings.len() > self.limit { Err(TooMany) } else { Ok(Some(after)) }
    }

    /// What the last exploration reached.
    pub(super) fn markings(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.markings.len() as u32).map(|number| self.markings.get(number))
    }

    /// The moves to a marking that the last exploration reached.
    pub(super) fn way(&self, mut at: usize) -> Vec<usize> {
        let mut way = Vec::new();
        while let Some((before, by)) = self.came[at] {
            way.push(by as usize);
            at = before as usize;
        }
        way.reverse();
        way
    }

    /// Whether a step needs every move on the way to a marking: each has to give a token to the step, or to a later move.
    pub(super) fn needs_all(&self, mut at: usize, moves: &[Step], step: &Step) -> bool {
        let mut needed: Vec<(u32, u8)> = step.inputs.clone();
        while let Some((before, by)) = self.came[at] {
            let by = &moves[by as usize];
            let mut gives = false;
            for (place, n) in &by.outputs {
                if let Some((_, want)) = needed.iter_mut().find(|(wanted, want)| wanted == place && *want > 0) {
                    *want = want.saturating_sub(*n);
                    gives = true;
                }
            }
            if !gives {
                return false;
            }
            for (place, n) in &by.inputs {
                match needed.iter_mut().find(|(wanted, _)| wanted == place) {
                    Some((_, want)) => *want = want.saturating_add(*n),
                    None => needed.push((*place, *n)),
                }
            }
            at = before as usize;
        }
        true
    }
}
