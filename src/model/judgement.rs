//! Cases held against an official flow, one by one: what alignments and rules found, as plain columns. `query` makes the
//! tables `conformance` and `deviations` of it, so that KPIs over it are SQL.

/// What is known about one way of differing in one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The case differs.
    Differs,
    /// Two steps have the same time, or only a day, so that nobody knows their order.
    Unknown,
    /// The source of the step was silent when it should have happened.
    NotObservable,
    /// The case is still under way: no fault.
    Open,
}

impl Verdict {
    /// All of them, by the number that tables have.
    pub const ALL: [Self; 4] = [Self::Differs, Self::Unknown, Self::NotObservable, Self::Open];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::Unknown => "unknown",
            Self::NotObservable => "not_observable",
            Self::Open => "open",
        }
    }
}

/// How well a case could be held against the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evaluated {
    /// With an alignment of least cost.
    Computed,
    /// With one that may not be the best.
    Bounded,
    /// Not at all.
    Not,
}

impl Evaluated {
    /// All of them, by the number that tables have.
    pub const ALL: [Self; 3] = [Self::Computed, Self::Bounded, Self::Not];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::Bounded => "bounded",
            Self::Not => "not_evaluated",
        }
    }
}

/// One case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgedCase {
    /// Its number in the log.
    pub case: i32,
    /// Whether it is still under way.
    pub is_open: bool,
    /// How well it could be held against the flow.
    pub evaluated: Evaluated,
    /// Moves of its alignment that do not match; a case that is open or was cancelled is held against the beginning of the
    /// flow only. Nothing where there are only rules.
    pub cost: Option<i32>,
    /// The cost of having nothing in common with the flow. Nothing where there are only rules.
    pub worst_cost: Option<i32>,
    /// Whether the log does not say enough of it for some rule.
    pub is_doubtful: bool,
}

/// One way in which one case differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Number of the way, in [`Judgement::ways`].
    pub way: u32,
    /// Number of the case in the log.
    pub case: i32,
    /// What is known about it.
    pub verdict: Verdict,
}

/// A way of differing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Stays the same from version to version.
    pub id: String,
    /// What kind it is of, e.g. `skipped`.
    pub kind: String,
    /// The step.
    pub activity: String,
    /// Of two in the wrong order, the one that should have come before.
    pub other: Option<String>,
}

/// What became of a promise about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PromiseState {
    /// Done in time.
    Met,
    /// Done too late, or not done by the end of the log although that is too late.
    Breached,
    /// Not done, and at the end of the log there was time left.
    Running,
}

impl PromiseState {
    /// All of them, by the number that tables have.
    pub const ALL: [Self; 3] = [Self::Met, Self::Breached, Self::Running];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Breached => "breached",
            Self::Running => "running",
        }
    }
}

/// A promise about time, each time that it was to be kept. Instants are microseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Number of the promise, in [`Judgement::promised`].
    pub promised: u32,
    /// Number of the case in the log.
    pub case: i32,
    /// From when the time counts; nothing where it is a time of day.
    pub from: Option<i64>,
    /// Until when it is met; nothing where the calendar does not reach so far.
    pub due: Option<i64>,
    /// When it was done.
    pub done: Option<i64>,
    /// What became of it.
    pub state: PromiseState,
}

/// What is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    /// Name of the rule, or step and field.
    pub id: String,
    /// The step that is to be done in time.
    pub activity: String,
    /// In words.
    pub words: String,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement {
    /// By case, ascending.
    pub cases: Vec<JudgedCase>,
    /// The ways of differing that there are.
    pub ways: Vec<Way>,
    /// By way and case.
    pub found: Vec<Found>,
    /// What the flow promises about time.
    pub promised: Vec<Promised>,
    /// By promise.
    pub promises: Vec<Promise>,
}

/// What people decided about a way of differing, as tables have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Id of the way.
    pub deviation: String,
    /// `accepted`, `error` or `to_formalise`.
    pub status: String,
    /// Whether cases that have it count as conforming.
    pub is_accepted: bool,
    /// It holds for cases that start before this, in microseconds since 1970 UTC; for all without it.
    pub until: Option<i64>,
    /// Whose business it is.
    pub owner: Option<String>,
}
