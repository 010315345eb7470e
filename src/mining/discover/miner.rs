//! The recursion: base cases, a cut, a cut without noise, or what is true all the same.

use super::cut::{Cut, cut};
use super::fallthrough::{Fallthrough, fallthrough};
use super::graph::Graph;
use super::log::Log;
use super::split::split;
use super::tree::Tree;

/// The tree of a log: paths with their cases. With a noise threshold of 0 every case fits; with 0.2, what happens after an
/// activity less than a fifth as often as what happens most often after it does not decide about the structure.
pub fn discover<'a>(paths: impl Iterator<Item = (&'a [i32], u64)>, noise: f64) -> Tree {
    let mut log = Log::default();
    for (path, cases) in paths {
        log.add(path.iter().map(|activity| *activity as u32).collect(), cases);
    }
    mine(log, noise).simplify()
}

fn mine(log: Log, noise: f64) -> Tree {
    let empty = log.empty_cases();
    if empty == log.cases() {
        return Tree::Silent;
    }
    if empty > 0 {
        let is_noise = empty as f64 <= noise * log.cases() as f64;
        let rest = mine(log.without_empty(), noise);
        return if is_noise { rest } else { Tree::Exclusive(vec![Tree::Silent, rest]) };
    }
    let graph = Graph::of(&log);
    if let [only] = graph.activities.as_slice()
        && log.paths.keys().all(|path| path.len() == 1)
    {
        return Tree::Step(*only);
    }
    let found = cut(&graph).or_else(|| (noise > 0.0).then(|| cut(&graph.without_noise(noise))).flatten());
    if let Some(found) = found {
        return by_cut(&log, &found, noise);
    }
    match fallthrough(&log, &graph) {
        Fallthrough::Parallel(one, rest) => Tree::Parallel(vec![mine(one, noise), mine(rest, noise)]),
        Fallthrough::Repeated(pieces) => Tree::Loop(Box::new(mine(pieces, noise)), Box::new(Tree::Silent)),
        Fallthrough::Anything(activities) => {
            let steps = activities.into_iter().map(Tree::Step).collect();
            Tree::Loop(Box::new(Tree::Exclusive(steps)), Box::new(Tree::Silent))
        }
    }
}

fn by_cut(log: &Log, found: &Cut, noise: f64) -> Tree {
    // Of alternatives that no case takes once noise is gone, nothing is left.
    let logs = split(log, found).into_iter().filter(|part| part.cases() > 0);
    let mut parts: Vec<Tree> = logs.map(|part| mine(part, noise)).collect();
    match found {
        Cut::Exclusive(_) => Tree::Exclusive(parts),
        Cut::Sequence(_) => Tree::Sequence(parts),
        Cut::Parallel(_) => Tree::Parallel(parts),
        Cut::Loop(_) => {
            let body = parts.remove(0);
            Tree::Loop(Box::new(body), Box::new(Tree::Exclusive(parts)))
        }
    }
}
