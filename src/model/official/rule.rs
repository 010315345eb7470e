//! Rules about cases: those of Declare and processcheckR, and ours about people, roles, time and data.

use super::{Condition, Span};
use serde::Serialize;
use utoipa::ToSchema;

/// What a rule demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// The step happens at most n times; never unless n is given.
    Absent,
    /// The step happens n times; once unless n is given.
    Exactly,
    /// The step happens so many times.
    Between,
    /// The case begins with the step.
    Starts,
    /// The case ends with the step.
    Ends,
    /// Before the second step, the first has happened.
    Precedence,
    /// After the first step, the second happens.
    Response,
    /// Both of the last two.
    Succession,
    /// Where the first step happens, the second does, too.
    RespondedExistence,
    /// Both or neither.
    And,
    /// Not both.
    Xor,
    /// Nobody does two of the steps.
    DifferentPerson,
    /// One person does all of the steps.
    SamePerson,
    /// The step is done in one of the roles.
    RoleIn,
    /// From the first `from` to the first `to` after it at most so long.
    MaxTime,
    /// At least so long.
    MinTime,
    /// When the step is done, the columns are filled.
    RequiredData,
    /// After the step, nothing more happens.
    NoEventAfter,
}

impl RuleKind {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Absent,
        Self::Exactly,
        Self::Between,
        Self::Starts,
        Self::Ends,
        Self::Precedence,
        Self::Response,
        Self::Succession,
        Self::RespondedExistence,
        Self::And,
        Self::Xor,
        Self::DifferentPerson,
        Self::SamePerson,
        Self::RoleIn,
        Self::MaxTime,
        Self::MinTime,
        Self::RequiredData,
        Self::NoEventAfter,
    ];

    /// Its word in definitions.
    pub fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Exactly => "exactly",
            Self::Between => "between",
            Self::Starts => "starts",
            Self::Ends => "ends",
            Self::Precedence => "precedence",
            Self::Response => "response",
            Self::Succession => "succession",
            Self::RespondedExistence => "responded_existence",
            Self::And => "and",
            Self::Xor => "xor",
            Self::DifferentPerson => "different_person",
            Self::SamePerson => "same_person",
            Self::RoleIn => "role_in",
            Self::MaxTime => "max_time",
            Self::MinTime => "min_time",
            Self::RequiredData => "required_data",
            Self::NoEventAfter => "no_event_after",
        }
    }

    /// How many steps it speaks of: at least, at most.
    pub fn steps(self) -> (usize, usize) {
        match self {
            Self::Absent | Self::Exactly | Self::Between | Self::Starts | Self::Ends => (1, 1),
            Self::RoleIn | Self::RequiredData | Self::NoEventAfter => (1, 1),
            Self::DifferentPerson | Self::SamePerson => (2, usize::MAX),
            _ => (2, 2),
        }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// What it demands.
    pub kind: RuleKind,
    /// Its steps, in the order in which the rule speaks of them.
    pub steps: Vec<String>,
    /// For rules that count: at least so often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// And at most so often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// For rules about time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Span>,
    /// For `role_in`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// For `required_data`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// For which cases it holds; for all unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What breaking it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
    /// Why there is such a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether a rule could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It was.
    Evaluated,
    /// It was not; `remark` says why.
    NotEvaluated,
}

/// What came of a rule: each of the cases that it was asked of is in one of the four groups.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RuleOutcome {
    /// Its name; what a step demands of itself is called after the step, e.g. `invoice.role`.
    pub id: String,
    /// What it demands, as definitions have it; of steps `role`, `system`, `needs`, `sla`, `cutoff`, `due` or `when`.
    pub kind: String,
    /// What it demands, in words.
    pub words: String,
    /// Whether it could be looked at.
    pub state: RuleState,
    /// Why not, or what else is to know.
    pub remark: Option<String>,
    /// Cases in which it was kept, and there was something to keep.
    pub satisfied: i64,
    /// Cases in which it was broken.
    pub violated: i64,
    /// Cases in which what it speaks of did not happen.
    pub vacuous: i64,
    /// Cases of which the log does not say enough.
    pub unknown: i64,
}
