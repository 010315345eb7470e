//! Process mining that SQL cannot say: pure algorithms on plain arrays. No input or output, no engine, no threads that
//! outlive a call.
//!
//! [`net`] is what an official flow is turned into, whatever notation it was drawn in; [`align`] holds paths really
//! taken against it, [`deviation`] says in what they
//! differ, [`discover`] drafts a flow from them; [`calendar`] counts working time; [`official`] reads definitions that people
//! write, [`rules`] holds paths against what they demand besides; [`causes`] holds the values of attributes against what people
//! want less of. `app` reads files and logs, hands their text and numbers in, and stores what comes out.

pub mod align;
pub mod calendar;
pub mod causes;
pub mod deviation;
pub mod discover;
pub mod net;
pub mod official;
pub mod rules;
