//! Alignments: each path really taken beside the run of the model that is nearest to it.

mod automaton;
mod bound;
mod closure;
mod columns;
mod compiled;
mod fitness;
mod markings;
mod names;
mod outcome;
mod precision;
mod replay;
mod run;
mod search;
mod simplex;
mod stuck;
mod table;
#[cfg(test)]
mod tests;

pub use fitness::{Fitness, fitness, fitness_of_log, fitness_of_paths};
pub use names::{Names, plain};
pub use outcome::{Alignment, Move, Outcome};
pub use precision::precision;
pub use replay::{Played, replay};
pub use run::{AlignError, Answer, Limits, Question, align};
