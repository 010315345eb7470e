//! The process map as a picture: what is drawn of it, where everything stands, and how it looks. Pure: the same log
//! gives the same bytes, on a page, in a file and in a report.
//!
//! Read in this order: [`graph`], [`abstraction`], [`skeleton`], [`layout`], [`scene`], [`svg`];
//! [`compare`] puts two sides on one map.

pub mod abstraction;
mod bpmn;
pub mod compare;
mod dot;
pub mod graph;
pub mod layout;
pub mod metric;
pub mod scene;
pub mod skeleton;
pub mod svg;

pub use bpmn::bpmn;
pub use dot::dot;
