//! What comes of holding a path against a net.

/// One step of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Move {
    /// The event is a step of the model.
    Both {
        /// Position in the path.
        event: u32,
        /// Number of the transition.
        transition: u32,
    },
    /// The event has no place in the model here.
    Log {
        /// Position in the path.
        event: u32,
    },
    /// The model wants a step that was not recorded.
    Model {
        /// Number of the transition.
        transition: u32,
    },
}

/// A path beside a run of the model, step by step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Number of moves that are not both.
    pub cost: u32,
    /// The moves in order.
    pub moves: Vec<Move>,
}

impl Alignment {
    pub(super) fn of(moves: Vec<Move>) -> Self {
        let cost = moves.iter().filter(|m| !matches!(m, Move::Both { .. })).count() as u32;
        Self { cost, moves }
    }
}

/// How well a path could be held against the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An alignment of least cost.
    Computed(Alignment),
    /// A limit was met: the least cost is at least `lower`, and at most that of the alignment.
    Bounded {
        /// No alignment costs less.
        lower: u32,
        /// The best that was found.
        upper: Alignment,
    },
    /// Not even that.
    NotEvaluated,
}

impl Outcome {
    /// The least cost, or the bounds of it.
    pub fn bounds(&self) -> Option<(u32, u32)> {
        match self {
            Self::Computed(alignment) => Some((alignment.cost, alignment.cost)),
            Self::Bounded { lower, upper } => Some((*lower, upper.cost)),
            Self::NotEvaluated => None,
        }
    }

    /// The best alignment that was found.
    pub fn alignment(&self) -> Option<&Alignment> {
        match self {
            Self::Computed(alignment) | Self::Bounded { upper: alignment, .. } => Some(alignment),
            Self::NotEvaluated => None,
        }
    }
}
