//! What maps and charts draw with: measured text, colours that know light and dark, SVG and PNG.
//!
//! Nothing here knows of processes, queries or pages. Read [`theme`] first: every colour of a picture is a
//! [`theme::Token`], so that one string serves light and dark pages.

pub mod figure;
pub mod png;
pub mod svg;
pub mod text;
pub mod theme;
