//! Units of result columns.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a column's values are; it decides unit, format, axis and JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A day, `2024-05-31`.
    Date,
    /// An instant, RFC 3339 UTC.
    Timestamp,
    /// A name.
    Category,
    /// A whole number of things.
    Count,
    /// A number without a unit.
    Number,
    /// A part of a whole, 0..1.
    Share,
    /// Seconds.
    DurationS,
    /// Money, in the flow's currency.
    Cost,
    /// True or false.
    Boolean,
    /// Names in order.
    List,
}
