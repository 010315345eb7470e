//! The definition of an official flow: what is to be done in which order, by whom, where, how fast, and with which rules.
//!
//! Plain types only. `mining::official` reads them from YAML, TOML, JSON and CSV and holds them together; `docs/official-flow.md`
//! describes the form for people.

mod calendar;
mod condition;
mod diff;
mod rule;
mod span;

pub use calendar::{Calendar, Holiday, Holidays, WeekFrom};
pub use condition::{Condition, Fact, Facts};
pub use diff::{FlowChange, FlowDiff, changes};
pub use rule::{Rule, RuleKind, RuleOutcome, RuleState};
pub use span::{Clock, Span};

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// See the module. Everything but a path or a rule may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Definition {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    /// The author's own number of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Cases that start from this day on are judged by it: `2026-01-01` or an instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// What a case is, and how it begins and ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseWords>,
    /// When people work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// From 1, hardly matters, to 5, must not fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criticality: Option<u64>,
    /// Whether a law or a norm demands it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulated: Option<bool>,
    /// Roles that there are; those of the steps unless given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// In which order; without one, only the rules hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Block>,
    /// What holds besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What to do when something is amiss, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exceptions: BTreeMap<String, ExceptionPath>,
    /// What things cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
}

/// What a case is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CaseWords {
    /// The column that tells cases apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Steps that it begins with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub start: Vec<String>,
    /// Steps that it ends with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub end: Vec<String>,
    /// Steps that end it from anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cancel: Vec<String>,
    /// Without an event for so long, it is stuck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall_after: Option<Span>,
}

/// Who answers for the flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Owner {
    /// The role.
    pub role: String,
    /// Who stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
}

/// A step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// Its name in the definition.
    pub name: String,
    /// What the log calls it, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Where it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Who may do it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub role: Vec<String>,
    /// How long it may take, from the end of the step before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<Span>,
    /// Columns that must be filled when it is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What kind of work it is, e.g. `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// `external` where somebody outside does it or is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Whether its time does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_sla: Option<bool>,
    /// The exception that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// What it may decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decision: Vec<String>,
    /// When it has to be done, and else must not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Time of day until which it has to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<String>,
    /// A day until which it has to be done, e.g. `bd+5_of_month`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Whether a program is to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automated: Option<bool>,
}

/// A part of the path.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Block {
    /// A step.
    Step(String),
    /// One after the other.
    Seq(Vec<Block>),
    /// One of them.
    Xor(Vec<Branch>),
    /// All of them, in any mixture.
    Par(Vec<Block>),
    /// It or nothing.
    Opt(Box<Branch>),
    /// The body, and as often as wanted, or at most so often, the way back and the body again.
    Loop {
        /// What is repeated.
        body: Box<Block>,
        /// What leads back to it.
        back: Option<Box<Block>>,
        /// How often one may go back.
        max: Option<u32>,
    },
    /// All of them, one at a time, in any order.
    AnyOrder(Vec<Block>),
}

/// A way that may be taken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(no_recursion)]
pub struct Branch {
    /// When it has to be taken, and else must not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What is on it.
    pub body: Block,
}

/// What to do when something is amiss.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceptionPath {
    /// The step that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// What is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// After how long it goes further up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalate_after: Option<Span>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What things cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Costs {
    /// An hour of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hour: Option<f64>,
    /// A broken promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<f64>,
    /// An error, by step.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub error: BTreeMap<String, f64>,
}

impl Definition {
    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// What the log calls a step: its own name where the definition does not say.
    pub fn activity<'a>(&'a self, name: &'a str) -> &'a str {
        self.step(name).and_then(|step| step.activity.as_deref()).unwrap_or(name)
    }
}

impl Block {
    /// The names of its steps, in the order in which they are written, each as often as it is there.
    pub fn steps(&self) -> Vec<&str> {
        match self {
            Self::Step(name) => vec![name],
            Self::Seq(parts) | Self::Par(parts) | Self::AnyOrder(parts) => parts.iter().flat_map(Self::steps).collect(),
            Self::Xor(branches) => branches.iter().flat_map(|branch| branch.body.steps()).collect(),
            Self::Opt(branch) => branch.body.steps(),
            Self::Loop { body, back, .. } => {
                body.steps().into_iter().chain(back.iter().flat_map(|back| back.steps())).collect()
            }
        }
    }

    /// How many steps are done on it, at most; `usize::MAX` where there is no end to it.
    pub fn most(&self) -> usize {
        let all = |parts: &[Self]| parts.iter().map(Self::most).fold(0, usize::saturating_add);
        match self {
            Self::Step(_) => 1,
            Self::Seq(parts) | Self::Par(parts) | Self::AnyOrder(parts) => all(parts),
            Self::Xor(branches) => branches.iter().map(|branch| branch.body.most()).max().unwrap_or_default(),
            Self::Opt(branch) => branch.body.most(),
            Self::Loop { body, back, max } => {
                let again = body.most().saturating_add(back.as_deref().map_or(0, Self::most));
                let times = max.map_or(usize::MAX, |max| max as usize);
                body.most().saturating_add(again.saturating_mul(times))
            }
        }
    }

    /// The ways with a condition, each with the steps of which one shows that it was taken, and where they begin.
    pub fn guarded(&self) -> Vec<&Branch> {
        let own: Vec<&Branch> = match self {
            Self::Xor(branches) => branches.iter().collect(),
            Self::Opt(branch) => vec![branch],
            _ => Vec::new(),
        };
        let inside: Vec<&Self> = match self {
            Self::Step(_) => Vec::new(),
            Self::Seq(parts) | Self::Par(parts) | Self::AnyOrder(parts) => parts.iter().collect(),
            Self::Xor(branches) => branches.iter().map(|branch| &branch.body).collect(),
            Self::Opt(branch) => vec![&branch.body],
            Self::Loop { body, back, .. } => std::iter::once(&**body).chain(back.as_deref()).collect(),
        };
        let own = own.into_iter().filter(|branch| branch.when.is_some());
        own.chain(inside.into_iter().flat_map(Self::guarded)).collect()
    }
}
