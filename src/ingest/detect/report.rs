//! Detection as the import report and the API show it: plain texts and numbers.

use super::columns::Column;
use super::dialect::{Terminator, delimiter_name};
use super::shape::TextShape;
use crate::ingest::timestamp::Precision;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was found out about a text file, how sure it is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DetectionReport {
    /// Character encoding, by its WHATWG name.
    pub encoding: String,
    /// 0 to 1.
    pub encoding_confidence: f64,
    /// Why this encoding.
    pub encoding_reason: String,
    /// What stands between cells.
    pub delimiter: String,
    /// The same in words, for example `comma`.
    pub delimiter_name: String,
    /// What stands around cells.
    pub quote: Option<String>,
    /// What stands before a quote inside quotes.
    pub escape: Option<String>,
    /// What ends a line.
    pub terminator: Terminator,
    /// 0 to 1.
    pub dialect_confidence: f64,
    /// Why these signs.
    pub dialect_reason: String,
    /// Line of the header, or of the first row if there is none; from 1.
    pub header_line: u64,
    /// Whether a line names the columns.
    pub has_header: bool,
    /// All columns, in the order of the file.
    pub columns: Vec<ColumnReport>,
    /// Which columns play a part in the log.
    pub roles: Vec<RoleReport>,
    /// IANA zone of times without an offset.
    pub timezone: String,
    /// What the person who imports the file should know.
    pub warnings: Vec<String>,
}

/// A column of the file, from a sample of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColumnReport {
    /// Its name, unique in the file.
    pub name: String,
    /// `timestamp`, `integer`, `number`, `boolean` or `text`.
    pub kind: String,
    /// The format of its times.
    pub timestamp_format: Option<String>,
    /// Share of the rows without content, 0 to 1.
    pub empty_share: f64,
    /// Different values.
    pub distinct: u64,
    /// The first few different values.
    pub samples: Vec<String>,
}

/// The part that a column plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoleReport {
    /// Name of the mapping option, or `lifecycle_transition`.
    pub role: String,
    /// Name of the column.
    pub column: String,
    /// Number of the column, from 1.
    pub number: usize,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reason: String,
    /// The format of its times.
    pub timestamp_format: Option<String>,
    /// Why this format.
    pub timestamp_reason: Option<String>,
    /// The finest step of its times.
    pub precision: Option<Precision>,
    /// Some of its times, in the sample, say their offset from UTC.
    pub zoned: Option<bool>,
    /// Day and month could be the other way round.
    pub ambiguous_day_first: bool,
}

impl TextShape {
    /// The same for people and programs outside.
    pub fn report(&self) -> DetectionReport {
        let sign = |byte: u8| char::from(byte).to_string();
        let role = |(name, role): (&'static str, &super::Role)| {
            let times = self.time_formats.iter().find(|times| times.column == role.column);
            let times = times.filter(|_| matches!(name, "timestamp" | "start"));
            RoleReport {
                role: name.to_owned(),
                column: self.columns.get(role.column).map(|column| column.name.clone()).unwrap_or_default(),
                number: role.column + 1,
                confidence: round(role.confidence),
                reason: role.reason.clone(),
                timestamp_format: times.map(|times| times.format.to_string()),
                timestamp_reason: times.map(|times| times.reason.clone()),
                precision: times.map(|times| times.precision),
                zoned: times.map(|times| times.zoned),
                ambiguous_day_first: times.is_some_and(|times| times.ambiguous_day_first),
            }
        };
        DetectionReport {
            encoding: self.encoding.name().to_owned(),
            encoding_confidence: round(self.encoding_confidence),
            encoding_reason: self.encoding_reason.clone(),
            delimiter: sign(self.dialect.delimiter),
            delimiter_name: delimiter_name(self.dialect.delimiter),
            quote: self.dialect.quote.map(sign),
            escape: self.dialect.escape.map(sign),
            terminator: self.dialect.terminator,
            dialect_confidence: round(self.dialect_confidence),
            dialect_reason: self.dialect_reason.clone(),
            header_line: self.dialect.header_line,
            has_header: self.dialect.has_header,
            columns: self.columns.iter().map(column_report).collect(),
            roles: self.roles.named().into_iter().map(role).collect(),
            timezone: self.zone.name().to_owned(),
            warnings: self.warnings.clone(),
        }
    }
}

/// Four decimals say enough, and read the same everywhere.
fn round(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

fn column_report(column: &Column) -> ColumnReport {
    ColumnReport {
        name: column.name.clone(),
        kind: column.kind.name().to_owned(),
        timestamp_format: column.times().map(|times| times.format.to_string()),
        empty_share: round(column.empty_share),
        distinct: column.distinct as u64,
        samples: column.samples.clone(),
    }
}
