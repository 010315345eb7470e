//! A process model as it is drawn: steps, gateways and arrows, whatever notation it came in, with what cases did of it.

/// What a shape is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
    /// A step.
    Step {
        /// Its name.
        name: String,
        /// What cases did of it.
        marks: Marks,
    },
    /// One of several ways is taken, or several ways meet of which one was.
    Choice,
    /// All ways are taken, or have been.
    Parallel,
    /// What the log has and the model does not.
    Foreign {
        /// Its name.
        name: String,
        /// Cases that have it.
        cases: i64,
        /// The difference that it is.
        deviation: String,
    },
}

/// What cases did of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Cases that did it in its place.
    pub cases: i64,
    /// Cases that left it out.
    pub skipped: i64,
    /// Cases that did it at another time than the model has it: too early, too often, on another way.
    pub misplaced: i64,
    /// The difference with most cases that is about it.
    pub deviation: Option<String>,
}

/// See the module. There is one start and one end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flowchart {
    /// The shapes.
    pub shapes: Vec<Shape>,
    /// Arrows between two different shapes, each once.
    pub arrows: Vec<(usize, usize)>,
}
