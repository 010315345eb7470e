//! Nets as PNML (ISO/IEC 15909-2), as ProM, PM4Py, WoPeD, PIPE and others write it.

mod read;
mod silent;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub use write::write;
