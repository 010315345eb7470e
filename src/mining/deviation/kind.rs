//! The kinds of differences that alignments show.

use serde::{Deserialize, Serialize};

/// See the module. More kinds come from rules about roles, times and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The flow wants the step, later steps were done, but it was not recorded.
    Skipped,
    /// Two steps came in the other order.
    OutOfOrder,
    /// The step is no part of the flow.
    Extra,
    /// The step was done in its place, and then more often than the flow allows.
    RepeatedTooOften,
    /// The step is part of the flow, but the way that the case took does not lead to it.
    WrongBranch,
    /// Cases do not begin with this.
    UndeclaredStart,
    /// The case ended before the flow does.
    UndeclaredEnd,
    /// The case is still under way: no fault, but not the whole of the flow either.
    NotFinished,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Skipped,
        Self::OutOfOrder,
        Self::Extra,
        Self::RepeatedTooOften,
        Self::WrongBranch,
        Self::UndeclaredStart,
        Self::UndeclaredEnd,
        Self::NotFinished,
    ];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::OutOfOrder => "out_of_order",
            Self::Extra => "extra",
            Self::RepeatedTooOften => "repeated_too_often",
            Self::WrongBranch => "wrong_branch",
            Self::UndeclaredStart => "undeclared_start",
            Self::UndeclaredEnd => "undeclared_end",
            Self::NotFinished => "not_finished",
        }
    }
}

/// What differs: two cases differ in the same way when this is equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct What {
    /// How.
    pub kind: Kind,
    /// The step; of two in the wrong order, the one that came too early.
    pub activity: String,
    /// Of two in the wrong order, the one that should have come before.
    pub other: Option<String>,
}
