//! How much a model allows that never happens (Muñoz-Gama, Carmona 2010): after every beginning of a case, the steps that
//! the model would allow next and that no case took, weighed by the cases that went on from there.

use super::automaton::Automaton;
use super::closure::TooMany;
use super::compiled::Compiled;
use super::names::Names;
use crate::mining::net::{Net, reduce};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Beginnings of cases, each once, with what came next.
#[derive(Default)]
struct Beginning {
    next: BTreeMap<u32, Beginning>,
    /// Cases that went on from here.
    cases: u64,
}

/// States that the model may be in after one beginning, at most; a model that is that vague is not measured.
const STATES: usize = 5_000;

/// One minus the share of allowed next steps that never happened, over all beginnings that the model allows. Nothing,
/// where the model allows nothing after any of them, or too much to be looked at in time.
pub fn precision(net: &Net, activities: &[&str], paths: &[(&[i32], u64)], within: Duration) -> Option<f64> {
    let until = Instant::now() + within;
    let net = reduce(net);
    let names = Names::matching(&net.labels(), activities);
    let compiled = Compiled::of(&net, &|label| names.number(label)).ok()?;
    let mut root = Beginning::default();
    for (path, cases) in paths {
        let mut at = &mut root;
        for activity in *path {
            at.cases += cases;
            at = at.next.entry(*activity as u32).or_default();
        }
    }
    let mut automaton = Automaton::new(&compiled);
    let mut sums = (0.0, 0.0);
    walk(&mut automaton, root, &mut sums, until).ok()?;
    let (allowed, escaping) = sums;
    (allowed > 0.0).then(|| 1.0 - escaping / allowed)
}

/// Without recursion: a case may be very long.
fn walk(automaton: &mut Automaton<'_>, root: Beginning, sums: &mut (f64, f64), until: Instant) -> Result<(), TooMany> {
    let mut waiting = vec![(root, BTreeSet::from([0u32]))];
    while let Some((beginning, states)) = waiting.pop() {
        if Instant::now() > until {
            return Err(TooMany);
        }
        let mut allowed: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for state in states {
            for edge in automaton.edges(state)? {
                allowed.entry(edge.label).or_default().insert(edge.to);
            }
        }
        let taken = allowed.keys().filter(|label| beginning.next.contains_key(label)).count();
        sums.0 += beginning.cases as f64 * allowed.len() as f64;
        sums.1 += beginning.cases as f64 * (allowed.len() - taken) as f64;
        for (label, next) in beginning.next {
            // What the model does not allow, it says nothing about.
            if let Some(states) = allowed.remove(&label) {
                if states.len() > STATES {
                    return Err(TooMany);
                }
                waiting.push((next, states));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::net::Marking;

    #[test]
    fn worked_by_hand() {
        // A, then B or C, then D, and D as often as wanted.
        let mut net = Net::default();
        let p: Vec<usize> = (0..4).map(|n| net.place(format!("p{n}"))).collect();
        for (name, from, to) in [("A", 0, 1), ("B", 1, 2), ("C", 1, 2), ("D", 2, 3)] {
            net.transition(name, Some(name.to_owned()), &[p[from]], &[p[to]]);
        }
        net.silent("again", &[p[3]], &[p[2]]);
        (net.initial, net.last) = (Marking::one(p[0]), Marking::one(p[3]));
        let activities = ["A", "B", "C", "D", "X"];
        let found = |paths: &[(&[i32], u64)]| precision(&net, &activities, paths, Duration::from_secs(60));
        // Three cases A B D: beginnings "" (A allowed), A (B, C allowed, B taken), A B (D allowed): 1 of 4 never happens.
        assert_eq!(found(&[(&[0, 1, 3], 3)]), Some(0.75));
        // A case that the model does not allow counts as far as it does: X after A is not allowed, what follows unknown.
        let both: [(&[i32], u64); 2] = [(&[0, 1, 3], 3), (&[0, 4, 3], 1)];
        // "" 4 cases, 1 allowed; A 4 cases, 2 allowed, 1 escapes; A B 3 cases, 1 allowed.
        assert_eq!(found(&both), Some(1.0 - 4.0 / 15.0));
        assert_eq!(found(&[]), None);
    }
}
