//! The steps of detection, one after the other.

use super::columns::{Column, judge, profile, read_table};
use super::content::{known_binary, not_a_table, not_text};
use super::dialect::guess_dialect;
use super::encoding::{EncodingGuess, guess_encoding};
use super::evidence::are_clock_times;
use super::order::open_order;
use super::overrides::{named_columns, unwanted};
use super::refuse::object_centric;
use super::roles::assign;
use super::shape::{Roles, TextShape, TimeColumn};
use super::synonyms::Words;
use super::{DetectError, columns::Table};
use crate::ingest::timestamp::{Inference, Precision, TimestampFormat, Zone, infer};
use crate::model::mapping::MappingOptions;
use encoding_rs::{UTF_16BE, UTF_16LE};

/// Finds out what the text file is that begins with `sample`; `whole_file` says that nothing follows. What
/// `options` give is not guessed. A sample of a few hundred thousand bytes is enough for most files; more of it
/// makes day and month, and the kinds of columns, surer.
pub fn detect(sample: &[u8], whole_file: bool, options: &MappingOptions) -> Result<TextShape, DetectError> {
    if sample.is_empty() {
        return Err(DetectError::Empty);
    }
    let zone = options.timezone.as_deref().map(Zone::parse).transpose().map_err(DetectError::Zone)?.unwrap_or_default();
    let given = options.timestamp_format.as_deref().map(TimestampFormat::compile).transpose();
    let given = given.map_err(DetectError::Format)?;
    known_binary(sample)?;
    let encoding = guess_encoding(sample, whole_file, options.encoding.as_deref())?;
    if ![UTF_16LE, UTF_16BE].contains(&encoding.encoding) {
        not_text(sample)?;
    }
    let text = decode(&sample[encoding.bom_len..], &encoding, whole_file);
    not_a_table(&text)?;
    let guess = guess_dialect(&text, whole_file, options.delimiter.as_deref())?;
    let table = read_table(&text, &guess.dialect, guess.width, whole_file);
    let columns = profile(&table, given.as_ref());
    let line = guess.dialect.header_line;
    object_centric(&columns, line)?;
    let named = named_columns(options, &columns, line)?;
    let (roles, role_warnings) = assign(&table, &columns, &named, &unwanted(options), line)?;
    let mut warnings = Vec::new();
    if encoding.confidence < 0.79 {
        let name = encoding.encoding.name();
        warnings.push(format!("the encoding is probably {name}; if accents look wrong give --encoding"));
    }
    if guess.confidence < 0.6 {
        warnings.push(format!("the separator is uncertain ({}), otherwise give --delimiter", guess.reason));
    }
    warnings.extend(table.warnings.iter().cloned());
    warnings.extend(role_warnings);
    let time_formats = time_formats(&table, &columns, &roles, given.as_ref(), &mut warnings)?;
    Ok(TextShape {
        encoding: encoding.encoding,
        bom_len: encoding.bom_len,
        encoding_confidence: encoding.confidence,
        encoding_reason: encoding.reason.to_owned(),
        dialect: guess.dialect,
        dialect_confidence: guess.confidence,
        dialect_reason: guess.reason,
        columns,
        roles,
        time_formats,
        zone,
        warnings,
    })
}

/// The sample as text; a character that the end of the sample cuts is left out.
fn decode(bytes: &[u8], guess: &EncodingGuess, whole_file: bool) -> String {
    let mut decoder = guess.encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len().saturating_mul(3));
    text.reserve(room);
    let _ = decoder.decode_to_string(bytes, &mut text, whole_file);
    text
}

/// The formats of the columns that are `timestamp` and `start`.
fn time_formats(
    table: &Table<'_>,
    columns: &[Column],
    roles: &Roles,
    given: Option<&TimestampFormat>,
    warnings: &mut Vec<String>,
) -> Result<Vec<TimeColumn>, DetectError> {
    let mut formats: Vec<TimeColumn> = Vec::new();
    for role in [&roles.timestamp, &roles.start].into_iter().flatten() {
        if formats.iter().any(|known| known.column == role.column) {
            continue;
        }
        let times = times_of(table, &columns[role.column], role.column, given)?;
        let column = TimeColumn {
            column: role.column,
            format: times.format,
            confidence: times.confidence,
            reason: times.reason,
            ambiguous_day_first: times.ambiguous_day_first,
            twin: times.other,
            zoned: times.zoned,
            precision: times.precision,
        };
        warnings.extend(time_warnings(&columns[role.column].name, &column, times.parsed_share));
        formats.push(column);
    }
    if let Some(times) = formats.first().filter(|times| times.precision == Precision::Day) {
        warnings.extend(clock_warning(table, columns, roles, times.column));
    }
    Ok(formats)
}

/// A date in one column and the time of day in another: the second would be lost without a word.
fn clock_warning(table: &Table<'_>, columns: &[Column], roles: &Roles, date: usize) -> Option<String> {
    let free = |at: &usize| !roles.named().iter().any(|(_, role)| role.column == *at);
    let about_time = |at: &usize| {
        let words = Words::of(&columns[*at].header);
        // SAP calls it UTIME.
        words.is_about_time() || words.squeezed().ends_with("time")
    };
    let mut others = (0..columns.len()).filter(|at| about_time(at) && free(at));
    let clock = others.find(|at| columns[*at].times().is_none() && are_clock_times(table, *at))?;
    let (date, clock) = (&columns[date].name, &columns[clock].name);
    Some(format!(
        "\"{date}\" has dates only and \"{clock}\" the time of day; they are not put together, so events of a day keep the \
         order of the file, join both columns into one before the export for exact times"
    ))
}

/// What the cells of a time column are, even if its name does not speak of time.
fn times_of(
    table: &Table<'_>,
    column: &Column,
    at: usize,
    given: Option<&TimestampFormat>,
) -> Result<Inference, DetectError> {
    let cells: Vec<&str> = table.cells[at].iter().map(AsRef::as_ref).filter(|cell| !cell.is_empty()).collect();
    let found = match given {
        Some(format) => judge(format, &cells),
        None => {
            column.times().cloned().or_else(|| infer(&cells.iter().map(|cell| cell.as_bytes()).collect::<Vec<_>>()))
        }
    };
    if let Some(found) = found {
        return Ok(found);
    }
    if cells.is_empty() {
        // Nothing to learn from: the rows that have a time come later, most likely in the standard form.
        let format = given.cloned().unwrap_or(TimestampFormat::Iso);
        let reason = format!("the sample has no values, {format} assumed");
        return Ok(Inference {
            format,
            confidence: 0.2,
            reason,
            ambiguous_day_first: false,
            parsed_share: 0.0,
            zoned: false,
            precision: Precision::Day,
            other: None,
        });
    }
    let cure = match given {
        Some(format) => format!("{format} fits none of them, correct --timestamp-format"),
        None => "give --timestamp-format, for example %d/%m/%Y %H:%M:%S".to_owned(),
    };
    let example = column.samples.first().cloned().unwrap_or_default();
    Err(DetectError::UnreadableTimes { column: column.name.clone(), example, cure })
}

fn time_warnings(name: &str, times: &TimeColumn, parsed_share: f64) -> Vec<String> {
    let mut warnings = Vec::new();
    if times.ambiguous_day_first {
        warnings.push(open_order(name, times));
    } else if times.format.is_number() && times.confidence < 0.75 {
        warnings
            .push(format!("the numbers in \"{name}\" are read as {}, otherwise give --timestamp-format", times.format));
    }
    if parsed_share < 0.95 {
        let share = ((1.0 - parsed_share) * 100.0).round();
        warnings.push(format!("{share} % of the sample values of \"{name}\" do not fit {}", times.format));
    }
    warnings
}

#[cfg(test)]
#[path = "inspect_tests.rs"]
mod tests;
