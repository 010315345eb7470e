//! One binary for all tests that need the whole program: linking the engines is the slow part.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has found its fault")]

mod api;
mod browser;
mod cli;
mod conformance;
mod conformance_rules;
mod conformance_unknown;
mod crash;
mod export;
mod fuzz_corpus;
mod kpi_oracle;
mod layouts;
mod messy;
mod oracle;
mod planted;
mod support;
mod tidy;
