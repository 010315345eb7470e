//! The order of events: by case, time, and position in the source; and, where asked for, starts joined with their
//! completions. Plain loops over plain arrays.

use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Stands for "no row".
pub const NO_ROW: u32 = u32::MAX;

/// Rows of a range of cases, in the order of the source.
pub struct Rows<'a> {
    /// Case numbers.
    pub case: &'a [i32],
    /// First case of the range.
    pub first_case: i32,
    /// Number of cases of the range.
    pub cases: usize,
    /// Event times.
    pub end: &'a [i64],
}

/// What is needed to pair starts with completions.
pub struct Pairing<'a> {
    /// Activity numbers.
    pub activity: &'a [i32],
    /// Lifecycle numbers.
    pub lifecycle: &'a [i32],
    /// A number that tells executions of one activity apart where the source has one, else equal for all rows.
    pub instance: &'a [u64],
    /// For each lifecycle number, whether it means that an activity began.
    pub start: &'a [bool],
    /// The same for its completion.
    pub complete: &'a [bool],
}

impl Pairing<'_> {
    fn starts(&self, row: usize) -> bool {
        usize::try_from(self.lifecycle[row]).is_ok_and(|number| self.start[number])
    }

    fn completes(&self, row: usize) -> bool {
        usize::try_from(self.lifecycle[row]).is_ok_and(|number| self.complete[number])
    }
}

/// Events in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Row of each event.
    pub row: Vec<u32>,
    /// Row of the start that was joined to it, or [`NO_ROW`]; empty if nothing was paired.
    pub start_row: Vec<u32>,
    /// First event of each case, and the number of events.
    pub case_start: Vec<u32>,
    /// Starts that were joined.
    pub merged: u64,
    /// Starts that remained without completion.
    pub unfinished: u64,
}

/// Puts the rows in order and pairs them if asked to.
pub fn order(rows: &Rows<'_>, pairing: Option<&Pairing<'_>>) -> Ordered {
    let (row, case_start) = by_case_and_time(rows);
    match pairing {
        None => Ordered { row, start_row: Vec::new(), case_start, merged: 0, unfinished: 0 },
        Some(pairing) => pair(&row, &case_start, pairing),
    }
}

/// A counting sort by case keeps the order of the source; the few rows of a case are then sorted by time if they
/// are not yet, stably.
fn by_case_and_time(rows: &Rows<'_>) -> (Vec<u32>, Vec<u32>) {
    let mut case_start = vec![0u32; rows.cases + 1];
    for case in rows.case {
        case_start[(case - rows.first_case) as usize + 1] += 1;
    }
    for at in 0..rows.cases {
        case_start[at + 1] += case_start[at];
    }
    let mut next = case_start.clone();
    let mut order = vec![0u32; rows.case.len()];
    for (row, case) in rows.case.iter().enumerate() {
        let slot = &mut next[(case - rows.first_case) as usize];
        order[*slot as usize] = row as u32;
        *slot += 1;
    }
    for bounds in case_start.windows(2) {
        let events = &mut order[bounds[0] as usize..bounds[1] as usize];
        let time = |row: &u32| rows.end[*row as usize];
        if !events.is_sorted_by_key(time) {
            events.sort_by_key(time);
        }
    }
    (order, case_start)
}

/// Joins each completion with the earliest start of the same activity (and instance) that is still open. A start
/// that is never completed stays an event of its own, and so does every other transition.
fn pair(row: &[u32], case_start: &[u32], pairing: &Pairing<'_>) -> Ordered {
    let mut ordered = Ordered {
        row: Vec::with_capacity(row.len()),
        start_row: Vec::with_capacity(row.len()),
        case_start: Vec::with_capacity(case_start.len()),
        merged: 0,
        unfinished: 0,
    };
    let mut open: FxHashMap<(i32, u64), VecDeque<u32>> = FxHashMap::default();
    let mut joined: FxHashMap<u32, u32> = FxHashMap::default();
    let mut absorbed: FxHashMap<u32, ()> = FxHashMap::default();
    for bounds in case_start.windows(2) {
        ordered.case_start.push(ordered.row.len() as u32);
        let events = &row[bounds[0] as usize..bounds[1] as usize];
        for row in events {
            let at = *row as usize;
            let key = (pairing.activity[at], pairing.instance[at]);
            if pairing.starts(at) {
                open.entry(key).or_default().push_back(*row);
            } else if pairing.completes(at)
                && let Some(start) = open.get_mut(&key).and_then(VecDeque::pop_front)
            {
                joined.insert(*row, start);
                absorbed.insert(start, ());
            }
        }
        for row in events.iter().filter(|row| !absorbed.contains_key(row)) {
            ordered.row.push(*row);
            ordered.start_row.push(joined.get(row).copied().unwrap_or(NO_ROW));
            ordered.unfinished += u64::from(pairing.starts(*row as usize));
        }
        ordered.merged += joined.len() as u64;
        open.clear();
        joined.clear();
        absorbed.clear();
    }
    ordered.case_start.push(ordered.row.len() as u32);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_the_order_of_the_source() {
        let rows = Rows { case: &[1, 0, 1, 1, 0], first_case: 0, cases: 2, end: &[5, 9, 3, 5, 1] };
        let ordered = order(&rows, None);
        assert_eq!(ordered.row, [4, 1, 2, 0, 3]);
        assert_eq!(ordered.case_start, [0, 2, 5]);
    }

    #[test]
    fn starts_join_completions_first_in_first_out() {
        // a start, a start, a complete, a complete, b start (never completed), c complete (never started).
        let rows = Rows { case: &[0; 6], first_case: 0, cases: 1, end: &[1, 2, 3, 4, 5, 6] };
        let pairing = Pairing {
            activity: &[0, 0, 0, 0, 1, 2],
            lifecycle: &[0, 0, 1, 1, 0, 1],
            instance: &[0; 6],
            start: &[true, false],
            complete: &[false, true],
        };
        let ordered = order(&rows, Some(&pairing));
        assert_eq!(ordered.row, [2, 3, 4, 5]);
        assert_eq!(ordered.start_row, [0, 1, NO_ROW, NO_ROW]);
        assert_eq!((ordered.merged, ordered.unfinished), (2, 1));
    }

    #[test]
    fn instances_keep_executions_apart() {
        let rows = Rows { case: &[0; 4], first_case: 0, cases: 1, end: &[1, 2, 3, 4] };
        let pairing = Pairing {
            activity: &[0; 4],
            // Two words for the start, two for the completion, and a row that says neither.
            lifecycle: &[0, 3, 1, 2],
            instance: &[7, 8, 8, 7],
            start: &[true, false, false, true],
            complete: &[false, true, true, false],
        };
        assert_eq!(order(&rows, Some(&pairing)).start_row, [1, 0]);
    }
}
