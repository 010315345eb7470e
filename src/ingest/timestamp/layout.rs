//! The formats that one cell could have: its digits, words and signs are named one by one.
//!
//! A cell such as `03/04/2021 10:15 PM` gives two layouts, day first and month first; which of them is right only
//! the whole column can tell.

use super::names;

/// Cells longer than this are prose, not a time.
const LONGEST_CELL: usize = 64;

/// Which part of an all-numeric date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    YearFirst,
    /// A name of the month, or digits in a row, leave no choice.
    Fixed,
}

/// A format that fits a cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    /// The `strftime` text.
    pub text: String,
    /// The order of its numbers.
    pub order: Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digits,
    Word,
    Blank,
    Sign,
}

#[derive(Debug, Clone)]
struct Part<'a> {
    kind: Kind,
    bytes: &'a [u8],
    /// Where it starts in the cell.
    at: usize,
    /// The code that stands for it, once known; empty for a part that a neighbour's code includes.
    code: Option<&'static str>,
}

/// Words that may stand in a date beside the names of months and days.
const FILLERS: &[&str] = &["t", "de", "del", "of", "at", "um", "uhr", "a", "le", "the", "den", "do", "dia", "h"];

/// The layouts of a cell that is trimmed; none if it is no date.
pub(super) fn layouts(cell: &[u8]) -> Vec<Layout> {
    if cell.len() < 6 || cell.len() > LONGEST_CELL || !cell.iter().any(u8::is_ascii_digit) {
        return Vec::new();
    }
    let Some(mut parts) = split(cell) else { return Vec::new() };
    if name_words(&mut parts).is_none() {
        return Vec::new();
    }
    if let Some(after) = name_clock(&mut parts) {
        name_after_clock(cell, &mut parts, after);
    }
    if !compact_date(&mut parts) {
        return name_date(&mut parts);
    }
    name_rest_as_clock(&mut parts);
    spell(&parts, Order::Fixed).into_iter().collect()
}

/// Cuts a cell into runs of digits, runs of letters, runs of blanks and single signs.
fn split(cell: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < cell.len() {
        let rest = &cell[at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (kind, width) = if digits > 0 {
            (Kind::Digits, digits)
        } else if names::blanks(rest) > 0 {
            (Kind::Blank, names::blanks(rest))
        } else {
            let mut width = 0;
            while let Some((_, next)) = names::letter(&rest[width..]) {
                width += next;
            }
            if width > 0 { (Kind::Word, width) } else { (Kind::Sign, 1) }
        };
        if kind == Kind::Sign && !matches!(rest[0], b'/' | b'-' | b'.' | b':' | b',' | b'+' | b'\'') {
            return None;
        }
        parts.push(Part { kind, bytes: &rest[..width], at, code: None });
        at += width;
    }
    Some(parts)
}

/// Names weekdays, months and UTC; nothing if a word has no place in a date.
fn name_words(parts: &mut [Part<'_>]) -> Option<()> {
    let month = |part: &Part<'_>| names::month(part.bytes).is_some_and(|(_, taken)| taken == part.bytes.len());
    let months = parts.iter().filter(|part| month(part)).count();
    let mut seen = 0;
    for part in parts.iter_mut().filter(|part| part.kind == Kind::Word) {
        let short = part.bytes.len() <= 3;
        let is_month = month(part);
        let is_weekday = names::weekday(part.bytes) == Some(part.bytes.len());
        seen += usize::from(is_month);
        part.code = if is_month && !(is_weekday && months > 1 && seen == 1) {
            Some(if short { "%b" } else { "%B" })
        } else if is_weekday {
            Some(if short { "%a" } else { "%A" })
        } else if names::zone(part.bytes) == Some(part.bytes.len()) {
            Some("%Z")
        } else if half_day_letters(part.bytes) || is_filler(part.bytes) {
            None
        } else {
            return None;
        };
    }
    Some(())
}

fn half_day_letters(word: &[u8]) -> bool {
    ["am", "pm", "a", "p", "m"].iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn is_filler(word: &[u8]) -> bool {
    FILLERS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())) || word == "à".as_bytes()
}

fn is_sign(part: Option<&Part<'_>>, signs: &[u8]) -> bool {
    part.is_some_and(|part| part.kind == Kind::Sign && signs.contains(&part.bytes[0]))
}

fn digits(part: Option<&Part<'_>>, least: usize, most: usize) -> bool {
    part.is_some_and(|part| part.kind == Kind::Digits && (least..=most).contains(&part.bytes.len()))
}

/// Names `10:15`, `10:15:30` and `10:15:30.25`; the index of the part after it.
fn name_clock(parts: &mut [Part<'_>]) -> Option<usize> {
    let is_clock = |at: &usize| {
        digits(parts.get(*at), 1, 2) && is_sign(parts.get(at + 1), b":") && digits(parts.get(at + 2), 2, 2)
    };
    let at = (0..parts.len()).find(is_clock)?;
    parts[at].code = Some("%H");
    parts[at + 2].code = Some("%M");
    let mut after = at + 3;
    if is_sign(parts.get(after), b":") && digits(parts.get(after + 1), 2, 2) {
        parts[after + 1].code = Some("%S");
        after += 2;
        if is_sign(parts.get(after), b".,") && digits(parts.get(after + 1), 1, 9) {
            parts[after].code = Some("%.f");
            parts[after + 1].code = Some("");
            after += 2;
        }
    }
    Some(after)
}

/// Names AM or PM and an offset, which follow the clock at once or after a blank.
fn name_after_clock(cell: &[u8], parts: &mut [Part<'_>], mut after: usize) {
    let skip_blank =
        |at: usize, parts: &[Part<'_>]| at + usize::from(parts.get(at).is_some_and(|p| p.kind == Kind::Blank));
    let word = skip_blank(after, parts);
    let start = parts.get(word).map_or(cell.len(), |part| part.at);
    if let Some((_, taken)) = names::half_day(&cell[start..]) {
        parts[word].code = Some("%p");
        after = word + 1;
        while let Some(part) = parts.get_mut(after).filter(|part| part.at < start + taken) {
            part.code = Some("");
            after += 1;
        }
        let hour = parts.iter_mut().find(|part| part.code == Some("%H"));
        if let Some(hour) = hour.filter(|hour| hour.bytes <= b"12".as_slice() || hour.bytes.len() == 1) {
            hour.code = Some("%I");
        }
    }
    after = skip_blank(after, parts);
    if parts.get(after).is_some_and(|part| part.code == Some("%Z")) && is_sign(parts.get(after + 1), b"+-") {
        // "GMT+0100": the letters are a literal, the offset counts.
        parts[after].code = None;
        after += 1;
    }
    if is_sign(parts.get(after), b"+-") && (digits(parts.get(after + 1), 2, 2) || digits(parts.get(after + 1), 4, 4)) {
        parts[after].code = Some("%z");
        parts[after + 1].code = Some("");
        if is_sign(parts.get(after + 2), b":") && digits(parts.get(after + 3), 2, 2) {
            parts[after + 2].code = Some("");
            parts[after + 3].code = Some("");
        }
    }
}

/// Names a date of eight digits in a row, with the time behind it or not.
fn compact_date(parts: &mut [Part<'_>]) -> bool {
    let Some(part) = parts.iter_mut().find(|part| part.kind == Kind::Digits && part.code.is_none()) else {
        return false;
    };
    let plausible = matches!(part.bytes, [b'1', b'9', ..] | [b'2', b'0' | b'1', ..]);
    part.code = match part.bytes.len() {
        8 if plausible => Some("%Y%m%d"),
        12 if plausible => Some("%Y%m%d%H%M"),
        14 if plausible => Some("%Y%m%d%H%M%S"),
        _ => return false,
    };
    true
}

/// Names the numbers that are left as hour, minute, second; they stay without a code if they are too many.
fn name_rest_as_clock(parts: &mut [Part<'_>]) {
    let clocked = parts.iter().any(|part| part.code.is_some_and(|code| code.contains("%H") || code.contains("%I")));
    let mut codes = if clocked { [].iter() } else { ["%H", "%M", "%S"].iter() };
    for part in parts.iter_mut().filter(|part| part.kind == Kind::Digits && part.code.is_none()) {
        part.code = match part.bytes.len() {
            6 if codes.len() == 3 => Some("%H%M%S"),
            4 if codes.len() == 3 => Some("%H%M"),
            1 | 2 => codes.next().copied(),
            _ => None,
        };
    }
}

/// Names day, month and year in every order that the lengths allow.
fn name_date(parts: &mut [Part<'_>]) -> Vec<Layout> {
    let named = parts.iter().any(|part| matches!(part.code, Some("%b" | "%B")));
    let open: Vec<usize> =
        (0..parts.len()).filter(|at| parts[*at].kind == Kind::Digits && parts[*at].code.is_none()).collect();
    let wanted = if named { 2 } else { 3 };
    let Some(numbers) = open.get(..wanted) else { return Vec::new() };
    let lengths: Vec<usize> = numbers.iter().map(|at| parts[*at].bytes.len()).collect();
    let orders: &[(Order, &[&'static str])] = match lengths.as_slice() {
        [4, 1 | 2] => &[(Order::Fixed, &["%Y", "%d"])],
        [1 | 2, 4] => &[(Order::Fixed, &["%d", "%Y"])],
        [1 | 2, 2] => &[(Order::Fixed, &["%d", "%y"])],
        [4, 1 | 2, 1 | 2] => &[(Order::YearFirst, &["%Y", "%m", "%d"])],
        [1 | 2, 1 | 2, 4] => &[(Order::DayFirst, &["%d", "%m", "%Y"]), (Order::MonthFirst, &["%m", "%d", "%Y"])],
        [2, 1 | 2, 2] => &[
            (Order::DayFirst, &["%d", "%m", "%y"]),
            (Order::MonthFirst, &["%m", "%d", "%y"]),
            (Order::YearFirst, &["%y", "%m", "%d"]),
        ],
        [1, 1 | 2, 2] => &[(Order::DayFirst, &["%d", "%m", "%y"]), (Order::MonthFirst, &["%m", "%d", "%y"])],
        _ => return Vec::new(),
    };
    let numbers = numbers.to_vec();
    let mut found = Vec::new();
    for (order, codes) in orders {
        for (at, code) in numbers.iter().zip(*codes) {
            parts[*at].code = Some(code);
        }
        name_rest_as_clock(parts);
        found.extend(spell(parts, *order));
    }
    found
}

/// The format that the named parts make; nothing if a number has no name.
fn spell(parts: &[Part<'_>], order: Order) -> Option<Layout> {
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        match (part.code, part.kind) {
            (Some(code), _) => text.push_str(code),
            (None, Kind::Digits) => return None,
            (None, Kind::Blank) => text.push(' '),
            (None, _) => {
                let named = at > 0 && matches!(parts[at - 1].code, Some("%b" | "%B" | "%a" | "%A"));
                let stop = part.bytes == b"." && parts.get(at + 1).is_none_or(|next| next.kind != Kind::Digits);
                if !(named && stop) {
                    text.push_str(std::str::from_utf8(part.bytes).ok()?);
                }
            }
        }
    }
    Some(Layout { text, order })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &[&str]) {
        let found: Vec<String> = layouts(cell.as_bytes()).into_iter().map(|layout| layout.text).collect();
        assert_eq!(found, expected, "{cell}");
    }

    #[test]
    fn layouts_of_cells() {
        check("20/06/2023 12:30:00", &["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"]);
        check("6/20/23 2:30 PM", &["%d/%m/%y %I:%M %p", "%m/%d/%y %I:%M %p"]);
        check("6/20/23 13:30 PM", &["%d/%m/%y %H:%M %p", "%m/%d/%y %H:%M %p"]);
        check("23-06-20", &["%d-%m-%y", "%m-%d-%y", "%y-%m-%d"]);
        check("2023/6/20 1:02", &["%Y/%m/%d %H:%M"]);
        check("01/Jan/11 10:45 AM", &["%d/%b/%y %I:%M %p"]);
        check("June 20, 2023 12:30:00 PM", &["%B %d, %Y %I:%M:%S %p"]);
        check("Tuesday, 20 June 2023 12:30:00", &["%A, %d %B %Y %H:%M:%S"]);
        check("Tue, 20 Jun 2023 12:30:00 GMT", &["%a, %d %b %Y %H:%M:%S %Z"]);
        check("Tue Jun 20 12:30:00 UTC 2023", &["%a %b %d %H:%M:%S %Z %Y"]);
        check("Tue Jun 20 2023 12:30:00 GMT+0100", &["%a %b %d %Y %H:%M:%S GMT%z"]);
        check("mar. 20 mar. 2023", &["%a %d %b %Y"]);
        check("20 de junio de 2023", &["%d de %B de %Y"]);
        check("20.06.2023 12.30.45", &["%d.%m.%Y %H.%M.%S", "%m.%d.%Y %H.%M.%S"]);
        check("20/06/2023 12:30:00.123 +01:00", &["%d/%m/%Y %H:%M:%S%.f %z", "%m/%d/%Y %H:%M:%S%.f %z"]);
        check("10/6/2023 1:30 p. m.", &["%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"]);
        check("20230620", &["%Y%m%d"]);
        check("20230620 123000", &["%Y%m%d %H%M%S"]);
        check("20230620T123000Z", &["%Y%m%dT%H%M%S%Z"]);
        check("20230620123000", &["%Y%m%d%H%M%S"]);
        check("12:30 20/06/2023", &["%H:%M %d/%m/%Y", "%H:%M %m/%d/%Y"]);
    }

    #[test]
    fn cells_without_a_date() {
        for cell in
            ["", "12:30", "hello", "1.2.3.4.5.6.7", "Order 12-03-2021", "3/4", "99999999", "1,234.56", "(2023)-01-02"]
        {
            check(cell, &[]);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_layout_compiles(cell in "([0-9]{1,4}|[/.: ,+-]|Jan|mar|PM|p\\. m\\.|GMT|T|é|martes){0,12}") {
            for layout in layouts(cell.as_bytes()) {
                let compiled = super::super::TimestampFormat::compile(&layout.text);
                proptest::prop_assert!(compiled.is_ok() || !layout.text.contains("%d"), "{:?}", layout);
            }
        }
    }
}
