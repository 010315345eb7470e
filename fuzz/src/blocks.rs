//! Delimited text read twice: in one piece, and in small blocks from bytes that come a few at a time. Where blocks end
//! is chance, so nothing may depend on it.

use crate::ingest::csv::cut::Cutter;
use crate::ingest::csv::rows::Plan;
use crate::ingest::detect::{TextShape, Terminator, detect};
use crate::input::{Input, Trickle};
use crate::rows::Reading;

const SMALL_BLOCK: usize = 64;
const LARGE_BLOCK: usize = 4 << 20;

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
    check_lines(&whole, &shape, input.file);
}

fn read(input: &Input<'_>, shape: &TextShape, block_bytes: usize, step: usize) -> Reading {
    let plan = Plan::new(shape);
    let mut stream = Trickle { rest: input.file, step };
    let mut cutter = Cutter::new(&mut stream, shape, block_bytes);
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
fn check_lines(reading: &Reading, shape: &TextShape, file: &[u8]) {
    let lines = lines(shape, file);
    let mut last = 0;
    for row in &reading.rows {
        assert!(row.line > last && row.line <= lines.len() as u64, "line {} after {last}: {row:?}", row.line);
        last = row.line;
    }
    for (line, _, _, _, raw) in &reading.rejects {
        let begin = raw.split(['\n', '\r']).next().unwrap_or_default();
        let there = (*line as usize).checked_sub(1).and_then(|at| lines.get(at));
        assert!(there.is_some_and(|there| there.starts_with(begin)), "line {line} is {there:?}, not {raw:?}");
    }
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
