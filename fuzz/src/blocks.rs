//! Delimited text read twice: in one piece, and in small blocks from bytes that come a few at a time. Where blocks end
//! is chance, so nothing may depend on it.

use crate::ingest::csv::cut::{Cutter, Sizes};
use crate::ingest::csv::rows::Plan;
use crate::ingest::detect::{TextShape, Terminator, detect};
use crate::input::{Input, Trickle};
use crate::rows::Reading;

const SMALL_BLOCK: usize = 64;
const LARGE_BLOCK: usize = 4 << 20;
/// So small that inputs reach it: records without end are found out by it.
const RECORD: usize = 512;

/// Both ways give the same rows, rejects, counts and lines, and each line is the one that the row stands on.
pub fn csv(bytes: &[u8]) {
    let input = Input::new(bytes);
    let sample = &input.file[..input.sample];
    let Ok(shape) = detect(sample, input.sample == input.file.len(), &input.mapping()) else { return };
    let whole = read(&input, &shape, LARGE_BLOCK, usize::MAX);
    let small = read(&input, &shape, SMALL_BLOCK, input.step);
    assert_eq!(whole.rows, small.rows, "rows differ");
    assert_eq!(whole.rejects, small.rejects, "rejects differ");
    assert_eq!(whole.counts, small.counts, "counts differ");
    let lines = lines(&shape, input.file);
    check_lines(&whole, &lines);
    check_count(&whole, &shape, &lines);
    check_first(&whole, &shape, &lines);
}

fn read(input: &Input<'_>, shape: &TextShape, block_bytes: usize, step: usize) -> Reading {
    let plan = Plan::new(shape);
    let mut stream = Trickle { rest: input.file, step };
    let mut cutter = Cutter::new(&mut stream, shape, Sizes { block: block_bytes, record: RECORD });
    let mut reading = Reading::default();
    let mut number = 0;
    while let Ok(Some(block)) = cutter.next_block() {
        assert_eq!(block.number, number, "blocks are numbered without gaps");
        number += 1;
        reading.add(plan.chunk(&block));
    }
    reading
}

/// Rejects are quoted as they stood, so the quote must begin on the line that is named.
fn check_lines(reading: &Reading, lines: &[String]) {
    let mut last = 0;
    for row in &reading.rows {
        assert!(row.line > last && row.line <= lines.len() as u64, "line {} after {last}: {row:?}", row.line);
        last = row.line;
    }
    for (line, _, _, _, raw) in &reading.rejects {
        // A record without end may be cut within a character.
        let begin = raw.split('\n').next().unwrap_or_default().trim_end().trim_end_matches('\u{fffd}');
        let there = (*line as usize).checked_sub(1).and_then(|at| lines.get(at));
        assert!(there.is_some_and(|there| there.starts_with(begin)), "line {line} is {there:?}, not {raw:?}");
    }
}

/// Where nothing is quoted every line is a row, a reject, blank, or part of the header.
fn check_count(reading: &Reading, shape: &TextShape, lines: &[String]) {
    if has_quotes(shape, lines) {
        return;
    }
    let header = shape.dialect.header_line - u64::from(!shape.dialect.has_header);
    let body = lines.iter().skip(header as usize);
    // Nothing behind the last line end is no line.
    let count = body.clone().count() - usize::from(body.last().is_some_and(String::is_empty));
    let found = reading.rows.len() + reading.rejects.len() + reading.counts[2] as usize;
    assert_eq!(found, count, "lines behind the header, {reading:?}");
}

/// Detection and reading see the same table: the first case is the first value of its column.
fn check_first(reading: &Reading, shape: &TextShape, lines: &[String]) {
    let Some(row) = reading.rows.first().filter(|_| reading.rejects.is_empty()) else { return };
    let column = &shape.columns[shape.roles.case.column];
    let Some(sample) = column.samples.first() else { return };
    if !has_quotes(shape, lines) && sample.chars().count() < 200 {
        assert_eq!(row.case.as_ref(), Some(sample), "{shape:?}");
    }
}

fn has_quotes(shape: &TextShape, lines: &[String]) -> bool {
    shape.dialect.quote.is_some_and(|quote| lines.iter().any(|line| line.contains(char::from(quote))))
}

/// The lines of the decoded file, as an editor shows them.
fn lines(shape: &TextShape, file: &[u8]) -> Vec<String> {
    let body = &file[shape.bom_len.min(file.len())..];
    let text = if shape.encoding == encoding_rs::UTF_8 {
        String::from_utf8_lossy(body)
    } else {
        shape.encoding.decode_without_bom_handling(body).0
    };
    match shape.dialect.terminator {
        Terminator::Cr => text.replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned).collect(),
        _ => text.split('\n').map(str::to_owned).collect(),
    }
}
