//! Functions that SQL lacks for this field: exact statistics of durations and of what follows what, names behind numbers, periods of any year, working
//! time, the confidence of a share, and membership in the set of cases that a filter chose.

mod business;
mod duration_stats;
mod names;
mod number_set;
mod pair_stats;
mod paths;
mod period;
mod week;
mod wilson;

pub use business::business_seconds;
pub use duration_stats::duration_stats;
pub use names::{case_name, name_function};
pub use number_set::{NumberSet, in_view, on_path};
pub use pair_stats::pair_stats;
pub use paths::without_repeats;
pub use period::{period_after, periods};
pub use week::week_start;
pub use wilson::wilson;
