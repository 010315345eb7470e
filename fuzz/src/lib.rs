//! The parsers of Throughline without its engines, and what must hold for them whatever bytes come.
//!
//! The modules of the program are taken from its own sources by path, so nothing is copied and the build takes
//! minutes less. Only modules that know neither the engines nor the web can be here. Read next: `checks`.

#![allow(dead_code, reason = "only a part of each module is under test")]

#[path = "../../src/model"]
pub mod model {
    pub mod filter;
    pub mod kind;
    pub mod mapping;
    pub mod measure;
    pub mod time;
}

#[path = "../../src/ingest"]
pub mod ingest {
    pub mod chunk;
    pub mod csv {
        pub mod cut;
        pub mod rows;
    }
    pub mod detect;
    pub mod lifecycle;
    pub mod timestamp;
    pub mod xes;
}

#[path = "../../src/query"]
pub mod query {
    mod header;
    pub use header::Header;
}

/// What the checks need of the program. The replay of the corpus has a module of the same name over the real
/// library, and so can run the same checks.
mod library {
    pub use crate::ingest::chunk::{Chunk, NO_CODE, Names, RejectReason, Scope};
    pub use crate::ingest::detect::detect;
    pub use crate::ingest::timestamp::{TimestampFormat, Zone};
    pub use crate::ingest::xes::{XesOptions, XesReader, XesWarningKind};
    pub use crate::model::filter::Filter;
    pub use crate::model::mapping::MappingOptions;
    pub use crate::query::Header;
}

pub mod blocks;
pub mod checks;
mod input;
mod rows;
mod xes;
