//! Models as labelled Petri nets: the one form that all notations of an official flow are read into.
//!
//! A net says which steps may follow which: a transition consumes tokens and produces some; one without a label is
//! silent, it moves tokens without anything being recorded. [`pnml`] reads and writes nets as such, [`bpmn`] turns a
//! diagram into one. Whatever a file holds beyond that is listed as a [`Remark`], never dropped in silence.

pub mod bpmn;
mod chart;
mod check;
mod error;
mod petri;
pub mod pnml;
mod reduce;
mod xml;

pub use chart::flowchart;
pub use check::faults;
pub use error::NetError;
pub use petri::{Marking, Net, Place, Transition};
pub use reduce::reduce;

/// Something that reading a model left out or understood in its own way, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// Name or id of the element, as the file has it.
    pub element: String,
    /// What was done about it.
    pub what: String,
}

impl Remark {
    /// A remark about an element.
    pub fn new(element: impl Into<String>, what: impl Into<String>) -> Self {
        Self { element: element.into(), what: what.into() }
    }
}
