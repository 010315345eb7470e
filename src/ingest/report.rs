//! The import report: what was read, what was kept out and why, and what is odd about the times.

use crate::ingest::chunk::{Chunk, NO_TIME, Reject, RejectReason};
use crate::ingest::detect::{DetectionReport, TextShape};
use crate::ingest::input::{Format, Opened};
use crate::ingest::measures::Measured;
use crate::ingest::raw::Batch;
use crate::ingest::xes::{XesHeader, XesWarning};
use crate::model::mapping::{Lifecycle, MappingOptions};
use crate::model::measure::Measure;
use crate::model::time::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many line numbers a report lists per reason; the file of rejects has all.
const LINES_LISTED: usize = 20;
/// 1990-01-01, in microseconds: business systems rarely hold older events.
const YEAR_1990: i64 = 631_152_000_000_000;
const DAY: i64 = 86_400_000_000;

/// Rows rejected for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RejectCount {
    /// How many.
    pub rows: u64,
    /// Lines of the first ones.
    pub lines: Vec<u64>,
    /// The first offending value.
    pub example: String,
    /// The column it was in.
    pub column: String,
}

/// Dates that are hardly meant; they are kept, and counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirtyDates {
    /// Events before 1990.
    pub before_1990: u64,
    /// Events later than the moment of the import.
    pub in_the_future: u64,
    /// Events at exactly midnight UTC: probably days without a time.
    pub at_midnight: u64,
    /// Events whose start is later than their end.
    pub start_after_end: u64,
}

/// Counts over all rows of one import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Rows with content, accepted or not.
    pub rows_read: u64,
    /// Rows that are in the log.
    pub accepted: u64,
    /// Rows that are not.
    pub rejected: u64,
    /// Why not.
    pub rejects: BTreeMap<RejectReason, RejectCount>,
    /// Accepted rows with fewer cells than the header; the missing ones are empty.
    pub short_rows: u64,
    /// Accepted rows with more cells than the header; the extra ones are ignored.
    pub long_rows: u64,
    /// Lines without content.
    pub blank_lines: u64,
    /// Traces without events.
    pub empty_cases: u64,
    /// Cases with at least one event.
    pub cases: u64,
    /// Whether any row has a time; otherwise the order of the file is the order of events.
    pub has_times: bool,
    /// Rows without a time, while it was not known yet whether the log has times.
    pub rows_without_time: u64,
    /// Rows that follow, in the file, a row of the same case with the same time: the file's order decides.
    pub ties: u64,
    /// Rows that follow, in the file, a later row of the same case; they were put in order.
    pub out_of_order: u64,
    /// Earliest event.
    pub first_at: Option<String>,
    /// Latest event.
    pub last_at: Option<String>,
    /// Times of events without an offset of their own.
    #[serde(default)]
    pub local_times: u64,
    /// Times without offset in the hour that a clock skips in spring; moved forward by the gap.
    pub clock_gaps: u64,
    /// Times without offset in the hour that comes twice in autumn; the first one was taken.
    pub clock_overlaps: u64,
    /// Dates that look wrong.
    pub dirty_dates: DirtyDates,
    #[serde(skip)]
    range: Option<(i64, i64)>,
    #[serde(skip)]
    now: i64,
}

/// What is known of a case while its rows come in.
#[derive(Debug, Clone)]
pub struct CaseSoFar {
    /// Earliest start, or the greatest integer.
    pub first: i64,
    last_seen: i64,
    /// Rows with a time.
    pub timed: u32,
    /// Rows without.
    pub untimed: u32,
}

impl Default for CaseSoFar {
    fn default() -> Self {
        Self { first: i64::MAX, last_seen: NO_TIME, timed: 0, untimed: 0 }
    }
}

impl Counts {
    /// Takes over what a reader counted.
    pub fn add(&mut self, chunk: &Chunk) {
        if self.now == 0 {
            self.now = chrono::Utc::now().timestamp_micros();
        }
        let rows = chunk.rows() as u64;
        self.rows_read += rows;
        self.accepted += rows;
        self.short_rows += chunk.short_rows;
        self.long_rows += chunk.long_rows;
        self.blank_lines += chunk.blank_lines;
        self.empty_cases += chunk.empty_cases;
        self.local_times += chunk.clock.local;
        self.clock_gaps += chunk.clock.gaps;
        self.clock_overlaps += chunk.clock.overlaps;
        let starts = chunk.start.iter().zip(&chunk.end);
        self.dirty_dates.start_after_end +=
            starts.filter(|(start, end)| **start != NO_TIME && **end != NO_TIME && start > end).count() as u64;
    }

    /// Takes one accepted row into account: its time, and the earliest time it stands for.
    #[inline]
    pub fn add_row(&mut self, case: &mut CaseSoFar, end: i64, first: i64) {
        if end == NO_TIME {
            case.untimed += 1;
            self.rows_without_time += 1;
            return;
        }
        self.ties += u64::from(case.last_seen == end);
        self.out_of_order += u64::from(case.last_seen > end);
        case.last_seen = end;
        case.first = case.first.min(first);
        case.timed += 1;
        self.has_times = true;
        let (earliest, latest) = self.range.unwrap_or((end, end));
        self.range = Some((earliest.min(end), latest.max(end)));
        self.dirty_dates.before_1990 += u64::from(end < YEAR_1990);
        self.dirty_dates.in_the_future += u64::from(end > self.now);
        self.dirty_dates.at_midnight += u64::from(end % DAY == 0);
    }

    /// Counts a row that was kept out.
    pub fn add_reject(&mut self, reject: &Reject) {
        self.rows_read += 1;
        self.count_reject(reject);
    }

    /// An accepted row turns out to be unusable.
    pub fn move_to_rejects(&mut self, reject: &Reject) {
        self.accepted -= 1;
        self.count_reject(reject);
    }

    fn count_reject(&mut self, reject: &Reject) {
        self.rejected += 1;
        let count = self.rejects.entry(reject.reason).or_default();
        count.rows += 1;
        if count.lines.is_empty() {
            count.example.clone_from(&reject.value);
            count.column.clone_from(&reject.column);
        }
        if count.lines.len() < LINES_LISTED {
            count.lines.push(reject.line);
        }
    }

    /// What can be said only when all rows were seen.
    pub fn settle(&mut self, cases: &[CaseSoFar]) {
        let counts = |case: &&CaseSoFar| if self.has_times { case.timed > 0 } else { case.untimed > 0 };
        self.cases = cases.iter().filter(counts).count() as u64;
        self.first_at = self.range.map(|(earliest, _)| rfc3339(earliest));
        self.last_at = self.range.map(|(_, latest)| rfc3339(latest));
    }
}

/// What an XES log says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct XesReport {
    /// Names of its extensions.
    pub extensions: Vec<String>,
    /// Names of its classifiers.
    pub classifiers: Vec<String>,
    /// Oddities that were met and how they were treated.
    pub warnings: Vec<String>,
}

impl XesReport {
    /// Takes over what the reader knows at the end of the log.
    pub fn new(header: &XesHeader, warnings: &[XesWarning]) -> Self {
        Self {
            extensions: header.extensions.iter().map(|extension| extension.name.clone()).collect(),
            classifiers: header.classifiers.iter().map(|classifier| classifier.name.clone()).collect(),
            warnings: warnings.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Everything that can be said about an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// What the file is.
    pub format: Format,
    /// What was unwrapped, outermost first.
    pub wrappers: Vec<String>,
    /// How a text or Parquet file was understood, how sure that is, and why.
    pub detected: Option<DetectionReport>,
    /// What an XES log says about itself.
    pub xes: Option<XesReport>,
    /// What says what an event cost and whether a program did it, how sure that is, and why.
    #[serde(default)]
    pub measures: Vec<Measured>,
    /// What becomes of start and complete rows.
    pub lifecycle: Lifecycle,
    /// What was assumed about times that carry no offset.
    pub time_zone: String,
    /// Counts over all rows.
    #[serde(flatten)]
    pub counts: Counts,
    /// What the person who imports the file should know.
    pub warnings: Vec<String>,
}

impl ImportReport {
    /// Puts together what the steps of an import found.
    pub fn new(
        opened: &Opened,
        shape: Option<&TextShape>,
        xes: Option<XesReport>,
        batch: &Batch,
        options: &MappingOptions,
    ) -> Self {
        let mut detected = shape.map(TextShape::report);
        // What the sample proposed for them is settled now, and told once.
        let is_measure = |role: &str| Measure::ALL.iter().any(|measure| measure.name() == role);
        detected.iter_mut().for_each(|report| report.roles.retain(|role| !is_measure(&role.role)));
        let mut warnings = detected.iter().flat_map(|report| report.warnings.clone()).collect::<Vec<_>>();
        warnings.extend(xes.iter().flat_map(|report| report.warnings.clone()));
        warnings.extend(batch.attributes.iter().filter_map(|attribute| attribute.reads.remark(&attribute.name)));
        warnings.extend(oddities(&batch.counts));
        let zone = options.timezone.clone();
        let zoned = batch.counts.local_times == 0 && !batch.attributes.iter().any(|of| of.reads.has_local_times());
        let time_zone = match zone {
            _ if !batch.counts.has_times => {
                "the log has no times: the order of the file is the order of events".to_owned()
            }
            _ if zoned => "all times carry their offset".to_owned(),
            Some(zone) => format!("times without offset are local times of {zone}"),
            None => "times without offset are taken as UTC; --timezone names another zone".to_owned(),
        };
        Self {
            format: opened.format,
            wrappers: opened.wrappers.clone(),
            detected,
            xes,
            measures: batch.measures.clone(),
            lifecycle: options.lifecycle,
            time_zone,
            counts: batch.counts.clone(),
            warnings,
        }
    }

    /// Takes back that these columns say what events cost: all rows of the log have shown otherwise.
    pub fn forget_costs(&mut self, columns: &[String]) {
        let doubtful = |measured: &Measured| measured.measure == Measure::Cost && columns.contains(&measured.column);
        let Some(at) = self.measures.iter().position(doubtful) else { return };
        let column = self.measures.remove(at).column;
        self.measures.retain(|measured| measured.measure != Measure::Currency);
        self.warnings.push(format!(
            "\"{column}\" never changes within a case, so it is taken for what the case is worth and not for what each of its \
             events cost; --cost \"{column}\" says otherwise"
        ));
    }

    /// The warnings that are not about numbers of rows: those are in the counts.
    pub fn remarks(&self) -> Vec<String> {
        let counted = oddities(&self.counts);
        self.warnings.iter().filter(|warning| !counted.contains(warning)).cloned().collect()
    }

    /// One sentence for a file of which no row could be used.
    pub fn why_no_rows(&self) -> String {
        let reason = self.counts.rejects.iter().max_by_key(|(_, count)| count.rows);
        match reason {
            None => "it has no rows with content".to_owned(),
            Some((reason, count)) => {
                let reason = serde_json::to_value(reason).unwrap_or_default();
                let reason = reason.as_str().unwrap_or_default().replace('_', " ");
                let line = count.lines.first().copied().unwrap_or_default();
                format!(
                    "{} of {} rows were rejected, most for {reason}, first on line {line}, column `{}`: `{}`",
                    self.counts.rejected, self.counts.rows_read, count.column, count.example
                )
            }
        }
    }
}

/// Sentences about what looks wrong although it was accepted.
fn oddities(counts: &Counts) -> Vec<String> {
    let dirty = &counts.dirty_dates;
    let share = |n: u64| n as f64 / counts.accepted.max(1) as f64;
    let mut found = Vec::new();
    let mut say = |n: u64, what: &str| {
        if n > 0 {
            found.push(format!("{n} {what}"));
        }
    };
    say(dirty.before_1990, "events are before 1990");
    say(dirty.in_the_future, "events are in the future");
    say(dirty.start_after_end, "rows start after they end");
    say(counts.clock_gaps, "times fall into the hour that the clock skips in spring; they were moved forward");
    say(counts.clock_overlaps, "times fall into the hour that comes twice in autumn; the first was taken");
    say(counts.short_rows, "rows have fewer cells than the header; the missing ones are empty");
    say(counts.long_rows, "rows have more cells than the header; the extra ones are ignored");
    say(counts.empty_cases, "traces have no events and are left out");
    if share(dirty.at_midnight) > 0.5 {
        say(
            dirty.at_midnight,
            "events are at midnight: the log probably has days, not times, and their order within a day is unknown",
        );
    }
    say(counts.ties, "rows have the same time as the row of their case before them: the order of the file decides");
    found
}
