//! The answers of the contract: what the command line prints, the API returns and the pages draw from.
//! Durations are seconds, shares 0..1, times RFC 3339 UTC; lists are sorted by their count, then by name.

use serde::Serialize;
use utoipa::ToSchema;

/// An activity and the number of cases that it is said of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActivityCases {
    /// The activity.
    pub activity: String,
    /// How many cases.
    pub cases: i64,
}

/// Exact statistics of durations; quantiles interpolate linearly (Hyndman-Fan type 7).
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Durations {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half of the values are at most this.
    pub median: f64,
    /// Nine in ten are.
    pub p90: f64,
    /// Nineteen in twenty are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<f64>,
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// What a log holds.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Stats {
    /// Number of events.
    pub events: i64,
    /// Number of cases.
    pub cases: i64,
    /// Number of different activities.
    pub activities: i64,
    /// Number of different paths.
    pub variants: i64,
    /// Number of different resources.
    pub resources: i64,
    /// Earliest event, null in a log without times.
    pub first_at: Option<String>,
    /// Latest event.
    pub last_at: Option<String>,
    /// Activities that cases begin with.
    pub start_activities: Vec<ActivityCases>,
    /// Activities that cases end with.
    pub end_activities: Vec<ActivityCases>,
    /// Last end minus first start, over all cases; null in a log without times.
    pub cycle_time_s: Option<Durations>,
    /// Activities that occur more than once in at least one case.
    pub rework: Vec<ActivityCases>,
}

/// A node of the process map.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct MapActivity {
    /// The activity.
    pub activity: String,
    /// How many events.
    pub events: i64,
    /// In how many cases.
    pub cases: i64,
    /// What its events cost together; only in logs that say so, and null where they do not for any of them, or in
    /// several currencies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_cost: Option<f64>,
    /// Share of the events that a program did, of those of which it is known; only in logs that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automated_share: Option<f64>,
}

/// An edge of the process map: one activity directly after another in the same case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MapEdge {
    /// The earlier activity.
    pub from: String,
    /// The later one.
    pub to: String,
    /// How many such pairs.
    pub count: i64,
    /// In how many cases.
    pub cases: i64,
    /// From the end of `from` to the start of `to`, below zero counted as 0; null in a log without times.
    pub duration_s: Option<Durations>,
    /// Pairs whose second began before the first had ended.
    pub overlaps: i64,
}

/// The process map as data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ProcessMap {
    /// Nodes, most events first.
    pub activities: Vec<MapActivity>,
    /// Edges, most pairs first.
    pub edges: Vec<MapEdge>,
    /// In which currency the costs are, where the log says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A path that cases took.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Variant {
    /// Position by number of cases, from 1.
    pub rank: i64,
    /// Stays the same from version to version; filters name variants by it.
    pub id: String,
    /// The path.
    pub activities: Vec<String>,
    /// How many cases took it.
    pub cases: i64,
    /// Their share of all cases that the filter lets through.
    pub share: f64,
    /// How long they took; null in a log without times.
    pub cycle_time_s: Option<Durations>,
}

/// The paths really taken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Variants {
    /// Number of cases.
    pub cases: i64,
    /// Number of different paths, whatever the list is cut to.
    pub total: i64,
    /// The paths, most cases first; equal counts by the activities in order.
    pub variants: Vec<Variant>,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseRow {
    /// The case id of the source.
    pub case: String,
    /// Earliest start.
    pub started_at: Option<String>,
    /// Latest end.
    pub ended_at: Option<String>,
    /// Latest end minus earliest start.
    pub cycle_time_s: Option<f64>,
    /// How many events.
    pub events: i64,
    /// Id of its path.
    pub variant: String,
}

/// Cases, by start.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cases {
    /// How many cases there are in all.
    pub total: i64,
    /// A page of them.
    pub cases: Vec<CaseRow>,
}

/// An event of one case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TimelineEvent {
    /// What was done.
    pub activity: String,
    /// When it began, where that was recorded.
    pub started_at: Option<String>,
    /// When it was done.
    pub ended_at: Option<String>,
    /// By whom.
    pub resource: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// In which system.
    pub system: Option<String>,
    /// From the end of this event to the start of the next; 0 where they overlap.
    pub wait_s: Option<f64>,
    /// Line of the imported file that it came from.
    pub source_line: i64,
    /// All other columns that have a value.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// One case, event by event.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Timeline {
    /// The case in short.
    #[serde(flatten)]
    pub case: CaseRow,
    /// Attributes of the case.
    pub attributes: serde_json::Map<String, serde_json::Value>,
    /// Its events in order.
    pub timeline: Vec<TimelineEvent>,
}

/// An activity of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayActivity {
    /// The activity.
    pub activity: String,
    /// Its id in pictures of the map; that of a path is both ids with `>` between them.
    pub id: String,
}

/// When the cases of a replay are there; one entry a case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ReplayCases {
    /// Position of the first activity in the list of activities.
    pub first: Vec<usize>,
    /// When it begins, in seconds from `from` on.
    pub start_s: Vec<f64>,
    /// When its last activity ends.
    pub end_s: Vec<f64>,
}

/// Movements from an activity to the next; one entry a movement, by case, then in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ReplayMoves {
    /// Position of the case in the list of cases.
    pub case: Vec<usize>,
    /// Position of the path in the list of paths.
    pub path: Vec<usize>,
    /// End of the earlier activity, in seconds from `from` on.
    pub leave_s: Vec<f64>,
    /// Start of the later one; where they overlap, the end of the earlier one.
    pub arrive_s: Vec<f64>,
}

/// Where cases were at every moment, for pictures that move.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Replay {
    /// How many cases with times there are.
    pub all_cases: i64,
    /// How many of them are here: all, or every n-th by start.
    pub shown_cases: i64,
    /// The earliest moment; null where there is no case with times.
    pub from: Option<String>,
    /// The latest one.
    pub to: Option<String>,
    /// The activities, by name.
    pub activities: Vec<ReplayActivity>,
    /// Paths as pairs of positions in the list of activities.
    pub paths: Vec<[usize; 2]>,
    /// The cases, by start.
    pub cases: ReplayCases,
    /// What they did.
    pub moves: ReplayMoves,
}
