//! Functions that SQL lacks for this field: exact statistics of durations, names behind numbers, weeks of any year, and
//! membership in the set of cases that a filter chose.

mod case_set;
mod duration_stats;
mod names;
mod week;

pub use case_set::{CaseSet, in_view};
pub use duration_stats::duration_stats;
pub use names::{case_name, name_function};
pub use week::week_start;
