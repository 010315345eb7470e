//! XES read twice: all rows at once, and row by row from bytes that come a few at a time. The second way never finds
//! a whole tag at hand, so the short cut for plain tags is held against the XML reader, too.

use super::input::{Input, Trickle};
use super::library::{XesReader, XesWarningKind};
use super::rows::{Reading, Row};
use std::io::BufRead;

/// What one way of reading gave.
struct Outcome {
    reading: Reading,
    error: Option<String>,
    warnings: Vec<(XesWarningKind, u64, u64)>,
    /// Header and bytes taken.
    rest: String,
}

/// Both ways give the same rows, rejects, warnings and errors.
pub fn xes(bytes: &[u8]) {
    let input = Input::new(bytes);
    let whole = read(&input, input.file, 1000);
    let small = read(&input, Trickle { rest: input.file, step: input.step }, 1);
    assert_eq!(whole.error, small.error);
    let known = compare_rows(&whole, &small, input.file);
    let rejects = whole.reading.rejects.len();
    let same = small.reading.rejects.get(..rejects);
    assert_eq!(same, Some(whole.reading.rejects.as_slice()), "rejects differ");
    if whole.error.is_none() {
        assert_eq!(whole.reading.rejects.len(), small.reading.rejects.len(), "rejects differ");
        assert_eq!(whole.reading.counts, small.reading.counts, "counts differ");
        assert_eq!(whole.rest, small.rest);
        let kept = |warnings: &[(XesWarningKind, u64, u64)]| {
            let chance = [XesWarningKind::LateCaseId, XesWarningKind::GeneratedCaseId, XesWarningKind::RoleAfterGroup];
            // A role may stand in an event that is rejected, too, where no row tells of it.
            let is_free = |kind: &XesWarningKind| *kind != XesWarningKind::RoleAfterGroup || rejects == 0;
            let sure = |kind: &XesWarningKind| (known && is_free(kind)) || !chance.contains(kind);
            warnings.iter().filter(|(kind, _, _)| sure(kind)).copied().collect::<Vec<_>>()
        };
        let (mut left, mut right) = (kept(&whole.warnings), kept(&small.warnings));
        left.sort();
        right.sort();
        assert_eq!(left, right, "warnings differ");
    }
}

fn read(input: &Input<'_>, bytes: impl BufRead, rows: usize) -> Outcome {
    let mut outcome = Outcome { reading: Reading::default(), error: None, warnings: Vec::new(), rest: String::new() };
    let mut reader = match XesReader::new(bytes, &input.xes()) {
        Ok(reader) => reader,
        Err(error) => {
            outcome.error = Some(error.to_string());
            return outcome;
        }
    };
    loop {
        match reader.next_chunk(rows) {
            Ok(Some(chunk)) => {
                assert!(chunk.rows() + chunk.rejects.len() <= rows, "more rows than asked for");
                outcome.reading.add(chunk);
            }
            Ok(None) => break,
            Err(error) => {
                outcome.error = Some(error.to_string());
                assert!(matches!(reader.next_chunk(rows), Ok(None)), "something follows an error");
                break;
            }
        }
    }
    outcome.warnings = reader.warnings().iter().map(|w| (w.kind, w.count, w.first_line)).collect();
    outcome.rest = format!("{:?} {}", reader.header(), reader.bytes_read());
    outcome
}

/// Holds the rows against each other, and says whether all of each row could be compared. After an error the rows of
/// the open chunk are lost, so those read at once may be fewer.
fn compare_rows(whole: &Outcome, small: &Outcome, file: &[u8]) -> bool {
    let (rows, others) = (&whole.reading.rows, &small.reading.rows);
    assert!(if whole.error.is_some() { rows.len() <= others.len() } else { rows.len() == others.len() }, "rows differ");
    // What a chunk has handed over cannot learn what comes later: the name of its trace, or that there are roles.
    let late = has_late_attributes(file);
    let both = has_roles_and_groups(rows) || has_roles_and_groups(others);
    for (row, other) in rows.iter().zip(others) {
        assert_eq!(plain(row, late, both), plain(other, late, both));
    }
    !late && !both
}

/// A row without what may depend on where chunks end.
fn plain(row: &Row, late: bool, both: bool) -> Row {
    let mut row = row.clone();
    if late {
        // A trace attribute may stand in for any role that the options name.
        row = Row { case: None, activity: None, resource: None, system: None, role: None, end: 0, start: 0, ..row };
        row.attributes.retain(|(of_case, _, _)| *of_case == 0);
    }
    if both {
        row.role = None;
        row.attributes.retain(|(_, name, _)| name != "org:role" && name != "org:group");
    }
    row
}

/// An attribute of that name was kept although it could have been the role.
fn has_roles_and_groups(rows: &[Row]) -> bool {
    rows.iter().flat_map(|row| &row.attributes).any(|(_, name, _)| name == "org:role" || name == "org:group")
}

/// Whether a trace may have attributes behind its first event. In doubt it has.
fn has_late_attributes(file: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(file) else { return true };
    let mut in_event = false;
    let mut events = false;
    for tag in text.split('<').skip(1) {
        let end = tag.find('>').unwrap_or(tag.len());
        let inside = &tag[..end];
        let name = inside.split([' ', '\t', '\r', '\n']).next().unwrap_or_default().trim_end_matches('/');
        match name {
            "event" => (in_event, events) = (!inside.ends_with('/'), true),
            "/event" => in_event = false,
            "trace" | "/trace" => (in_event, events) = (false, false),
            _ if events && !in_event => return true,
            // Quotes and comments may hide tags from this simple look.
            _ if name.starts_with(['!', '?']) || name.contains(':') || inside.matches('"').count() % 2 == 1 => {
                return true;
            }
            _ if inside.contains('\'') => return true,
            _ => {}
        }
    }
    false
}
