//! Delimiter, quotes, escapes and line ends of a text, found by trying them out.
//!
//! Each combination cuts the beginning of the text into records. It scores by how steady the number of cells is
//! (many cells in every record) times how much the cells look like values rather than like pieces of something cut
//! in the wrong place. Space and the other rare delimiters get a turn only when the usual ones fail.

use super::DetectError;
use super::header::{Header, find_header};
use super::records::Signs;
use super::scores::{Score, believable, lines_are_times, try_all};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) const USUAL: [u8; 4] = *b",;\t|";
const RARE: [u8; 4] = *b":^~ ";
/// How much text is tried.
const TRIAL_BYTES: usize = 192 * 1024;
/// Below this a delimiter is taken for chance.
const LEAST_SCORE: f64 = 0.3;

/// What ends a line. A carriage return that is not the terminator belongs to its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Terminator {
    /// Line feed.
    Lf,
    /// Carriage return and line feed; a line feed alone ends a line, too.
    CrLf,
    /// Carriage return alone.
    Cr,
}

/// How a text is cut into records and cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dialect {
    /// Between cells; an ASCII character.
    pub delimiter: u8,
    /// Around cells; an ASCII character.
    pub quote: Option<u8>,
    /// A quote inside quotes is written twice.
    pub double_quote: bool,
    /// Stands before a quote inside quotes.
    pub escape: Option<u8>,
    /// What ends a line.
    pub terminator: Terminator,
    /// Line of the header, or of the first record if there is none; from 1.
    pub header_line: u64,
    /// Byte of the text, decoded into UTF-8 without its byte order mark, at which that record starts.
    pub header_offset: usize,
    /// The record there names the columns; otherwise it is the first row.
    pub has_header: bool,
}

impl Dialect {
    pub(super) fn signs(&self) -> Signs {
        let lone_return = self.terminator == Terminator::Cr;
        Signs { delimiter: self.delimiter, quote: self.quote, escape: self.escape, lone_return }
    }
}

/// A dialect and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DialectGuess {
    /// The dialect.
    pub dialect: Dialect,
    /// How sure this is, 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reason: String,
    /// Cells of most records.
    pub width: usize,
}

/// Finds the dialect of a decoded text that may be cut anywhere unless it is the `whole_file`. `delimiter`
/// overrides the guess: one character, or a word such as `tab`.
pub fn guess_dialect(text: &str, whole_file: bool, delimiter: Option<&str>) -> Result<DialectGuess, DetectError> {
    let given = delimiter.map(delimiter_of).transpose()?;
    let (terminator, lone_return) = line_ends(text);
    let hint = separator_line(text);
    let body = hint.map_or(0, |(_, after)| after);
    let trial = clip(&text[body..]);
    let whole = whole_file && trial.len() + body == text.len();
    let wanted = given.or(hint.map(|(delimiter, _)| delimiter));
    let (signs, score, runner_up) = best(trial, whole, wanted, lone_return);
    let place = find_header(text, &signs, body, score.width);
    let dialect = Dialect {
        delimiter: signs.delimiter,
        quote: signs.quote,
        double_quote: signs.escape.is_none() || signs.quote.is_some_and(|quote| has_doubled(trial, quote)),
        escape: signs.escape,
        terminator,
        header_line: place.line,
        header_offset: place.offset,
        has_header: place.is_header,
    };
    let (confidence, reason) = explain(&signs, &score, runner_up, given, hint.is_some(), &place);
    Ok(DialectGuess { dialect, confidence, reason, width: score.width })
}

fn explain(
    signs: &Signs,
    score: &Score,
    runner_up: f64,
    given: Option<u8>,
    hinted: bool,
    place: &Header,
) -> (f64, String) {
    let name = delimiter_name(signs.delimiter);
    let width = score.width;
    let share = (score.steady * 100.0).floor();
    let (confidence, mut reason) = if given.is_some() {
        (1.0, format!("{name} was given, {share} % of the records have {width} cells"))
    } else if hinted {
        (1.0, format!("the first line names {name} as separator"))
    } else if width <= 1 {
        (0.5, "no separator repeats from line to line, so there is a single column".to_owned())
    } else {
        let lead = ((score.total - runner_up) / score.total).clamp(0.0, 1.0);
        let reason = format!("{share} % of the records have {width} cells when cut at {name}");
        ((0.5 + 0.5 * lead) * score.steady, reason)
    };
    if place.skipped > 0 {
        reason += &format!("; {} lines before the header hold a title or comments", place.skipped);
    }
    (confidence, reason)
}

/// The name of a delimiter for people.
pub(super) fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'\t' => "tab".to_owned(),
        b' ' => "space".to_owned(),
        other => format!("\"{}\"", char::from(other)),
    }
}

fn delimiter_of(given: &str) -> Result<u8, DetectError> {
    let word = if given.len() > 1 { given.trim() } else { given };
    match word.to_ascii_lowercase().as_str() {
        "tab" | "\\t" => return Ok(b'\t'),
        "comma" => return Ok(b','),
        "semicolon" => return Ok(b';'),
        "pipe" => return Ok(b'|'),
        "space" => return Ok(b' '),
        _ => {}
    }
    match word.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | b'"' | 0) => Ok(*byte),
        _ => Err(DetectError::Delimiter { given: given.to_owned() }),
    }
}

/// The terminator, and whether a carriage return alone ends a line.
fn line_ends(text: &str) -> (Terminator, bool) {
    let bytes = text.as_bytes();
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let returns = memchr::memchr_iter(b'\r', bytes).count();
    let both = memchr::memmem::find_iter(bytes, b"\r\n").count();
    let alone = returns - both;
    if alone > 0 && alone > 10 * feeds {
        (Terminator::Cr, true)
    } else if both * 2 > feeds {
        (Terminator::CrLf, false)
    } else {
        (Terminator::Lf, false)
    }
}

/// The line `sep=;` that spreadsheets understand: the delimiter and where the next line starts.
fn separator_line(text: &str) -> Option<(u8, usize)> {
    let end = text.find(['\n', '\r'])?;
    let line = text[..end].trim().trim_matches('"');
    let sign = line.get(..4).filter(|front| front.eq_ignore_ascii_case("sep=")).and(line.get(4..))?;
    let [delimiter] = sign.as_bytes() else { return None };
    let ending = if text[end..].starts_with("\r\n") { 2 } else { 1 };
    delimiter.is_ascii().then_some((*delimiter, end + ending))
}

/// The part of the text that is tried, cut between characters.
fn clip(text: &str) -> &str {
    let mut end = text.len().min(TRIAL_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The best combination of signs, its score and the score of the best with another delimiter.
fn best(text: &str, whole: bool, wanted: Option<u8>, lone_return: bool) -> (Signs, Score, f64) {
    let single = Signs { delimiter: wanted.unwrap_or(b','), quote: Some(b'"'), escape: None, lone_return };
    let alone = Score { total: 0.0, steady: 1.0, width: 1, from_start: true };
    if wanted.is_none() && lines_are_times(text) {
        return (single, alone, 0.0);
    }
    let delimiters: Vec<u8> = wanted.map_or_else(|| USUAL.to_vec(), |delimiter| vec![delimiter]);
    let mut scored = try_all(text, whole, &delimiters, lone_return);
    let enough = scored.iter().any(|(_, score)| score.total >= LEAST_SCORE + 0.05);
    if wanted.is_none() && !enough {
        let rare = try_all(text, whole, &RARE, lone_return).into_iter();
        scored.extend(rare.filter(|(signs, score)| believable(text, signs.delimiter, score)));
    }
    let least = if wanted.is_some() { 0.0 } else { LEAST_SCORE };
    let mut chosen: Option<(Signs, Score)> = None;
    for (signs, score) in scored.iter().filter(|(_, score)| score.total >= least) {
        // The first of equals wins: the lists begin with what is most common.
        if chosen.is_none_or(|(_, best)| score.total > best.total + 1e-9) {
            chosen = Some((*signs, *score));
        }
    }
    let Some((signs, score)) = chosen else { return (single, alone, 0.0) };
    let others = scored.iter().filter(|(other, _)| other.delimiter != signs.delimiter);
    let runner_up = others.map(|(_, score)| score.total).fold(0.0, f64::max);
    (signs, score, runner_up)
}

fn has_doubled(text: &str, quote: u8) -> bool {
    // An empty quoted cell is two quotes as well, so only those behind a letter count.
    text.as_bytes().windows(3).any(|three| three[1..] == [quote, quote] && three[0].is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delimiter: char, quote: Option<char>, header_line: u64, width: usize) {
        let found = guess_dialect(text, true, None).unwrap();
        let dialect = found.dialect;
        let quote = quote.map(|quote| quote as u8);
        assert_eq!((char::from(dialect.delimiter), dialect.quote), (delimiter, quote), "{text:?} {found:?}");
        assert_eq!((dialect.header_line, found.width), (header_line, width), "{text:?} {found:?}");
    }

    #[test]
    fn delimiters_and_quotes() {
        for delimiter in [',', ';', '\t', '|'] {
            for quote in ["\"", "'", ""] {
                let rows =
                    ["Name,Age,City", "John Doe,28,New York", "Jane Smith,32,Los Angeles", "Sam Brown,22,Chicago"];
                let row = |row: &str| {
                    let cells: Vec<String> = row.split(',').map(|cell| format!("{quote}{cell}{quote}")).collect();
                    cells.join(&delimiter.to_string())
                };
                let text = rows.map(row).join("\n");
                let expected = if quote == "'" { '\'' } else { '"' };
                check(&text, delimiter, Some(expected), 1, 3);
            }
        }
    }

    #[test]
    fn texts_that_mislead() {
        check("a;b\nx;0,50\ny;1,75\nz;3,00\n", ';', Some('"'), 1, 2);
        check("when\n2023-06-20 12:30:00\n2023-06-21 12:30:00\n", ',', Some('"'), 1, 1);
        check("when\nJune 20, 2023 12:30:00 PM\nJune 21, 2023 12:30:00 PM\n", ',', Some('"'), 1, 1);
        check("case,text\n1,\"a;b;c\nd;e;f\"\n2,\"g;h;i\"\n", ',', Some('"'), 1, 2);
        check("size,name\n5\",nail\n\"6,bolt\n7,screw\n8,nut\n", ',', None, 1, 2);
        check("a b c\n1 2 3\n4 5 6\n", ' ', Some('"'), 1, 3);
        check("id^name\n1^x\n2^y\n", '^', Some('"'), 1, 2);
        check("sep=;\r\na;b\r\n1,5;2\r\n", ';', Some('"'), 2, 2);
        check("My report, 2023\n\n# made by hand\ncase,activity,time\n1,a,2\n1,b,3\n", ',', Some('"'), 4, 3);
        check("one sentence\nanother rather longer sentence\n", ',', Some('"'), 1, 1);
    }

    #[test]
    fn escapes_and_line_ends() {
        let escaped =
            guess_dialect("a,b\n\"x \\\"y\\\", z\",1\n\"q\",2\n\"r \\\"s\\\"\",3\n", true, None).unwrap().dialect;
        assert_eq!((escaped.escape, escaped.double_quote), (Some(b'\\'), false));
        for (text, expected) in
            [("a,b\r1,2\r3,4\r", Terminator::Cr), ("a,b\r\n1,2\r\n", Terminator::CrLf), ("a,b\n1,2\n", Terminator::Lf)]
        {
            let found = guess_dialect(text, true, None).unwrap();
            assert_eq!((found.dialect.terminator, found.width), (expected, 2), "{text:?}");
        }
    }

    #[test]
    fn given_delimiters() {
        for (given, expected) in
            [("tab", Some(b'\t')), (";", Some(b';')), (" ", Some(b' ')), ("§", None), ("ab", None), ("", None)]
        {
            let found = guess_dialect("a,b\n1,2\n", true, Some(given));
            assert_eq!(found.ok().map(|found| found.dialect.delimiter), expected, "{given:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_does_not_panic(text: String, whole: bool) {
            let found = guess_dialect(&text, whole, None).unwrap();
            proptest::prop_assert!(text.is_char_boundary(found.dialect.header_offset));
        }

        #[test]
        fn any_mixture_of_signs_does_not_panic(text in "[a1é,;|\t :^~\"'\\\\\r\n#=]{0,200}", whole: bool) {
            let found = guess_dialect(&text, whole, None).unwrap();
            proptest::prop_assert!(text.is_char_boundary(found.dialect.header_offset));
        }
    }
}
