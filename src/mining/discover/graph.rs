//! The directly-follows graph of a log, as the miner looks for cuts in it.

use super::log::Log;
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    /// Activities of the log, ascending.
    pub activities: Vec<u32>,
    /// How often one follows another directly.
    pub follows: BTreeMap<(u32, u32), u64>,
    /// How many cases begin with it.
    pub starts: BTreeMap<u32, u64>,
    /// How many cases end with it.
    pub ends: BTreeMap<u32, u64>,
}

impl Graph {
    pub(super) fn of(log: &Log) -> Self {
        let mut graph = Self { activities: log.activities().into_iter().collect(), ..Self::default() };
        for (path, cases) in &log.paths {
            for pair in path.windows(2) {
                *graph.follows.entry((pair[0], pair[1])).or_default() += cases;
            }
            if let (Some(first), Some(last)) = (path.first(), path.last()) {
                *graph.starts.entry(*first).or_default() += cases;
                *graph.ends.entry(*last).or_default() += cases;
            }
        }
        graph
    }

    /// Without what happens, after an activity, less often than this share of what happens most often after it,
    /// and without rare beginnings; then without activities that nothing leads to or from.
    pub(super) fn without_noise(&self, threshold: f64) -> Self {
        let mut most: BTreeMap<u32, u64> = self.ends.clone();
        for ((from, _), n) in &self.follows {
            let most = most.entry(*from).or_default();
            *most = (*most).max(*n);
        }
        let is_kept = |from: u32, n: u64| n as f64 > threshold * most.get(&from).copied().unwrap_or_default() as f64;
        let mut graph = self.clone();
        graph.follows.retain(|(from, _), n| is_kept(*from, *n));
        // Beginnings are measured by the most frequent one. Ends stay: a case that ends early has often just not gone on.
        let most_starts = self.starts.values().max().copied().unwrap_or_default() as f64;
        graph.starts.retain(|_, n| *n as f64 > threshold * most_starts);
        let is_linked = |activity: &u32| {
            graph.starts.contains_key(activity)
                || graph.ends.contains_key(activity)
                || graph.follows.keys().any(|(from, to)| from == activity || to == activity)
        };
        graph.activities = self.activities.iter().copied().filter(is_linked).collect();
        graph
    }

    /// Whether one directly follows the other.
    pub(super) fn has(&self, from: u32, to: u32) -> bool {
        self.follows.contains_key(&(from, to))
    }

    /// For each activity, those that come some time after it.
    pub(super) fn later(&self) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        self.follows.keys().for_each(|(from, to)| next.entry(*from).or_default().push(*to));
        let reach = |activity: &u32| {
            let mut reached = BTreeSet::new();
            let mut waiting = vec![*activity];
            while let Some(at) = waiting.pop() {
                waiting.extend(next.get(&at).into_iter().flatten().filter(|to| reached.insert(**to)));
            }
            (*activity, reached)
        };
        self.activities.iter().map(reach).collect()
    }

    /// Activities that hang together, where `linked` says which pairs do. Groups and their members ascend.
    pub(super) fn groups(&self, linked: impl Fn(u32, u32) -> bool) -> Vec<BTreeSet<u32>> {
        let mut groups: Vec<BTreeSet<u32>> = Vec::new();
        for activity in &self.activities {
            let (near, far): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| group.iter().any(|other| linked(*other, *activity)));
            groups = far;
            groups.push(near.into_iter().flatten().chain([*activity]).collect());
        }
        groups.sort();
        groups
    }
}
