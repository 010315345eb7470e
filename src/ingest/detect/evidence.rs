//! What the values of a sample say about the parts that columns play.

use super::columns::{Column, Table};
use crate::ingest::lifecycle::{is_completion, is_start, is_transition};
use rustc_hash::FxHashMap;

/// Whether all values of a column are transitions, and both a first and a last one are among them.
pub(super) fn are_transitions(table: &Table<'_>, column: usize, distinct: usize) -> bool {
    if !(2..=15).contains(&distinct) {
        return false;
    }
    let mut values: Vec<&str> = table.cells[column].iter().map(AsRef::as_ref).filter(|cell| !cell.is_empty()).collect();
    values.sort_unstable();
    values.dedup();
    let has = |test: fn(&str) -> bool| values.iter().any(|value| test(value));
    values.iter().all(|value| is_transition(value)) && has(is_start) && has(is_completion)
}

/// Share of the cases with several rows in which a column changes its value; nothing if too few cases tell.
pub(super) fn changes_within_cases(table: &Table<'_>, case: usize, column: usize) -> Option<f64> {
    let mut cases: FxHashMap<&str, (&str, usize, bool)> = FxHashMap::default();
    for (case, value) in table.cells[case].iter().zip(&table.cells[column]) {
        if case.is_empty() || value.is_empty() {
            continue;
        }
        let (first, rows, changes) = cases.entry(case.as_ref()).or_insert((value.as_ref(), 0, false));
        *rows += 1;
        *changes |= *first != value.as_ref();
    }
    let several = cases.values().filter(|(_, rows, _)| *rows > 1).count();
    let changing = cases.values().filter(|(_, _, changes)| *changes).count();
    (several >= 3).then(|| changing as f64 / several as f64)
}

/// How two time columns lie to each other.
pub(super) struct InOrder {
    /// Share of the rows in which the first is not later than the second.
    pub share: f64,
    /// In some row it is earlier.
    pub any_earlier: bool,
}

/// Compares two columns of times, row by row; nothing if no row has both.
pub(super) fn in_order(table: &Table<'_>, columns: &[Column], first: usize, second: usize) -> Option<InOrder> {
    let (a, b) = (columns[first].times()?, columns[second].times()?);
    let (mut both, mut fine, mut any_earlier) = (0_usize, 0_usize, false);
    for (first, second) in table.cells[first].iter().zip(&table.cells[second]) {
        let (Some(first), Some(second)) = (a.format.parse(first.as_bytes()), b.format.parse(second.as_bytes())) else {
            continue;
        };
        both += 1;
        fine += usize::from(first.micros <= second.micros);
        any_earlier |= first.micros < second.micros;
    }
    (both > 0).then(|| InOrder { share: fine as f64 / both as f64, any_earlier })
}

/// Whether a column holds times of day without a date, as `10:15:00` or `101500`.
pub(super) fn are_clock_times(table: &Table<'_>, column: usize) -> bool {
    let (mut filled, mut clocks) = (0_usize, 0_usize);
    for cell in table.cells[column].iter().filter(|cell| !cell.is_empty()) {
        filled += 1;
        clocks += usize::from(is_clock_time(cell));
    }
    filled > 0 && clocks * 10 >= filled * 9
}

fn is_clock_time(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let two = |at: usize, below: u8| {
        let pair = bytes.get(at..at + 2).filter(|pair| pair.iter().all(u8::is_ascii_digit));
        pair.is_some_and(|pair| (pair[0] - b'0') * 10 + (pair[1] - b'0') < below)
    };
    let sign = |at: usize| bytes.get(at) == Some(&b':');
    match bytes.len() {
        5 => two(0, 24) && sign(2) && two(3, 60),
        8 => two(0, 24) && sign(2) && two(3, 60) && sign(5) && two(6, 60),
        6 => two(0, 24) && two(2, 60) && two(4, 60),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_times() {
        for (cell, expected) in [
            ("10:15", true),
            ("10:15:59", true),
            ("101500", true),
            ("24:00", false),
            ("1:15", false),
            ("1015", false),
            ("é0:15", false),
        ] {
            assert_eq!(is_clock_time(cell), expected, "{cell}");
        }
    }
}
