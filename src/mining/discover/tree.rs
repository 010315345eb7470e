//! Process trees: flows made of blocks. Whatever tree it is, its net is sound.

use super::layout;
use crate::mining::net::{Marking, Net, bpmn};
use std::fmt;

/// See the module. Steps are numbers of activities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// Nothing is recorded.
    Silent,
    /// One step.
    Step(u32),
    /// One after the other.
    Sequence(Vec<Tree>),
    /// One of them.
    Exclusive(Vec<Tree>),
    /// All of them, in any mixture.
    Parallel(Vec<Tree>),
    /// The first, and then as often as wanted the second and the first again.
    Loop(Box<Tree>, Box<Tree>),
}

impl Tree {
    /// The same flow with fewer blocks: blocks of one kind inside each other become one, and a block of one is none.
    pub fn simplify(self) -> Self {
        match self {
            Self::Sequence(parts) => {
                let parts = flat(parts, |tree| match tree {
                    Self::Sequence(parts) => Ok(parts),
                    Self::Silent => Ok(Vec::new()),
                    other => Err(other),
                });
                single(parts, Self::Sequence)
            }
            Self::Parallel(parts) => {
                let parts = flat(parts, |tree| match tree {
                    Self::Parallel(parts) => Ok(parts),
                    Self::Silent => Ok(Vec::new()),
                    other => Err(other),
                });
                single(parts, Self::Parallel)
            }
            Self::Exclusive(parts) => {
                let mut parts = flat(parts, |tree| match tree {
                    Self::Exclusive(parts) => Ok(parts),
                    other => Err(other),
                });
                let mut is_silent = false;
                parts.retain(|part| *part != Self::Silent || !std::mem::replace(&mut is_silent, true));
                // What may be left out anyway needs no second way around it.
                if is_silent && parts.iter().any(|part| *part != Self::Silent && part.may_be_silent()) {
                    parts.retain(|part| *part != Self::Silent);
                }
                single(parts, Self::Exclusive)
            }
            Self::Loop(body, redo) => match (body.simplify(), redo.simplify()) {
                (Self::Silent, Self::Silent) => Self::Silent,
                (body, redo) => Self::Loop(Box::new(body), Box::new(redo)),
            },
            leaf => leaf,
        }
    }

    /// Whether a run may record nothing.
    fn may_be_silent(&self) -> bool {
        match self {
            Self::Silent => true,
            Self::Step(_) => false,
            Self::Sequence(parts) | Self::Parallel(parts) => parts.iter().all(Self::may_be_silent),
            Self::Exclusive(parts) => parts.iter().any(Self::may_be_silent),
            Self::Loop(body, _) => body.may_be_silent(),
        }
    }

    /// The net of the tree; `activities` are the names behind its numbers.
    pub fn net(&self, activities: &[&str]) -> Net {
        let mut net = Net::default();
        let (start, end) = (net.place("start"), net.place("end"));
        self.put(&mut net, activities, start, end);
        (net.initial, net.last) = (Marking::one(start), Marking::one(end));
        net
    }

    fn put(&self, net: &mut Net, activities: &[&str], from: usize, to: usize) {
        match self {
            Self::Silent => _ = net.silent("skip", &[from], &[to]),
            Self::Step(activity) => {
                let name = activities.get(*activity as usize).copied().unwrap_or_default();
                net.transition(name, Some(name.to_owned()), &[from], &[to]);
            }
            Self::Sequence(parts) => {
                let mut at = from;
                for (number, part) in parts.iter().enumerate() {
                    let next = if number + 1 == parts.len() { to } else { net.place("next") };
                    part.put(net, activities, at, next);
                    at = next;
                }
            }
            Self::Exclusive(parts) => parts.iter().for_each(|part| part.put(net, activities, from, to)),
            Self::Parallel(parts) => {
                let ends: Vec<(usize, usize)> =
                    parts.iter().map(|_| (net.place("branch"), net.place("done"))).collect();
                let (begin, done): (Vec<usize>, Vec<usize>) = ends.iter().copied().unzip();
                net.silent("split", &[from], &begin);
                for (part, (begin, done)) in parts.iter().zip(ends) {
                    part.put(net, activities, begin, done);
                }
                net.silent("join", &done, &[to]);
            }
            Self::Loop(body, redo) => {
                // Places of its own: what leads into the loop must not be led back to.
                let (begin, done) = (net.place("body"), net.place("body done"));
                net.silent("enter", &[from], &[begin]);
                body.put(net, activities, begin, done);
                redo.put(net, activities, done, begin);
                net.silent("leave", &[done], &[to]);
            }
        }
    }

    /// The tree as a BPMN 2.0 document with its diagram.
    pub fn bpmn(&self, name: &str, activities: &[&str]) -> String {
        bpmn::write(name, &layout::drawing(self, activities))
    }

    /// The tree in the notation of the literature.
    pub fn shown<'a>(&'a self, activities: &'a [&'a str]) -> impl fmt::Display + 'a {
        Shown { tree: self, activities }
    }
}

struct Shown<'a> {
    tree: &'a Tree,
    activities: &'a [&'a str],
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, parts): (&str, Vec<&Tree>) = match self.tree {
            Tree::Silent => return f.write_str("tau"),
            Tree::Step(step) => {
                return write!(f, "'{}'", self.activities.get(*step as usize).copied().unwrap_or_default());
            }
            Tree::Sequence(parts) => ("->", parts.iter().collect()),
            Tree::Exclusive(parts) => ("X", parts.iter().collect()),
            Tree::Parallel(parts) => ("+", parts.iter().collect()),
            Tree::Loop(body, redo) => ("*", vec![body, redo]),
        };
        write!(f, "{sign}( ")?;
        for (at, part) in parts.into_iter().enumerate() {
            let before = if at == 0 { "" } else { ", " };
            write!(f, "{before}{}", part.shown(self.activities))?;
        }
        f.write_str(" )")
    }
}

fn flat(parts: Vec<Tree>, inner: impl Fn(Tree) -> Result<Vec<Tree>, Tree>) -> Vec<Tree> {
    let mut all = Vec::new();
    for part in parts {
        match inner(part.simplify()) {
            Ok(parts) => all.extend(parts),
            Err(other) => all.push(other),
        }
    }
    all
}

fn single(mut parts: Vec<Tree>, block: impl Fn(Vec<Tree>) -> Tree) -> Tree {
    match parts.len() {
        0 => Tree::Silent,
        1 => parts.remove(0),
        _ => block(parts),
    }
}
