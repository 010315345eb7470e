//! Reality held against the official flow: the answer `deviations`, and the official flow itself as an answer.

use crate::model::official::{Definition, RuleOutcome};
use serde::Serialize;
use utoipa::ToSchema;

/// Reality held against the official flow. Shares are of the cases that could be evaluated. `conforming_cases` and
/// `fitness` take every case as finished, as the measures of the literature do; `finished` and `open` tell them apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Deviations {
    /// Number of cases.
    pub cases: i64,
    /// Cases whose path could be held against the flow.
    pub evaluated_cases: i64,
    /// Cases without any difference.
    pub conforming_cases: i64,
    /// Their share; null where no case could be evaluated.
    pub conforming_share: Option<f64>,
    /// The cases that have ended, which the conformance rate is about.
    pub finished: Finished,
    /// The cases that are still under way, judged by what they have already broken.
    pub open: Begun,
    /// How well the log fits the flow, every case taken as finished.
    pub fitness: Fitness,
    /// One minus the share of steps that the flow would allow next and that no case took (escaping edges), over all
    /// beginnings of cases that the flow allows; null where the flow allows too much to be looked at.
    pub precision: Option<f64>,
    /// The older measure that other tools show; null where it could not be taken in time.
    pub token_replay: Option<TokenReplay>,
    /// Cases by how well they could be evaluated.
    pub evaluation: Evaluation,
    /// What reality was held against.
    pub official: Official,
    /// The differences, most cases first.
    pub deviations: Vec<Deviation>,
    /// What came of the rules, and of what steps demand of themselves.
    pub rules: Vec<RuleOutcome>,
}

/// The conformance rate: of the cases that have ended, those without a difference that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Finished {
    /// Cases that reached the end of the flow, or stopped before it long ago.
    pub cases: i64,
    /// Those of which it is known whether they conform: times are not too coarse, no source was silent, no limit was met.
    pub known_cases: i64,
    /// Those without a difference that is not accepted.
    pub conforming_cases: i64,
    /// Their share of the known ones; null without any.
    pub conforming_share: Option<f64>,
    /// With 95 % confidence the rate is at least this (Wilson's interval).
    pub share_low: Option<f64>,
    /// And at most this.
    pub share_high: Option<f64>,
    /// Of the conforming ones, those that are so only because a difference is accepted.
    pub by_acceptance_cases: i64,
}

/// Cases that are still under way: they have not reached the end of the flow, and were at work not long ago.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Begun {
    /// How many.
    pub cases: i64,
    /// Those that have already broken something that is not accepted.
    pub broken_cases: i64,
    /// Mean of one minus the cost of aligning them with the beginning of the flow by their events.
    pub mean_fitness: Option<f64>,
    /// A case without an event for longer is no longer under way: three times the 95th percentile of gaps between events.
    pub stalled_after_s: Option<f64>,
}

/// Cases of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InPeriod {
    /// First day of the period in which they started.
    pub period: String,
    /// Cases with the difference.
    pub cases: i64,
    /// All cases that started then and could be evaluated.
    pub of_cases: i64,
}

/// Fitness of optimal alignments: of a case, one minus cost by (its events + the cheapest run of the flow).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Fitness {
    /// Mean over cases.
    pub mean: Option<f64>,
    /// One minus all costs by all worst costs.
    pub log: Option<f64>,
    /// Where some alignments are only bounded, the mean may be up to this.
    pub mean_at_most: Option<f64>,
}

/// Token replay (Rozinat, van der Aalst 2008): half for tokens that had to be lent, half for tokens left over.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct TokenReplay {
    /// Mean over cases.
    pub mean: f64,
    /// Of all tokens of all cases.
    pub log: f64,
    /// Share of cases in which nothing was lent or left over.
    pub fitting_share: f64,
}

/// Cases by how well they could be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Evaluation {
    /// With an alignment of least cost.
    pub computed: i64,
    /// With an alignment that may not be the best, and a bound that says how much better it could be.
    pub bounded: i64,
    /// Not at all.
    pub not_evaluated: i64,
}

/// The official flow that reality was held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Official {
    /// Its name.
    pub name: String,
    /// `bpmn`, `pnml`, `yaml`, `toml`, `json` or, for a list of rules, `csv`.
    pub notation: String,
    /// Its version, if it is the stored one; of several, the newest.
    pub version: Option<u32>,
    /// The versions that cases were judged by, each case by the one that was valid when it started.
    pub versions: Vec<JudgedBy>,
    /// Cases that started before any version was valid; they are among those that were not evaluated.
    pub cases_before: i64,
    /// Steps on its cheapest run.
    pub cheapest_run: u32,
    /// What of it was left out or understood in its own way.
    pub remarks: Vec<OfficialRemark>,
    /// Steps of it that the log does not know.
    pub unknown_steps: Vec<String>,
    /// Activities of the log that it does not know.
    pub unknown_activities: Vec<String>,
}

/// A version of the official flow, and the cases that were judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgedBy {
    /// Its number, if it is a stored one.
    pub version: Option<u32>,
    /// From when on it is valid, if it says so.
    pub valid_from: Option<String>,
    /// Cases.
    pub cases: i64,
}

/// Something that reading the official flow left out or understood in its own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficialRemark {
    /// Name or id of the element, as the file has it.
    pub element: String,
    /// What was done about it; together with the element, a sentence.
    pub what: String,
}

/// A difference between reality and the official flow.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Deviation {
    /// Stays the same from version to version.
    pub id: String,
    /// `skipped`, `out_of_order`, `extra`, `repeated_too_often`, `wrong_branch`, `undeclared_start`, `undeclared_end`, or
    /// `not_finished`, which is no fault: the case is still under way; of rules also `wrong_role`, `same_person`,
    /// `different_person`, `wrong_system`, `too_late`, `too_early` and `missing_data`.
    pub kind: String,
    /// The step; of two in the wrong order, the one that came too early.
    pub activity: String,
    /// Of two in the wrong order, the one that should have come before.
    pub other: Option<String>,
    /// The rule that is broken, if it comes from one.
    pub rule: Option<String>,
    /// What was found instead: who did it, where it was done, which column was empty.
    pub found: Option<String>,
    /// Cases that have it.
    pub cases: i64,
    /// The cases of which they are a share: those that were evaluated, or that the rule speaks of.
    pub of_cases: i64,
    /// Their share of these.
    pub share: f64,
    /// With 95 % confidence the rate is at least this (Wilson's interval).
    pub share_low: f64,
    /// And at most this.
    pub share_high: f64,
    /// Further cases in which both steps have the same time, or only a day, so that nobody knows their order.
    pub unknown_order_cases: i64,
    /// Further cases that lack the step, but whose source was silent when it should have happened.
    pub not_observable_cases: i64,
    /// The difference in plain words.
    pub sentence: String,
    /// The same in Spanish.
    pub sentence_es: String,
    /// Some of the cases, the earliest first.
    pub example_cases: Vec<String>,
    /// Median cycle time of these cases minus that of the conforming ones; null without either.
    pub median_difference_s: Option<f64>,
    /// The same among cases with one value of `matched_on`, each value weighed by its cases with the difference:
    /// associated with the difference, not caused by it. Null without such an attribute.
    pub matched_difference_s: Option<f64>,
    /// The attribute of cases that is called a segment, if there is one with few values.
    pub matched_on: Option<String>,
    /// Mean cost of these cases minus that of the conforming ones, matched alike; null where the log says no costs.
    pub mean_cost_difference: Option<f64>,
    /// How often it was seen, period by period.
    pub trend: Vec<InPeriod>,
    /// How long these periods are: `week`, `month` or `year`.
    pub granularity: String,
    /// Start of the earliest of these cases.
    pub first_seen_at: Option<String>,
    /// Start of the latest of them.
    pub last_seen_at: Option<String>,
    /// What people decided about it: `new`, `accepted`, `error` or `to_formalise`.
    pub status: String,
    /// The decision holds for cases that start before this; without it, for all.
    pub until: Option<String>,
    /// Whose business it is.
    pub owner: Option<String>,
    /// Of the cases, those that leave the conformance rate because of the decision.
    pub accepted_cases: i64,
    /// Cases that started after the difference should have been gone.
    pub returned_cases: i64,
    /// Start of the first of them.
    pub returned_at: Option<String>,
    /// The same in plain words.
    pub returned: Option<String>,
}

/// A difference with the decisions about it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeviationDetail {
    /// The difference; null where no asked case has it.
    pub deviation: Option<Deviation>,
    /// The number of the newest decision, 0 without one: what a new one replaces.
    pub revision: u32,
    /// The decisions, the newest first.
    pub history: Vec<Decision>,
}

/// What somebody decided about a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// 1, 2, 3 … within the difference.
    pub revision: u32,
    /// When.
    pub at: String,
    /// Who decided it.
    pub author: String,
    /// `new`, `accepted`, `error` or `to_formalise`.
    pub status: String,
    /// It holds for cases that start before this; without it, for all.
    pub until: Option<String>,
    /// Whose business it is.
    pub owner: Option<String>,
    /// Why.
    pub comment: Option<String>,
}

/// A flow that was found in a log: a draft of an official flow.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DiscoveredFlow {
    /// The noise threshold that it was found with.
    pub noise: f64,
    /// Its blocks in the notation of the literature: `->` in order, `X` one of, `+` all of, `*` repeated, `tau` nothing.
    pub tree: String,
    /// Number of cases.
    pub cases: i64,
    /// Cases that follow it.
    pub conforming_cases: i64,
    /// How well the cases fit it.
    pub fitness: Fitness,
    /// How little it allows that never happens.
    pub precision: Option<f64>,
    /// It as BPMN 2.0 with its diagram; sent back, it becomes the official flow.
    pub bpmn: String,
    /// It as a Petri net.
    pub pnml: String,
}

/// A version of the official flow.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OfficialFlow {
    /// 1, 2, 3 … within the flow.
    pub version: u32,
    /// When it was given.
    pub created_at: String,
    /// Who gave it.
    pub created_by: String,
    /// Why it was changed.
    pub reason: Option<String>,
    /// `approved` by a second person; in force as `single_user` where there was none, as `unapproved` where there was one who
    /// was not asked; else `proposed` or `rejected`.
    pub state: String,
    /// Cases that start from then on are judged by it; all, if nothing is said.
    pub valid_from: Option<String>,
    /// Who approved or rejected it, if it was proposed.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<String>,
    /// Why.
    pub decision_reason: Option<String>,
    /// Name of its file or process.
    pub name: String,
    /// `bpmn`, `pnml`, `yaml`, `toml`, `json` or, for a list of rules, `csv`.
    pub notation: String,
    /// Its steps in alphabetical order.
    pub steps: Vec<OfficialStep>,
    /// What of it is left out or understood in its own way.
    pub remarks: Vec<OfficialRemark>,
    /// What the definition says, if it is one; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// The text as it was given; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// A step of the official flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct OfficialStep {
    /// The activity.
    pub activity: String,
    /// Who is to do it, where the flow says so.
    pub role: Option<String>,
}

/// The versions of the official flow.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OfficialFlows {
    /// The newest first.
    pub versions: Vec<OfficialFlow>,
}
