//! From the attributes of an event to a row of the chunk, or to a reject.

use super::collector::Collector;
use super::error::cut;
use super::keys::{KeyId, Keys};
use super::plan::{Plan, RoleSource, View};
use crate::ingest::chunk::{Chunk, NO_TIME, Names, Reject, RejectReason, Scope};
use crate::ingest::timestamp::{TimestampFormat, Zone};

/// Bytes of text after which a chunk is handed over even if it has few rows.
const CHUNK_TEXT: usize = 64 << 20;
/// Cells, empty ones included, after which a chunk is handed over.
const CHUNK_CELLS: usize = 1 << 25;
/// Bytes of a rejected event that are kept.
const RAW: usize = 4096;
/// Stands in the columns for a key without a column in this chunk.
const NO_COLUMN: u32 = u32::MAX;
/// Stands in the columns for a key that needs none.
const CONSUMED: u32 = u32::MAX - 1;

/// A chunk under way.
pub(super) struct Rows {
    chunk: Chunk,
    /// Place of the column of a key in the chunk, for event and trace attributes.
    columns: [Vec<u32>; 2],
    /// `org:group`, as long as it is not known whether that is the role.
    group: Names,
    /// Rows at the end that wait for their case id and the attributes of their trace.
    pending: usize,
    text: usize,
    activity: String,
    /// Of times without an offset; counts those that its clock skips or repeats.
    zone: Zone,
    /// How times are written.
    format: TimestampFormat,
}

impl Rows {
    /// An empty chunk; times without an offset are of `zone`, UTC unless given.
    pub(super) fn new(zone: Option<Zone>, format: Option<TimestampFormat>) -> Self {
        Self {
            chunk: Chunk::default(),
            columns: [Vec::new(), Vec::new()],
            group: Names::default(),
            pending: 0,
            text: 0,
            activity: String::new(),
            zone: zone.unwrap_or_default(),
            format: format.unwrap_or(TimestampFormat::Iso),
        }
    }

    /// Rows that wait for [`Self::settle`].
    pub(super) fn pending(&self) -> usize {
        self.pending
    }

    /// Whether the chunk should be handed over.
    #[inline]
    pub(super) fn is_full(&self, max_rows: usize) -> bool {
        let rows = self.chunk.rows();
        rows + self.chunk.rejects.len() >= max_rows
            || self.text >= CHUNK_TEXT
            || rows * self.chunk.attributes.len() >= CHUNK_CELLS
    }

    /// Counts a trace without events.
    pub(super) fn add_empty_case(&mut self) {
        self.chunk.empty_cases += 1;
    }

    /// Adds the event, as a row that waits for its case or as a reject. `case_text` is the size of the attributes
    /// of its trace.
    #[inline]
    pub(super) fn push(&mut self, plan: &Plan, view: View<'_>, line: u64, case_text: usize) {
        if let Err((reason, column, value)) = self.try_push(plan, view, line) {
            let value = cut(value, RAW);
            self.reject(view.text, Reject { line, column: column.to_owned(), value, reason, raw: String::new() });
            return;
        }
        self.pending += 1;
        self.text += view.text.len() + case_text;
    }

    /// Keeps an event out; `text` is its element.
    pub(super) fn reject(&mut self, text: &str, mut reject: Reject) {
        reject.raw = cut(text, RAW).replace(['\n', '\r', '\t'], " ");
        self.text += reject.raw.len() + reject.value.len();
        self.chunk.rejects.push(reject);
    }

    fn try_push<'a>(
        &mut self,
        plan: &'a Plan,
        view: View<'a>,
        line: u64,
    ) -> Result<(), (RejectReason, &'a str, &'a str)> {
        let missing = || (RejectReason::MissingActivity, plan.activity_key.as_str(), "");
        let activity = match plan.activity.as_slice() {
            [slot] => view.get(*slot).or(plan.default_activity.as_deref()).ok_or_else(missing)?,
            slots => {
                self.activity.clear();
                for (at, slot) in slots.iter().enumerate() {
                    if at > 0 {
                        self.activity.push('+');
                    }
                    self.activity.push_str(view.get(*slot).unwrap_or_default());
                }
                self.activity.as_str()
            }
        };
        // Checked byte by byte from the front, so a usual name costs one look.
        if activity.trim_start_matches([' ', '+']).is_empty() && !slots_have_value(plan, view) {
            return Err(missing());
        }
        let mut time = |slot, key| {
            time(&self.format, &mut self.zone, view.get(slot))
                .map_err(|value| (RejectReason::UnparsableTimestamp, key, value))
        };
        let end = time(plan.end, plan.end_key.as_str())?;
        let start = time(plan.start, plan.start_key.as_str())?;
        let chunk = &mut self.chunk;
        chunk.activity.push(Some(activity));
        chunk.resource.push(view.get(plan.resource).or(plan.default_resource.as_deref()));
        chunk.system.push(view.get(plan.system));
        chunk.lifecycle.push(view.get(plan.lifecycle).or(plan.default_lifecycle.as_deref()));
        match plan.role_source {
            RoleSource::Role => chunk.role.push(view.get(plan.role)),
            RoleSource::Group => chunk.role.push(view.get(plan.group)),
            RoleSource::Open => {
                chunk.role.push(view.get(plan.role));
                self.group.push(view.get(plan.group));
            }
        }
        self.push_cells(view);
        self.chunk.end.push(end);
        self.chunk.start.push(start);
        self.chunk.line.push(line);
        Ok(())
    }

    #[inline]
    fn push_cells(&mut self, view: View<'_>) {
        let row = self.chunk.rows();
        for (key, value) in view.event.iter(view.text) {
            if value.is_empty() || self.columns[Scope::Event as usize].get(key as usize) == Some(&CONSUMED) {
                continue;
            }
            let column = self.column(view.keys, key, Scope::Event, row);
            let cells = &mut self.chunk.attributes[column].cells;
            cells.append_nulls(row - arrow::array::ArrayBuilder::len(cells));
            cells.append_value(value);
        }
    }

    /// Place of the column of a key, which is made if need be with nulls for `rows` rows.
    #[inline]
    fn column(&mut self, keys: &Keys, key: KeyId, scope: Scope, rows: usize) -> usize {
        let columns = &mut self.columns[scope as usize];
        if columns.len() <= key as usize {
            columns.resize(keys.len(), NO_COLUMN);
        }
        let column = columns[key as usize];
        if column != NO_COLUMN {
            return column as usize;
        }
        let column = self.chunk.attributes.len();
        columns[key as usize] = column as u32;
        self.chunk.attribute(keys.name(key), scope, rows);
        column
    }

    /// Gives the waiting rows their case id and the attributes of their trace, except the one that is the id.
    pub(super) fn settle(&mut self, keys: &Keys, case: &str, trace: Option<&Collector>, id: Option<KeyId>) {
        let pending = std::mem::take(&mut self.pending);
        if pending == 0 {
            return;
        }
        let first = self.chunk.rows() - pending;
        let code = self.chunk.case.names.intern(case);
        self.chunk.case.codes.resize(first + pending, code);
        for (key, value) in trace.iter().flat_map(|trace| trace.iter("")) {
            if value.is_empty() || Some(key) == id {
                continue;
            }
            let column = self.column(keys, key, Scope::Case, first);
            let cells = &mut self.chunk.attributes[column].cells;
            cells.append_nulls(first - arrow::array::ArrayBuilder::len(cells));
            for _ in 0..pending {
                cells.append_value(value);
            }
        }
    }

    /// Hands over the chunk, whose rows must all be settled, and begins the next. `None` if there is nothing in it.
    pub(super) fn take(&mut self, plan: &mut Plan, keys: &Keys) -> Option<Chunk> {
        if plan.role_source == RoleSource::Open {
            self.find_role_source(plan, keys);
        }
        self.begin(plan, keys);
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.pad_attributes();
        chunk.clock = self.zone.take_counts();
        let is_empty = chunk.rows() == 0 && chunk.rejects.is_empty() && chunk.empty_cases == 0;
        (!is_empty).then_some(chunk)
    }

    /// Forgets the columns of the last chunk.
    pub(super) fn begin(&mut self, plan: &Plan, keys: &Keys) {
        for columns in &mut self.columns {
            columns.clear();
            columns.resize(keys.len(), NO_COLUMN);
        }
        for key in plan.consumed() {
            self.columns[Scope::Event as usize][key as usize] = CONSUMED;
        }
        self.text = 0;
    }

    fn find_role_source(&mut self, plan: &mut Plan, keys: &Keys) {
        let group = std::mem::take(&mut self.group);
        if !self.chunk.role.names.is_empty() {
            plan.role_source = RoleSource::Role;
            if !group.names.is_empty()
                && let Some(key) = plan.group.event
            {
                let cells = &mut self.chunk.attribute(keys.name(key), Scope::Event, 0).cells;
                for &code in &group.codes {
                    cells.append_option((code != crate::ingest::chunk::NO_CODE).then(|| group.names.get(code)));
                }
            }
        } else if !group.names.is_empty() {
            plan.role_source = RoleSource::Group;
            self.chunk.role = group;
        }
    }
}

fn slots_have_value(plan: &Plan, view: View<'_>) -> bool {
    let filled = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    plan.activity.iter().any(|slot| filled(view.get(*slot)))
}

/// Microseconds since 1970 UTC, [`NO_TIME`] if there is no time; the value itself if it is none.
#[inline]
fn time<'a>(format: &TimestampFormat, zone: &mut Zone, value: Option<&'a str>) -> Result<i64, &'a str> {
    let Some(value) = value else { return Ok(NO_TIME) };
    match format.parse(value.as_bytes()) {
        Some(time) if time.zoned => Ok(time.micros),
        Some(time) => Ok(zone.to_utc(time.micros)),
        None if is_no_time(value) => Ok(NO_TIME),
        None => Err(value),
    }
}

/// What exporters write where there is no time.
fn is_no_time(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || value == "?" || value.eq_ignore_ascii_case("nat") || value.eq_ignore_ascii_case("null")
}
