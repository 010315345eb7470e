//! What became of a demand, case by case.

use super::Order;
use crate::mining::official::{Check, Demand};
use crate::mining::rules::{Breach, Kind};
use crate::model::official::RuleKind;
use std::collections::BTreeMap;

/// What became of a demand in one case.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Kept,
    Broken(Vec<(Breach, Order)>),
    Vacuous,
    /// What is wanted may still come, or would have come had the case not been cancelled.
    Pending,
    Unknown,
}

/// Marks of the cases that a query speaks of; all others have nothing to keep.
pub(super) type Marks = BTreeMap<u32, Mark>;

pub(super) fn breach(kind: Kind, activity: &str, other: Option<&str>, found: Option<&str>) -> Breach {
    Breach { kind, activity: activity.to_owned(), other: other.map(str::to_owned), found: found.map(str::to_owned) }
}

/// Of several marks of a case, the worst counts, and broken ones add up.
pub(super) fn join(marks: &mut Marks, row: u32, mark: Mark) {
    let before = marks.remove(&row);
    let joined = match (before, mark) {
        (None, mark) => mark,
        (Some(Mark::Broken(mut ways)), Mark::Broken(more)) => {
            ways.extend(more);
            ways.sort_unstable();
            ways.dedup();
            Mark::Broken(ways)
        }
        (Some(broken @ Mark::Broken(_)), _) | (Some(_), broken @ Mark::Broken(_)) => broken,
        (Some(Mark::Unknown), _) | (Some(_), Mark::Unknown) => Mark::Unknown,
        (Some(Mark::Kept), _) | (Some(_), Mark::Kept) => Mark::Kept,
        _ => Mark::Vacuous,
    };
    marks.insert(row, joined);
}

pub(super) fn all_unknown(marks: &Marks) -> bool {
    !marks.is_empty() && marks.values().all(|mark| *mark == Mark::Unknown)
}

/// The same of a case that is still under way, or was cancelled: only what it has broken for good counts.
pub(super) fn so_far(check: &Check, mark: Mark) -> Mark {
    let Mark::Broken(ways) = mark else { return mark };
    let may_still_come = |breach: &Breach| match &check.demand {
        Demand::Guard(_) => breach.kind == Kind::Skipped,
        Demand::Path(RuleKind::Response | RuleKind::RespondedExistence | RuleKind::And | RuleKind::Ends, ..) => true,
        Demand::Path(RuleKind::Exactly | RuleKind::Between, ..) => breach.kind == Kind::Skipped,
        // Of a succession, the second step may still come; the first, before a second that is there, may not.
        Demand::Path(RuleKind::Succession, ..) => {
            breach.kind == Kind::Skipped && check.activities.get(1) == Some(&breach.activity)
        }
        _ => false,
    };
    let ways: Vec<_> = ways.into_iter().filter(|(breach, _)| !may_still_come(breach)).collect();
    if ways.is_empty() { Mark::Pending } else { Mark::Broken(ways) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::official::{checks, read};

    #[test]
    fn what_may_still_come_is_not_missing_yet() {
        let text = "rules:\n  - {id: r, kind: response, first: a, then: b}\n  - {id: p, kind: precedence, first: a, then: b}\n  \
            - {id: e, kind: exactly, step: a}\n  - {id: s, kind: succession, first: a, then: b}\n";
        let (_, definition) = read("f.yaml", text).unwrap_or_else(|faults| panic!("{faults}"));
        let checks = checks(&definition);
        let after = |at: usize, kind: Kind, activity: &str| {
            so_far(&checks[at], Mark::Broken(vec![(breach(kind, activity, None, None), None)]))
        };
        assert_eq!(after(0, Kind::Skipped, "b"), Mark::Pending);
        assert!(matches!(after(1, Kind::Skipped, "a"), Mark::Broken(_)));
        assert_eq!(after(2, Kind::Skipped, "a"), Mark::Pending);
        assert!(matches!(after(2, Kind::RepeatedTooOften, "a"), Mark::Broken(_)));
        assert_eq!(after(3, Kind::Skipped, "b"), Mark::Pending);
        assert!(matches!(after(3, Kind::Skipped, "a"), Mark::Broken(_)));
        assert_eq!(so_far(&checks[0], Mark::Kept), Mark::Kept);
    }

    #[test]
    fn the_worst_counts_and_broken_ones_add_up() {
        let broken = |found: &str| Mark::Broken(vec![(breach(Kind::WrongRole, "a", None, Some(found)), None)]);
        let mut marks = Marks::new();
        for mark in [Mark::Kept, Mark::Unknown, Mark::Kept] {
            join(&mut marks, 1, mark);
        }
        assert_eq!(marks.get(&1), Some(&Mark::Unknown));
        join(&mut marks, 1, broken("x"));
        join(&mut marks, 1, broken("y"));
        join(&mut marks, 1, broken("x"));
        assert!(matches!(&marks[&1], Mark::Broken(ways) if ways.len() == 2));
    }
}
