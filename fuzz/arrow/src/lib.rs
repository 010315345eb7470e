//! Stands for the `arrow` crate, which would bring its kernels along: the parsers only build columns.

/// Columns and what builds them.
pub mod array {
    pub use arrow_array::builder::*;
    pub use arrow_array::*;
}
