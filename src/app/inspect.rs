//! A look at a file that stores nothing: what it is, how it would be read, and its first rows.

use crate::app::{App, AppError};
use crate::ingest::detect::{DetectionReport, TextShape};
use crate::ingest::{Format, Progress, Room, inspect};
use crate::model::mapping::MappingOptions;
use serde::Serialize;
use std::path::Path;
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
    /// The first rows of a text file, in the order of the columns.
    pub preview: Vec<Vec<String>>,
}

impl App {
    /// Looks at a file. What has to be unpacked for it lies in the data folder until the look is over.
    ///
    /// # Errors
    /// `Ingest` if it cannot be read, is too large once it is unpacked, nothing fits, or `progress` was cancelled;
    /// `Store`.
    pub fn inspect(
        &self,
        path: &Path,
        name: &str,
        options: &MappingOptions,
        progress: &Progress,
    ) -> Result<Inspection, AppError> {
        let work = self.store.begin_work()?;
        let room = Room { folder: &work.folder("look")?, bytes_max: self.config.server.unpacked_bytes_max };
        let (opened, shape) = inspect(path, options, room, progress)?;
        let is_text = opened.format == Format::Csv;
        let preview = shape.as_ref().filter(|_| is_text).map(|shape| preview(&opened.sample, opened.whole, shape));
        let detected = shape.as_ref().map(TextShape::report);
        Ok(Inspection {
            file: name.to_owned(),
            format: opened.format,
            wrappers: opened.wrappers,
            mapping: proposed(options, detected.as_ref(), is_text),
            detected,
            preview: preview.unwrap_or_default(),
        })
    }
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
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(shape.dialect.delimiter).has_headers(shape.dialect.has_header).flexible(true);
    builder.quoting(shape.dialect.quote.is_some()).double_quote(shape.dialect.double_quote);
    builder.escape(shape.dialect.escape);
    if let Some(quote) = shape.dialect.quote {
        builder.quote(quote);
    }
    let mut reader = builder.from_reader(rows.as_bytes());
    let records = reader.records().map_while(Result::ok).take(PREVIEW_ROWS + 1);
    let mut found: Vec<Vec<String>> = records.map(|row| row.iter().map(str::to_owned).collect()).collect();
    if !whole && found.len() <= PREVIEW_ROWS {
        found.pop();
    }
    found.truncate(PREVIEW_ROWS);
    found
}
