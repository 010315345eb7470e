//! Splits a log along a cut. Where a case does not keep to the cut, which happens only with a noise threshold, as few of
//! its events as possible are left out.

use super::cut::{Cut, Group};
use super::log::Log;

/// The logs of the groups of a cut, in order.
pub(super) fn split(log: &Log, cut: &Cut) -> Vec<Log> {
    let (Cut::Exclusive(groups) | Cut::Sequence(groups) | Cut::Parallel(groups) | Cut::Loop(groups)) = cut;
    let log = &log.projected(|activity| groups.iter().any(|group| group.contains(&activity)));
    match cut {
        Cut::Exclusive(groups) => exclusive(log, groups),
        Cut::Sequence(groups) => sequence(log, groups),
        Cut::Parallel(groups) => groups.iter().map(|group| log.projected(|a| group.contains(&a))).collect(),
        Cut::Loop(groups) => looped(log, groups),
    }
}

/// The group that most events belong to; of equals the first.
fn majority(path: &[u32], groups: &[Group]) -> usize {
    let events = |at: &usize| path.iter().filter(|activity| groups[*at].contains(activity)).count();
    (0..groups.len()).rev().max_by_key(events).unwrap_or_default()
}

fn only(path: &[u32], group: &Group) -> Vec<u32> {
    path.iter().copied().filter(|activity| group.contains(activity)).collect()
}

fn exclusive(log: &Log, groups: &[Group]) -> Vec<Log> {
    let mut logs = vec![Log::default(); groups.len()];
    for (path, cases) in &log.paths {
        let at = majority(path, groups);
        logs[at].add(only(path, &groups[at]), *cases);
    }
    logs
}

fn sequence(log: &Log, groups: &[Group]) -> Vec<Log> {
    let mut logs = vec![Log::default(); groups.len()];
    for (path, cases) in &log.paths {
        let mut from = 0;
        let mut passed = Group::new();
        for (at, group) in groups.iter().enumerate() {
            let to = if at + 1 == groups.len() { path.len() } else { from + end_of(&path[from..], group, &passed) };
            logs[at].add(only(&path[from..to], group), *cases);
            passed.extend(group);
            from = to;
        }
    }
    logs
}

/// Where the part of a group ends, so that the fewest events lie on the wrong side.
fn end_of(path: &[u32], group: &Group, passed: &Group) -> usize {
    let (mut cost, mut least, mut end) = (0i64, 0, 0);
    for (at, activity) in path.iter().enumerate() {
        if group.contains(activity) {
            cost -= 1;
        } else if !passed.contains(activity) {
            cost += 1;
        }
        if cost < least {
            (least, end) = (cost, at + 1);
        }
    }
    end
}

fn looped(log: &Log, groups: &[Group]) -> Vec<Log> {
    let (body, redo) = (&groups[0], &groups[1..]);
    let mut logs = vec![Log::default(); groups.len()];
    for (path, cases) in &log.paths {
        let mut at = 0;
        loop {
            let end = path[at..].iter().position(|a| !body.contains(a)).map_or(path.len(), |n| at + n);
            logs[0].add(path[at..end].to_vec(), *cases);
            if end == path.len() {
                break;
            }
            at = path[end..].iter().position(|a| body.contains(a)).map_or(path.len(), |n| end + n);
            let way = majority(&path[end..at], redo);
            logs[1 + way].add(only(&path[end..at], &redo[way]), *cases);
        }
    }
    logs
}
