//! Cells of results for a person's eyes: what a value is decides how it is written.

use crate::draw::figure::{count, duration, percent, plain};
use crate::model::kind::Kind;
use crate::query::{Frame, Values};
use crate::web::pages::cases::stamp;

/// A value; a dash where there is none.
pub fn cell(frame: &Frame, at: usize, row: usize) -> String {
    let column = &frame.columns[at];
    let dash = || "–".to_owned();
    match (&column.values, column.kind) {
        (Values::Number(values), Kind::DurationS) => values[row].map_or_else(dash, duration),
        (Values::Number(values), Kind::Share) => values[row].map_or_else(dash, percent),
        (Values::Number(values), _) => values[row].map_or_else(dash, |value| plain(value, decimals(value))),
        (Values::Integer(values), Kind::Count) => values[row].map_or_else(dash, count),
        (Values::Boolean(values), _) => values[row].map_or("–", |value| if value { "yes" } else { "no" }).to_owned(),
        (Values::Time(_), _) => {
            let text = frame.plain(at, row);
            if text.is_empty() { dash() } else { stamp(Some(&text)) }
        }
        _ => {
            let text = frame.plain(at, row);
            if text.is_empty() { dash() } else { text }
        }
    }
}

/// Whether the values of a column are read from the right.
pub fn is_number(frame: &Frame, at: usize) -> bool {
    matches!(frame.columns[at].values, Values::Integer(_) | Values::Number(_))
}

/// Four digits that count, however small the number.
fn decimals(value: f64) -> usize {
    let size = value.abs();
    if size == 0.0 || size >= 1_000.0 { 1 } else { (3 - size.log10().floor() as i32).clamp(1, 12) as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_that_count() {
        let check = |value: f64, expected: &str| assert_eq!(plain(value, decimals(value)), expected);
        check(12.345_678, "12.35");
        check(1_234.56, "1,234.6");
        check(0.000_123_456, "0.0001235");
        check(-0.5, "−0.5");
        check(0.0, "0");
        check(3.0, "3");
    }
}
