//! One range of cases: its rows become events with their neighbours, a row per case, and paths.

use crate::ingest::IngestError;
use crate::ingest::build::BuildOptions;
use crate::ingest::build::attributes::Planned;
use crate::ingest::build::columns::{Events, by_row};
use crate::ingest::build::dictionaries::Merged;
use crate::ingest::build::order::{self, NO_ROW, Ordered, Pairing, Rows};
use crate::ingest::build::scatter::{Pieces, arrow_write_error, ints, longs};
use crate::ingest::build::variants::{MergedVariants, Sequences};
use crate::ingest::build::write::{ROW_GROUP_ROWS, Table};
use crate::ingest::chunk::NO_TIME;
use crate::ingest::lifecycle::{is_completion, is_start};
use crate::ingest::raw::column;
use crate::model::mapping::Lifecycle;
use crate::model::tables::{self, TableFile, case};
use arrow::array::{
    Array, ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::compute::take;
use rustc_hash::FxBuildHasher;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What all ranges share.
pub struct Context<'a> {
    /// Names and cases of the version.
    pub dictionaries: &'a Merged,
    /// Attribute columns of the version.
    pub attributes: &'a [Planned],
    /// First case of each range, and the number of cases.
    pub bounds: &'a [i32],
    /// Folder of the version.
    pub folder: &'a Path,
    /// See there.
    pub options: BuildOptions,
}

/// A range whose events are written, and whose cases wait for the variants' ranks.
pub struct Done {
    /// The file of events.
    pub file: TableFile,
    /// Cases of the range, with path numbers of the range, waiting on disk.
    pub cases: PathBuf,
    /// The paths of the range.
    pub sequences: Sequences,
    /// Number of events.
    pub events: u64,
    /// Events by activity.
    pub activity_events: Vec<i64>,
    /// Cases by activity that they contain.
    pub activity_cases: Vec<i64>,
    /// For each attribute, whether it never changes within a case of this range.
    pub constant: Vec<bool>,
    /// Time of the earliest event.
    pub first: Option<i64>,
    /// Latest end.
    pub last: Option<i64>,
    /// Starts joined with their completion.
    pub merged: u64,
    /// Starts without completion.
    pub unfinished: u64,
}

impl Context<'_> {
    /// Orders the rows of range `number`, writes its events and sets its cases aside.
    pub fn build(&self, number: usize, pieces: Pieces) -> Result<Done, IngestError> {
        let rows = pieces.into_rows()?;
        let first_case = self.bounds[number];
        let cases = (self.bounds[number + 1] - first_case) as usize;
        let ordered = self.order(&rows, first_case, cases);
        let mut events = Events::new(&rows, &ordered, first_case, self.dictionaries);
        let mut constant = Vec::with_capacity(self.attributes.len());
        let mut case_attributes = Vec::with_capacity(self.attributes.len());
        for (at, attribute) in self.attributes.iter().enumerate() {
            let fault = |e| IngestError::columnar(format!("put attribute {} in order", attribute.source))(Box::new(e));
            let cells = rows.column_by_name(&format!("attribute {at}")).cloned();
            let cells = cells.unwrap_or_else(|| Arc::new(StringArray::new_null(rows.num_rows())));
            let cells = StringArray::from(in_order(&cells, &ordered).map_err(fault)?.to_data());
            let (first_cells, unchanged) = first_of_case(&cells, &ordered.case_start);
            constant.push(unchanged);
            let of_case = StringArray::from(take(&cells, &first_cells, None).map_err(fault)?.to_data());
            case_attributes.push(attribute.typed(of_case)?);
            if !attribute.of_case {
                events.attributes.push((attribute.column.clone(), attribute.typed(cells)?));
            }
        }
        drop(rows);
        let mut sequences = Sequences::default();
        let path_of_case: Vec<i32> = ordered
            .case_start
            .windows(2)
            .map(|bounds| sequences.add(&events.activity[bounds[0] as usize..bounds[1] as usize], 1) as i32)
            .collect();
        let case_rows = self.case_rows(first_case, &ordered, &events, path_of_case, case_attributes)?;
        let (activity_events, activity_cases) = events.counts(self.dictionaries.activities.names.len());
        let (first, last) = (events.first(), events.last());
        let count = ordered.row.len() as u64;
        let (path, file) = (self.write_cases_aside(number, &case_rows)?, self.write_events(number, events, &ordered)?);
        Ok(Done {
            file,
            cases: path,
            sequences,
            events: count,
            activity_events,
            activity_cases,
            constant,
            first,
            last,
            merged: ordered.merged,
            unfinished: ordered.unfinished,
        })
    }

    fn order(&self, rows: &RecordBatch, first_case: i32, cases: usize) -> Ordered {
        let case = ints(rows.column(0));
        let end = by_name(rows, column::END).map(longs);
        let end = end.as_ref().map_or(&[][..], |end| end.values());
        let rows_in = Rows { case: case.values(), first_case, cases, end };
        let lifecycles = &self.dictionaries.lifecycles;
        let (start, complete) = (lifecycles.marks(is_start), lifecycles.marks(is_completion));
        let (Lifecycle::Merge, Some(lifecycle), true, true) = (
            self.options.lifecycle,
            by_name(rows, column::LIFECYCLE).map(ints),
            start.contains(&true),
            complete.contains(&true),
        ) else {
            return order::order(&rows_in, None);
        };
        let activity = ints(rows.column(1));
        let instance = self.instances(rows);
        let pairing = Pairing {
            activity: activity.values(),
            lifecycle: lifecycle.values(),
            instance: &instance,
            start: &start,
            complete: &complete,
        };
        order::order(&rows_in, Some(&pairing))
    }

    /// XES logs may number the executions of an activity; rows of one execution then share the number.
    fn instances(&self, rows: &RecordBatch) -> Vec<u64> {
        let numbered = self.attributes.iter().position(|a| a.source == "concept:instance" && !a.of_case);
        let cells = numbered.and_then(|at| rows.column_by_name(&format!("attribute {at}")));
        let Some(cells) = cells else { return vec![0; rows.num_rows()] };
        let hasher = FxBuildHasher;
        let cells = StringArray::from(cells.to_data());
        cells.iter().map(|cell| cell.map_or(0, |text| hasher.hash_one(text))).collect()
    }

    fn case_rows(
        &self,
        first_case: i32,
        ordered: &Ordered,
        events: &Events,
        path_of_case: Vec<i32>,
        attributes: Vec<ArrayRef>,
    ) -> Result<RecordBatch, IngestError> {
        let cases = ordered.case_start.len() - 1;
        let numbers: Int32Array = (first_case..first_case + cases as i32).collect();
        let ids = self.dictionaries.case_ids(first_case as usize, cases);
        let (started, ended) = events.case_times(&ordered.case_start);
        let cycle: Int64Array = started.iter().zip(&ended).map(|(s, e)| Some(e.as_ref()? - s.as_ref()?)).collect();
        let sizes: Int32Array =
            ordered.case_start.windows(2).map(|bounds| Some((bounds[1] - bounds[0]) as i32)).collect();
        let at_border = |border: &dyn Fn(&[u32]) -> u32| -> ArrayRef {
            let activity = |bounds: &[u32]| Some(events.activity[border(bounds) as usize]);
            Arc::new(ordered.case_start.windows(2).map(activity).collect::<Int32Array>())
        };
        let mut columns: Vec<(String, ArrayRef)> = vec![
            (case::CASE.to_owned(), Arc::new(numbers)),
            (case::ID.to_owned(), Arc::new(ids)),
            (case::STARTED_AT.to_owned(), Arc::new(utc(started))),
            (case::ENDED_AT.to_owned(), Arc::new(utc(ended))),
            (case::FIRST_EVENT_AT.to_owned(), Arc::new(utc(events.first_times(&ordered.case_start)))),
            (case::CYCLE.to_owned(), Arc::new(cycle)),
            (case::EVENTS.to_owned(), Arc::new(sizes)),
            (case::VARIANT.to_owned(), Arc::new(Int32Array::from(path_of_case))),
            (case::FIRST_ACTIVITY.to_owned(), at_border(&|bounds| bounds[0])),
            (case::LAST_ACTIVITY.to_owned(), at_border(&|bounds| bounds[1] - 1)),
        ];
        columns.extend(self.attributes.iter().map(|attribute| attribute.column.clone()).zip(attributes));
        RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(n, c)| (n.as_str(), Arc::clone(c), true)))
            .map_err(|e| IngestError::columnar("make the table of cases")(Box::new(e)))
    }

    fn write_cases_aside(&self, number: usize, rows: &RecordBatch) -> Result<PathBuf, IngestError> {
        let path = self.folder.join("spill").join(format!("cases-{number}.arrow"));
        let file = File::create(&path).map_err(|e| IngestError::write(&path, e))?;
        let fault = |e| arrow_write_error(&path, e);
        let mut writer =
            arrow::ipc::writer::FileWriter::try_new(BufWriter::new(file), &rows.schema()).map_err(fault)?;
        writer.write(rows).map_err(fault)?;
        writer.finish().map_err(fault)?;
        Ok(path)
    }

    fn write_events(&self, number: usize, events: Events, ordered: &Ordered) -> Result<TableFile, IngestError> {
        let rows = events.into_batch().map_err(|e| IngestError::columnar("make the table of events")(Box::new(e)))?;
        let mut ends = Vec::new();
        let mut group = 0;
        for end in &ordered.case_start[1..] {
            if *end as usize - group >= ROW_GROUP_ROWS {
                ends.push(*end as usize);
                group = *end as usize;
            }
        }
        if ends.last() != Some(&rows.num_rows()) {
            ends.push(rows.num_rows());
        }
        let mut writer = Table::part(tables::EVENTS, number).open(self.folder, rows.schema())?;
        writer.add(&rows, &ends)?;
        writer.close()
    }
}

/// Cells in the order of events; where a completion has none, the start that it was joined with speaks.
fn in_order(cells: &ArrayRef, ordered: &Ordered) -> Result<ArrayRef, arrow::error::ArrowError> {
    if ordered.start_row.is_empty() {
        return take(cells, &UInt32Array::from(ordered.row.clone()), None);
    }
    let pick = |(row, start): (&u32, &u32)| {
        if *start != NO_ROW && cells.is_null(*row as usize) { *start } else { *row }
    };
    let rows: Vec<u32> = ordered.row.iter().zip(&ordered.start_row).map(pick).collect();
    take(cells, &UInt32Array::from(rows), None)
}

/// For each case the event that first has a value, and whether no case has two different ones.
fn first_of_case(cells: &StringArray, case_start: &[u32]) -> (UInt32Array, bool) {
    let mut unchanged = true;
    let first = |bounds: &[u32]| {
        let filled = |at: &u32| cells.is_valid(*at as usize);
        let first = (bounds[0]..bounds[1]).find(filled);
        if let Some(first) = first
            && unchanged
        {
            let value = cells.value(first as usize);
            let same = |at: u32| cells.is_null(at as usize) || cells.value(at as usize) == value;
            unchanged = (first + 1..bounds[1]).all(same);
        }
        // A case without any value takes its first, empty, cell.
        Some(first.unwrap_or(bounds[0]))
    };
    (case_start.windows(2).map(first).collect(), unchanged)
}

/// Whether each attribute belongs to the case: said by the source, or never seen to change within a case although
/// some case has more than one event.
pub fn constant_attributes(done: &[Done], planned: &[Planned]) -> Vec<bool> {
    (0..planned.len()).map(|at| planned[at].of_case || done.iter().all(|range| range.constant[at])).collect()
}

/// Writes the tables of cases, one for each file of events, now that variants have their ranks.
pub fn write_cases(
    done: &[Done],
    variants: &MergedVariants,
    constant: &[bool],
    planned: &[Planned],
    folder: &Path,
) -> Result<Vec<TableFile>, IngestError> {
    let mut files = Vec::with_capacity(done.len());
    for (number, range) in done.iter().enumerate() {
        let step = || format!("read {}", range.cases.display());
        let file = File::open(&range.cases).map_err(|e| IngestError::read(&range.cases, e))?;
        let mut reader = arrow::ipc::reader::FileReader::try_new(BufReader::new(file), None)
            .map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
        let rows = reader.next().ok_or_else(|| IngestError::columnar(step())("it is empty".into()))?;
        let rows = rows.map_err(|e| IngestError::columnar(step())(Box::new(e)))?;
        let id = &variants.of_range[number];
        let mut columns: Vec<(&str, ArrayRef)> = Vec::with_capacity(rows.num_columns());
        let schema = rows.schema();
        for (at, field) in schema.fields().iter().enumerate() {
            let planned_at = planned.iter().position(|attribute| attribute.column == *field.name());
            if planned_at.is_some_and(|at| !constant[at]) {
                continue;
            }
            let is_variant = field.name() == case::VARIANT;
            columns.push((
                field.name(),
                if is_variant {
                    let ranked = ints(rows.column(at)).values().iter().map(|path| id[*path as usize]).collect();
                    Arc::new(Int32Array::new(ranked, None))
                } else {
                    Arc::clone(rows.column(at))
                },
            ));
        }
        files.push(Table::part(tables::CASES, number).write(folder, columns)?);
    }
    Ok(files)
}

fn by_name<'a>(rows: &'a RecordBatch, name: &str) -> Option<&'a ArrayRef> {
    rows.column_by_name(name)
}

/// Optional microseconds as a column of instants.
pub fn utc(values: Vec<Option<i64>>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(values).with_timezone("UTC")
}

/// The numbers of a name column in the order of events, as far as the log has such a column.
pub fn names_in_order(rows: &RecordBatch, name: &str, ordered: &Ordered) -> Option<Vec<i32>> {
    let numbers = ints(rows.column_by_name(name)?);
    let numbers = numbers.values();
    let own = by_row(numbers, &ordered.row);
    if ordered.start_row.is_empty() {
        return Some(own);
    }
    let fill = |(own, start): (i32, &u32)| if own < 0 && *start != NO_ROW { numbers[*start as usize] } else { own };
    Some(own.into_iter().zip(&ordered.start_row).map(fill).collect())
}

/// Whether a time is one.
pub fn some_time(time: i64) -> Option<i64> {
    (time != NO_TIME).then_some(time)
}
