//! Plain types of the field: mapping, filter, time, tables, answers. No input or output, no engine.

pub mod answers;
pub mod causes;
pub mod comparison;
pub mod deviations;
pub mod filter;
pub mod flowchart;
pub mod judgement;
pub mod kind;
pub mod mapping;
pub mod measure;
pub mod official;
pub mod tables;
pub mod time;
