//! The process map as a picture: what is drawn of it, where everything stands, and how it looks. Pure: the same log
//! gives the same bytes, on a page, in a file and in a report.
//!
//! Read in this order: [`graph`], [`abstraction`], [`skeleton`], [`layout`], [`scene`], [`svg`];
//! [`compare`] puts two sides on one map, [`flowchart`] draws process models with the same layout.

pub mod abstraction;
mod bpmn;
pub mod compare;
mod dot;
pub mod flowchart;
pub mod graph;
pub mod layout;
pub mod metric;
pub mod scene;
pub mod skeleton;
pub mod svg;

pub use bpmn::bpmn;
pub use dot::dot;
