//! What a definition demands besides the order of steps: each demand is asked of the log in SQL, or of the paths, once for
//! all cases; each case has kept it, broken it, is unknown, or had nothing to keep.

mod facts;
mod look;
mod marks;
mod sentence;

use super::judge::Case;
use super::sentence::Facts;
use crate::app::official::InForce;
use crate::app::{App, AppError, Asked};
use crate::mining::official::{Check, Demand, checks};
use crate::mining::rules::{Breach, Kind};
use crate::model::judgement::{Found, Judgement, Promise, Promised, Verdict, Way};
use crate::model::official::{RuleOutcome, RuleState};
use crate::query::path_id;
use facts::Known;
use look::Looking;
use marks::Mark;
use std::collections::{BTreeMap, BTreeSet};

/// Positions of two events whose order is in question.
type Order = Option<(u32, u32)>;

/// What became of a demand in a case, as a number.
const VACUOUS: u8 = 1;
const KEPT: u8 = 2;
const BROKEN: u8 = 3;
const UNKNOWN: u8 = 4;
/// A step was done although its condition does not hold.
const NOT_NEEDED: u8 = 5;
/// What it wants may still come, or would have come had the case not been cancelled.
const PENDING: u8 = 6;

/// What came of all demands.
#[derive(Debug, Default)]
pub(super) struct Ruled {
    looked: Vec<Looked>,
    ways: Vec<RuleWay>,
    /// Promises about time, by the number of the demand.
    promises: Vec<Promise>,
    /// By case, whether some demand was broken.
    broken: Vec<bool>,
    /// By case, whether the log does not say enough for some demand.
    doubtful: Vec<bool>,
    /// Steps of demands that the log does not know.
    unknown: BTreeSet<String>,
    /// Paths of the cases in which the order of two events is in question.
    in_question: BTreeSet<usize>,
}

/// What came of one demand.
#[derive(Debug)]
struct Looked {
    check: Check,
    remark: Option<String>,
    is_evaluated: bool,
    /// By case.
    marks: Vec<u8>,
}

/// A way in which a demand was broken, and the cases that have it.
#[derive(Debug)]
struct RuleWay {
    /// Which demand; of those of several versions, that of the newest.
    looked: usize,
    /// The demands of this name, of which each version has one at most.
    all: BTreeSet<usize>,
    breach: Breach,
    cases: Vec<(u32, Order, Verdict)>,
}

/// A way with its demand.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfRule<'a> {
    ruled: &'a Ruled,
    way: &'a RuleWay,
}

impl App {
    /// Looks at everything that the versions demand besides their paths.
    ///
    /// # Errors
    /// Those of the queries.
    pub(super) async fn ruled(
        &self,
        all: &Asked,
        in_force: &InForce,
        cases: &[Case],
        variants: usize,
    ) -> Result<Ruled, AppError> {
        let none = vec![false; cases.len()];
        let mut ruled = Ruled { broken: none.clone(), doubtful: none, ..Ruled::default() };
        let demands: Vec<(usize, Vec<Check>)> = in_force
            .0
            .iter()
            .enumerate()
            .filter_map(|(version, model)| Some((version, checks(model.definition()?))))
            .filter(|(_, checks)| !checks.is_empty())
            .collect();
        if demands.is_empty() {
            return Ok(ruled);
        }
        let known = Known::load(self, all, demands.iter().flat_map(|(_, checks)| checks)).await?;
        let mut looking = Looking::new(self, all, cases, variants, known)?;
        for (version, checks) in demands {
            let Some(model) = in_force.0.get(version) else { continue };
            for check in checks {
                let found = looking.at(&check, version, model.definition().map(AsRef::as_ref)).await?;
                ruled.add(check, found, cases);
            }
        }
        ruled.unknown = looking.unknown;
        Ok(ruled)
    }
}

impl Ruled {
    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        let marks: usize = self.looked.iter().map(|looked| looked.marks.len()).sum();
        let ways: usize = self.ways.iter().map(|way| size_of_val(&*way.cases)).sum();
        marks + ways + self.broken.len() + self.doubtful.len()
    }

    fn add(&mut self, check: Check, found: Result<look::Found, String>, cases: &[Case]) {
        // Versions that demand the same of their cases are counted together.
        let same = |Looked { check: own, .. }: &Looked| {
            let names = (&own.id, &own.kind, &own.activities) == (&check.id, &check.kind, &check.activities);
            names && (&own.when, &own.demand) == (&check.when, &check.demand)
        };
        let at = self.looked.iter().position(same).unwrap_or_else(|| {
            let (check, marks) = (check.clone(), vec![0; cases.len()]);
            self.looked.push(Looked { check, remark: None, is_evaluated: false, marks });
            self.looked.len() - 1
        });
        let looked = &mut self.looked[at];
        let found = match found {
            Ok(found) => found,
            Err(remark) => {
                looked.remark = Some(remark);
                return;
            }
        };
        looked.is_evaluated = true;
        let promise = |one: look::Timed| {
            let look::Timed { case, from, due, done, state } = one;
            Promise { promised: at as u32, case: case as i32, from, due, done, state }
        };
        self.promises.extend(found.timed.into_iter().map(promise));
        looked.remark = found.remark.or(looked.remark.take());
        let mut breaches: BTreeMap<Breach, Vec<(u32, Order, Verdict)>> = BTreeMap::new();
        for (case, mark) in found.marks {
            looked.marks[case as usize] = match mark {
                Mark::Kept => KEPT,
                Mark::Vacuous => VACUOUS,
                Mark::Pending => PENDING,
                Mark::Unknown => UNKNOWN,
                Mark::Broken(ways) => {
                    let is_guard = matches!(looked.check.demand, Demand::Guard(_));
                    let is_needless = is_guard && ways.iter().any(|(breach, _)| breach.kind == Kind::WrongBranch);
                    for (breach, order) in ways {
                        if order.is_some() {
                            self.in_question.insert(cases[case as usize].path as usize);
                        }
                        breaches.entry(breach).or_default().push((case, order, Verdict::Differs));
                    }
                    if is_needless { NOT_NEEDED } else { BROKEN }
                }
            };
        }
        for (breach, mut cases) in breaches {
            cases.sort_unstable_by_key(|(case, ..)| *case);
            // What a rule of this name says may have changed from version to version; the difference is one.
            let id = &check.id;
            let is_same = |way: &&mut RuleWay| self.looked[way.looked].check.id == *id && way.breach == breach;
            match self.ways.iter_mut().find(is_same) {
                Some(way) => {
                    way.looked = at;
                    way.all.insert(at);
                    way.cases.extend(cases);
                    way.cases.sort_unstable_by_key(|(case, ..)| *case);
                }
                None => self.ways.push(RuleWay { looked: at, all: [at].into(), breach, cases }),
            }
        }
    }

    /// Paths of the cases in which the order of two events is in question.
    pub(super) fn in_question(&self) -> impl Iterator<Item = usize> + '_ {
        self.in_question.iter().copied()
    }

    /// Takes in which events have the time of the event before them: their order is not known, so nothing follows from it.
    pub(super) fn settle(&mut self, ties: &BTreeSet<(i64, i64)>) {
        for way in &mut self.ways {
            for (case, order, verdict) in &mut way.cases {
                let Some((first, last)) = *order else { continue };
                let tied = |position: u32| ties.contains(&(i64::from(*case), i64::from(position)));
                if (first + 1..=last).all(tied) {
                    *verdict = Verdict::Unknown;
                }
            }
        }
        let mut left: BTreeSet<(usize, u32)> = BTreeSet::new();
        for way in &self.ways {
            for (case, _, verdict) in &way.cases {
                if *verdict == Verdict::Differs {
                    self.broken[*case as usize] = true;
                    left.extend(way.all.iter().map(|looked| (*looked, *case)));
                }
            }
        }
        for (at, looked) in self.looked.iter_mut().enumerate() {
            for (case, mark) in looked.marks.iter_mut().enumerate() {
                if matches!(*mark, BROKEN | NOT_NEEDED) && !left.contains(&(at, case as u32)) {
                    *mark = UNKNOWN;
                }
                self.doubtful[case] |= *mark == UNKNOWN;
            }
        }
    }

    /// Adds its ways of differing behind those that are there, with their cases, and what is promised about time.
    pub(super) fn note(&mut self, judgement: &mut Judgement) {
        let Judgement { ways, found, .. } = judgement;
        for way in &self.ways {
            let (breach, check) = (&way.breach, &self.looked[way.looked].check);
            let parts = [breach.kind.word(), &check.id, &breach.activity].into_iter();
            let id = path_id(parts.chain(breach.other.as_deref()).chain(breach.found.as_deref()));
            let number = ways.len() as u32;
            ways.push(Way {
                id: format!("{}-{id}", breach.kind.word()),
                kind: breach.kind.word().to_owned(),
                activity: breach.activity.clone(),
                other: breach.other.clone(),
            });
            let note = |(case, _, verdict): &(u32, Order, Verdict)| Found {
                way: number,
                case: *case as i32,
                verdict: *verdict,
            };
            found.extend(way.cases.iter().map(note));
        }
        let promised = |looked: &Looked| Promised {
            id: looked.check.id.clone(),
            activity: looked.check.activities.last().cloned().unwrap_or_default(),
            words: looked.check.words.clone(),
        };
        judgement.promised = self.looked.iter().map(promised).collect();
        judgement.promises = std::mem::take(&mut self.promises);
    }

    /// A way of differing, counted from the first of these.
    pub(super) fn way(&self, number: usize) -> Option<OfRule<'_>> {
        let way = self.ways.get(number)?;
        Some(OfRule { ruled: self, way })
    }

    /// Whether some demand was broken in a case.
    pub(super) fn is_broken(&self, case: u32) -> bool {
        self.broken.get(case as usize).copied().unwrap_or(false)
    }

    /// Whether the log does not say enough of a case for some demand.
    pub(super) fn is_doubtful(&self, case: u32) -> bool {
        self.doubtful.get(case as usize).copied().unwrap_or(false)
    }

    /// Steps of demands that the log does not know.
    pub(super) fn unknown_steps(&self) -> &BTreeSet<String> {
        &self.unknown
    }

    /// What came of each demand in the asked cases.
    pub(super) fn outcomes(&self, cases: &[u32]) -> Vec<RuleOutcome> {
        let outcome = |looked: &Looked| RuleOutcome {
            id: looked.check.id.clone(),
            kind: looked.check.kind.clone(),
            words: looked.check.words.clone(),
            state: if looked.is_evaluated { RuleState::Evaluated } else { RuleState::NotEvaluated },
            remark: looked.remark.clone(),
            satisfied: looked.count(cases, &[KEPT]) as i64,
            violated: looked.count(cases, &[BROKEN, NOT_NEEDED]) as i64,
            vacuous: looked.count(cases, &[VACUOUS, PENDING]) as i64,
            unknown: looked.count(cases, &[UNKNOWN]) as i64,
        };
        self.looked.iter().map(outcome).collect()
    }
}

impl Looked {
    fn count(&self, cases: &[u32], marks: &[u8]) -> u64 {
        cases.iter().filter(|case| marks.contains(&self.marks[**case as usize])).count() as u64
    }
}

impl OfRule<'_> {
    fn check(&self) -> &Check {
        &self.ruled.looked[self.way.looked].check
    }

    /// The name of the rule.
    pub(super) fn id(&self) -> &str {
        &self.check().id
    }

    /// What was found instead.
    pub(super) fn found(&self) -> Option<&str> {
        self.way.breach.found.as_deref()
    }

    /// Of the asked cases, those that the rule speaks of. A condition divides them: those that need a step, of which some
    /// lack it, and those that must not have it.
    pub(super) fn applies(&self, cases: &[u32]) -> u64 {
        let is_guard = matches!(self.check().demand, Demand::Guard(_));
        let is_needless = is_guard && self.way.breach.kind == Kind::WrongBranch;
        let marks: &[u8] = if is_needless { &[VACUOUS, NOT_NEEDED] } else { &[KEPT, BROKEN] };
        self.way.all.iter().map(|looked| self.ruled.looked[*looked].count(cases, marks)).sum()
    }

    /// In English and in Spanish.
    pub(super) fn sentences(&self, facts: &Facts<'_>) -> (String, String) {
        let (check, breach) = (self.check(), &self.way.breach);
        (sentence::english(check, breach, facts), sentence::spanish(check, breach, facts))
    }
}
