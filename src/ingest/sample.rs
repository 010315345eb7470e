//! The beginning of a file as a small file of its own that can be read like any other: whole records, nothing cut.

use crate::ingest::IngestError;
use crate::ingest::detect::TextShape;
use crate::ingest::input::{Format, Opened};
use std::path::{Path, PathBuf};

/// Parquet up to this size is read whole; a part of it is no Parquet.
const PARQUET_BYTES: u64 = 8 << 20;

/// A part of a file that can be read.
#[derive(Debug)]
pub struct Sample {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it is all there is.
    pub whole: bool,
}

/// Writes the sample of a file into a folder; none if a part of it cannot be read alone. Text is written as UTF-8.
///
/// # Errors
/// `Write`.
pub fn sample(
    path: &Path,
    opened: &Opened,
    shape: Option<&TextShape>,
    folder: &Path,
) -> Result<Option<Sample>, IngestError> {
    let bytes = match (opened.format, shape) {
        (Format::Csv, Some(shape)) => text(opened, shape).into_bytes(),
        (Format::Xes, _) => match log(opened) {
            Some(log) => log.into_bytes(),
            None => return Ok(None),
        },
        _ => {
            let size = std::fs::metadata(path).map_or(u64::MAX, |file| file.len());
            return Ok((size <= PARQUET_BYTES).then(|| Sample { path: path.to_owned(), whole: true }));
        }
    };
    let own = folder.join("sample");
    std::fs::write(&own, bytes).map_err(|error| IngestError::write(&own, error))?;
    Ok(Some(Sample { path: own, whole: opened.whole }))
}

/// Cuts decoded text from the header on into records.
pub fn reader<'a>(shape: &TextShape, rows: &'a [u8]) -> csv::Reader<&'a [u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(shape.dialect.delimiter).has_headers(shape.dialect.has_header).flexible(true);
    builder.quoting(shape.dialect.quote.is_some()).double_quote(shape.dialect.double_quote);
    builder.escape(shape.dialect.escape);
    if let Some(quote) = shape.dialect.quote {
        builder.quote(quote);
    }
    builder.from_reader(rows)
}

/// The text up to the last record that is surely whole.
fn text(opened: &Opened, shape: &TextShape) -> String {
    let bytes = &opened.sample[shape.bom_len.min(opened.sample.len())..];
    let (text, _) = shape.encoding.decode_without_bom_handling(bytes);
    let mut text = text.into_owned();
    if opened.whole {
        return text;
    }
    let from = shape.dialect.header_offset.min(text.len());
    let mut reader = reader(shape, text.get(from..).unwrap_or_default().as_bytes());
    let starts = reader.records().map_while(Result::ok).filter_map(|record| Some(record.position()?.byte()));
    if let Some(last) = starts.last() {
        let cut = from + usize::try_from(last).unwrap_or_default();
        if text.is_char_boundary(cut) {
            text.truncate(cut);
        }
    }
    text
}

/// The traces that are whole.
fn log(opened: &Opened) -> Option<String> {
    let text = String::from_utf8_lossy(&opened.sample).into_owned();
    // What was sent for a look may have been cut before it came here.
    if opened.whole && text.trim_end().ends_with("</log>") {
        return Some(text);
    }
    let ends = [("</trace>", "</log>"), ("</event>", "</trace></log>")];
    let (at, end) = ends.iter().find_map(|(tag, end)| Some((text.rfind(tag)? + tag.len(), *end)))?;
    Some(format!("{}{end}", &text[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(format: Format, sample: &str) -> Opened {
        Opened { format, wrappers: Vec::new(), sample: sample.as_bytes().to_vec(), whole: false }
    }

    #[test]
    fn logs_are_cut_behind_a_trace() {
        let cut = |text: &str| log(&opened(Format::Xes, text));
        assert_eq!(cut("<log><trace></trace><trace><eve").unwrap(), "<log><trace></trace></log>");
        assert_eq!(cut("<log><trace><event></event><event").unwrap(), "<log><trace><event></event></trace></log>");
        assert_eq!(cut("<log><string"), None);
    }

    #[test]
    fn tables_are_cut_before_the_last_record() {
        let file = "id;step;time\n1;a;2024-01-01\n1;\"b\nb\";2024-01-02\n2;a;2024-01-03\n2;\"b";
        let shape = crate::ingest::detect::detect(file.as_bytes(), false, &Default::default()).unwrap();
        let text = text(&opened(Format::Csv, file), &shape);
        assert!(text.ends_with("2;a;2024-01-03\n"), "{text:?}");
    }
}
