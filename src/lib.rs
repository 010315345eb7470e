//! Throughline shows how work truly flows: event logs go in, the paths really taken and their KPIs come out.
//!
//! The story of one request: `cli` or `web` asks [`app::App`], the one service object. App finds the newest version of
//! the flow in `store`, opens it as a [`query::Snapshot`], and lets [`query::Engine`] run SQL files of `queries/` on it,
//! narrowed by a [`model::filter::Filter`]. The result is a [`query::Frame`], from which the answer of the contract is
//! made. Files become versions through [`ingest`]: detect, read, keep raw rows, build sorted tables.
//!
//! Imports point one way: `model ← mining; model, draw ← map, chart; model ← ingest, store, query; all ← app ← cli,
//! web`; a test holds it. What SQL cannot say about paths, [`mining`] computes.

pub mod app;
pub mod chart;
pub mod cli;
pub mod config;
pub mod draw;
pub mod ingest;
pub mod map;
pub mod mining;
pub mod model;
pub mod query;
pub mod store;
pub mod web;
