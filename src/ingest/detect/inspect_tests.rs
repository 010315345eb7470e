//! Whole files through detection: small ones written here, and the shared logs.

use super::*;
use std::path::PathBuf;

fn shape(text: &str) -> Result<TextShape, DetectError> {
    detect(text.as_bytes(), true, &MappingOptions::default())
}

/// The columns of a shape in a line: `case=A activity=B …`.
fn roles(shape: &TextShape) -> String {
    let named = shape.roles.named().into_iter();
    let named: Vec<String> =
        named.map(|(role, found)| format!("{role}={}", shape.columns[found.column].name)).collect();
    named.join(" ")
}

fn formats(shape: &TextShape) -> Vec<String> {
    let mark = |times: &TimeColumn| if times.ambiguous_day_first { " ?" } else { "" };
    shape.time_formats.iter().map(|times| format!("{}{}", times.format, mark(times))).collect()
}

fn file(name: &str) -> Vec<u8> {
    let path: PathBuf = format!("{}/../shared/eventlogs/{name}", env!("CARGO_MANIFEST_DIR")).into();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes in a gzip file, or of the first file in a zip archive.
fn unpacked(name: &str) -> Vec<u8> {
    use std::io::Read;
    let packed = file(name);
    let mut bytes = Vec::new();
    if name.ends_with(".zip") {
        let length = |at: usize| usize::from(packed[at]) + 256 * usize::from(packed[at + 1]);
        let data = &packed[30 + length(26) + length(28)..];
        flate2::read::DeflateDecoder::new(data).take(2 << 20).read_to_end(&mut bytes).unwrap();
    } else {
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// The first part of a file, as the reader takes it.
fn detect_file(name: &str) -> Result<TextShape, DetectError> {
    let packed = name.ends_with(".gz") || name.ends_with("_log.zip");
    let bytes = if packed { unpacked(name) } else { file(name) };
    let sample = &bytes[..bytes.len().min(1 << 20)];
    detect(sample, sample.len() == bytes.len(), &MappingOptions::default())
}

fn check_file(name: &str, encoding: &str, expected_roles: &str, expected_formats: &[&str]) {
    let found = detect_file(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(found.encoding.name(), encoding, "{name}");
    assert_eq!(roles(&found), expected_roles, "{name} {:#?}", found.report());
    assert_eq!(formats(&found), expected_formats, "{name}");
    let text = serde_json::to_string(&found.report()).unwrap();
    assert_eq!(serde_json::from_str::<crate::ingest::detect::DetectionReport>(&text).unwrap(), found.report());
}

#[test]
fn exports_with_traps() {
    let us = "case=Case ID activity=Activity timestamp=Complete Timestamp start=Start Timestamp resource=Resource";
    for (name, encoding, roles, formats) in [
        (
            "consulta_cp1252_semicolon_dayfirst_crlf.csv",
            "windows-1252",
            "case=Nº Solicitud activity=Descripción actividad timestamp=Fecha fin start=Fecha inicio resource=Responsable \
             cost=Coste €",
            &["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"][..],
        ),
        ("purchasing_us_ampm.csv", "UTF-8", us, &["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"]),
        (
            "purchasing_ambiguous_dayfirst.csv",
            "UTF-8",
            "case=Case ID activity=Activity timestamp=Complete Timestamp",
            &["%d/%m/%Y %H:%M ?"],
        ),
        (
            "receipt_bad_rows.csv",
            "UTF-8",
            "case=case_id activity=activity timestamp=timestamp resource=resource",
            &["ISO 8601"],
        ),
        (
            "jira_style_duplicate_headers.csv",
            "UTF-8",
            "case=Issue key activity=Status timestamp=Updated resource=Assignee",
            &["%d/%b/%y %I:%M %p"],
        ),
    ] {
        check_file(&format!("messy-derived/{name}"), encoding, roles, formats);
    }
}

#[test]
fn small_files_with_other_words() {
    for (name, roles) in [
        ("01", "case=case_id activity=task timestamp=completion_time resource=resource cost=cost"),
        ("02", "case=case_number activity=activity_name timestamp=end_timestamp role=department"),
        ("03", "case=case_reference activity=step timestamp=timestamp_completed resource=assignee"),
        ("04", "case=case_identifier activity=action timestamp=completion_datetime resource=employee"),
        ("05", "case=process_id activity=event timestamp=timestamp_done resource=operator"),
        ("06", "case=case_key activity=operation timestamp=timestamp_finalized resource=staff"),
        ("07", "case=case_code activity=task_name timestamp=timestamp_completed resource=team_member"),
        ("08", "case=case_tag activity=process_step timestamp=time_of_completion resource=personnel"),
    ] {
        check_file(&format!("messy-csv-small/cid_acti_timest/{name}.csv"), "UTF-8", roles, &["ISO 8601"]);
    }
}

#[test]
fn small_files_in_other_encodings() {
    let lower = "case=case_id activity=activity timestamp=timestamp resource=resource cost=cost";
    let upper = "case=Case ID activity=Activity timestamp=Timestamp resource=Resource";
    for (name, encoding, roles) in [
        ("01_utf8", "UTF-8", lower),
        ("02_utf16", "UTF-16LE", lower),
        ("03_cp1252", "windows-1252", upper),
        ("04_macroman", "macintosh", upper),
    ] {
        let name = format!("messy-csv-small/encodings/{name}.csv");
        check_file(&name, encoding, roles, &["ISO 8601"]);
        if upper == roles {
            let found = detect_file(&name).unwrap();
            assert_eq!(found.columns[1].samples[0], "Início");
            assert_eq!(found.columns[3].samples[0], "Usúário1");
        }
    }
}

#[test]
fn small_files_with_everything_at_once() {
    for (name, encoding, roles, format) in [
        (
            "01",
            "UTF-8",
            "case=Case ID activity=Activity Name timestamp=Completion Time resource=Resource cost=Cost",
            "ISO 8601",
        ),
        ("02", "UTF-8", "case=Case Identifier activity=Action timestamp=Timestamp Completed", "%d-%m-%Y %H:%M:%S"),
        ("03", "UTF-16LE", "case=CaseNum activity=Step timestamp=TimeCompleted resource=Employee", "%m/%d/%Y %I:%M %p"),
        (
            "04",
            "UTF-8",
            "case=Case_Key activity=Operation timestamp=Completion_Timestamp resource=Team_Member",
            "epoch seconds",
        ),
    ] {
        check_file(&format!("messy-csv-small/overall/{name}.csv"), encoding, roles, &[format]);
    }
}

#[test]
fn tables_without_case_and_activity() {
    for (name, delimiter, quote) in [
        ("01_comma_doublequote", ',', '"'),
        ("02_semicolon_doublequote", ';', '"'),
        ("03_tab_doublequote", '\t', '"'),
        ("04_pipe_doublequote", '|', '"'),
        ("05_comma_singlequote", ',', '\''),
        ("06_semicolon_singlequote", ';', '\''),
        ("07_tab_singlequote", '\t', '\''),
        ("08_pipe_singlequote", '|', '\''),
    ] {
        let name = format!("messy-csv-small/sep_detection/{name}.csv");
        let error = detect_file(&name).unwrap_err();
        assert!(error.to_string().contains("\"Name\", \"Age\", \"City\""), "{error}");
        assert!(error.to_string().contains("--case COLUMN --activity COLUMN --timestamp COLUMN"), "{error}");
        let text = String::from_utf8(file(&name)).unwrap();
        let found = guess_dialect(&text, true, None).unwrap();
        assert_eq!(
            (char::from(found.dialect.delimiter), found.dialect.quote, found.width),
            (delimiter, Some(quote as u8), 3)
        );
    }
}

#[test]
fn columns_of_times_alone() {
    for (name, format) in [
        ("01_iso8601", "ISO 8601"),
        ("02_us", "%m/%d/%Y %I:%M:%S %p"),
        ("03_europe", "%d/%m/%Y %H:%M:%S"),
        ("04_unix", "epoch seconds"),
        ("05_rfc1123", "%a, %d %b %Y %H:%M:%S %Z"),
        ("06_us", "%B %d, %Y %I:%M:%S %p"),
        ("07_europe", "%d.%m.%Y %H:%M:%S"),
        ("08_daymonth", "%A, %d %B %Y %H:%M:%S"),
        ("09_military", "ISO 8601"),
        ("10_offset", "ISO 8601"),
    ] {
        let name = format!("messy-csv-small/timest_format/{name}.csv");
        assert!(matches!(detect_file(&name), Err(DetectError::RolesNotFound { .. })), "{name}");
        let text = String::from_utf8(file(&name)).unwrap();
        let guess = guess_dialect(&text, true, None).unwrap();
        let table = read_table(&text, &guess.dialect, guess.width, true);
        let columns = profile(&table, None);
        let times = columns[0].times().unwrap_or_else(|| panic!("{name} {columns:?}"));
        assert_eq!(
            (columns.len(), times.format.to_string(), times.parsed_share),
            (1, format.to_owned(), 1.0),
            "{name}"
        );
    }
}

#[test]
fn known_logs() {
    let xes = "case=case:concept:name activity=concept:name timestamp=time:timestamp";
    for (name, roles) in [
        ("running-example/running-example.csv", format!("{xes} resource=org:resource cost=Costs")),
        (
            "running-example/running-example-transformed.csv",
            "case=CaseID activity=Activity timestamp=Timestamp resource=Resource".to_owned(),
        ),
        (
            "receipt/receipt.csv",
            format!("{xes} resource=org:resource role=org:group lifecycle_transition=lifecycle:transition"),
        ),
        ("reviewing/reviewing.csv", format!("{xes} resource=org:resource lifecycle_transition=lifecycle:transition")),
        (
            "road-fines-100/roadtraffic100traces.csv",
            format!("{xes} resource=org:resource lifecycle_transition=lifecycle:transition"),
        ),
        ("helpdesk/helpdesk.ZhipengHe.csv", "case=CaseID activity=ActivityID timestamp=CompleteTimestamp".to_owned()),
        ("helpdesk/helpdesk.verenich-format.csv", "case=case_id activity=activity timestamp=timestamp".to_owned()),
        (
            "patients/patients.csv",
            "case=patient activity=handling timestamp=time resource=employee lifecycle_transition=registration_type"
                .to_owned(),
        ),
    ] {
        check_file(name, "UTF-8", &roles, &["ISO 8601"]);
    }
    check_file(
        "xes-edge-cases/mobis_challenge_log_2019_snippet.csv",
        "UTF-8",
        "case=case activity=activity timestamp=end start=start resource=org:resource role=org:role",
        &["%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M"],
    );
}

#[test]
fn packed_logs() {
    let pair = "case=case_id activity=activity timestamp=end_time start=start_time resource=resource";
    for name in [
        "purchasing-example/PurchasingExample.csv.gz",
        "synthetic-insurance-claims/Insurance_Claims.csv.gz",
        "synthetic-pharmacy/Pharmacy.csv.gz",
        "synthetic-procure-to-pay/Procure_to_Pay.csv.gz",
    ] {
        check_file(name, "UTF-8", pair, &["ISO 8601", "ISO 8601"]);
    }
    check_file(
        "loan-app/LoanApp_simplified.csv.gz",
        "UTF-8",
        "case=case:concept:name activity=concept:name timestamp=time:timestamp start=start_timestamp resource=org:resource role=role",
        &["ISO 8601", "ISO 8601"],
    );
    check_file(
        "servicenow-incidents/incident_event_log.zip",
        "UTF-8",
        "case=number activity=incident_state timestamp=sys_updated_at resource=assigned_to role=assignment_group",
        &["%d/%m/%Y %H:%M"],
    );
}

#[test]
fn files_that_are_no_event_log() {
    for (name, code) in [
        ("jira-agile/jira.csv", "one_row_per_case"),
        ("github-issues/github_issues.csv", "one_row_per_case"),
        ("github-issues/github_comments.csv", "columns_not_found"),
        ("ocel1-example/example_log.csv", "object_centric"),
        ("xes-edge-cases/L1_empty_log.xes", "not_a_table"),
        ("ocel1-example/example_log.jsonocel", "not_a_table"),
        ("ocel1-example/example_log.sqlite", "not_text"),
        ("messy-derived/purchasing_us_ampm.zip", "not_text"),
    ] {
        let error = detect_file(name).unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(!error.parts().1.is_empty(), "{error}");
    }
}

#[test]
fn a_person_overrides_the_guess() {
    let text = "a;b;c;d\n1;x;01/02/2020;p\n1;y;02/02/2020;q\n2;x;03/02/2020;p\n";
    let options = |case: &str, format: Option<&str>| MappingOptions {
        case: Some(case.to_owned()),
        activity: Some(" B ".to_owned()),
        timestamp: Some("3".to_owned()),
        timestamp_format: format.map(str::to_owned),
        ..MappingOptions::default()
    };
    let found = detect(text.as_bytes(), true, &options("A", None)).unwrap();
    assert_eq!(
        (roles(&found), formats(&found)),
        ("case=a activity=b timestamp=c".to_owned(), vec!["%d/%m/%Y ?".to_owned()])
    );
    let found = detect(text.as_bytes(), true, &options("a", Some("%m/%d/%Y"))).unwrap();
    assert_eq!(formats(&found), ["%m/%d/%Y"]);
    for (options, part) in [
        (options("aa", None), "did you mean \"a\""),
        (options("5", None), "a number from 1 to 4"),
        (options("a", Some("%Y%m%d")), "correct --timestamp-format"),
        (options("a", Some("dd/mm")), "correct --timestamp-format"),
        (MappingOptions { timezone: Some("Mardid".to_owned()), ..options("a", None) }, "Europe/Madrid"),
        (MappingOptions { encoding: Some("utf-88".to_owned()), ..options("a", None) }, "utf-8"),
        (MappingOptions { delimiter: Some("ab".to_owned()), ..options("a", None) }, "single ASCII character"),
    ] {
        let error = detect(text.as_bytes(), true, &options).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn small_tables() {
    for (text, expected) in [
        ("case,activity\n1,a\n1,b\n2,a\n", "case=case activity=activity"),
        (
            "case,activity,t1,t2\n1,a,2024-01-02,2024-01-03\n1,b,2024-01-04,2024-01-04\n",
            "case=case activity=activity timestamp=t2 start=t1",
        ),
        (
            "case,activity,start_time\n1,a,2024-01-02\n1,b,2024-01-03\n",
            "case=case activity=activity timestamp=start_time",
        ),
        (
            "title;;\n\ncase;activity;time\n1;a;2024-01-02\n1;b;2024-01-02\n",
            "case=case activity=activity timestamp=time",
        ),
    ] {
        let found = shape(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(roles(&found), expected, "{text}");
    }
    let split = shape("case;activity;date;UTIME\n1;a;20240102;101500\n1;b;20240103;111500\n").unwrap();
    assert_eq!(formats(&split), ["%Y%m%d"]);
    assert!(split.warnings.iter().any(|warning| warning.contains("\"UTIME\" the time of day")), "{:?}", split.warnings);
    let french = "N° de dossier;Étape;Date de début;Date de fin\n1;A;02/01/2024 08:00;02/01/2024 09:00\n1;B;14/02/2024 08:00;14/02/2024 09:00\n";
    let french = shape(french).unwrap();
    assert_eq!(roles(&french), "case=N° de dossier activity=Étape timestamp=Date de fin start=Date de début");
    let warned = shape("case,activity\n1,a\n1,b\n").unwrap().warnings;
    assert!(warned.iter().any(|warning| warning.contains("no column of times")), "{warned:?}");
    for (text, code) in [
        ("", "empty_file"),
        (" \n\n", "empty_file"),
        ("case,activity,timestamp\n1,a,someday\n1,b,never\n", "unreadable_times"),
        ("1,a,2024-01-02\n1,b,2024-01-03\n", "columns_not_found"),
        ("<html><body>login</body></html>", "not_a_table"),
    ] {
        assert_eq!(shape(text).unwrap_err().code(), code, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_do_not_panic(bytes: Vec<u8>, whole: bool) {
        let _ = detect(&bytes, whole, &MappingOptions::default());
    }

    #[test]
    fn any_text_do_not_panic(text in "(case|activity|time|end|start|ocel:x|[a-c0-9é]|2024-01-0[1-9]|[,;|\t\"' :\\\\#\r\n]){0,80}", whole: bool) {
        let _ = detect(text.as_bytes(), whole, &MappingOptions::default());
    }

    #[test]
    fn any_options_do_not_panic(given: String, number in 0_usize..9, format in "(%[a-zA-Z]|[/ :.-]){0,6}") {
        let text = "case,activity,time\n1,a,2024-01-02\n1,b,2024-01-02\n";
        let options = MappingOptions {
            case: Some(given.clone()),
            timestamp: Some(number.to_string()),
            timezone: Some(given.clone()),
            delimiter: Some(given.chars().take(1).collect()),
            timestamp_format: Some(format),
            encoding: Some(given),
            ..MappingOptions::default()
        };
        let _ = detect(text.as_bytes(), true, &options);
        let _ = detect(text.as_bytes(), true, &MappingOptions { timezone: None, encoding: None, ..options });
    }
}

#[test]
fn an_empty_name_means_that_no_column_plays_the_part() {
    let text = "case,activity,start,end,user\n1,A,2024-01-01 08:00,2024-01-01 09:00,Ann\n\
        1,B,2024-01-01 10:00,2024-01-01 11:00,Bob\n2,A,2024-01-02 08:00,2024-01-02 09:00,Ann\n\
        2,B,2024-01-02 10:00,2024-01-02 11:00,Bob\n";
    let with = |start: Option<&str>, resource: Option<&str>| {
        let given = |name: Option<&str>| name.map(str::to_owned);
        let options = MappingOptions { start: given(start), resource: given(resource), ..MappingOptions::default() };
        roles(&detect(text.as_bytes(), true, &options).unwrap())
    };
    assert_eq!(with(None, None), "case=case activity=activity timestamp=end start=start resource=user");
    assert_eq!(with(Some(""), Some(" ")), "case=case activity=activity timestamp=end");
}
