//! The server: the API, a few pages, and what keeps both safe. HTML and HTTP live here and only here.
//!
//! The way of a request: [`form`] takes `.json` or `.csv` off the address; `context` gives it an id, a log line, the
//! security headers, and writes failures as problems; `hosts` refuses foreign names; `auth` says who asks; a handler of
//! `api` or `pages` extracts, asks [`crate::app::App`], answers. Reading answers go through `answer`, which knows the
//! ETag before anything runs and keeps what was encoded.
//!
//! This room must not know how questions are answered or where bytes lie. Read on in `router`, then in `ask`.

mod answer;
mod api;
mod ask;
mod auth;
mod cache;
mod connections;
mod context;
mod error;
mod extract;
mod form;
mod hear_out;
mod hosts;
mod metrics;
mod operation;
mod pages;
mod router;
mod server;
mod state;
mod table;

pub use answer::{Tagged, etag};
pub use auth::{SESSION_COOKIE, SignInAddress};
pub use error::{ApiError, Problem};
pub use form::Form;
pub use pages::Report;
pub use router::router;
pub use server::{Server, ServerError};
pub use state::{Options, Web};
