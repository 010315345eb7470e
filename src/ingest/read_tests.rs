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

/// An XES log of one trace whose events have these attributes.
fn xes(header: &str, events: &[&str]) -> String {
    let events: Vec<String> = events.iter().map(|inside| format!("<event>{inside}</event>")).collect();
    format!("<log>{header}<trace><string key='concept:name' value='c'/>{}</trace></log>", events.concat())
}

const STEP: &str = "<string key='step' value='Pack'/><string key='lifecycle:transition' value='start'/>\
    <date key='time:timestamp' value='2024-01-01T08:00:00Z'/>";

#[test]
fn a_log_in_an_archive_is_chosen_by_name() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, activity) in [("a.xes", "A"), ("b.xes", "B")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let event = format!("<string key='concept:name' value='{activity}'/>");
        std::io::Write::write_all(&mut archive, xes("", &[&event]).as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let (batch, _) =
        read(&archive, &MappingOptions { sheet: Some("b.xes".to_owned()), ..MappingOptions::default() }).unwrap();
    assert_eq!(batch.dictionaries.activities, ["B"]);
    assert!(read(&archive, &MappingOptions::default()).unwrap_err().to_string().contains("a.xes, b.xes"));
}

#[test]
fn the_activity_of_a_log_may_be_a_key_a_classifier_or_keys() {
    let log = xes("<classifier name='Both' keys='step lifecycle:transition'/>", &[STEP]);
    for (activity, expected) in [
        ("step", "Pack"),
        ("Both", "Pack+start"),
        ("lifecycle:transition+step", "start+Pack"),
        ("case:concept:name", "c"),
    ] {
        let options = MappingOptions { activity: Some(activity.to_owned()), ..MappingOptions::default() };
        let (batch, report) = read(log.as_bytes(), &options).unwrap();
        assert_eq!(
            (batch.dictionaries.activities, report.warnings.len()),
            (vec![expected.to_owned()], 0),
            "{activity}"
        );
    }
}

#[test]
fn events_without_a_name_take_the_first_classifier() {
    let header = "<classifier name='Usual' keys='concept:name'/><classifier name='Steps' keys='step'/>";
    let (batch, report) = read(xes(header, &[STEP]).as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!((batch.counts.rows_read, batch.dictionaries.activities), (1, vec!["Pack".to_owned()]));
    assert!(report.warnings.iter().any(|text| text.contains("classifier \"Steps\" (step)")), "{:?}", report.warnings);
    // One event with a name is enough to go by it.
    let named = "<string key='concept:name' value='N'/>";
    let (batch, _) = read(xes(header, &[STEP, named]).as_bytes(), &MappingOptions::default()).unwrap();
    assert_eq!((batch.counts.rejected, batch.dictionaries.activities), (1, vec!["N".to_owned()]));
    let error = read(xes("", &[STEP]).as_bytes(), &MappingOptions::default()).unwrap_err();
    assert!(matches!(error, IngestError::NoRows { .. }), "{error}");
}

#[test]
fn a_time_format_holds_for_xes_too() {
    let event = "<string key='concept:name' value='A'/><string key='when' value='02/01/2024 10:00'/>";
    let options = MappingOptions {
        timestamp: Some("when".to_owned()),
        timestamp_format: Some("%d/%m/%Y %H:%M".to_owned()),
        ..MappingOptions::default()
    };
    let (batch, _) = read(xes("", &[event]).as_bytes(), &options).unwrap();
    assert_eq!(batch.counts.first_at.as_deref(), Some("2024-01-02T10:00:00Z"));
    let wrong = MappingOptions { timestamp_format: Some("%Q".to_owned()), ..options };
    assert!(matches!(read(xes("", &[event]).as_bytes(), &wrong), Err(IngestError::Detect { .. })));
}

#[test]
fn options_without_meaning_are_refused() {
    let given = |delimiter: bool, encoding: bool, sheet: bool| MappingOptions {
        delimiter: delimiter.then(|| ";".to_owned()),
        encoding: encoding.then(|| "utf-8".to_owned()),
        sheet: sheet.then(|| "a".to_owned()),
        ..MappingOptions::default()
    };
    let (log, table) = (xes("", &[STEP]), "case;activity\na;Do\na;End\n");
    for (content, options, option) in [
        (log.as_str(), given(true, false, false), "--delimiter"),
        (log.as_str(), given(false, true, false), "--encoding"),
        (log.as_str(), given(false, false, true), "--sheet"),
        (table, given(false, false, true), "--sheet"),
    ] {
        let error = read(content.as_bytes(), &options).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{option} means nothing for ")), "{error}");
    }
    assert_eq!(read(table.as_bytes(), &given(true, true, false)).unwrap().0.counts.accepted, 2);
}

#[test]
fn the_report_says_whether_all_times_carry_their_offset() {
    let zone = MappingOptions { timezone: Some("Europe/Madrid".to_owned()), ..MappingOptions::default() };
    let log = |time: &str, due: &str| {
        format!("case,activity,time,due\na,Do,2024-01-01T08:00:00Z,2024-02-01T08:00:00Z\na,End,{time},{due}\n")
    };
    let local = "times without offset are local times of Europe/Madrid";
    let with = "2024-01-02T08:00:00+01:00";
    for (time, due, expected) in [
        (with, with, "all times carry their offset"),
        ("2024-01-02T08:00:00", with, local),
        (with, "2024-01-02T08:00:00", local),
        (with, "soon", "all times carry their offset"),
    ] {
        let (batch, report) = read(log(time, due).as_bytes(), &zone).unwrap();
        assert_eq!((report.time_zone.as_str(), batch.zone.as_str()), (expected, "Europe/Madrid"), "{time}, {due}");
    }
    let named = format!("<string key='concept:name' value='A'/>{STEP}");
    let (_, report) = read(xes("", &[&named]).as_bytes(), &zone).unwrap();
    assert_eq!(report.time_zone, "all times carry their offset");
}
