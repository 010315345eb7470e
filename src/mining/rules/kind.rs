//! The ways in which rules are broken. Their words are those of `mining::deviation` where that has them, too.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The step had to be done and was not.
    Skipped,
    /// Two steps came in the other order.
    OutOfOrder,
    /// The step must not happen.
    Extra,
    /// The step was done more often than allowed.
    RepeatedTooOften,
    /// Somebody did it who is not to.
    WrongRole,
    /// One person did what two are to do.
    SamePerson,
    /// Several people did what one is to do.
    DifferentPerson,
    /// It was done elsewhere.
    WrongSystem,
    /// It took too long, or was done after its time.
    TooLate,
    /// It was done too soon.
    TooEarly,
    /// A column was not filled.
    MissingData,
    /// It was done although the case is none of those that need it.
    WrongBranch,
    /// Cases do not begin with this.
    UndeclaredStart,
    /// Cases do not end with this.
    UndeclaredEnd,
}

impl Kind {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::OutOfOrder => "out_of_order",
            Self::Extra => "extra",
            Self::RepeatedTooOften => "repeated_too_often",
            Self::WrongRole => "wrong_role",
            Self::SamePerson => "same_person",
            Self::DifferentPerson => "different_person",
            Self::WrongSystem => "wrong_system",
            Self::TooLate => "too_late",
            Self::TooEarly => "too_early",
            Self::MissingData => "missing_data",
            Self::WrongBranch => "wrong_branch",
            Self::UndeclaredStart => "undeclared_start",
            Self::UndeclaredEnd => "undeclared_end",
        }
    }
}

/// A way in which a rule was broken: cases in which this is equal are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Breach {
    /// How.
    pub kind: Kind,
    /// The step.
    pub activity: String,
    /// The other step, where it is about two.
    pub other: Option<String>,
    /// Who did it, where it was done, or which column was empty.
    pub found: Option<String>,
}
