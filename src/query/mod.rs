//! Questions. DataFusion lives here and only here; SQL text lives in `queries/`.
//!
//! [`Catalogue`] reads and checks the SQL files; [`Snapshot`] opens the tables of one log version;
//! [`Engine`] runs a question on a snapshot, narrowed by a filter, within limits, and answers with a [`Frame`].

mod catalogue;
mod coded;
mod columns;
mod drill;
mod engine;
mod error;
mod filter;
mod frame;
mod functions;
mod gather;
mod header;
mod judged;
mod measures;
mod memory;
mod near;
mod parameters;
mod plan;
mod prepared;
mod snapshot;
mod stream;
mod views;

pub use catalogue::{Catalogue, Fault, JUDGED, Query};
pub use coded::Coded;
pub use drill::cases_of;
pub use engine::{Engine, Extent, Limits};
pub use error::QueryError;
pub use frame::{Column, Frame, Values};
pub use header::{ChartHint, Header, choices, is_optional};
pub use snapshot::{Snapshot, VariantTable, path_id};
pub use stream::Frames;
