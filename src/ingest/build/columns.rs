//! The columns of the table of events, as plain arrays in the order of events, with each event's neighbours.

use crate::ingest::build::dictionaries::Merged;
use crate::ingest::build::order::{NO_ROW, Ordered};
use crate::ingest::build::range::{names_in_order, some_time, utc};
use crate::ingest::build::scatter::{ints, longs};
use crate::ingest::chunk::NO_TIME;
use crate::ingest::raw::column;
use crate::model::tables::event;
use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// See the module.
pub struct Events {
    case: Vec<i32>,
    position: Vec<i32>,
    /// Activity numbers.
    pub activity: Vec<i32>,
    end: Vec<i64>,
    start: Option<Vec<i64>>,
    resource: Option<Vec<i32>>,
    role: Option<Vec<i32>>,
    system: Option<Vec<i32>>,
    lifecycle: Option<Vec<i32>>,
    batch: Option<Vec<i32>>,
    line: Vec<i64>,
    activity_first: Vec<bool>,
    edge_first: Vec<bool>,
    /// Attribute columns in order.
    pub attributes: Vec<(String, ArrayRef)>,
    timed: bool,
}

/// Above this many activities pairs are looked up in a map instead of a square.
const SQUARE_ACTIVITIES: usize = 1024;

impl Events {
    /// Gathers the columns of a range's rows in the order of events.
    pub fn new(rows: &RecordBatch, ordered: &Ordered, first_case: i32, dictionaries: &Merged) -> Self {
        let named = |name: &str| rows.column_by_name(name);
        let activity = by_row(ints(rows.column(1)).values(), &ordered.row);
        let end = named(column::END).map(longs).map_or_else(Vec::new, |end| by_row(end.values(), &ordered.row));
        let line = named(column::LINE).map(longs).map_or_else(Vec::new, |line| by_row(line.values(), &ordered.row));
        let mut case = Vec::with_capacity(activity.len());
        let mut position = Vec::with_capacity(activity.len());
        for (number, bounds) in ordered.case_start.windows(2).enumerate() {
            for at in 0..bounds[1] - bounds[0] {
                case.push(first_case + number as i32);
                position.push(at as i32);
            }
        }
        let (activity_first, edge_first) = firsts(&activity, &case, dictionaries.activities.names.len());
        Self {
            case,
            position,
            start: starts(rows, ordered),
            resource: names_in_order(rows, column::RESOURCE, ordered),
            role: names_in_order(rows, column::ROLE, ordered),
            system: names_in_order(rows, column::SYSTEM, ordered),
            lifecycle: names_in_order(rows, column::LIFECYCLE, ordered),
            batch: named("batch").map(|batch| by_row(ints(batch).values(), &ordered.row)),
            activity,
            end,
            line,
            activity_first,
            edge_first,
            attributes: Vec::new(),
            timed: dictionaries.has_times,
        }
    }

    /// Events and cases by activity.
    pub fn counts(&self, activities: usize) -> (Vec<i64>, Vec<i64>) {
        let (mut events, mut cases) = (vec![0; activities], vec![0; activities]);
        for (activity, first) in self.activity.iter().zip(&self.activity_first) {
            events[*activity as usize] += 1;
            cases[*activity as usize] += i64::from(*first);
        }
        (events, cases)
    }

    /// When the event at `at` began: its recorded start, or its time.
    fn began(&self, at: usize) -> i64 {
        match &self.start {
            Some(start) if start[at] != NO_TIME => start[at],
            _ => self.end[at],
        }
    }

    /// Earliest beginning and latest end of each case.
    pub fn case_times(&self, case_start: &[u32]) -> (Vec<Option<i64>>, Vec<Option<i64>>) {
        let range = |bounds: &[u32]| bounds[0] as usize..bounds[1] as usize;
        let began = |bounds: &[u32]| range(bounds).map(|at| self.began(at)).min().and_then(some_time);
        let ended = |bounds: &[u32]| range(bounds).map(|at| self.end[at]).max().and_then(some_time);
        (case_start.windows(2).map(began).collect(), case_start.windows(2).map(ended).collect())
    }

    /// Time of the first event of each case.
    pub fn first_times(&self, case_start: &[u32]) -> Vec<Option<i64>> {
        case_start.windows(2).map(|bounds| some_time(self.end[bounds[0] as usize])).collect()
    }

    /// Time of the earliest event of all.
    pub fn first(&self) -> Option<i64> {
        self.end.iter().copied().min().and_then(some_time)
    }

    /// Latest end of all.
    pub fn last(&self) -> Option<i64> {
        self.end.iter().copied().max().and_then(some_time)
    }

    /// The table.
    pub fn into_batch(self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let rows = self.case.len();
        let has_next: Vec<bool> = (0..rows).map(|at| at + 1 < rows && self.case[at + 1] == self.case[at]).collect();
        let nulls = NullBuffer::from(has_next.clone());
        let shifted = |values: &[i32]| -> Vec<i32> { values[1..].iter().copied().chain([0]).collect() };
        let wait = |at: usize| if has_next[at] && self.timed { self.began(at + 1) - self.end[at] } else { 0 };
        let waits: Vec<i64> = (0..rows).map(wait).collect();
        let next = shifted(&self.activity);
        let edge = |at: usize| (i64::from(self.activity[at]) << 32) | i64::from(next[at]);
        let edges: Vec<i64> = (0..rows).map(edge).collect();
        let wait_nulls = if self.timed { nulls.clone() } else { NullBuffer::new_null(rows) };

        let start = self.start.map_or_else(|| Arc::new(absent_times(rows)) as ArrayRef, times);
        let end = if self.timed { times(self.end) } else { Arc::new(absent_times(rows)) };
        let mut columns: Vec<(String, ArrayRef)> = vec![
            (event::CASE.to_owned(), Arc::new(Int32Array::from(self.case))),
            (event::POSITION.to_owned(), Arc::new(Int32Array::from(self.position))),
            (event::ACTIVITY.to_owned(), Arc::new(Int32Array::from(self.activity))),
            (event::STARTED_AT.to_owned(), start),
            (event::ENDED_AT.to_owned(), end),
            (event::NEXT_ACTIVITY.to_owned(), Arc::new(Int32Array::new(next.into(), Some(nulls.clone())))),
            (event::WAIT.to_owned(), Arc::new(Int64Array::new(ScalarBuffer::from(waits), Some(wait_nulls)))),
            (event::EDGE.to_owned(), Arc::new(Int64Array::new(ScalarBuffer::from(edges), Some(nulls.clone())))),
            (event::ACTIVITY_FIRST.to_owned(), Arc::new(BooleanArray::from(self.activity_first))),
            (event::EDGE_FIRST.to_owned(), Arc::new(BooleanArray::from(self.edge_first))),
        ];
        let names = [
            (event::RESOURCE, Some(event::NEXT_RESOURCE), self.resource),
            (event::ROLE, Some(event::NEXT_ROLE), self.role),
            (event::SYSTEM, Some(event::NEXT_SYSTEM), self.system),
            (event::LIFECYCLE, None, self.lifecycle),
        ];
        for (name, next_name, numbers) in names {
            let Some(numbers) = numbers else {
                columns.push((name.to_owned(), Arc::new(Int32Array::new_null(rows))));
                columns.extend(next_name.map(|n| (n.to_owned(), Arc::new(Int32Array::new_null(rows)) as ArrayRef)));
                continue;
            };
            if let Some(next_name) = next_name {
                let next = shifted(&numbers);
                let known: Vec<bool> = next.iter().zip(&has_next).map(|(next, has)| *has && *next >= 0).collect();
                let next = Int32Array::new(next.into(), Some(NullBuffer::from(known)));
                columns.push((next_name.to_owned(), Arc::new(next)));
            }
            columns.push((name.to_owned(), Arc::new(known_numbers(numbers))));
        }
        let batch = self.batch.unwrap_or_else(|| vec![0; rows]);
        columns.push((event::BATCH.to_owned(), Arc::new(Int32Array::from(batch))));
        columns.push((event::LINE.to_owned(), Arc::new(Int64Array::from(self.line))));
        columns.extend(self.attributes);
        RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(n, c)| (n.as_str(), Arc::clone(c), true)))
    }
}

/// Values in the order of events.
pub fn by_row<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| values[*row as usize]).collect()
}

/// Recorded starts: those of the rows, or the time of the start event that was joined. `None` if there is none at all.
fn starts(rows: &RecordBatch, ordered: &Ordered) -> Option<Vec<i64>> {
    let own = longs(rows.column_by_name(column::START)?);
    let end = longs(rows.column_by_name(column::END)?);
    let mut start = by_row(own.values(), &ordered.row);
    for (start, joined) in start.iter_mut().zip(&ordered.start_row) {
        if *joined != NO_ROW {
            *start = end.value(*joined as usize);
        }
    }
    start.iter().any(|time| *time != NO_TIME).then_some(start)
}

fn times(values: Vec<i64>) -> ArrayRef {
    if values.contains(&NO_TIME) {
        return Arc::new(utc(values.into_iter().map(some_time).collect()));
    }
    Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
}

fn absent_times(rows: usize) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::new_null(rows).with_timezone("UTC")
}

fn known_numbers(numbers: Vec<i32>) -> Int32Array {
    if numbers.iter().all(|number| *number >= 0) {
        return Int32Array::from(numbers);
    }
    let known: Vec<bool> = numbers.iter().map(|number| *number >= 0).collect();
    Int32Array::new(numbers.into(), Some(NullBuffer::from(known)))
}

/// Marks the first event of each activity, and of each pair of consecutive activities, within its case: counting
/// these marks counts cases without looking at order again.
fn firsts(activity: &[i32], case: &[i32], activities: usize) -> (Vec<bool>, Vec<bool>) {
    let mut seen = vec![-1i32; activities];
    let activity_first: Vec<bool> = activity
        .iter()
        .zip(case)
        .map(|(activity, case)| std::mem::replace(&mut seen[*activity as usize], *case) != *case)
        .collect();
    let square = activities <= SQUARE_ACTIVITIES;
    let mut pairs = vec![-1i32; if square { activities * activities } else { 0 }];
    let mut sparse: FxHashMap<(i32, i32), i32> = FxHashMap::default();
    let mut edge_first = vec![false; activity.len()];
    for at in 0..activity.len().saturating_sub(1) {
        if case[at] != case[at + 1] {
            continue;
        }
        let (from, to) = (activity[at], activity[at + 1]);
        let before = if square {
            std::mem::replace(&mut pairs[from as usize * activities + to as usize], case[at])
        } else {
            sparse.insert((from, to), case[at]).unwrap_or(-1)
        };
        edge_first[at] = before != case[at];
    }
    (activity_first, edge_first)
}
