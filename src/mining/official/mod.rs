//! Definitions of official flows as texts: read from YAML, TOML, JSON and CSV, and turned into a process tree, from which
//! come net and diagram.
//!
//! Whatever the notation, the text first becomes a tree of [`node::Node`]s that know where they stand, so that every fault
//! is told with its line and column. All faults are gathered, not only the first.

mod calendar;
mod check;
mod fields;
mod holds;
mod limit;
mod node;
mod path;
mod read;
mod rules;
mod steps;
mod table;
mod tree;
mod write;
mod yaml;

#[cfg(test)]
mod tests;

pub use calendar::read_calendar;
pub use holds::{Check, Demand, checks};
pub use limit::Limit;
pub use read::{Notation, read};
pub use tree::{Compiled, compile};
pub use write::write;

use std::fmt;

/// A fault of a definition: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Character within the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub cure: String,
}

/// All faults of a definition, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// Name of the file.
    pub file: String,
    /// At least one.
    pub faults: Vec<Fault>,
    /// How many there are besides.
    pub more: usize,
}

/// So many faults are told.
const TOLD: usize = 50;

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.faults.iter().take(TOLD).enumerate() {
            let before = if number == 0 { "" } else { "\n" };
            write!(f, "{before}{}:{}:{}: {}", self.file, fault.line, fault.column, fault.what)?;
            if !fault.cure.is_empty() {
                write!(f, "; {}", fault.cure)?;
            }
        }
        match self.faults.len().saturating_sub(TOLD) + self.more {
            0 => Ok(()),
            more => write!(f, "\n{}: and {more} more; mend these first", self.file),
        }
    }
}

impl std::error::Error for Faults {}
