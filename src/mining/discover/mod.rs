//! A first draft of an official flow from what was done: the inductive miner (Leemans, Fahland, van der Aalst 2013, and the
//! variant for infrequent behaviour). It splits the log again and again along the strongest structure that all cases
//! share, so what it finds is always a sound flow of blocks; without a noise threshold every case fits it.

mod cut;
mod fallthrough;
mod graph;
mod layout;
mod log;
mod miner;
mod split;
mod tree;

#[cfg(test)]
mod tests;

pub use miner::discover;
pub use tree::Tree;
