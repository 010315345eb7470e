//! Tests of cutting and parsing together: where blocks end must not show.

use super::super::rows::Plan;
use super::*;
use crate::ingest::chunk::Chunk;
use crate::ingest::detect::detect;
use crate::model::mapping::MappingOptions;
use proptest::prelude::*;

const LARGE: Sizes = Sizes { block: 4 << 20, record: 8 << 20 };

/// Gives at most `step` bytes at a time.
struct Trickle<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.step.min(into.len()).min(self.rest.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}

fn shape_of(file: &[u8], delimiter: Option<&str>) -> Option<TextShape> {
    let options = MappingOptions { delimiter: delimiter.map(str::to_owned), ..MappingOptions::default() };
    detect(file, true, &options).ok()
}

fn chunks(file: &[u8], shape: &TextShape, sizes: Sizes, step: usize) -> Vec<Chunk> {
    let plan = Plan::new(shape);
    let mut stream = Trickle { rest: file, step };
    let mut cutter = Cutter::new(&mut stream, shape, sizes);
    let mut chunks = Vec::new();
    while let Some(block) = cutter.next_block().unwrap() {
        assert_eq!(block.number, chunks.len());
        chunks.push(plan.chunk(&block));
    }
    chunks
}

/// Rows, rejects and blank lines as texts, one line each, in the order of the file.
fn read(file: &[u8], shape: &TextShape, sizes: Sizes, step: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut blank = 0;
    for mut chunk in chunks(file, shape, sizes, step) {
        let name = |names: &crate::ingest::chunk::Names, at: usize| names.names.get(names.codes[at]).to_owned();
        let cells: Vec<_> = chunk.attributes.iter_mut().map(|attribute| attribute.cells.finish()).collect();
        let mut lines: Vec<(u64, String)> = (0..chunk.rows())
            .map(|at| {
                let rest: Vec<&str> = cells.iter().map(|cells| cells.iter().nth(at).flatten().unwrap_or("-")).collect();
                let rest = rest.join("|");
                (chunk.line[at], format!("{}|{}|{rest}", name(&chunk.case, at), name(&chunk.activity, at)))
            })
            .collect();
        lines.extend(chunk.rejects.iter().map(|r| (r.line, format!("{:?} {:?} {:?}", r.reason, r.column, r.raw))));
        lines.sort();
        found.extend(lines.into_iter().map(|(line, text)| format!("{line}: {text}")));
        blank += chunk.blank_lines;
    }
    found.push(format!("{blank} blank"));
    found
}

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    let shape = shape_of(file.as_bytes(), None).unwrap();
    for (block, step) in [(4 << 20, usize::MAX), (1, 1), (16, 3), (64, 7)] {
        let found = read(file.as_bytes(), &shape, Sizes { block, ..LARGE }, step);
        assert_eq!(found, expected, "{file:?} in blocks of {block}, read by {step}");
    }
}

#[test]
fn lines_and_blanks_are_counted() {
    check("case,activity,n\n\n1,a,x\n,,\n1,b,y\n", &["3: 1|a|x", "5: 1|b|y", "2 blank"]);
    check("case,activity,n\r\n\r\n1,a,x\r\n \r\n1,b,y\r\n", &["3: 1|a|x", "5: 1|b|y", "2 blank"]);
    check("case,activity,n\r1,a,x\r\r1,b,y\r", &["2: 1|a|x", "4: 1|b|y", "1 blank"]);
    check("title\n\ncase,activity,n\n1,a,x\n1,b,y", &["4: 1|a|x", "5: 1|b|y", "0 blank"]);
}

#[test]
fn old_line_ends_among_new_ones() {
    // In a file of carriage returns a line feed behind one is part of the same line end.
    let head = "report\r\n\r\ncase,activity,n\r";
    let rows = (1..=30).map(|at| format!("{at},a,x\r")).collect::<String>();
    let shape = shape_of(format!("{head}{rows}").as_bytes(), None).unwrap();
    for step in [1, 2, 1000] {
        let found = read(format!("{head}{rows}").as_bytes(), &shape, LARGE, step);
        assert_eq!((found.len(), found[0].as_str()), (31, "4: 1|a|x"));
    }
    // In any other file a carriage return alone belongs to its cell.
    check("case,activity,n\n1,a,x\ry\n1,b,\rz\n", &["2: 1|a|x\ry", "3: 1|b|z", "0 blank"]);
}

#[test]
fn marks_within_the_file_are_no_text() {
    let file = "case,activity,n\n1,a,x\n\u{feff}1,b,\u{feff}y\n\u{feff}2,a,z\n";
    check(file, &["2: 1|a|x", "3: 1|b|y", "4: 2|a|z", "0 blank"]);
}

#[test]
fn quotes_that_are_not_doubled() {
    // Where a backslash stands before quotes, two quotes are an empty cell and something behind it.
    let file = "case,activity,n\n1,a,\"x \\\" y\"\n1,b,\"\"z\n2,a,\"\"\n2,b,\"\"\"\n3,a,\"w\"\n";
    let shape = shape_of(file.as_bytes(), None).unwrap();
    assert_eq!((shape.dialect.escape, shape.dialect.double_quote), (Some(b'\\'), false));
    check(file, &["2: 1|a|x \" y", "3: 1|b|z", "4: 2|a|-", "5: 2|b|\"", "6: 3|a|w", "0 blank"]);
}

#[test]
fn a_quote_left_open_costs_its_line() {
    let rows: String = (0..40).map(|at| format!("{at},a,\"x\"\n")).collect();
    let file = format!("case,activity,n\n{rows}8,a,\"open\n9,a,y\n");
    let mut shape = shape_of(file.as_bytes(), None).unwrap();
    // As it is settled by the front of a file whose fault lies farther behind.
    (shape.dialect.quote, shape.dialect.double_quote) = (Some(b'"'), true);
    for (sizes, step) in [(LARGE, 1000), (Sizes { block: 16, record: 200 }, 5)] {
        let found = read(file.as_bytes(), &shape, sizes, step);
        assert_eq!(found[40..], ["42: Malformed \"\" \"8,a,\\\"open\\n\"", "43: 9|a|y", "0 blank"]);
    }
}

#[test]
fn records_that_are_too_long_are_cut_at_the_same_place() {
    let text = |long: &str| format!("case,activity,n\n1,a,x\n1,b,{long}\n2,a,\"y\"\n3,a,w\n");
    for (long, broken) in
        [("z".repeat(300), true), (format!("\"{}\"", "z\n".repeat(150)), true), ("z".repeat(90), false)]
    {
        let file = text(&long);
        let shape = shape_of(file.as_bytes(), Some(",")).unwrap();
        let whole = read(file.as_bytes(), &shape, Sizes { block: 4 << 20, record: 100 }, usize::MAX);
        assert_eq!(whole[1].starts_with("3: Malformed"), broken, "{whole:?}");
        // The rest of a quoted record that is too long ends in a quote, which may cost one more line.
        assert!(whole.iter().any(|row| row.contains("3|a|w")), "{whole:?}");
        for step in [1, 7, 64, 99, 100, 101] {
            assert_eq!(read(file.as_bytes(), &shape, Sizes { block: 16, record: 100 }, step), whole, "{step}");
        }
    }
}

#[test]
fn a_quote_left_open_on_every_line_does_not_take_for_ever() {
    let head = "case,activity,n,m\n".to_owned() + &"1,a,\"x\",\"y\"\n".repeat(2_000);
    let file = head + &"1,\"a\",\"x\",\"y\n".repeat(200_000);
    let shape = shape_of(&file.as_bytes()[..20_000], None).unwrap();
    assert_eq!(shape.dialect.quote, Some(b'"'));
    // Looking for each quote to the end of the file would take hours.
    let rejects: usize = chunks(file.as_bytes(), &shape, LARGE, 1 << 15).iter().map(|chunk| chunk.rejects.len()).sum();
    assert_eq!(rejects, 200_000);
}

proptest! {
    #[test]
    fn blocks_do_not_show(
        rows in "((1|22|,|a|\"|\"\"|\"x\ny\"|'|\\\\|\r|\n|\r\n|;|\u{feff}|é|2024-01-01)){0,60}",
        cr: bool, block in 1_usize..80, record in 40_usize..200, step in 1_usize..9,
    ) {
        let mut file = format!("case,activity,note\n1,a,\"x\"\n1,b,'y'\n{rows}");
        if cr {
            file = file.replace('\n', "\r");
        }
        let Some(shape) = shape_of(file.as_bytes(), Some(",")) else { return Ok(()) };
        let whole = read(file.as_bytes(), &shape, Sizes { block: 4 << 20, record }, usize::MAX);
        prop_assert_eq!(read(file.as_bytes(), &shape, Sizes { block, record }, step), whole);
    }
}
