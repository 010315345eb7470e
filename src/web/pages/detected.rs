//! What a look at a file found, as the upload page shows it and as a person may correct it.

use crate::app::{Inspection, TimeSample};
use crate::draw::figure::count;
use crate::ingest::Format;
use crate::ingest::detect::{ColumnReport, DetectionReport};
use crate::model::mapping::{Lifecycle, MappingOptions};
use crate::web::error::ApiError;
use crate::web::pages::quality::QualityView;

/// The roles that a person may give to a column: the value of the mapping and its name for people.
const ROLES: [(&str, &str); 10] = [
    ("attribute", "attribute"),
    ("case", "case"),
    ("activity", "activity"),
    ("timestamp", "time (end)"),
    ("start", "start"),
    ("resource", "resource"),
    ("role", "role"),
    ("system", "system"),
    ("cost", "cost"),
    ("automated", "automated"),
];
const DELIMITERS: [(&str, &str); 5] =
    [(",", "comma"), (";", "semicolon"), ("tab", "tab"), ("|", "bar"), ("space", "space")];
const ENCODINGS: [&str; 11] = [
    "UTF-8",
    "windows-1252",
    "ISO-8859-2",
    "ISO-8859-15",
    "windows-1250",
    "windows-1251",
    "UTF-16LE",
    "UTF-16BE",
    "Shift_JIS",
    "GB18030",
    "Big5",
];
/// Width of the bar that shows how sure a guess is.
const BAR: f64 = 32.0;
/// From here on a guess is shown as good.
const SURE: f64 = 0.9;
/// Signs of a cell that are shown.
const CELL: usize = 200;

/// The whole panel.
#[derive(Debug, Default)]
pub struct Found {
    /// What the file is called.
    pub file: String,
    /// A name for the flow, made from that of the file.
    pub flow: String,
    /// A title for the flow.
    pub title: String,
    /// What it is, in a sentence.
    pub words: String,
    /// What is doubtful.
    pub warnings: Vec<String>,
    /// How it is read.
    pub shape: Vec<Field>,
    /// Its columns; none where the format says itself what is what.
    pub columns: Vec<ColumnView>,
    /// What the cells of its first rows are: names, and what plays a role.
    pub heads: Vec<(String, &'static str)>,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
    /// Values of the time column: as they stand there, and as they are read; nothing if they do not fit.
    pub times: Vec<(String, String)>,
    /// Roles that columns play: role, column, how sure, whether a person said so.
    pub chips: Vec<(&'static str, String, String, bool)>,
    /// How good its beginning is.
    pub quality: Option<QualityView>,
    /// Why no row of the beginning can be used.
    pub unusable: Option<String>,
    /// What an import sends as `mapping`, as JSON; empty if the look failed.
    pub mapping: String,
}

/// One thing about how the file is read.
#[derive(Debug)]
pub struct Field {
    /// The name of the mapping option.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What a person said.
    pub value: String,
    /// What may be chosen; anything if it is empty.
    pub choices: Vec<Choice>,
    /// What was found and why.
    pub hint: String,
    /// An example.
    pub example: &'static str,
}

/// An entry of a list.
#[derive(Debug)]
pub struct Choice {
    /// As the mapping has it.
    pub value: String,
    /// For people.
    pub title: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// A column and what it is.
#[derive(Debug)]
pub struct ColumnView {
    /// Its name.
    pub name: String,
    /// What it is, for people; empty for an attribute.
    pub role: &'static str,
    /// Whether a person said so.
    pub given: bool,
    /// What it may be.
    pub roles: Vec<Choice>,
    /// How sure that is; empty for attributes.
    pub confidence: String,
    /// The same as the width of a bar.
    pub width: String,
    /// The colour of the bar.
    pub tone: &'static str,
    /// Why.
    pub reason: String,
    /// What it holds.
    pub kind: String,
    /// How much of it is empty; nothing if none is.
    pub empty: String,
    /// Some values.
    pub samples: String,
}

impl Found {
    /// What was found, with what a person had said of it.
    ///
    /// # Errors
    /// `internal` if the mapping cannot be written.
    pub fn new(inspection: Inspection, asked: &MappingOptions) -> Result<Self, ApiError> {
        let mapping = serde_json::to_string(&inspection.mapping).map_err(|e| ApiError::internal(e.to_string()))?;
        let (flow, title) = names(&inspection.file);
        let detected = inspection.detected.as_ref();
        Ok(Self {
            flow,
            title,
            words: words(&inspection),
            warnings: detected.map(|detected| detected.warnings.clone()).unwrap_or_default(),
            shape: shape(Some(&inspection), asked),
            heads: heads(&inspection, detected),
            times: inspection.times.iter().map(time).collect(),
            chips: detected.map(chips).unwrap_or_default(),
            quality: inspection.quality.as_ref().map(QualityView::of),
            unusable: inspection.unusable.clone(),
            columns: detected.map(columns).unwrap_or_default(),
            rows: inspection.preview.iter().map(|row| row.iter().map(|cell| cut(cell)).collect()).collect(),
            file: inspection.file,
            mapping,
        })
    }

    /// A file that nothing fits: what a person may say to make it readable.
    pub fn nothing(file: &str, asked: &MappingOptions) -> Self {
        let (flow, title) = names(file);
        let mut shape = shape(None, asked);
        let named = [
            ("case", "Column of the case", &asked.case, true),
            ("activity", "Column of the activity", &asked.activity, true),
            ("timestamp", "Column of the time", &asked.timestamp, true),
            ("start", "Column of the start", &asked.start, false),
            ("resource", "Column of the resource", &asked.resource, false),
            ("role", "Column of the role", &asked.role, false),
            ("system", "Column of the system", &asked.system, false),
            ("cost", "Column of the cost", &asked.cost, false),
            ("automated", "Column that tells programs from people", &asked.automated, false),
        ];
        // What was said of the others must not be lost.
        let named = named.into_iter().filter(|(_, _, given, always)| *always || given.is_some());
        shape.extend(named.map(|(name, title, given, _)| {
            let hint = "Its name or its number, if it was not found";
            field(name, title, given.clone().unwrap_or_default(), hint, "e.g. 2")
        }));
        Self {
            file: file.to_owned(),
            flow,
            title,
            words: "The file was looked at and could not be read like this. What is said here is no longer guessed."
                .to_owned(),
            shape,
            ..Self::default()
        }
    }
}

fn field(
    name: &'static str,
    title: &'static str,
    value: String,
    hint: impl Into<String>,
    example: &'static str,
) -> Field {
    Field { name, title, value, choices: Vec::new(), hint: hint.into(), example }
}

/// The first entry leaves it to the program; `given` is what a person chose instead.
fn choices<'a>(found: &str, given: Option<&str>, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Choice> {
    let entry = |value: &str, title: &str| {
        let on = given.unwrap_or_default().eq_ignore_ascii_case(value);
        Choice { value: value.to_owned(), title: title.to_owned(), on }
    };
    let mut all = vec![entry("", found)];
    all.extend(entries.into_iter().map(|(value, title)| entry(value, title)));
    if let Some(given) = given.filter(|_| !all.iter().any(|choice| choice.on)) {
        all.push(entry(given, given));
    }
    all
}

fn shape(inspection: Option<&Inspection>, asked: &MappingOptions) -> Vec<Field> {
    let detected = inspection.and_then(|inspection| inspection.detected.as_ref());
    let is_text = inspection.is_none_or(|inspection| inspection.format == Format::Csv);
    let is_table = inspection.is_none_or(|inspection| inspection.format != Format::Xes);
    let mut fields = Vec::new();
    if is_text {
        let found = detected.map_or_else(|| "found out".to_owned(), |d| format!("found: {}", d.delimiter_name));
        let hint = detected.map_or_else(String::new, |d| sure(d.dialect_confidence, &d.dialect_reason));
        fields.push(Field {
            choices: choices(&found, asked.delimiter.as_deref(), DELIMITERS),
            ..field("delimiter", "Separator", String::new(), hint, "")
        });
        let found = detected.map_or_else(|| "found out".to_owned(), |d| format!("found: {}", d.encoding));
        let hint = detected.map_or_else(String::new, |d| sure(d.encoding_confidence, &d.encoding_reason));
        fields.push(Field {
            choices: choices(&found, asked.encoding.as_deref(), ENCODINGS.map(|name| (name, name))),
            ..field("encoding", "Encoding", String::new(), hint, "")
        });
    }
    let given = |given: &Option<String>| given.clone().unwrap_or_default();
    fields.push(field("timezone", "Time zone", given(&asked.timezone), zone_hint(detected), "e.g. Europe/Madrid"));
    if is_table {
        let format = given(&asked.timestamp_format);
        fields.push(field("timestamp_format", "Format of times", format, times_hint(detected), "e.g. %d/%m/%Y %H:%M"));
    }
    if inspection.is_none_or(|found| found.wrappers.iter().any(|wrapper| wrapper.starts_with("zip"))) {
        let hint = "Needed only if the archive holds several";
        fields.push(field("sheet", "File inside the archive", given(&asked.sheet), hint, "e.g. events.csv"));
    }
    fields.push(lifecycle(asked.lifecycle, detected));
    fields
}

fn lifecycle(asked: Lifecycle, detected: Option<&DetectionReport>) -> Field {
    let keep = asked == Lifecycle::Keep;
    let entry = |value: &str, title: &str, on| Choice { value: value.to_owned(), title: title.to_owned(), on };
    let by = detected.and_then(|d| d.roles.iter().find(|role| role.role == "lifecycle_transition"));
    let hint = match (by, detected) {
        (Some(role), _) => format!("Column {} tells them apart", role.column),
        (None, Some(_)) => "This file has one row per event".to_owned(),
        (None, None) => String::new(),
    };
    Field {
        choices: vec![entry("", "become one event", !keep), entry("keep", "are events of their own", keep)],
        ..field("lifecycle", "Start and complete rows", String::new(), hint, "")
    }
}

fn zone_hint(detected: Option<&DetectionReport>) -> String {
    let Some(detected) = detected else { return "Of times without an offset; UTC unless given".to_owned() };
    let mut zoned = detected.roles.iter().filter_map(|role| role.zoned).peekable();
    match zoned.peek().is_some() {
        false => "The file has no times".to_owned(),
        true if zoned.all(|zoned| zoned) => "Times carry their offset".to_owned(),
        true => format!("Times without an offset are taken as {}", detected.timezone),
    }
}

fn times_hint(detected: Option<&DetectionReport>) -> String {
    let time = detected.and_then(|detected| detected.roles.iter().find(|role| role.role == "timestamp"));
    match time.and_then(|time| Some((time.timestamp_format.as_ref()?, time.timestamp_reason.as_ref()))) {
        Some((format, Some(reason))) => format!("Found: {format}; {reason}"),
        Some((format, None)) => format!("Found: {format}"),
        None => String::new(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn sure(share: f64, reason: &str) -> String {
    format!("{} sure: {reason}", percent(share))
}

fn words(inspection: &Inspection) -> String {
    let wrapped: Vec<String> = inspection.wrappers.iter().map(|wrapper| format!(" in {wrapper}")).collect();
    let format = match inspection.format {
        Format::Csv => "Text with separators",
        Format::Xes => "XES",
        Format::Parquet => "Parquet",
    };
    let what = match &inspection.detected {
        None => "an XES log says itself what is what".to_owned(),
        Some(detected) => {
            let header = match (inspection.format, detected.has_header) {
                (Format::Parquet, _) => String::new(),
                (_, true) => format!(", header on line {}", detected.header_line),
                (_, false) => ", no header".to_owned(),
            };
            format!("{} columns{header}", count(detected.columns.len() as i64))
        }
    };
    format!("{format}{}: {what}. Nothing is stored yet.", wrapped.concat())
}

/// The columns of the preview, each with the role that it plays.
fn heads(inspection: &Inspection, detected: Option<&DetectionReport>) -> Vec<(String, &'static str)> {
    let role = |at: usize| detected.and_then(|detected| detected.roles.iter().find(|role| role.number == at + 1));
    let head = |(at, name): (usize, &String)| (name.clone(), role(at).map_or("", |role| role_title(&role.role)));
    inspection.preview_columns.iter().enumerate().map(head).collect()
}

fn role_title(role: &str) -> &'static str {
    ROLES.iter().find(|(value, _)| *value == role).map_or("lifecycle", |(_, title)| *title)
}

fn time(sample: &TimeSample) -> (String, String) {
    let read = sample.read.as_deref().map(|time| time.replace('T', " ").replace('Z', " UTC"));
    (cut(&sample.text), read.unwrap_or_default())
}

fn chips(detected: &DetectionReport) -> Vec<(&'static str, String, String, bool)> {
    let chip = |role: &crate::ingest::detect::RoleReport| {
        (role_title(&role.role), role.column.clone(), percent(role.confidence), role.confidence >= 1.0)
    };
    detected.roles.iter().map(chip).collect()
}

fn columns(detected: &DetectionReport) -> Vec<ColumnView> {
    detected.columns.iter().enumerate().map(|(at, column)| column_view(detected, at + 1, column)).collect()
}

fn column_view(detected: &DetectionReport, number: usize, column: &ColumnReport) -> ColumnView {
    let role = detected.roles.iter().find(|role| role.number == number);
    let name = role.map_or("attribute", |role| role.role.as_str());
    let entry =
        |(value, title): (&str, &str)| Choice { value: value.to_owned(), title: title.to_owned(), on: value == name };
    let mut roles: Vec<Choice> = ROLES.into_iter().map(entry).collect();
    // It can be found, but not given.
    if name == "lifecycle_transition" {
        roles.push(entry((name, "start or complete")));
    }
    let confidence = role.map_or(0.0, |role| role.confidence);
    let times = column.timestamp_format.as_ref().map(|format| format!(", {format}")).unwrap_or_default();
    let samples: Vec<String> = column.samples.iter().map(|value| cut(value)).collect();
    ColumnView {
        name: column.name.clone(),
        role: match role {
            None => "",
            Some(role) => role_title(&role.role),
        },
        given: role.is_some_and(|role| role.confidence >= 1.0),
        roles,
        confidence: role.map(|role| percent(role.confidence)).unwrap_or_default(),
        width: format!("{:.1}", BAR * confidence),
        tone: if confidence > SURE { "good" } else { "warn" },
        reason: role.map(|role| role.reason.clone()).unwrap_or_default(),
        kind: format!("{}{times}", column.kind),
        empty: if column.empty_share > 0.0 { percent(column.empty_share) } else { String::new() },
        samples: samples.join(", "),
    }
}

/// Cells may hold whole documents.
fn cut(cell: &str) -> String {
    match cell.char_indices().nth(CELL) {
        Some((at, _)) => format!("{}…", &cell[..at]),
        None => cell.to_owned(),
    }
}

/// A name and a title for the flow, from the name of a file.
fn names(file: &str) -> (String, String) {
    let stem = file.split('.').find(|part| !part.is_empty()).unwrap_or_default();
    let parts = |sign: char| !sign.is_ascii_alphanumeric();
    let name: Vec<String> = stem.split(parts).filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
    let name: String = name.join("-").chars().take(64).collect();
    let words: Vec<&str> = stem.split(['_', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let mut title = words.join(" ");
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    (name, title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_from_files() {
        let check = |file: &str, name: &str, title: &str| {
            assert_eq!(names(file), (name.to_owned(), title.to_owned()), "{file}");
        };
        check("order_to_cash.csv.gz", "order-to-cash", "Order to cash");
        check("Überweisungen 2024 (neu).csv", "berweisungen-2024-neu", "Überweisungen 2024 (neu)");
        check("---.csv", "", "");
        check("", "", "");
    }

    #[test]
    fn what_a_person_chose_stays_chosen() {
        let on = |given: Option<&str>| {
            let all = choices("found: comma", given, DELIMITERS);
            all.into_iter().filter(|choice| choice.on).map(|choice| choice.value).collect::<Vec<_>>()
        };
        assert_eq!(
            (on(None), on(Some("TAB")), on(Some("~"))),
            (vec![String::new()], vec!["tab".into()], vec!["~".into()])
        );
    }
}
