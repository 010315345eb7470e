//! Batches that are written in pieces.

use super::*;
use crate::ingest::files::{read_parquet, row_groups};
use arrow::array::Array;

/// A chunk of one row for each of the cases.
fn chunk(cases: &[&str]) -> Chunk {
    let mut chunk = Chunk::default();
    for (at, case) in cases.iter().enumerate() {
        chunk.case.push(Some(case));
        chunk.activity.push(Some("Do"));
        for names in [&mut chunk.resource, &mut chunk.role, &mut chunk.system, &mut chunk.lifecycle] {
            names.push(None);
        }
        chunk.end.push(at as i64);
        chunk.start.push(NO_TIME);
        chunk.line.push(at as u64 + 1);
    }
    chunk
}

#[test]
fn case_ids_are_written_piece_by_piece() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RawWriter::create(folder.path()).unwrap();
    writer.add(chunk(&["a", "bb", "a", "ccc", "d"])).unwrap();
    for piece_bytes in [1, 3, 100] {
        writer.write_cases(piece_bytes).unwrap();
        let mut found = Vec::new();
        for rows in read_parquet(&folder.path().join("cases.parquet"), None).unwrap() {
            let rows = rows.unwrap();
            let (ids, first) = (StringArray::from(rows.column(0).to_data()), longs(&rows, 1));
            found
                .extend((0..ids.len()).map(|at| (ids.value(at).to_owned(), first.value(at), ints(&rows, 2).value(at))));
        }
        let expected = [("a", 0, 2), ("bb", 1, 1), ("ccc", 3, 1), ("d", 4, 1)];
        assert_eq!(found, expected.map(|(id, first, rows)| (id.to_owned(), first, rows)));
    }
}

#[test]
fn row_groups_end_where_their_text_is_long() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RawWriter::create(folder.path()).unwrap();
    let long = "x".repeat(PIECE_BYTES / 4);
    for _ in 0..3 {
        let mut chunk = chunk(&["a", "b"]);
        let cells = &mut chunk.attribute("note", Scope::Event, 0).cells;
        cells.append_value(&long);
        cells.append_value(&long);
        writer.add(chunk).unwrap();
    }
    let batch = writer.finish(&Zone::utc(), Vec::new()).unwrap();
    assert_eq!(batch.text_bytes, 6 * (PIECE_BYTES as u64 / 4));
    assert_eq!(row_groups(&folder.path().join("rows-00000.parquet")).unwrap(), 2);
}
