//! Cases by the path that they took, and what is known of those that differ in one way.

use super::Frame;
use super::sentence::{Facts, english, spanish};
use crate::mining::align::Answer;
use crate::mining::deviation::{Kind, Tallied, What};
use crate::model::deviations::Deviation;
use crate::model::time::rfc3339;
use crate::query::{QueryError, path_id, wilson_interval};
use std::collections::BTreeSet;

/// Example cases of each difference.
const EXAMPLES: usize = 5;
/// Steps that a sentence lists.
const LISTED: usize = 3;

/// See the module. Paths are those that some case took, most cases first.
pub(super) struct Cases {
    /// By path, the number of its variant, from 0.
    pub variants: Vec<usize>,
    /// By path, how many events it has.
    pub events: Vec<usize>,
    /// By path, the rows of its cases, ascending.
    pub rows: Vec<Vec<u32>>,
    /// By row, the number of the case.
    numbers: Vec<i64>,
    starts: Vec<Option<i64>>,
    cycles: Vec<Option<f64>>,
}

impl Cases {
    /// `frame` is the answer of `case_paths`; `variants` is how many paths the log has.
    pub(super) fn of(frame: &Frame, variants: usize) -> Self {
        let mut by_variant: Vec<Vec<u32>> = vec![Vec::new(); variants];
        for row in 0..frame.rows {
            // Numbers of variants begin at 1.
            let variant = frame.integer("variant_id", row).and_then(|number| usize::try_from(number - 1).ok());
            if let Some(rows) = variant.and_then(|variant| by_variant.get_mut(variant)) {
                rows.push(row as u32);
            }
        }
        let mut variants: Vec<usize> = (0..variants).filter(|variant| !by_variant[*variant].is_empty()).collect();
        variants.sort_by_key(|variant| std::cmp::Reverse(by_variant[*variant].len()));
        let rows = variants.iter().map(|variant| std::mem::take(&mut by_variant[*variant])).collect();
        let all = 0..frame.rows;
        Self {
            variants,
            events: Vec::new(),
            rows,
            numbers: all.clone().map(|row| frame.integer("case_idx", row).unwrap_or_default()).collect(),
            starts: all.clone().map(|row| frame.integer("started_at", row)).collect(),
            cycles: all.map(|row| frame.number("cycle_time_s", row)).collect(),
        }
    }

    /// How many paths there are.
    pub(super) fn paths(&self) -> usize {
        self.variants.len()
    }

    /// Median cycle time of the cases whose path is wanted.
    pub(super) fn median_of(&self, wanted: impl Fn(usize) -> bool) -> Option<f64> {
        let rows = (0..self.paths()).filter(|path| wanted(*path)).flat_map(|path| &self.rows[path]);
        self.median(rows)
    }

    fn median<'a>(&self, rows: impl Iterator<Item = &'a u32>) -> Option<f64> {
        let mut cycles: Vec<f64> = rows.filter_map(|row| self.cycles[*row as usize]).collect();
        if cycles.is_empty() {
            return None;
        }
        cycles.sort_unstable_by(f64::total_cmp);
        let (low, high) = (cycles[(cycles.len() - 1) / 2], cycles[cycles.len() / 2]);
        Some(f64::midpoint(low, high))
    }
}

/// The cases that differ in one way.
pub(super) struct Counted<'a> {
    what: &'a What,
    cases: &'a Cases,
    rows: Vec<u32>,
    /// Cases in which the order of the two steps cannot be known.
    unknown: u64,
}

impl<'a> Counted<'a> {
    pub(super) fn of(tallied: &'a Tallied, cases: &'a Cases, ties: &BTreeSet<(i64, i64)>) -> Self {
        let (mut rows, mut unknown) = (Vec::new(), 0);
        for (path, order) in &tallied.paths {
            for row in &cases.rows[*path] {
                let case = cases.numbers[*row as usize];
                // All events from the second to the last of them have the time of the one before.
                let tied = |(first, last): &(u32, u32)| {
                    (first + 1..=*last).all(|position| ties.contains(&(case, i64::from(position))))
                };
                if tallied.what.kind == Kind::OutOfOrder && order.iter().all(tied) {
                    unknown += 1;
                } else {
                    rows.push(*row);
                }
            }
        }
        rows.sort_unstable();
        Self { what: &tallied.what, cases, rows, unknown }
    }

    /// As the answer has it. `conforming` is the median cycle time of cases without any difference.
    pub(super) fn told(
        &self,
        evaluated: u64,
        conforming: Option<f64>,
        answer: &Answer,
        name_of: &dyn Fn(i64) -> Result<Option<String>, QueryError>,
    ) -> Result<Deviation, QueryError> {
        let (what, n) = (self.what, self.rows.len() as u64);
        let median = self.cases.median(self.rows.iter());
        let difference = median.zip(conforming).map(|(own, others)| own - others);
        let (low, high) = wilson_interval(n as i64, evaluated as i64).unwrap_or_default();
        let instead = match what.kind {
            Kind::UndeclaredStart => answer.starts.as_slice(),
            Kind::UndeclaredEnd => answer.ends.as_slice(),
            _ => &[],
        };
        let facts = Facts {
            cases: n,
            of: evaluated,
            interval: (low, high),
            unknown: self.unknown,
            median_difference_s: difference,
            instead: if instead.len() <= LISTED { instead } else { &[] },
        };
        let examples = self.rows.iter().take(EXAMPLES).map(|row| name_of(self.cases.numbers[*row as usize]));
        let starts = || self.rows.iter().filter_map(|row| self.cases.starts[*row as usize]);
        let parts = [what.kind.word(), &what.activity].into_iter().chain(what.other.as_deref());
        Ok(Deviation {
            id: format!("{}-{}", what.kind.word(), path_id(parts)),
            kind: what.kind.word().to_owned(),
            activity: what.activity.clone(),
            other: what.other.clone(),
            cases: n as i64,
            share: n as f64 / evaluated.max(1) as f64,
            share_low: low,
            share_high: high,
            unknown_order_cases: self.unknown as i64,
            sentence: english(what, &facts),
            sentence_es: spanish(what, &facts),
            example_cases: examples.filter_map(Result::transpose).collect::<Result<_, _>>()?,
            median_difference_s: difference,
            first_seen_at: starts().min().map(rfc3339),
            last_seen_at: starts().max().map(rfc3339),
        })
    }
}
