//! How well a combination of delimiter, quote and escape cuts a text.

use super::dialect::USUAL;
use super::kinds::{is_number, number_with_comma};
use super::records::{Cell, Records, Signs};
use crate::ingest::timestamp::infer;

/// Records and cells that are looked at.
const TRIAL_RECORDS: usize = 400;
const TRIAL_CELLS: usize = 4000;

/// How a combination of signs did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub total: f64,
    /// Share of the records that have `width` cells, from the first of them on.
    pub steady: f64,
    pub width: usize,
    /// The first record with content has `width` cells as well.
    pub from_start: bool,
}

/// A file of nothing but times is cut by colons, blanks and commas all too steadily.
pub(super) fn lines_are_times(text: &str) -> bool {
    let lines: Vec<&[u8]> = text.split(['\n', '\r']).skip(1).take(100).map(str::as_bytes).collect();
    infer(&lines).is_some()
}

/// Scores every combination of these delimiters with the quotes and escapes that the text has.
pub(super) fn try_all(text: &str, whole: bool, delimiters: &[u8], lone_return: bool) -> Vec<(Signs, Score)> {
    let mut quotes = vec![Some(b'"')];
    if text.contains('\'') {
        quotes.push(Some(b'\''));
    }
    if text.contains('"') {
        quotes.push(None);
    }
    let mut scored = Vec::new();
    for &delimiter in delimiters.iter().filter(|delimiter| text.as_bytes().contains(delimiter)) {
        for &quote in &quotes {
            let backslash = quote.is_some_and(|quote| text.as_bytes().windows(2).any(|pair| pair == [b'\\', quote]));
            let escapes: &[Option<u8>] = if backslash { &[None, Some(b'\\')] } else { &[None] };
            for &escape in escapes {
                let signs = Signs { delimiter, quote, escape, lone_return };
                scored.push((signs, score(text, whole, signs)));
            }
        }
    }
    scored
}

/// Colons in clock times and blanks in sentences are no delimiters.
pub(super) fn believable(text: &str, delimiter: u8, score: &Score) -> bool {
    let steady = score.steady > 0.999 && score.from_start && score.width >= 2;
    if delimiter != b':' {
        return steady;
    }
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let (mut all, mut clocks) = (0, 0);
    for at in memchr::memchr_iter(b':', bytes) {
        all += 1;
        clocks +=
            usize::from(at > 0 && digit(bytes.get(at - 1)) && digit(bytes.get(at + 1)) && digit(bytes.get(at + 2)));
    }
    steady && clocks * 2 < all
}

fn score(text: &str, whole: bool, signs: Signs) -> Score {
    let mut records = Records::new(text, signs);
    let mut cells = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    let (mut clean, mut seen, mut open) = (0.0, 0_usize, 0_usize);
    while let Some(record) = records.next(&mut cells) {
        if !record.closed {
            open = text.len() - record.offset;
        }
        let blank = cells.len() == 1 && cells.iter().all(|cell| cell.from == cell.to);
        // A cut record says nothing about the others; one inside quotes that never end says a lot.
        if (record.last && !whole && !widths.is_empty()) || blank {
            continue;
        }
        widths.push(cells.len());
        for cell in cells.iter().take(TRIAL_CELLS.saturating_sub(seen)) {
            clean += cleanness(text, cell, signs.delimiter);
            seen += 1;
        }
        if widths.len() >= TRIAL_RECORDS {
            break;
        }
    }
    let width = most_frequent(&widths);
    let from = widths.iter().position(|count| *count == width).unwrap_or(0);
    let same = widths[from..].iter().filter(|count| **count == width).count();
    let steady = same as f64 / (widths.len() - from).max(1) as f64;
    let runaway = open * 2 > text.len() || (open > 0 && whole);
    let pattern = if width < 2 { 0.0 } else { steady * steady * (1.0 - 1.0 / (width as f64 + 1.0)) };
    let values = clean / seen.max(1) as f64;
    let total = pattern * values * if runaway { 0.3 } else { 1.0 };
    Score { total, steady, width, from_start: from == 0 }
}

/// The number of cells that most records have; of equals the larger.
fn most_frequent(widths: &[usize]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for width in widths {
        *counts.entry(*width).or_insert(0_usize) += 1;
    }
    counts.iter().max_by_key(|(width, count)| (**count, **width)).map_or(1, |(width, _)| *width)
}

/// How much a cell looks like a whole value, 0 to 1.
fn cleanness(text: &str, cell: &Cell, delimiter: u8) -> f64 {
    if cell.spoilt {
        return 0.0;
    }
    if cell.quoted {
        return 1.0;
    }
    let raw = text.get(cell.from..cell.to).unwrap_or_default().trim();
    let bytes = raw.as_bytes();
    if bytes.is_empty() {
        return 0.6;
    }
    if is_number(raw) || number_with_comma(raw) {
        return 1.0;
    }
    let quoted = |quote| bytes.starts_with(&[quote]) || bytes.ends_with(&[quote]);
    if quoted(b'"') || quoted(b'\'') {
        return 0.2;
    }
    let foreign = USUAL.iter().filter(|sign| **sign != delimiter && bytes.contains(sign)).count();
    if foreign > 0 { 0.4 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_records_of_whole_values_score_best() {
        let score = |text: &str, delimiter: u8| {
            score(text, true, Signs { delimiter, quote: Some(b'"'), escape: None, lone_return: false }).total
        };
        let text = "a;b;c\n1;0,50;x\n2;1,25;y\n";
        assert!(score(text, b';') > 0.7 && score(text, b',') < 0.3);
        assert!(score("a,b\n1,2\n3\n", b',') < score("a,b\n1,2\n3,4\n", b','));
        assert_eq!(score("a\nb\n", b','), 0.0);
    }

    #[test]
    fn cells_in_pieces_are_not_clean() {
        for (text, expected) in [("abc", 1.0), ("0,5", 1.0), ("a;b", 0.4), ("\"ab", 0.2), ("", 0.6)] {
            let cell = Cell { from: 0, to: text.len(), quoted: false, escaped: false, spoilt: false };
            assert_eq!(cleanness(text, &cell, b','), expected, "{text}");
        }
    }
}
