//! The asked cases among those that were judged, and what is known of those that differ in one way.

use super::Frame;
use super::compare::Comparison;
use super::judge::Judged;
use super::sentence::{Facts, Matched, english, returned, spanish};
use super::trend::Calendar;
use crate::mining::causes::wilson;
use crate::mining::deviation::{Kind, What};
use crate::model::deviations::Deviation;
use crate::model::judgement::{Evaluated, Verdict};
use crate::model::time::rfc3339;
use crate::query::QueryError;
use crate::store::catalog::DecisionRecord;
use std::collections::BTreeMap;

/// Example cases of each difference.
const EXAMPLES: usize = 5;
/// Steps that a sentence lists.
const LISTED: usize = 3;

/// The asked cases.
pub(super) struct Seen {
    /// Their numbers, ascending.
    pub cases: Vec<u32>,
    /// The paths that they took, and how many of them.
    pub paths: BTreeMap<usize, u64>,
    /// How many of them started before any version was valid; they are on no path.
    pub before: u64,
}

impl Seen {
    /// `frame` is the answer of `case_paths`.
    pub(super) fn of(judged: &Judged, frame: &Frame) -> Self {
        let number = |row: usize| frame.integer("case_idx", row).and_then(|number| u32::try_from(number).ok());
        let cases: Vec<u32> =
            (0..frame.rows).filter_map(number).filter(|case| (*case as usize) < judged.cases.len()).collect();
        let mut paths = BTreeMap::new();
        let is_judged = |case: &&u32| judged.cases[**case as usize].is_judged;
        for case in cases.iter().filter(is_judged) {
            *paths.entry(judged.cases[*case as usize].path as usize).or_default() += 1;
        }
        let before = cases.iter().filter(|case| !is_judged(case)).count() as u64;
        Self { cases, paths, before }
    }
}

/// How cases stand, counted.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counted {
    pub cases: u64,
    /// Of so many it is known whether they conform.
    pub known: u64,
    pub conforming: u64,
    /// Only because a difference is accepted.
    pub by_acceptance: u64,
}

/// What is held against each case.
const BREAKS: u8 = 1;
const ACCEPTED: u8 = 2;
const DOUBTFUL: u8 = 4;
const SEEN: u8 = 8;

/// The asked cases, with what stands against each of them.
pub(super) struct Standing<'a> {
    judged: &'a Judged,
    seen: &'a Seen,
    decided: &'a [DecisionRecord],
    comparison: Comparison,
    /// By case.
    against: Vec<u8>,
    evaluated: u64,
    calendar: Calendar,
}

impl<'a> Standing<'a> {
    pub(super) fn of(
        judged: &'a Judged,
        seen: &'a Seen,
        decided: &'a [DecisionRecord],
        mut comparison: Comparison,
    ) -> Self {
        let mut against = vec![0; judged.cases.len()];
        seen.cases.iter().for_each(|case| against[*case as usize] = SEEN);
        for found in &judged.judgement.found {
            let decision = decision(decided, &judged.judgement.ways[found.way as usize].id);
            let started = judged.cases[found.case as usize].started;
            against[found.case as usize] |= match found.verdict {
                Verdict::Differs if decision.is_some_and(|decision| accepts(decision, started)) => ACCEPTED,
                Verdict::Differs => BREAKS,
                Verdict::Unknown | Verdict::NotObservable => DOUBTFUL,
                Verdict::Open => 0,
            };
        }
        for case in seen.cases.iter().filter(|case| judged.judgement.cases[**case as usize].is_doubtful) {
            against[*case as usize] |= DOUBTFUL;
        }
        let is_evaluated = |case: &&u32| judged.judgement.cases[**case as usize].evaluated != Evaluated::Not;
        let evaluated: Vec<u32> = seen.cases.iter().filter(is_evaluated).copied().collect();
        let calendar = Calendar::of(evaluated.iter().filter_map(|case| judged.cases[*case as usize].started));
        comparison.hold(judged, seen.cases.iter().filter(|case| conforms(judged, **case)).copied());
        Self { judged, seen, decided, comparison, against, evaluated: evaluated.len() as u64, calendar }
    }

    /// Cases without any difference, each taken as finished.
    pub(super) fn conforming(&self) -> u64 {
        self.seen.cases.iter().filter(|case| conforms(self.judged, **case)).count() as u64
    }

    /// Finished cases.
    pub(super) fn finished(&self) -> Counted {
        self.counted(false)
    }

    /// Cases under way.
    pub(super) fn open(&self) -> Counted {
        self.counted(true)
    }

    fn counted(&self, open: bool) -> Counted {
        let mut all = Counted::default();
        for case in self.seen.cases.iter().filter(|case| self.judged.cases[**case as usize].is_open == open) {
            all.cases += 1;
            let against = self.against[*case as usize];
            let is_evaluated = self.judged.judgement.cases[*case as usize].evaluated != Evaluated::Not;
            if !is_evaluated || (against & BREAKS == 0 && against & DOUBTFUL > 0) {
                continue;
            }
            all.known += 1;
            if against & BREAKS == 0 {
                all.conforming += 1;
                all.by_acceptance += u64::from(against & ACCEPTED > 0);
            }
        }
        all
    }

    /// The differences that some asked case has, most cases first, with those that are no fault last.
    pub(super) fn deviations(
        &self,
        name_of: &dyn Fn(i64) -> Result<Option<String>, QueryError>,
    ) -> Result<Vec<Deviation>, QueryError> {
        let mut all = Vec::new();
        for of_way in self.judged.judgement.found.chunk_by(|a, b| a.way == b.way) {
            let Some(first) = of_way.first() else { continue };
            let mut cases = Cases::default();
            for found in of_way.iter().filter(|found| self.against[found.case as usize] & SEEN > 0) {
                match found.verdict {
                    Verdict::Differs | Verdict::Open => cases.differ.push(found.case as u32),
                    Verdict::Unknown => cases.unknown += 1,
                    Verdict::NotObservable => cases.not_observable += 1,
                }
            }
            if !cases.differ.is_empty() || cases.unknown + cases.not_observable > 0 {
                all.push(self.deviation(first.way as usize, &cases, name_of)?);
            }
        }
        let is_fault = |deviation: &Deviation| deviation.kind != Kind::NotFinished.word();
        all.sort_by(|a, b| {
            let by_name = || (&a.kind, &a.activity, &a.other).cmp(&(&b.kind, &b.activity, &b.other));
            is_fault(b).cmp(&is_fault(a)).then_with(|| b.cases.cmp(&a.cases)).then_with(by_name)
        });
        Ok(all)
    }

    fn deviation(
        &self,
        way: usize,
        cases: &Cases,
        name_of: &dyn Fn(i64) -> Result<Option<String>, QueryError>,
    ) -> Result<Deviation, QueryError> {
        let n = cases.differ.len() as u64;
        let own = &self.judged.judgement.ways[way];
        let what = self.judged.what.get(way);
        let rule = self.judged.ruled.way(way.saturating_sub(self.judged.what.len())).filter(|_| what.is_none());
        // A rule speaks of some cases only.
        let of = rule.map_or(self.evaluated, |rule| rule.applies(&self.seen.cases));
        let (low, high) = wilson(n as i64, of as i64).unwrap_or_default();
        let compared = self.comparison.with(self.judged, &cases.differ);
        let facts = Facts {
            cases: n,
            of,
            interval: (low, high),
            unknown: cases.unknown,
            not_observable: cases.not_observable,
            median_difference_s: compared.median_difference_s,
            matched: compared
                .matched_difference_s
                .zip(self.comparison.matched_on())
                .map(|(difference_s, on)| Matched { difference_s, on }),
            instead: what.map(|what| self.instead(what)).unwrap_or_default(),
        };
        let examples = cases.differ.iter().take(EXAMPLES).map(|case| name_of(i64::from(*case)));
        let starts = || cases.differ.iter().filter_map(|case| self.judged.cases[*case as usize].started);
        let decision = decision(self.decided, &own.id);
        let accepted = starts().filter(|started| decision.is_some_and(|d| accepts(d, Some(*started)))).count();
        let since = decision.and_then(|decision| decision.until);
        let back: Vec<i64> = starts().filter(|started| since.is_some_and(|since| *started >= since)).collect();
        let back = if decision.is_some_and(|decision| decision.status != "new") { back } else { Vec::new() };
        let (sentence, sentence_es) = match (what, &rule) {
            (Some(what), _) => (english(what, &facts), spanish(what, &facts)),
            (None, Some(rule)) => rule.sentences(&facts),
            (None, None) => (String::new(), String::new()),
        };
        Ok(Deviation {
            rule: rule.as_ref().map(|rule| rule.id().to_owned()),
            found: rule.as_ref().and_then(|rule| rule.found().map(str::to_owned)),
            of_cases: of as i64,
            id: own.id.clone(),
            kind: own.kind.clone(),
            activity: own.activity.clone(),
            other: own.other.clone(),
            cases: n as i64,
            share: n as f64 / of.max(1) as f64,
            share_low: low,
            share_high: high,
            unknown_order_cases: cases.unknown as i64,
            not_observable_cases: cases.not_observable as i64,
            sentence,
            sentence_es,
            example_cases: examples.filter_map(Result::transpose).collect::<Result<_, _>>()?,
            median_difference_s: compared.median_difference_s,
            matched_difference_s: compared.matched_difference_s,
            matched_on: self.comparison.matched_on().map(str::to_owned),
            mean_cost_difference: compared.mean_cost_difference,
            trend: self.calendar.trend(starts()),
            granularity: self.calendar.granularity().to_owned(),
            first_seen_at: starts().min().map(rfc3339),
            last_seen_at: starts().max().map(rfc3339),
            status: decision.map_or("new", |decision| decision.status.as_str()).to_owned(),
            until: since.map(rfc3339),
            owner: decision.and_then(|decision| decision.owner.clone()),
            accepted_cases: if decision.is_some_and(|d| d.until.is_none() && leaves_rate(&d.status)) {
                n as i64
            } else {
                accepted as i64
            },
            returned_cases: back.len() as i64,
            returned_at: back.iter().min().copied().map(rfc3339),
            returned: decision.and_then(|decision| returned(&decision.status, since, &back)),
        })
    }

    /// Steps that the flow begins or ends with, where that is the point.
    fn instead(&self, what: &What) -> &[String] {
        let names = match what.kind {
            Kind::UndeclaredStart => self.judged.answer.starts.as_slice(),
            Kind::UndeclaredEnd => self.judged.answer.ends.as_slice(),
            _ => &[],
        };
        if names.len() <= LISTED { names } else { &[] }
    }
}

/// Whether a case, taken as finished, follows the flow and is known to keep its rules.
fn conforms(judged: &Judged, number: u32) -> bool {
    let case = &judged.cases[number as usize];
    let follows = judged.answer.outcomes[case.path as usize].bounds() == Some((0, 0));
    case.is_judged && follows && !judged.ruled.is_broken(number) && !judged.ruled.is_doubtful(number)
}

/// The asked cases of one way of differing.
#[derive(Default)]
struct Cases {
    differ: Vec<u32>,
    unknown: u64,
    not_observable: u64,
}

fn decision<'a>(decided: &'a [DecisionRecord], id: &str) -> Option<&'a DecisionRecord> {
    decided.iter().find(|decision| decision.deviation == id)
}

/// Whether a case that differs in this way counts as conforming.
fn accepts(decision: &DecisionRecord, started: Option<i64>) -> bool {
    let holds = |until: i64| started.is_some_and(|started| started < until);
    leaves_rate(&decision.status) && decision.until.is_none_or(holds)
}

/// Whether a status takes cases out of the rate.
pub(super) fn leaves_rate(status: &str) -> bool {
    matches!(status, "accepted" | "to_formalise")
}
