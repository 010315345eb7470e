//! A log as the miner sees it: distinct paths with the number of cases that took them.

use std::collections::{BTreeMap, BTreeSet};

/// See the module. A path may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// Cases by path.
    pub paths: BTreeMap<Vec<u32>, u64>,
}

impl Log {
    /// Adds cases of a path.
    pub(super) fn add(&mut self, path: Vec<u32>, cases: u64) {
        *self.paths.entry(path).or_default() += cases;
    }

    /// The activities, ascending.
    pub(super) fn activities(&self) -> BTreeSet<u32> {
        self.paths.keys().flatten().copied().collect()
    }

    /// Cases in all.
    pub(super) fn cases(&self) -> u64 {
        self.paths.values().sum()
    }

    /// Cases without any event.
    pub(super) fn empty_cases(&self) -> u64 {
        self.paths.get(&[] as &[u32]).copied().unwrap_or_default()
    }

    /// The log without cases that have no event.
    pub(super) fn without_empty(mut self) -> Self {
        self.paths.remove(&[] as &[u32]);
        self
    }

    /// The log with only some of its activities.
    pub(super) fn projected(&self, keep: impl Fn(u32) -> bool) -> Self {
        let mut log = Self::default();
        for (path, cases) in &self.paths {
            log.add(path.iter().copied().filter(|activity| keep(*activity)).collect(), *cases);
        }
        log
    }
}
