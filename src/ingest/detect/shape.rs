//! The answer of detection: everything a reader needs to turn the file into rows.

use super::columns::Column;
use super::dialect::Dialect;
use crate::ingest::timestamp::{Precision, TimestampFormat, Zone};
use crate::model::measure::Measure;
use encoding_rs::Encoding;
use serde::{Serialize, Serializer};

/// A column that plays a part in the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Role {
    /// Which column, from 0.
    pub column: usize,
    /// How sure this is, 0 to 1; 1 where a person named it.
    pub confidence: f64,
    /// Why.
    pub reason: String,
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roles {
    /// The case id.
    pub case: Role,
    /// The activity.
    pub activity: Role,
    /// The time of the event, or of its end; none if the file has no times.
    pub timestamp: Option<Role>,
    /// The start of the event.
    pub start: Option<Role>,
    /// Who did it.
    pub resource: Option<Role>,
    /// In which role, team or group.
    pub role: Option<Role>,
    /// In which system.
    pub system: Option<Role>,
    /// Which transition of its lifecycle the row is.
    pub lifecycle: Option<Role>,
    /// What the event cost. Like the next one it is read as an attribute and only then looked at.
    pub cost: Option<Role>,
    /// Whether a program did it.
    pub automated: Option<Role>,
}

impl Roles {
    /// Every role that a column has, with the name of the mapping option (`lifecycle_transition` for the one
    /// that is none).
    pub fn named(&self) -> Vec<(&'static str, &Role)> {
        let optional = [
            ("timestamp", &self.timestamp),
            ("start", &self.start),
            ("resource", &self.resource),
            ("role", &self.role),
            ("system", &self.system),
            ("lifecycle_transition", &self.lifecycle),
            (Measure::Cost.name(), &self.cost),
            (Measure::Automated.name(), &self.automated),
        ];
        let mut all = vec![("case", &self.case), ("activity", &self.activity)];
        all.extend(optional.into_iter().filter_map(|(name, role)| role.as_ref().map(|role| (name, role))));
        all
    }
}

/// How the cells of a time column are read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeColumn {
    /// Which column, from 0.
    pub column: usize,
    /// The format of its cells.
    pub format: TimestampFormat,
    /// How sure this is, 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reason: String,
    /// Day and month could be the other way round.
    pub ambiguous_day_first: bool,
    /// The format with day and month changed over, while no value has told them apart.
    pub twin: Option<TimestampFormat>,
    /// Some of the cells say their offset from UTC.
    pub zoned: bool,
    /// The finest step of the sample values.
    pub precision: Precision,
}

/// What a text file is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TextShape {
    /// Character encoding.
    #[serde(serialize_with = "by_name")]
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark, to be skipped before decoding.
    pub bom_len: usize,
    /// How sure the encoding is, 0 to 1.
    pub encoding_confidence: f64,
    /// Why.
    pub encoding_reason: String,
    /// How the text is cut into records and cells.
    pub dialect: Dialect,
    /// How sure the dialect is, 0 to 1.
    pub dialect_confidence: f64,
    /// Why.
    pub dialect_reason: String,
    /// All columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Which of them is what.
    pub roles: Roles,
    /// Formats of the columns that are `timestamp` and `start`.
    pub time_formats: Vec<TimeColumn>,
    /// The zone of times without an offset.
    pub zone: Zone,
    /// Sentences for the person who imports the file.
    pub warnings: Vec<String>,
}

impl TextShape {
    /// How the cells of a time column are read.
    pub fn times_of(&self, column: usize) -> Option<&TimeColumn> {
        self.time_formats.iter().find(|times| times.column == column)
    }
}

fn by_name<S: Serializer>(encoding: &&'static Encoding, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(encoding.name())
}
