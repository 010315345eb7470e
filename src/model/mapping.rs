//! Which column of a file plays which role, and how its cells are to be read.
//!
//! The same names are used by the command line, the API and the import report. What is left `None` is detected.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a row with a lifecycle transition becomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lifecycle {
    /// A `start` and its `complete` become one event with a start and an end.
    #[default]
    Merge,
    /// Every row is an event of its own.
    Keep,
}

/// The mapping options of the contract; every one overrides a guess.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MappingOptions {
    /// Column that holds the case id.
    pub case: Option<String>,
    /// Column that holds the activity.
    pub activity: Option<String>,
    /// Column that holds the (end) time of the event.
    pub timestamp: Option<String>,
    /// Column that holds the start time, where rows have two times; empty for none, also if one would fit. The same
    /// goes for the columns below.
    pub start: Option<String>,
    /// Column that holds the person or machine that did it.
    pub resource: Option<String>,
    /// Column that holds the role, team or group.
    pub role: Option<String>,
    /// Column that holds the system in which it happened.
    pub system: Option<String>,
    /// Column that holds what the event cost; empty for none.
    pub cost: Option<String>,
    /// Column that says whether a program did it; empty for none.
    pub automated: Option<String>,
    /// IANA zone of times that carry no offset; UTC unless given.
    pub timezone: Option<String>,
    /// `strftime` format of the time columns, e.g. `%d/%m/%Y %H:%M`.
    pub timestamp_format: Option<String>,
    /// Field separator of a text file: one character, or `tab`.
    pub delimiter: Option<String>,
    /// Character encoding by its WHATWG name, e.g. `windows-1252`.
    pub encoding: Option<String>,
    /// Sheet of a workbook, or the file inside an archive that holds several.
    pub sheet: Option<String>,
    /// What becomes of start and complete rows.
    pub lifecycle: Lifecycle,
}
