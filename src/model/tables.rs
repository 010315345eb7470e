//! The tables of a log version: file names and columns, written by `ingest`, read by `query`, documented in
//! ARCHITECTURE.md. A column that is named here is open to every tool that reads Parquet.

use crate::model::measure::{Measure, MeasureColumn};
use serde::{Deserialize, Serialize};

/// Events, sorted by case, time and sequence; several files, cut at case borders.
pub const EVENTS: &str = "events";
/// One row a case, in the order of `events`; one file for each of its files.
pub const CASES: &str = "cases";
/// One row a distinct path, most frequent first.
pub const VARIANTS: &str = "variants";
/// What the activity numbers stand for; numbers follow the names' order.
pub const ACTIVITIES: &str = "activities";
/// What the resource numbers stand for.
pub const RESOURCES: &str = "resources";
/// What the role numbers stand for.
pub const ROLES: &str = "roles";
/// What the system numbers stand for.
pub const SYSTEMS: &str = "systems";
/// What the lifecycle numbers stand for.
pub const LIFECYCLES: &str = "lifecycles";

/// Columns of [`EVENTS`]; attributes follow under their own names.
pub mod event {
    /// Dense number of the case, from 0, by the case's start.
    pub const CASE: &str = "case_idx";
    /// Position in the case, from 0.
    pub const POSITION: &str = "position";
    /// Number of the activity.
    pub const ACTIVITY: &str = "activity_id";
    /// Recorded start, null where the log has none.
    pub const STARTED_AT: &str = "started_at";
    /// Time of the event (its end), null in a log without times.
    pub const ENDED_AT: &str = "ended_at";
    /// Number of the resource, null if empty.
    pub const RESOURCE: &str = "resource_id";
    /// Number of the role.
    pub const ROLE: &str = "role_id";
    /// Number of the system.
    pub const SYSTEM: &str = "system_id";
    /// Number of the lifecycle transition.
    pub const LIFECYCLE: &str = "lifecycle_id";
    /// Activity of the next event of the case, null at its end.
    pub const NEXT_ACTIVITY: &str = "next_activity_id";
    /// Resource of the next event.
    pub const NEXT_RESOURCE: &str = "next_resource_id";
    /// Role of the next event.
    pub const NEXT_ROLE: &str = "next_role_id";
    /// System of the next event.
    pub const NEXT_SYSTEM: &str = "next_system_id";
    /// Microseconds from this event's end to the start of the next; below zero where they overlap.
    pub const WAIT: &str = "wait_us";
    /// Packed pair: `activity_id << 32 | next_activity_id`; null at the end of a case.
    pub const EDGE: &str = "edge_id";
    /// Whether this is the first event of the case with this activity.
    pub const ACTIVITY_FIRST: &str = "activity_first";
    /// Whether this is the first time in the case that this activity is followed by the next one.
    pub const EDGE_FIRST: &str = "edge_first";
    /// Number of the import that the event came with, from 0 within the version.
    pub const BATCH: &str = "batch";
    /// Line of the imported file.
    pub const LINE: &str = "source_line";
}

/// Columns of [`CASES`]; attributes follow under their own names.
pub mod case {
    /// Dense number, as in events.
    pub const CASE: &str = "case_idx";
    /// The case id of the source.
    pub const ID: &str = "case_id";
    /// Earliest start, null in a log without times.
    pub const STARTED_AT: &str = "started_at";
    /// Latest end.
    pub const ENDED_AT: &str = "ended_at";
    /// Time (end) of the first event: what a log that has starts calls its first moment.
    pub const FIRST_EVENT_AT: &str = "first_event_at";
    /// Latest end minus earliest start, in microseconds.
    pub const CYCLE: &str = "cycle_us";
    /// Number of events.
    pub const EVENTS: &str = "events";
    /// Its path, see variants.
    pub const VARIANT: &str = "variant_id";
    /// First activity.
    pub const FIRST_ACTIVITY: &str = "first_activity_id";
    /// Last activity.
    pub const LAST_ACTIVITY: &str = "last_activity_id";
}

/// Columns of [`VARIANTS`].
pub mod variant {
    /// Rank by number of cases, from 1; equal counts by the activities in order.
    pub const VARIANT: &str = "variant_id";
    /// Position among all paths, compared activity by activity, from 0.
    pub const PATH_RANK: &str = "path_rank";
    /// The path as numbers.
    pub const ACTIVITY_IDS: &str = "activity_ids";
    /// The path as names.
    pub const ACTIVITIES: &str = "activities";
    /// Activities that occur more than once on the path.
    pub const REPEATED_IDS: &str = "repeated_ids";
    /// Cases of the whole version that took it.
    pub const CASES: &str = "cases";
}

/// The type of an attribute column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// True or false.
    Boolean,
    /// 64-bit whole number.
    Integer,
    /// 64-bit floating-point number.
    Number,
    /// Instant, microseconds UTC.
    Time,
    /// Text.
    Text,
}

/// An attribute column of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttributeColumn {
    /// Column name in the tables; equals the source's unless that was taken.
    pub column: String,
    /// Name in the source.
    pub source: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Whether `cases` has it.
    pub in_cases: bool,
    /// Whether `events` has it.
    pub in_events: bool,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Table that it is a part of.
    pub table: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes, hex.
    pub hash: String,
    /// Number of rows.
    pub rows: u64,
}

/// `manifest.json`: all that is needed to read a version, and to see whether it is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Layout of the tables; a program refuses a layout that it does not know.
    pub layout: u32,
    /// Program that wrote it.
    pub program: String,
    /// All files.
    pub files: Vec<TableFile>,
    /// All attribute columns.
    pub attributes: Vec<AttributeColumn>,
    /// Which of them say what an event cost and whether a program did it; several where files call it differently.
    #[serde(default)]
    pub measures: Vec<MeasureColumn>,
    /// The currency of the costs, where the name of their column says it.
    #[serde(default)]
    pub currency: Option<String>,
    /// The imports that went into it, in order.
    pub imports: Vec<String>,
    /// Number of events.
    pub events: u64,
    /// Number of cases.
    pub cases: u64,
    /// Number of activities.
    pub activities: u64,
    /// Number of variants.
    pub variants: u64,
    /// Whether events have times.
    pub has_times: bool,
    /// Time of the earliest event (its end), microseconds since 1970 UTC.
    pub first_us: Option<i64>,
    /// Latest end.
    pub last_us: Option<i64>,
    /// Starts and completions that were joined to one event.
    pub merged: u64,
    /// Starts that never were completed; they are events of their own.
    pub unfinished: u64,
}

impl Manifest {
    /// Whether the log says this of its events.
    pub fn has(&self, measure: Measure) -> bool {
        self.measures.iter().any(|column| column.measure == measure)
    }
}

/// The layout that this program writes.
pub const LAYOUT: u32 = 1;
