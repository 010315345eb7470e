//! What a single cell is: a number, a yes or no.

/// Words for true and false. `0` and `1` are numbers.
const YES_AND_NO: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "y",
    "n",
    "t",
    "f",
    "ja",
    "nein",
    "sí",
    "si",
    "oui",
    "non",
    "sim",
    "não",
    "wahr",
    "falsch",
    "verdadero",
    "falso",
    "vrai",
    "faux",
];

/// Whether a cell says yes or no in a language known here.
pub(super) fn is_boolean(cell: &str) -> bool {
    cell.len() <= 9 && YES_AND_NO.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Whether a cell is a whole number that can be counted with; `007` is a name.
pub(super) fn is_integer(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell).as_bytes();
    let plain = !digits.is_empty() && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit);
    plain && (digits.len() == 1 || digits[0] != b'0')
}

/// Whether a cell is a number with a decimal point, an exponent or commas between thousands.
pub(super) fn is_number(cell: &str) -> bool {
    is_integer(cell) || decimal(cell, b'.', b',')
}

/// Whether a cell is a number with a decimal comma.
pub(super) fn number_with_comma(cell: &str) -> bool {
    decimal(cell, b',', b'.')
}

/// Sign, whole part (in groups of three if grouped), decimal part and exponent.
fn decimal(cell: &str, point: u8, group: u8) -> bool {
    let bytes = cell.strip_prefix(['-', '+']).unwrap_or(cell).as_bytes();
    let exponent = bytes.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (number, power) = bytes.split_at(exponent.unwrap_or(bytes.len()));
    let power_fine = match power {
        [] => true,
        [_, b'-' | b'+', digits @ ..] | [_, digits @ ..] => {
            !digits.is_empty() && digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit)
        }
    };
    let (whole, part) = match number.iter().position(|byte| *byte == point) {
        Some(at) => (&number[..at], Some(&number[at + 1..])),
        None => (number, None),
    };
    let part_fine = part.is_none_or(|part| part.iter().all(u8::is_ascii_digit));
    let any = !whole.is_empty() || part.is_some_and(|part| !part.is_empty());
    any && power_fine && part_fine && whole_part(whole, group)
}

fn whole_part(whole: &[u8], group: u8) -> bool {
    let mut groups = whole.split(|byte| *byte == group);
    let first = groups.next().unwrap_or_default();
    let digits = |run: &[u8]| run.iter().all(u8::is_ascii_digit);
    let grouped = whole.contains(&group);
    if !digits(first) || (grouped && !(1..=3).contains(&first.len())) {
        return false;
    }
    groups.all(|run| run.len() == 3 && digits(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        for (cell, integer, number, comma) in [
            ("12", true, true, true),
            ("-3", true, true, true),
            ("007", false, true, true),
            ("0.5", false, true, false),
            ("0,50", false, false, true),
            ("1,234.5", false, true, false),
            ("1.234,5", false, false, true),
            ("1,234", false, true, true),
            ("1e5", false, true, true),
            ("12.", false, true, false),
            (".5", false, true, false),
            ("", false, false, false),
            (".", false, false, false),
            ("1,23,4", false, false, false),
            ("12a", false, false, false),
            ("e5", false, false, false),
            ("--1", false, false, false),
            ("12345678901234567890", false, true, true),
        ] {
            assert_eq!(
                (is_integer(cell), is_number(cell), number_with_comma(cell)),
                (integer, number, comma),
                "{cell}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cell_does_not_panic(cell: String) {
            is_boolean(&cell);
            is_number(&cell);
            number_with_comma(&cell);
        }
    }
}
