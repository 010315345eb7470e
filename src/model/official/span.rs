//! Lengths of time as people write them: `30m`, `8h`, `2d` by the clock, `8bh` business hours, `3bd` business days.

use serde::{Serialize, Serializer};
use std::fmt;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// Which clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// That on the wall.
    Wall,
    /// Only hours in which people work.
    BusinessHours,
    /// Only days on which people work.
    BusinessDays,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    text: String,
    /// Seconds by the clock; of business days, so many times 86,400.
    pub seconds: u64,
    /// Which clock counts.
    pub clock: Clock,
}

/// Units with their seconds; the longer ones first, so that `bd` is not read as `d`.
const UNITS: [(&str, u64, Clock); 7] = [
    ("bh", 3_600, Clock::BusinessHours),
    ("bd", 86_400, Clock::BusinessDays),
    ("s", 1, Clock::Wall),
    ("m", 60, Clock::Wall),
    ("h", 3_600, Clock::Wall),
    ("d", 86_400, Clock::Wall),
    ("w", 604_800, Clock::Wall),
];

impl Span {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` is no length of time: write a whole number and s, m, h, d, w, bh or bd");
        let trimmed = text.trim();
        let unit = UNITS.iter().find(|(unit, ..)| trimmed.ends_with(unit));
        let (unit, seconds, clock) = *unit.ok_or_else(fault)?;
        let amount = trimmed[..trimmed.len() - unit.len()].trim_end();
        let amount: u64 = amount.parse().map_err(|_| fault())?;
        let seconds = amount.checked_mul(seconds).filter(|seconds| *seconds < 1 << 40).ok_or_else(fault)?;
        Ok(Self { text: trimmed.to_owned(), seconds, clock })
    }

    /// Whether a calendar is needed to tell it.
    pub fn is_business(&self) -> bool {
        self.clock != Clock::Wall
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialSchema for Span {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}

impl ToSchema for Span {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        let read = |text: &str| Span::parse(text).map(|span| (span.seconds, span.clock, span.to_string()));
        let ok = |seconds: u64, clock: Clock, text: &str| Ok((seconds, clock, text.to_owned()));
        assert_eq!(read("30m"), ok(1_800, Clock::Wall, "30m"));
        assert_eq!(read(" 2d "), ok(172_800, Clock::Wall, "2d"));
        assert_eq!(read("8bh"), ok(28_800, Clock::BusinessHours, "8bh"));
        assert_eq!(read("3 bd"), ok(259_200, Clock::BusinessDays, "3 bd"));
        for wrong in ["", "h", "8", "-1h", "1.5h", "8x", "99999999999999999999h", "9999999999w"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
