//! A look at a file that stores nothing: what it is, how it would be read, and its first rows.

use crate::app::quality::Quality;
use crate::app::run::in_words;
use crate::app::{App, AppError};
use crate::ingest::build::{BuildOptions, Input, build};
use crate::ingest::detect::{DetectionReport, TextShape};
use crate::ingest::sample::{self, Sample};
use crate::ingest::{Format, ImportReport, IngestError, Progress, Room, inspect, read_file};
use crate::model::filter::Filter;
use crate::model::mapping::MappingOptions;
use crate::model::time::rfc3339;
use crate::query::Snapshot;
use crate::store::Work;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use utoipa::ToSchema;

/// How many rows a preview has.
const PREVIEW_ROWS: usize = 50;

/// What a file is and how it would be read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Inspection {
    /// What the owner calls the file.
    pub file: String,
    /// What it holds once it is unwrapped.
    pub format: Format,
    /// What was unwrapped, outermost first.
    pub wrappers: Vec<String>,
    /// Encoding, separators, columns and the roles they play, each with how sure it is and why; null for XES, which
    /// says itself what is what.
    pub detected: Option<DetectionReport>,
    /// The mapping that an import would use; sent back as `mapping`, it is no longer guessed.
    pub mapping: MappingOptions,
    /// The first rows: of a text file as they stand in it, in the order of the columns; of others as the log will have
    /// them.
    pub preview: Vec<Vec<String>>,
    /// What the cells of the preview are.
    pub preview_columns: Vec<String>,
    /// Some values of the time column, as they would be read.
    pub times: Vec<TimeSample>,
    /// How good the beginning of the file is; null where a part of it cannot be read alone.
    pub quality: Option<Quality>,
    /// Why no row of the beginning can be used.
    pub unusable: Option<String>,
}

/// A value of the time column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeSample {
    /// As it stands in the file.
    pub text: String,
    /// As it would be read, RFC 3339 UTC; null if it does not fit the format.
    pub read: Option<String>,
}

/// A file that was looked at, and the beginning of it as a small log.
pub struct Looked {
    inspection: Inspection,
    sampled: Option<Sampled>,
    /// What was unpacked and built lies here.
    _work: Work,
}

struct Sampled {
    report: ImportReport,
    snapshot: Arc<Snapshot>,
    whole: bool,
}

impl App {
    /// Looks at a file. What has to be unpacked for it lies in the data folder until the look is over.
    ///
    /// # Errors
    /// `Ingest` if it cannot be read, is too large once it is unpacked, nothing fits, or `progress` was cancelled;
    /// `Store`.
    pub fn look_at(
        &self,
        path: &Path,
        name: &str,
        options: &MappingOptions,
        progress: &Progress,
    ) -> Result<Looked, AppError> {
        let work = self.store.begin_work()?;
        let folder = work.folder("look")?;
        let room = Room { folder: &folder, bytes_max: self.config.server.unpacked_bytes_max };
        let (opened, shape) = inspect(path, options, room, progress)?;
        let is_text = opened.format == Format::Csv;
        let preview = shape.as_ref().filter(|_| is_text).map(|shape| preview(&opened.sample, opened.whole, shape));
        let detected = shape.as_ref().map(TextShape::report);
        let mapping = proposed(options, detected.as_ref(), is_text);
        let (sampled, unusable) = match sample::sample(path, &opened, shape.as_ref(), &folder)? {
            None => (None, None),
            Some(sample) => match self.sampled(&sample, &of_sample(&mapping, is_text), &work, progress) {
                Ok(sampled) => (Some(sampled), None),
                Err(AppError::Ingest(IngestError::NoRows { what, .. })) => (None, Some(what)),
                Err(AppError::Ingest(IngestError::Cancelled)) => return Err(IngestError::Cancelled.into()),
                // It is known by the name that its owner gave it.
                Err(AppError::Ingest(error)) => {
                    let why = in_words(&AppError::Ingest(error));
                    (None, Some(why.replace(sample.path.to_string_lossy().as_ref(), name)))
                }
                Err(other) => return Err(other),
            },
        };
        let columns = detected.iter().filter(|_| is_text).flat_map(|found| &found.columns);
        let inspection = Inspection {
            file: name.to_owned(),
            format: opened.format,
            wrappers: opened.wrappers,
            mapping,
            preview: preview.unwrap_or_default(),
            preview_columns: columns.map(|column| column.name.clone()).collect(),
            times: shape.as_ref().map(times).unwrap_or_default(),
            detected,
            quality: None,
            unusable,
        };
        Ok(Looked { inspection, sampled, _work: work })
    }

    /// What was found, with how good it is.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn inspected(&self, looked: Looked) -> Result<Inspection, AppError> {
        let Looked { mut inspection, sampled, _work } = looked;
        let Some(Sampled { report, snapshot, whole }) = sampled else { return Ok(inspection) };
        inspection.quality = Some(self.quality(&report, &snapshot, whole).await?);
        if inspection.preview_columns.is_empty() {
            (inspection.preview_columns, inspection.preview) = self.first_events(&snapshot).await?;
        }
        Ok(inspection)
    }

    /// The beginning of the file as a log.
    fn sampled(
        &self,
        sample: &Sample,
        options: &MappingOptions,
        work: &Work,
        progress: &Progress,
    ) -> Result<Sampled, AppError> {
        let folder = work.folder("rows")?;
        let (_, report) = read_file(&sample.path, options, &folder, 1, progress)?;
        let tables = work.folder("tables")?;
        let memory = (self.config.limits.import_memory_mb as usize) << 20;
        let how = BuildOptions { lifecycle: options.lifecycle, threads: 1, memory };
        build(&[Input { import: "sample".to_owned(), folder }], &tables, how, progress)?;
        let snapshot = Arc::new(Snapshot::open(&tables)?);
        Ok(Sampled { report, snapshot, whole: sample.whole })
    }

    /// The first events of a log as rows: names of the columns, and the cells.
    async fn first_events(&self, snapshot: &Arc<Snapshot>) -> Result<(Vec<String>, Vec<Vec<String>>), AppError> {
        let usual = ["case_id", "activity", "started_at", "ended_at", "resource", "role", "system", "lifecycle"];
        let names = usual.into_iter().map(str::to_owned).chain(snapshot.attributes_of("events"));
        let names: Vec<String> = names.collect();
        let frame = self.engine().columns(snapshot, &Filter::default(), "events", &names, "case_idx").await?;
        let shown = frame.rows.min(PREVIEW_ROWS);
        // A column in which nothing stands says nothing.
        let filled: Vec<usize> =
            (0..names.len()).filter(|at| (0..shown).any(|row| !frame.json(*at, row).is_null())).collect();
        let row = |row: usize| filled.iter().map(|at| frame.plain(*at, row)).collect();
        Ok((filled.iter().map(|at| names[*at].clone()).collect(), (0..shown).map(row).collect()))
    }
}

/// The sample is plain text of its own: nothing wraps it, and its encoding is known.
fn of_sample(mapping: &MappingOptions, is_text: bool) -> MappingOptions {
    MappingOptions { sheet: None, encoding: is_text.then(|| "UTF-8".to_owned()), ..mapping.clone() }
}

/// Values of the time column as they would be read.
fn times(shape: &TextShape) -> Vec<TimeSample> {
    let Some(times) = shape.time_formats.first() else { return Vec::new() };
    let mut zone = shape.zone.clone();
    let mut read = |text: &String| {
        let parsed = times.format.parse(text.as_bytes())?;
        Some(rfc3339(if parsed.zoned { parsed.micros } else { zone.to_utc(parsed.micros) }))
    };
    let samples = shape.columns.get(times.column).map(|column| column.samples.as_slice()).unwrap_or_default();
    samples.iter().map(|text| TimeSample { text: text.clone(), read: read(text) }).collect()
}

/// What was asked for, completed by what was found.
fn proposed(options: &MappingOptions, detected: Option<&DetectionReport>, is_text: bool) -> MappingOptions {
    let Some(detected) = detected else { return options.clone() };
    let role = |name: &str| detected.roles.iter().find(|role| role.role == name);
    // An empty name stays: no column is to play that part.
    let column = |name: &str, given: &Option<String>| {
        role(name).map(|role| role.column.clone()).or_else(|| given.clone().filter(|given| given.trim().is_empty()))
    };
    let times = role("timestamp").and_then(|role| role.timestamp_format.clone());
    let start = role("start").and_then(|role| role.timestamp_format.clone());
    // An order of day and month that the sample leaves open is for all rows to settle; a person who knows it says so.
    let open = detected.roles.iter().any(|role| role.ambiguous_day_first);
    MappingOptions {
        case: column("case", &options.case),
        activity: column("activity", &options.activity),
        timestamp: column("timestamp", &options.timestamp),
        start: column("start", &options.start),
        resource: column("resource", &options.resource),
        role: column("role", &options.role),
        system: column("system", &options.system),
        cost: column("cost", &options.cost),
        automated: column("automated", &options.automated),
        // One format is said for all time columns: where they differ, each is found again.
        timestamp_format: options
            .timestamp_format
            .clone()
            .or(times.filter(|times| !open && start.is_none_or(|start| start == *times))),
        delimiter: is_text
            .then(|| if detected.delimiter == "\t" { "tab".to_owned() } else { detected.delimiter.clone() }),
        encoding: is_text.then(|| detected.encoding.clone()),
        ..options.clone()
    }
}

/// The first rows as they will be cut; a row that the end of the sample cuts is left out.
fn preview(sample: &[u8], whole: bool, shape: &TextShape) -> Vec<Vec<String>> {
    let (text, _) = shape.encoding.decode_without_bom_handling(&sample[shape.bom_len.min(sample.len())..]);
    let rows = text.get(shape.dialect.header_offset..).unwrap_or_default();
    let mut reader = sample::reader(shape, rows.as_bytes());
    let records = reader.records().map_while(Result::ok).take(PREVIEW_ROWS + 1);
    let mut found: Vec<Vec<String>> = records.map(|row| row.iter().map(str::to_owned).collect()).collect();
    if !whole && found.len() <= PREVIEW_ROWS {
        found.pop();
    }
    found.truncate(PREVIEW_ROWS);
    found
}
