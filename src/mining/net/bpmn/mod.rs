//! Diagrams as BPMN 2.0 XML, as Camunda, Signavio, Bizagi, bpmn.io, Apromore and others write it.
//!
//! [`Diagram::read`] takes what the file says about the order of steps, under any namespace prefix, with lanes as roles;
//! [`Diagram::net`] makes the net (after Dijkman, Dumas, Ouyang 2008). Drawings are rarely executable: what is missing is
//! read by the conventions of the standard (implicit starts and ends, missing gateways), what cannot be followed is
//! worked around, and both are told as remarks. [`write()`] turns a
//! [`Drawing`] into a file that those tools open.
//!
//! How it is understood:
//! - several start events are alternatives; without any, everything that no arrow leads to begins;
//! - several arrows into a step: each starts it; several out of it: all are followed, those with a condition or not;
//! - an interrupted step may have been recorded or not; an event beside it that does not interrupt happens at most once;
//! - events with a name are steps where the log knows that name; otherwise nothing is expected to be recorded.

mod convert;
mod diagram;
mod drawing;
mod inclusive;
mod of_net;
mod read;
mod scope;
mod steps;
mod write;

#[cfg(test)]
mod tests;

pub use diagram::Diagram;
pub use drawing::{Arrow, Drawing, Placed, Shape};
pub use of_net::of_net;
pub use write::write;
