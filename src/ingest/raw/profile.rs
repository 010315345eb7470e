//! What a column of texts can be read as, settled by looking at every cell, so that no later cell can disagree.

use crate::ingest::timestamp::iso_micros;
use crate::model::measure::automated;
use serde::{Deserialize, Serialize};

/// The type that all cells of an attribute share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// There is no cell with content.
    Empty,
    /// `true` and `false`.
    Boolean,
    /// Whole numbers without leading zeros: with one it is an identifier.
    Integer,
    /// Numbers with a decimal point.
    Number,
    /// Numbers with a decimal comma, points between thousands.
    CommaNumber,
    /// Numbers with commas between thousands, a decimal point.
    GroupedNumber,
    /// ISO 8601 dates or times.
    Time,
    /// Anything.
    Text,
}

/// Candidates that no cell has refuted yet. A batch keeps them rather than a type, so that the type of a log is the same
/// in however many files it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    seen: bool,
    boolean: bool,
    integer: bool,
    number: bool,
    /// Numbers with a decimal comma, points between thousands.
    comma: bool,
    /// Numbers with a decimal point, commas between thousands.
    grouped: bool,
    /// There is a point, or an exponent, in what may be a number.
    point: bool,
    time: bool,
    /// A time has no offset of its own.
    local: bool,
    /// Every cell is a word for "a program did it" or for "a person did it".
    #[serde(default)]
    who: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            seen: false,
            boolean: true,
            integer: true,
            number: true,
            comma: true,
            grouped: true,
            point: false,
            time: true,
            local: false,
            who: true,
        }
    }
}

impl Profile {
    /// Takes a non-empty cell into account.
    pub fn add(&mut self, cell: &str) {
        self.seen = true;
        let bytes = cell.as_bytes();
        self.boolean = self.boolean && boolean(cell).is_some();
        self.integer = self.integer && integer(cell).is_some();
        self.number = self.number && number(cell).is_some();
        self.comma = self.comma && comma_number(cell).is_some();
        self.grouped = self.grouped && grouped_number(cell).is_some();
        self.point |= bytes.contains(&b'.');
        self.who = self.who && automated(cell).is_some();
        if self.time {
            let time = iso_micros(bytes).filter(|_| bytes.len() >= 10 && bytes[4] == b'-');
            self.time = time.is_some();
            self.local |= time.is_some_and(|time| !time.zoned);
        }
    }

    /// What holds for the cells of both.
    pub fn join(self, other: Self) -> Self {
        Self {
            seen: self.seen || other.seen,
            boolean: self.boolean && other.boolean,
            integer: self.integer && other.integer,
            number: self.number && other.number,
            comma: self.comma && other.comma,
            grouped: self.grouped && other.grouped,
            point: self.point || other.point,
            time: self.time && other.time,
            local: self.local || other.local,
            who: self.who && other.who,
        }
    }

    /// Whether the cells are times, some of which do not say their offset.
    pub fn has_local_times(&self) -> bool {
        self.kind() == AttributeKind::Time && self.local
    }

    /// Whether the cells tell what programs did from what people did.
    pub fn says_who_did_it(&self) -> bool {
        self.seen && self.who
    }

    /// Whether everything but text is ruled out, so that looking further is a waste.
    pub fn is_text(&self) -> bool {
        let open = [self.boolean, self.integer, self.number, self.comma, self.grouped, self.time, self.who];
        self.seen && !open.contains(&true)
    }

    /// The narrowest type that fits all cells.
    pub fn kind(&self) -> AttributeKind {
        match self {
            Self { seen: false, .. } => AttributeKind::Empty,
            Self { boolean: true, .. } => AttributeKind::Boolean,
            Self { integer: true, .. } => AttributeKind::Integer,
            Self { number: true, .. } => AttributeKind::Number,
            // A cell that has no other reading proves what the comma is: `12,5` or `1.234,5`, `1,234,567` or `1,234.5`.
            Self { comma: true, grouped: false, .. } => AttributeKind::CommaNumber,
            Self { comma: false, grouped: true, .. } => AttributeKind::GroupedNumber,
            // Nothing proves it, and every comma stands where thousands have one.
            Self { comma: true, grouped: true, point: false, .. } => AttributeKind::GroupedNumber,
            Self { time: true, .. } => AttributeKind::Time,
            _ => AttributeKind::Text,
        }
    }

    /// What a person should know about how the cells of `column` are read.
    pub fn remark(&self, column: &str) -> Option<String> {
        let open = self.comma && self.grouped;
        match self.kind() {
            AttributeKind::GroupedNumber if open => Some(format!(
                "every comma in \"{column}\" stands before three digits and is read as a sign between thousands, not as a \
                 decimal comma: 1,234 is 1234"
            )),
            AttributeKind::Text if open => Some(format!(
                "\"{column}\" has numbers with a comma and with a point, all before three digits, and none shows which of \
                 them is the decimal sign; it is kept as text"
            )),
            _ => None,
        }
    }
}

/// `true` or `false`, in any case.
pub fn boolean(cell: &str) -> Option<bool> {
    if cell.eq_ignore_ascii_case("true") {
        Some(true)
    } else if cell.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A whole number as a person writes a quantity.
pub fn integer(cell: &str) -> Option<i64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell).as_bytes();
    let plain = !digits.is_empty() && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit);
    let leading_zero = digits.len() > 1 && digits[0] == b'0';
    if plain && !leading_zero { cell.parse().ok() } else { None }
}

/// A number with a decimal point; words such as `nan` and `inf` are texts.
pub fn number(cell: &str) -> Option<f64> {
    let bytes = cell.as_bytes();
    let first = *bytes.first()?;
    let numeric = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    let leading_zero = bytes.len() > 1 && first == b'0' && bytes[1].is_ascii_digit();
    if leading_zero || bytes.len() > 40 || !bytes.iter().all(numeric) || matches!(first, b'e' | b'E' | b'+') {
        return None;
    }
    // A whole number that a float cannot hold exactly is an identifier.
    if bytes.len() > 15 && bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    cell.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A number with a decimal comma, as `1234,50`; points between thousands are allowed where they stand right.
pub fn comma_number(cell: &str) -> Option<f64> {
    let (whole, fraction) = cell.split_once(',').unwrap_or((cell, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if fraction.bytes().any(|byte| !byte.is_ascii_digit()) || digits.is_empty() {
        return None;
    }
    // As with points: more digits than a float holds are an identifier.
    if digits.len() + fraction.len() > 15 && fraction.is_empty() {
        return None;
    }
    let groups: Vec<&str> = digits.split('.').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if !grouped || groups.iter().any(|group| group.is_empty() || group.bytes().any(|byte| !byte.is_ascii_digit())) {
        return None;
    }
    number(&format!("{}.{}", whole.replace('.', ""), if fraction.is_empty() { "0" } else { fraction }))
}

/// A number with a decimal point, as `1,234.50`; commas between thousands are allowed where they stand right.
pub fn grouped_number(cell: &str) -> Option<f64> {
    if !cell.contains(',') {
        return number(cell);
    }
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first_fine = (1..=3).contains(&first.len()) && all_digits(first) && !first.starts_with('0');
    if !first_fine || !groups.all(|group| group.len() == 3 && all_digits(group)) || !all_digits(fraction) {
        return None;
    }
    let plain = whole.replace(',', "");
    // More digits than a float holds are an identifier, as with plain numbers.
    if plain.len() > 16 { None } else { number(&format!("{plain}.{fraction}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[&str], expected: AttributeKind) {
        let mut profile = Profile::default();
        cells.iter().for_each(|cell| profile.add(cell));
        assert_eq!(profile.kind(), expected, "{cells:?}");
    }

    #[test]
    fn the_narrowest_type_wins() {
        check(&[], AttributeKind::Empty);
        check(&["true", "False"], AttributeKind::Boolean);
        check(&["1", "-20"], AttributeKind::Integer);
        check(&["1", "2.5", "1e3"], AttributeKind::Number);
        check(&["1", "2,5", "1.234,5"], AttributeKind::CommaNumber);
        check(&["1,234", "12", "1,234,567"], AttributeKind::GroupedNumber);
        check(&["1,234.50", "0.5"], AttributeKind::GroupedNumber);
        check(&["2024-01-02", "2024-01-02T03:04:05Z"], AttributeKind::Time);
        check(&["007", "12"], AttributeKind::Text);
        check(&["NA", "1"], AttributeKind::Text);
        check(&["nan"], AttributeKind::Text);
        check(&["1.2.3"], AttributeKind::Text);
        check(&["12345678901234567890"], AttributeKind::Text);
    }

    #[test]
    fn a_comma_is_decimal_only_if_some_cell_proves_it() {
        use AttributeKind::{CommaNumber, GroupedNumber, Number, Text};
        for (cells, kind, values) in [
            (&["1,234", "12"][..], GroupedNumber, &[1234.0, 12.0][..]),
            (&["1,234", "-5,678"], GroupedNumber, &[1234.0, -5678.0]),
            (&["1,234", "2.5"], GroupedNumber, &[1234.0, 2.5]),
            (&["1,234", "1,5"], CommaNumber, &[1.234, 1.5]),
            (&["1,234", "1.234,567"], CommaNumber, &[1.234, 1234.567]),
            (&["1,234", "0,125"], CommaNumber, &[1.234, 0.125]),
            (&["1,234", "1234,567"], CommaNumber, &[1.234, 1234.567]),
            // Points stand between thousands where a comma is decimal, or where there are two of them.
            (&["1.234", "2,5"], CommaNumber, &[1234.0, 2.5]),
            (&["1.234", "1.234.567"], CommaNumber, &[1234.0, 1_234_567.0]),
            (&["1.234", "12"], Number, &[1.234, 12.0]),
            (&["1,234", "1.234"], Text, &[]),
            (&["1,23", "1.5"], Text, &[]),
        ] {
            check(cells, kind);
            let read = |cell: &&str| match kind {
                CommaNumber => comma_number(cell),
                GroupedNumber => grouped_number(cell),
                Number => number(cell),
                _ => None,
            };
            assert_eq!(cells.iter().filter_map(read).collect::<Vec<_>>(), values, "{cells:?}");
        }
        for cell in ["12,34", "1,2345", "1,,234", ",123", "0,123", "1,234e5", "1.5,000", "1,234,567,890,123,456,789"] {
            assert_eq!(grouped_number(cell), None, "{cell}");
        }
    }

    #[test]
    fn columns_in_several_files_are_read_like_one() {
        let profile = |cells: &[&str]| {
            let mut profile = Profile::default();
            cells.iter().for_each(|cell| profile.add(cell));
            profile
        };
        for (first, second) in [
            (&["1"][..], &["2.5"][..]),
            (&["2.5"], &["2,5"]),
            (&["1,234"], &["2,5"]),
            (&["1,234"], &["1.234"]),
            (&["true"], &["1"]),
            (&["1", "2"], &[]),
            (&[], &["2024-01-02"]),
            (&[], &[]),
        ] {
            let whole = [first, second].concat();
            assert_eq!(profile(first).join(profile(second)), profile(&whole), "{whole:?}");
        }
    }
}
