//! Whole files through all steps of reading.

use super::*;

/// What a file with this content becomes.
fn read(content: &[u8], options: &MappingOptions) -> Result<(Batch, ImportReport), IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let (path, raw) = (folder.path().join("log"), folder.path().join("raw"));
    std::fs::write(&path, content).unwrap();
    std::fs::create_dir(&raw).unwrap();
    read_file(&path, options, &raw, 2, &Progress::default())
}

/// A log whose first rows, more than a sample has, fit both orders of day and month; `rest` follows.
fn open_log(rest: &[&str]) -> String {
    let mut text = "case,activity,start,time\n".to_owned();
    for row in 0..11_000 {
        let (case, activity) = (row / 2, if row % 2 == 0 { "Do" } else { "End" });
        let minute = row % 60;
        text += &format!("c{case},{activity},03/04/2024 08:{minute:02},05/04/2024 10:{minute:02}\n");
    }
    text + &rest.join("\n")
}

fn formats(report: &ImportReport) -> Vec<String> {
    let roles = &report.detected.as_ref().unwrap().roles;
    roles.iter().filter_map(|role| role.timestamp_format.clone()).collect()
}

#[test]
fn the_order_of_day_and_month_may_show_after_the_sample() {
    let text = open_log(&["x,Do,05/06/2024 08:00,05/25/2024 09:00", "x,End,05/06/2024 08:00,05/26/2024 09:00"]);
    let (batch, report) = read(text.as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!((batch.counts.accepted, batch.counts.rejected), (11_002, 0));
    assert_eq!(batch.counts.first_at.as_deref(), Some("2024-05-04T10:00:00Z"));
    assert_eq!(batch.counts.last_at.as_deref(), Some("2024-05-26T09:00:00Z"));
    // The start says nothing itself and follows.
    assert_eq!(formats(&report), ["%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M"]);
    assert!(!report.warnings.iter().any(|text| text.contains("day or month")), "{:?}", report.warnings);
}

#[test]
fn rows_after_the_sample_confirm_the_order_or_leave_it_open() {
    let (batch, report) =
        read(open_log(&["x,Do,05/06/2024 08:00,25/05/2024 09:00"]).as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!((batch.counts.accepted, batch.counts.rejected), (11_001, 0));
    assert_eq!(formats(&report), ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M"]);
    assert!(!report.warnings.iter().any(|text| text.contains("day or month")), "{:?}", report.warnings);
    let (_, report) = read(open_log(&[]).as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!(report.warnings.iter().filter(|text| text.contains("day or month")).count(), 2);
}

#[test]
fn a_file_with_both_orders_is_kept_and_told() {
    let text = open_log(&["x,Do,05/06/2024 08:00,25/05/2024 09:00", "x,Do,05/06/2024 08:00,05/25/2024 09:00"]);
    let (batch, report) = read(text.as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!((batch.counts.accepted, batch.counts.rejected), (11_001, 1));
    assert!(report.warnings.iter().any(|text| text.contains("both orders of day and month")), "{:?}", report.warnings);
}

#[test]
fn commas_between_thousands_are_told() {
    let text = "case;activity;time;amount\na;Do;2024-01-01T08:00:00Z;1,234\na;End;2024-01-02T08:00:00Z;12\n";
    let (batch, report) = read(text.as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!(batch.attributes[0].reads.kind(), crate::ingest::raw::AttributeKind::GroupedNumber);
    assert!(report.warnings.iter().any(|text| text.contains("every comma in \"amount\"")), "{:?}", report.warnings);
    let (_, report) = read(text.replace(";12\n", ";1,5\n").as_bytes(), &MappingOptions::default()).unwrap();
    assert!(!report.warnings.iter().any(|text| text.contains("comma")), "{:?}", report.warnings);
}
