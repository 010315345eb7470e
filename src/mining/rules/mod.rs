//! Rules that the path of a case decides, after Declare (Pesic, van der Aalst 2006) and processcheckR: whether one was kept,
//! broken and in what way, or had nothing to say.

mod kind;

#[cfg(test)]
mod tests;

pub use kind::{Breach, Kind};

use crate::model::official::RuleKind;

/// What became of a rule in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There was something to keep, and it was kept.
    Kept,
    /// It was broken, in one way or several.
    Broken(Vec<Broken>),
    /// What it speaks of did not happen.
    Vacuous,
}

/// One way in which a rule was broken. Steps are counted as the rule names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// How.
    pub kind: Kind,
    /// The step that it is about.
    pub step: usize,
    /// The other step, where it is about two.
    pub other: Option<usize>,
    /// For two steps in the wrong order, the positions of their events: were both at the same time, nobody knows.
    pub order: Option<(u32, u32)>,
}

/// A rule whose steps are numbers of activities; a step that the log does not know happens in no case.
#[derive(Debug, Clone, Copy)]
pub struct PathRule<'a> {
    /// What it demands.
    pub kind: RuleKind,
    /// Its steps.
    pub steps: &'a [Option<i32>],
    /// At least so often.
    pub min: Option<u32>,
    /// At most so often.
    pub max: Option<u32>,
}

impl PathRule<'_> {
    /// What became of it on a path. Rules that a path cannot decide are vacuous.
    pub fn judge(&self, path: &[i32]) -> Verdict {
        let at = |step: usize| -> Vec<u32> {
            let wanted = self.steps.get(step).copied().flatten();
            (0..path.len() as u32).filter(|at| Some(path[*at as usize]) == wanted).collect()
        };
        match self.kind {
            RuleKind::Absent | RuleKind::Exactly | RuleKind::Between => self.counted(at(0).len()),
            RuleKind::Starts => self.edge(path.first(), Kind::UndeclaredStart),
            RuleKind::Ends => self.edge(path.last(), Kind::UndeclaredEnd),
            RuleKind::NoEventAfter => match at(0).first() {
                None => Verdict::Vacuous,
                Some(first) if *first as usize + 1 == path.len() => Verdict::Kept,
                Some(_) => broken(vec![about(Kind::UndeclaredEnd, 0, None)]),
            },
            RuleKind::Precedence => precedence(&at(0), &at(1)),
            RuleKind::Response => response(&at(0), &at(1)),
            RuleKind::Succession => match (precedence(&at(0), &at(1)), response(&at(0), &at(1))) {
                (Verdict::Vacuous, Verdict::Vacuous) => Verdict::Vacuous,
                (before, after) => {
                    let ways = [before, after].into_iter().filter_map(|verdict| match verdict {
                        Verdict::Broken(ways) => Some(ways),
                        _ => None,
                    });
                    let mut ways: Vec<Broken> = ways.flatten().collect();
                    ways.sort_unstable();
                    // Where both orders are told, the positions are those of the first.
                    ways.dedup_by_key(|way| (way.kind, way.step, way.other));
                    if ways.is_empty() { Verdict::Kept } else { Verdict::Broken(ways) }
                }
            },
            RuleKind::RespondedExistence => match (at(0).is_empty(), at(1).is_empty()) {
                (true, _) => Verdict::Vacuous,
                (false, false) => Verdict::Kept,
                (false, true) => broken(vec![about(Kind::Skipped, 1, Some(0))]),
            },
            RuleKind::And => match (at(0).is_empty(), at(1).is_empty()) {
                (true, true) => Verdict::Vacuous,
                (false, false) => Verdict::Kept,
                (true, false) => broken(vec![about(Kind::Skipped, 0, Some(1))]),
                (false, true) => broken(vec![about(Kind::Skipped, 1, Some(0))]),
            },
            RuleKind::Xor => match (at(0).first(), at(1).first()) {
                (None, None) => Verdict::Vacuous,
                // The one that came second is the one too many.
                (Some(first), Some(then)) if first < then => broken(vec![about(Kind::WrongBranch, 1, Some(0))]),
                (Some(_), Some(_)) => broken(vec![about(Kind::WrongBranch, 0, Some(1))]),
                _ => Verdict::Kept,
            },
            _ => Verdict::Vacuous,
        }
    }

    fn counted(&self, times: usize) -> Verdict {
        let (min, max) = (self.min.unwrap_or(0) as usize, self.max.map_or(usize::MAX, |max| max as usize));
        if times < min {
            broken(vec![about(Kind::Skipped, 0, None)])
        } else if times > max {
            broken(vec![about(if max == 0 { Kind::Extra } else { Kind::RepeatedTooOften }, 0, None)])
        } else {
            Verdict::Kept
        }
    }

    fn edge(&self, found: Option<&i32>, kind: Kind) -> Verdict {
        match found {
            None => Verdict::Vacuous,
            Some(found) if self.steps.contains(&Some(*found)) => Verdict::Kept,
            Some(_) => broken(vec![about(kind, 0, None)]),
        }
    }
}

/// Before each `then`, there is a `first`.
fn precedence(first: &[u32], then: &[u32]) -> Verdict {
    match (first.first(), then.first()) {
        (_, None) => Verdict::Vacuous,
        (None, Some(_)) => broken(vec![about(Kind::Skipped, 0, Some(1))]),
        (Some(first), Some(then)) if first < then => Verdict::Kept,
        (Some(first), Some(then)) => {
            broken(vec![Broken { order: Some((*then, *first)), ..about(Kind::OutOfOrder, 1, Some(0)) }])
        }
    }
}

/// After each `first`, there is a `then`.
fn response(first: &[u32], then: &[u32]) -> Verdict {
    match (first.last(), then.last()) {
        (None, _) => Verdict::Vacuous,
        (Some(_), None) => broken(vec![about(Kind::Skipped, 1, Some(0))]),
        (Some(first), Some(then)) if first < then => Verdict::Kept,
        (Some(first), Some(then)) => {
            broken(vec![Broken { order: Some((*then, *first)), ..about(Kind::OutOfOrder, 1, Some(0)) }])
        }
    }
}

fn broken(ways: Vec<Broken>) -> Verdict {
    Verdict::Broken(ways)
}

fn about(kind: Kind, step: usize, other: Option<usize>) -> Broken {
    Broken { kind, step, other, order: None }
}
