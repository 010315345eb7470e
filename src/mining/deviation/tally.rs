//! Differences of paths, counted over the cases that took them.

use super::derive::Difference;
use super::kind::What;
use std::collections::BTreeMap;

/// A difference, and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// What differs.
    pub what: What,
    /// Cases in all.
    pub cases: u64,
    /// The paths that have it, by number, with the positions of events whose order is in question.
    pub paths: Vec<(usize, Vec<(u32, u32)>)>,
}

/// Counts, most cases first; equal counts by kind and name. `paths` are the differences of each path with its cases.
pub fn tally(paths: impl Iterator<Item = (usize, u64, Vec<Difference>)>) -> Vec<Tallied> {
    let mut all: BTreeMap<What, Tallied> = BTreeMap::new();
    for (path, cases, differences) in paths {
        for Difference { what, order } in differences {
            let tallied = all.entry(what.clone()).or_insert_with(|| Tallied { what, cases: 0, paths: Vec::new() });
            tallied.cases += cases;
            tallied.paths.push((path, order));
        }
    }
    let mut all: Vec<Tallied> = all.into_values().collect();
    all.sort_by(|a, b| b.cases.cmp(&a.cases).then_with(|| a.what.cmp(&b.what)));
    all
}
