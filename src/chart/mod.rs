//! Charts: [`Spec`] says as data what is shown, [`draw`] makes an SVG of it.
//!
//! Nothing here knows of queries or pages. The way: the [`Data`] of a query's result and its `chart` header become
//! a [`Spec`] (`input`), `scale` and `calendar` choose ticks, `svg` draws, `words` says it in a sentence, and `table`
//! holds the same figures for those who cannot see the picture. Only `svg` knows the plotting library.

mod calendar;
pub mod chevrons;
pub mod format;
pub mod input;
pub mod scale;
pub mod spec;
pub mod stats;
pub mod svg;
pub mod table;
pub mod words;

pub use input::{Column, Data, SpecError, Values};
pub use spec::{Axis, Figure, Spec};
pub use svg::{Size, draw};
pub use table::{Table, table};
pub use words::describe;
