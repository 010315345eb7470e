//! The format of a time column, guessed from its values.

use super::calendar::SECOND;
use super::format::{Precision, TimestampFormat, trim};
use super::layout::{Layout, Order, layouts};
use serde::Serialize;

/// Cells from which layouts are taken.
const LAYOUT_CELLS: usize = 48;
/// Cells on which all layouts compete; the best are then tried on every cell.
const TRIAL_CELLS: usize = 256;
/// A column is one of times if at least this share of its cells are.
const LEAST_SHARE: f64 = 0.7;
/// Counts since 1970 are believed between the years 1990 and 2100.
const EPOCH_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// What the values of a column say about its format.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inference {
    /// The format that fits best.
    pub format: TimestampFormat,
    /// How sure this is, 0 to 1.
    pub confidence: f64,
    /// A sentence that says why.
    pub reason: String,
    /// The values would be dates with day and month the other way round, too: a person should look.
    pub ambiguous_day_first: bool,
    /// Share of the cells with content that the format reads, 0 to 1.
    pub parsed_share: f64,
    /// Some of the cells say their offset from UTC.
    pub zoned: bool,
    /// The finest step of the values.
    pub precision: Precision,
    /// The format with day and month changed over, where the values fit both.
    pub other: Option<TimestampFormat>,
}

/// A format and what it did.
struct Candidate {
    format: TimestampFormat,
    order: Order,
    parsed: usize,
}

/// The format of the column that holds `samples`; nothing if it is no column of times. Empty cells do not count,
/// and up to three cells in ten may be spoilt.
pub fn infer(samples: &[&[u8]]) -> Option<Inference> {
    let cells: Vec<&[u8]> = samples.iter().map(|cell| trim(cell)).filter(|cell| !cell.is_empty()).collect();
    if cells.is_empty() {
        return None;
    }
    let trial: Vec<&[u8]> = spread(&cells, TRIAL_CELLS);
    let mut candidates = candidates(&trial);
    for candidate in &mut candidates {
        candidate.parsed = parsed(&candidate.format, &trial);
    }
    // Half a trial suffices here: the final word has the share over all cells.
    candidates.retain(|candidate| candidate.parsed * 2 >= trial.len());
    for candidate in &mut candidates {
        candidate.parsed = parsed(&candidate.format, &cells);
    }
    let best = choose(&candidates, &cells)?;
    let share = best.parsed as f64 / cells.len() as f64;
    (share >= LEAST_SHARE).then(|| describe(best, &candidates, &cells, share))
}

/// At most `most` of the cells, evenly spread.
fn spread<'a>(cells: &[&'a [u8]], most: usize) -> Vec<&'a [u8]> {
    let step = cells.len().div_ceil(most).max(1);
    cells.iter().step_by(step).copied().collect()
}

fn parsed(format: &TimestampFormat, cells: &[&[u8]]) -> usize {
    cells.iter().filter(|cell| fits(format, cell)).count()
}

/// Whether a cell is a time of the format that a person would believe.
fn fits(format: &TimestampFormat, cell: &[u8]) -> bool {
    let Some(time) = format.parse(cell) else { return false };
    match format {
        TimestampFormat::EpochSeconds | TimestampFormat::EpochMillis | TimestampFormat::EpochMicros => {
            EPOCH_SECONDS.contains(&time.micros.div_euclid(SECOND))
        }
        _ => true,
    }
}

fn candidates(trial: &[&[u8]]) -> Vec<Candidate> {
    let mut found: Vec<Layout> = Vec::new();
    for layout in spread(trial, LAYOUT_CELLS).into_iter().flat_map(layouts) {
        if !found.contains(&layout) {
            found.push(layout);
        }
    }
    let fixed = [
        TimestampFormat::Iso,
        TimestampFormat::EpochSeconds,
        TimestampFormat::EpochMillis,
        TimestampFormat::EpochMicros,
    ];
    let mut all: Vec<Candidate> =
        fixed.into_iter().map(|format| Candidate { format, order: Order::Fixed, parsed: 0 }).collect();
    for layout in found {
        if let Ok(format) = TimestampFormat::compile(&layout.text) {
            all.push(Candidate { format, order: layout.order, parsed: 0 });
        }
    }
    all
}

/// The candidate that reads most cells; among equals ISO, then the order that the signs of the cells suggest.
fn choose<'a>(candidates: &'a [Candidate], cells: &[&[u8]]) -> Option<&'a Candidate> {
    let most = candidates.iter().map(|candidate| candidate.parsed).max()?;
    let years_lead = candidates.iter().any(|candidate| candidate.order == Order::YearFirst) && years_lead(cells);
    let rank = |candidate: &&Candidate| {
        let text = candidate.format.to_string();
        let leaning = match candidate.order {
            Order::Fixed => 0,
            // A four-digit year in front leaves no choice; a short one must be likely.
            Order::YearFirst if text.contains("%Y") || years_lead => 1,
            Order::YearFirst => 4,
            Order::MonthFirst if text.contains("%p") => 2,
            Order::DayFirst => 3,
            Order::MonthFirst => 4,
        };
        // "May" could be short or long; longer months in the column show which.
        (candidate.format != TimestampFormat::Iso, leaning, text.contains("%b"))
    };
    candidates.iter().filter(|candidate| candidate.parsed == most && most > 0).min_by_key(rank)
}

/// In `23-06-20` the first number is the year if it changes far less than the last.
fn years_lead(cells: &[&[u8]]) -> bool {
    let number =
        |bytes: Option<&[u8]>| bytes.filter(|digits| digits.iter().all(u8::is_ascii_digit)).map(<[u8]>::to_vec);
    let mut first = std::collections::BTreeSet::new();
    let mut last = std::collections::BTreeSet::new();
    for cell in cells.iter().take(1000) {
        let date = cell.split(|byte| matches!(byte, b' ' | b'T')).next().unwrap_or_default();
        first.extend(number(date.get(..2)));
        last.extend(number(date.len().checked_sub(2).and_then(|at| date.get(at..))));
    }
    first.len() * 3 <= last.len()
}

fn describe(best: &Candidate, all: &[Candidate], cells: &[&[u8]], share: f64) -> Inference {
    let text = best.format.to_string();
    let opposite = match best.order {
        Order::DayFirst => Some(Order::MonthFirst),
        Order::MonthFirst => Some(Order::DayFirst),
        _ => None,
    };
    let mirrored = mirrored(&text);
    let twin = opposite
        .and_then(|order| all.iter().find(|other| other.order == order && other.format.to_string() == mirrored));
    let open = twin.filter(|twin| twin.parsed == best.parsed);
    let times: Vec<_> = cells.iter().filter_map(|cell| best.format.parse(cell)).collect();
    let count =
        if share < 1.0 { format!("{} of {}", best.parsed, cells.len()) } else { format!("all {}", cells.len()) };
    let fit = format!("{count} sample values fit {text}");
    let order = if best.order == Order::MonthFirst { "month first" } else { "day first" };
    let (certainty, why) = match (opposite, open) {
        (Some(_), Some(_)) if text.contains("%p") => {
            (0.65, format!("; day and month could be the other way round, AM and PM speak for {order}"))
        }
        (Some(_), Some(_)) if text.contains("%d.%m") => (0.9, "; dates with dots have the day first".to_owned()),
        (Some(_), Some(_)) => {
            (0.55, "; no value settles whether day or month comes first, day first assumed".to_owned())
        }
        (Some(_), None) => (0.98, settled(best, &mirrored, cells, order)),
        (None, _) if best.format.is_number() => {
            (0.7, "; the values are plain numbers in the range of times".to_owned())
        }
        (None, _) => (0.98, String::new()),
    };
    let dotted = text.contains("%d.%m");
    Inference {
        confidence: certainty * share,
        reason: fit + &why,
        ambiguous_day_first: open.is_some() && !dotted,
        parsed_share: share,
        zoned: times.iter().any(|time| time.zoned),
        precision: Precision::of_column(times.iter().map(|time| time.micros)).unwrap_or(Precision::Day),
        other: open.map(|twin| twin.format.clone()),
        format: best.format.clone(),
    }
}

/// The format with day and month changed over.
fn mirrored(text: &str) -> String {
    text.replace("%d", "\0").replace("%m", "%d").replace('\0', "%m")
}

/// Names a value that is no date the other way round.
fn settled(best: &Candidate, mirrored: &str, cells: &[&[u8]], order: &str) -> String {
    let twin = TimestampFormat::compile(mirrored);
    let not_twin = |cell: &[u8]| twin.as_ref().is_ok_and(|twin| twin.parse(cell).is_none());
    let only_here = cells.iter().find(|cell| best.format.parse(cell).is_some() && not_twin(cell));
    let example = only_here.map(|cell| String::from_utf8_lossy(cell)).unwrap_or_default();
    format!("; {order} because of values like {example}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn infer_texts(cells: &[&str]) -> Option<Inference> {
        infer(&cells.iter().map(|cell| cell.as_bytes()).collect::<Vec<_>>())
    }

    fn check(cells: &[&str], expected: &str) {
        let found = infer_texts(cells).map(|found| {
            let mark = if found.ambiguous_day_first { " ?" } else { "" };
            format!("{}{mark}", found.format)
        });
        assert_eq!(found.unwrap_or_default(), expected, "{cells:?}");
    }

    #[test]
    fn formats_of_columns() {
        check(&["2023-06-20T12:30:00Z", "2024-01-15"], "ISO 8601");
        check(&["2023-06-20 12:30:00 +00:00"], "ISO 8601");
        check(&["2023-06-20 12:30:00 UTC"], "%Y-%m-%d %H:%M:%S %Z");
        check(&["06/20/2023 12:30:00 PM", "11/03/2022 02:20:00 PM"], "%m/%d/%Y %I:%M:%S %p");
        check(&["01/02/2023 12:30:00 PM", "11/03/2022 02:20:00 PM"], "%m/%d/%Y %I:%M:%S %p ?");
        check(&["20/06/2023 12:30:00", "03/11/2022 14:20:00"], "%d/%m/%Y %H:%M:%S");
        check(&["01/01/2011 10:45", "02/01/2011 15:10"], "%d/%m/%Y %H:%M ?");
        check(&["01.01.2011 10:45", "02.01.2011 15:10"], "%d.%m.%Y %H:%M");
        check(&["29/2/2016 01:16", "5/3/2016 12:00", "?", ""], "");
        check(&["29/2/2016 01:16", "5/3/2016 12:00", "5/3/2016 12:00", "?", ""], "%d/%m/%Y %H:%M");
        check(&["01/Jan/11 10:45 AM", "02/Feb/11 3:10 PM"], "%d/%b/%y %I:%M %p");
        check(&["May 20, 2023", "September 1, 2023"], "%B %d, %Y");
        check(&["1687267800", "1705308300"], "epoch seconds");
        check(&["1687267800000", "1705308300123"], "epoch milliseconds");
        check(&["1687267800000000"], "epoch microseconds");
        check(&["23-06-20", "23-06-21", "23-06-22", "23-07-01"], "%y-%m-%d");
        check(&["20230620", "20230701"], "%Y%m%d");
    }

    #[test]
    fn columns_of_something_else() {
        for cells in
            [&["1", "2", "3"][..], &["a", "b"], &["", " "], &[], &["12:30", "13:30"], &["2023", "2024"], &["35.0"]]
        {
            check(cells, "");
        }
    }

    #[test]
    fn one_value_settles_the_column_in_spite_of_spoilt_ones() {
        let mut cells = vec!["01/02/2023"; 500];
        cells.extend(["12/13/2023", "n/a", "13.13"]);
        let found = infer_texts(&cells).unwrap();
        assert_eq!(found.format.to_string(), "%m/%d/%Y");
        assert!(!found.ambiguous_day_first);
        assert!(found.reason.contains("12/13/2023"), "{}", found.reason);
        assert!((found.parsed_share - 501.0 / 503.0).abs() < 1e-9);
    }

    proptest::proptest! {
        #[test]
        fn any_cells_do_not_panic(cells: Vec<Vec<u8>>) {
            infer(&cells.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }

        #[test]
        fn the_format_reads_the_share_it_claims(cells in proptest::collection::vec("[0-3][0-9]/[01][0-9]/20[0-9]{2}( 1[0-9]:30)?", 1..30)) {
            let cells: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
            if let Some(found) = infer(&cells) {
                let read = cells.iter().filter(|cell| found.format.parse(cell).is_some()).count();
                proptest::prop_assert_eq!(read as f64 / cells.len() as f64, found.parsed_share);
                proptest::prop_assert!(found.parsed_share >= LEAST_SHARE);
            }
        }
    }
}
