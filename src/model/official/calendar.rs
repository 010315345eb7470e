//! When people work, as a definition says it. `mining::calendar` makes a clock of it that counts working time.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// When people work.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct Calendar {
    /// Time zone, by its IANA name.
    pub zone: String,
    /// Hours by day or days: `mon-fri` to `09:00-14:00`. The name that stands for the fewest days counts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub week: BTreeMap<String, Vec<String>>,
    /// Days on which nobody works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holidays: Option<Holidays>,
    /// Hours that are worked besides, by day: `2026-01-10` to `09:00-14:00`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Vec<String>>,
    /// Weeks that hold from a later day on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<WeekFrom>,
}

/// Days on which nobody works.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct Holidays {
    /// Those of a country, by its code: `ES`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// And those of one of its regions: `MD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Days of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Holiday>,
    /// A file that lists them: only its name is kept, so that nothing can be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A day on which nobody works, or not all of the time.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct Holiday {
    /// `2026-12-24`.
    pub day: String,
    /// The hours that are off, e.g. `14:00-24:00`; the whole day unless given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
}

/// A week that holds from a day on.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct WeekFrom {
    /// The day: `2026-07-01`.
    pub valid_from: String,
    /// Hours by day or days.
    pub week: BTreeMap<String, Vec<String>>,
}
