//! Batches that are written in pieces.

use super::*;
use crate::ingest::files::read_parquet;
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
            found.extend((0..ids.len()).map(|at| (ids.value(at).to_owned(), first.value(at), ints(&rows, 2).value(at))));
        }
        let expected = [("a", 0, 2), ("bb", 1, 1), ("ccc", 3, 1), ("d", 4, 1)];
        assert_eq!(found, expected.map(|(id, first, rows)| (id.to_owned(), first, rows)));
    }
}
