//! What goes with a target: for each value of each attribute, whether cases that have it are more often among the target's
//! cases than the others are, how sure that is, and how much of the target it covers. Observation, not experiment: what is
//! found goes with the target, and nothing here says that it causes it.
//!
//! [`interval`] says how sure a share and a difference of shares are, [`table`] how likely chance alone makes such a
//! difference, [`adjust`] what is left after many questions; [`contrast`] asks all of them, [`tree`] asks one after the
//! other, and [`bands`] makes kinds of cases out of numbers.

mod adjust;
mod bands;
mod contrast;
mod interval;
mod table;
mod tree;

#[cfg(test)]
mod tests;

pub use adjust::benjamini_hochberg;
pub use bands::{band_of, bands};
pub use contrast::{Column, Contrast, Contrasts, FALSE_DISCOVERY, LEAST_CASES, LEAST_EXPECTED, contrasts};
pub use interval::{newcombe, wilson};
pub use table::Fourfold;
pub use tree::{Branch, Split, tree};
