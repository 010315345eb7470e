//! Differences between what was done and what the flow says, in kinds that people have words for. An alignment says which
//! moves do not match; here they become "skipped", "out of order", "repeated too often" and their like, and are
//! counted over cases. How they are told is `app`'s business.

mod derive;
mod kind;
mod silence;
#[cfg(test)]
mod tests;

pub use derive::{Difference, Evidence, differences, is_unfinished};
pub use kind::{Kind, What};
pub use silence::{Silence, silence};
