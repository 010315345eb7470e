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

/// The definition of all figures, in words.
pub fn definition() -> String {
    format!(
        "Each value of an attribute of cases, of the role and the system in which they began, and of when they began is held \
         against all other cases: the share of those in question with the value less that without it, with Newcombe's 95 % \
         interval. Values with fewer than {LEAST_CASES} cases, or with fewer than {LEAST_EXPECTED} expected in any of the four \
         numbers, are left out. p is Fisher's exact where fewer than 20 are expected, else chi-square with continuity \
         correction; q is p after all questions that were asked (Benjamini-Hochberg), and only q ≤ {} % is shown. Excess: how \
         many more cases with the value there are than its size makes expect; coverage: the share of the cases in question \
         that have it. A case counts as finished at its last event, also where it is still open. What goes with them need not \
         be why.",
        FALSE_DISCOVERY * 100.0
    )
}
