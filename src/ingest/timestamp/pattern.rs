//! A `strftime` format, compiled into steps that read a cell without allocating.

use super::Parsed;
use super::calendar::{days, digit, fraction, moment, offset, time_of_day};
use super::names;

/// One step of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Year4,
    Year2,
    Month,
    MonthName,
    Day,
    Weekday,
    Hour24,
    Hour12,
    Minute,
    Second,
    /// Digits of a fraction of a second.
    Fraction,
    /// `.` or `,` with such digits, or nothing at all.
    OptionalFraction,
    HalfDay,
    Offset,
    ZoneName,
    EpochSeconds,
    /// One blank or several.
    Blank,
    Literal(u8),
}

/// A compiled format: what `%d/%m/%Y %H:%M` says, ready to read cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    items: Box<[Item]>,
}

/// What the steps have read so far.
struct Fields {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
    afternoon: Option<bool>,
    east: Option<i64>,
    epoch: Option<i64>,
}

impl Pattern {
    /// Compiles a format; the error says which letter is not known or what is missing.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut rest = text.trim();
        if !rest.contains('%') {
            return Err(format!("time format \"{text}\" holds no % codes, write it like %d/%m/%Y %H:%M:%S"));
        }
        while let Some(first) = rest.chars().next() {
            if first == '%' {
                rest = directive(&rest[1..], &mut items).map_err(|why| format!("time format \"{text}\": {why}"))?;
                continue;
            }
            rest = &rest[first.len_utf8()..];
            if first.is_whitespace() {
                push_blank(&mut items);
            } else {
                let mut buffer = [0; 4];
                items.extend(first.encode_utf8(&mut buffer).bytes().map(Item::Literal));
            }
        }
        complete(&items).map_err(|why| format!("time format \"{text}\": {why}"))?;
        Ok(Self { text: text.trim().to_owned(), items: items.into_boxed_slice() })
    }

    /// The format as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads a cell without blanks around it; all of it must be used up.
    pub(super) fn parse(&self, cell: &[u8]) -> Option<Parsed> {
        let mut fields = Fields {
            year: 0,
            month: 0,
            day: 0,
            hour: 0,
            minute: 0,
            second: 0,
            micros: 0,
            afternoon: None,
            east: None,
            epoch: None,
        };
        let mut rest = cell;
        for (at, item) in self.items.iter().enumerate() {
            let taken = fields.read(*item, rest)?;
            rest = rest.get(taken..)?;
            let named = matches!(item, Item::MonthName | Item::Weekday);
            if named && rest.first() == Some(&b'.') && self.items.get(at + 1) != Some(&Item::Literal(b'.')) {
                // Abbreviations have a full stop in some languages, and then not in every month.
                rest = &rest[1..];
            }
        }
        if rest.is_empty() { fields.finish() } else { None }
    }
}

/// Reads one `%` code, without the `%`, and gives back what follows it.
fn directive<'a>(text: &'a str, items: &mut Vec<Item>) -> Result<&'a str, String> {
    // Flags and widths (`%-d`, `%3f`, `%:z`) change how a time is written, not how it is read.
    let optional = text.starts_with('.');
    let code = text.trim_start_matches(['.', '-', '_', '0', '3', '6', '9', ':', '#']);
    let letter = code.chars().next().ok_or("it ends in a single %")?;
    let found: &[Item] = match letter {
        'Y' => &[Item::Year4],
        'y' => &[Item::Year2],
        'm' => &[Item::Month],
        'b' | 'B' | 'h' => &[Item::MonthName],
        'd' | 'e' => &[Item::Day],
        'a' | 'A' => &[Item::Weekday],
        'H' | 'k' => &[Item::Hour24],
        'I' | 'l' => &[Item::Hour12],
        'M' => &[Item::Minute],
        'S' => &[Item::Second],
        'f' if optional => &[Item::OptionalFraction],
        'f' => &[Item::Fraction],
        'p' | 'P' => &[Item::HalfDay],
        'z' => &[Item::Offset],
        'Z' => &[Item::ZoneName],
        's' => &[Item::EpochSeconds],
        'F' => &[Item::Year4, Item::Literal(b'-'), Item::Month, Item::Literal(b'-'), Item::Day],
        'D' => &[Item::Month, Item::Literal(b'/'), Item::Day, Item::Literal(b'/'), Item::Year2],
        'T' => &[Item::Hour24, Item::Literal(b':'), Item::Minute, Item::Literal(b':'), Item::Second],
        'R' => &[Item::Hour24, Item::Literal(b':'), Item::Minute],
        '%' => &[Item::Literal(b'%')],
        't' | 'n' => &[Item::Blank],
        other => {
            let known = "%Y %y %m %b %B %d %e %a %A %H %I %M %S %f %.f %p %z %Z %s %F %T";
            return Err(format!("%{other} is not known, the codes are {known}"));
        }
    };
    items.extend_from_slice(found);
    Ok(&code[letter.len_utf8()..])
}

fn push_blank(items: &mut Vec<Item>) {
    if items.last() != Some(&Item::Blank) {
        items.push(Item::Blank);
    }
}

/// Refuses formats from which no date follows.
fn complete(items: &[Item]) -> Result<(), String> {
    let has = |wanted: &[Item]| items.iter().any(|item| wanted.contains(item));
    if has(&[Item::EpochSeconds]) {
        return Ok(());
    }
    for (wanted, name) in [
        (&[Item::Year4, Item::Year2][..], "a year (%Y or %y)"),
        (&[Item::Month, Item::MonthName], "a month (%m or %b)"),
        (&[Item::Day], "a day (%d)"),
    ] {
        if !has(wanted) {
            return Err(format!("it lacks {name}"));
        }
    }
    if has(&[Item::Hour12]) && !has(&[Item::HalfDay]) {
        return Err("%I needs %p to tell morning from afternoon, or use %H".to_owned());
    }
    Ok(())
}

/// Between `least` and `most` digits at the front: their value and how many they are.
#[inline]
fn number(bytes: &[u8], least: usize, most: usize) -> Option<(u32, usize)> {
    let (mut value, mut taken) = (0, 0);
    while taken < most {
        let Some(next) = bytes.get(taken).map(|byte| digit(*byte)).filter(|next| *next <= 9) else { break };
        value = value * 10 + next;
        taken += 1;
    }
    (taken >= least).then_some((value, taken))
}

impl Fields {
    /// Carries out one step at the front of `rest`; the number of bytes it took.
    #[inline]
    fn read(&mut self, item: Item, rest: &[u8]) -> Option<usize> {
        let short = |field: &mut u32, least, most| {
            let (value, taken) = number(rest, least, most)?;
            *field = value;
            Some(taken)
        };
        match item {
            Item::Literal(byte) => (rest.first() == Some(&byte)).then_some(1),
            Item::Blank => Some(names::blanks(rest)).filter(|taken| *taken > 0),
            Item::Year4 => short(&mut self.year, 4, 4),
            Item::Year2 => {
                let (value, taken) = number(rest, 2, 2)?;
                // The pivot of POSIX: 69 to 99 are of the last century.
                self.year = if value >= 69 { 1900 + value } else { 2000 + value };
                Some(taken)
            }
            Item::Month => short(&mut self.month, 1, 2),
            Item::Day => short(&mut self.day, 1, 2),
            Item::Hour24 => short(&mut self.hour, 1, 2),
            Item::Hour12 => short(&mut self.hour, 1, 2).filter(|_| self.hour <= 12),
            Item::Minute => short(&mut self.minute, 1, 2),
            Item::Second => short(&mut self.second, 1, 2),
            Item::MonthName => {
                let (month, taken) = names::month(rest)?;
                self.month = month;
                Some(taken)
            }
            Item::Weekday => names::weekday(rest),
            Item::HalfDay => {
                let (afternoon, taken) = names::half_day(rest)?;
                self.afternoon = Some(afternoon);
                Some(taken)
            }
            Item::ZoneName => names::zone(rest).inspect(|_| self.east = Some(0)),
            _ => self.read_rare(item, rest),
        }
    }

    fn read_rare(&mut self, item: Item, rest: &[u8]) -> Option<usize> {
        match item {
            Item::Fraction => {
                let (micros, taken) = fraction(rest)?;
                self.micros = micros;
                Some(taken)
            }
            Item::OptionalFraction => {
                let [b'.' | b',', digits @ ..] = rest else { return Some(0) };
                let (micros, taken) = fraction(digits)?;
                self.micros = micros;
                Some(taken + 1)
            }
            Item::Offset => {
                let (east, taken) = offset(rest)?;
                self.east = Some(east);
                Some(taken)
            }
            Item::EpochSeconds => {
                let (seconds, taken) = epoch(rest)?;
                self.epoch = Some(seconds);
                Some(taken)
            }
            _ => None,
        }
    }

    #[inline]
    fn finish(&self) -> Option<Parsed> {
        if let Some(seconds) = self.epoch {
            let micros = seconds.checked_mul(1_000_000)?.checked_add(i64::from(self.micros))?;
            return Some(Parsed { micros, zoned: true });
        }
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let of_day = time_of_day(hour, self.minute, self.second, self.micros)?;
        Some(moment(days(self.year, self.month, self.day)?, of_day, self.east))
    }
}

/// A whole number at the front, possibly below zero, of up to 18 digits (so that it cannot overflow).
pub(super) fn epoch(bytes: &[u8]) -> Option<(i64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let (mut value, mut taken) = (0_i64, usize::from(negative));
    let from = taken;
    while let Some(next) = bytes.get(taken).map(|byte| digit(*byte)).filter(|next| *next <= 9) {
        if taken - from == 18 {
            return None;
        }
        value = value * 10 + i64::from(next);
        taken += 1;
    }
    (taken > from).then_some((if negative { -value } else { value }, taken))
}
