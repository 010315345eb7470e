//! Files that are no text at all, or text of another kind than separated values.

use super::DetectError;

/// Refuses files whose first bytes say that they are no text.
pub fn known_binary(sample: &[u8]) -> Result<(), DetectError> {
    let known: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a zip archive or workbook"),
        (b"\x1f\x8b", "gzip data"),
        (b"%PDF", "a PDF document"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"\x89PNG", "a picture"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(DetectError::NotText { what: (*what).to_owned() });
    }
    Ok(())
}

/// Refuses bytes that no text has; the sample must not be UTF-16.
pub fn not_text(sample: &[u8]) -> Result<(), DetectError> {
    known_binary(sample)?;
    if let Some(at) = memchr::memchr(0, sample) {
        return Err(DetectError::NotText { what: format!("byte {} is zero", at + 1) });
    }
    let strange = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A..=0x1F);
    let strange = sample.iter().filter(strange).count();
    // Single control characters come in by copying and pasting; more than one in a hundred do not.
    if strange * 100 > sample.len() {
        return Err(DetectError::NotText {
            what: format!("{strange} of {} bytes are control characters", sample.len()),
        });
    }
    Ok(())
}

/// Text that is a web page, XML or JSON.
pub fn not_a_table(text: &str) -> Result<(), DetectError> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(DetectError::Empty);
    }
    let head: String = start.chars().take(512).collect::<String>().to_ascii_lowercase();
    let after = |count: usize| head[count..].trim_start().chars().next();
    let refuse = |what, cure| Err(DetectError::NotATable { what, cure });
    if head.starts_with("<!doctype html") || head.starts_with("<html") || head.starts_with("<table") {
        return refuse("a web page", "export the data itself, a login or error page may have been saved instead");
    }
    if head.starts_with("<?xml")
        || (head.starts_with('<') && head[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '!'))
    {
        return refuse("XML", "name it .xes or .xml if it is an event log in XES, otherwise export CSV");
    }
    let object = head.starts_with('{') && matches!(after(1), Some('"' | '}') | None);
    let list = head.starts_with('[') && matches!(after(1), Some('{' | '[' | '"' | ']') | None);
    if object || list {
        return refuse("JSON", "name it .json or .jsonl if it holds one object per event, otherwise export CSV");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_other_kinds() {
        for (text, what) in [
            ("\n<!DOCTYPE html><html>", Some("a web page")),
            ("<?xml version=\"1.0\"?><log/>", Some("XML")),
            ("<log xes.version=\"1.0\">", Some("XML")),
            ("{\"a\": 1}\n{\"a\": 2}", Some("JSON")),
            ("[\n  {\"a\": 1}]", Some("JSON")),
            ("{curly},b\n1,2", None),
            ("[case],b\n1,2", None),
            ("<5,b\n1,2", None),
        ] {
            let found = not_a_table(text).err().map(|error| match error {
                DetectError::NotATable { what, .. } => what,
                _ => "other",
            });
            assert_eq!(found, what, "{text}");
        }
        assert_eq!(not_a_table(" \n"), Err(DetectError::Empty));
    }

    #[test]
    fn bytes_that_are_no_text() {
        for (bytes, fine) in [
            (&b"case,activity\n1,a\n"[..], true),
            (b"PK\x03\x04rest", false),
            (b"case\0", false),
            (b"\x01\x02\x03abc", false),
            ("Ma\u{df}nahme".as_bytes(), true),
        ] {
            assert_eq!(not_text(bytes).is_ok(), fine, "{bytes:?}");
        }
    }
}
