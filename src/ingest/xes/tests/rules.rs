//! One small log for each rule of reading.

use super::table::{error_of, event, log, read, read_in, read_with, trace};
use crate::ingest::timestamp::Zone;
use crate::ingest::xes::{XesOptions, XesWarningKind};

const NAME: &str = "concept:name";

fn string(key: &str, value: &str) -> String {
    format!("<string key=\"{key}\" value=\"{value}\"/>")
}

fn events(names: &[&str]) -> String {
    names.iter().map(|name| format!("<event>{}</event>", string(NAME, name))).collect()
}

#[test]
fn usual_keys_fill_the_columns() {
    let table = read(&trace(concat!(
        "<string key='kind' value='x'/>\n<event>\n<string key='concept:name' value='a'/>",
        "<string key='org:resource' value='Pete'/><string key='org:role' value='clerk'/><string key='org:group' value='g'/>",
        "<string key='lifecycle:transition' value='start'/><date key='time:timestamp' value='1970-01-01T01:00:01+01:00'/>",
        "<date key='start_timestamp' value='1970-01-01T00:00:00.5Z'/><int key='amount' value='007'/>",
        "<date key='due' value='2020-01-01T00:00:00+02:00'/></event>"
    )));
    let row = &table.rows[0];
    assert_eq!((&*row.case, &*row.activity, &*row.resource, &*row.role), ("c", "a", "Pete", "clerk"));
    assert_eq!((&*row.lifecycle, &*row.system, row.end, row.start), ("start", "", Some(1_000_000), Some(500_000)));
    assert_eq!(row.line, 3);
    let attributes: Vec<_> = row.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = ["case kind=x", "event amount=007", "event due=2020-01-01T00:00:00+02:00", "event org:group=g"];
    assert_eq!(attributes, expected);
}

#[test]
fn overrides_go_before_the_usual_keys() {
    let inside = format!(
        "{}{}<event>{}{}{}{}</event>",
        string("id", "7"),
        string("owner", "Sue"),
        string(NAME, "a"),
        string("step", "s"),
        string("when", "1970-01-01T00:00:01"),
        string("host", "h")
    );
    let options = XesOptions {
        case: Some("case:id".to_owned()),
        activity: Some("step".to_owned()),
        timestamp: Some("when".to_owned()),
        resource: Some("owner".to_owned()),
        system: Some("host".to_owned()),
        zone: Some(Zone::parse("Europe/Madrid").unwrap()),
        ..XesOptions::default()
    };
    let table = read_with(&trace(&inside), &options);
    let row = &table.rows[0];
    assert_eq!((&*row.case, &*row.activity, &*row.resource, &*row.system), ("7", "s", "Sue", "h"));
    assert_eq!(row.end, Some(-3_599_000_000));
    let keys: Vec<_> = row.attributes.keys().map(String::as_str).collect();
    assert_eq!(keys, ["case concept:name", "case owner", "event concept:name"]);
}

#[test]
fn events_may_name_their_own_case() {
    let own = format!("<event>{}{}</event>", string(NAME, "b"), string("order", "o1"));
    let inside = format!("<trace>{}{own}{}</trace>{own}", string("order", "t"), events(&["x"]));
    let options = XesOptions { case: Some("order".to_owned()), ..XesOptions::default() };
    let table = read_with(&log(&inside), &options);
    assert_eq!(table.names(), [("o1", "b"), ("t", "x"), ("o1", "b")]);
}

#[test]
fn nameless_traces_are_named_by_position() {
    let inside = format!("<trace>{0}</trace><trace>{1}{0}</trace><trace/>", events(&["a"]), string(NAME, " "));
    let table = read(&log(&inside));
    assert_eq!(table.names(), [("trace 1", "a"), ("trace 2", "a")]);
    assert_eq!(table.empty_cases, 1);
    let warning = &table.warnings[0];
    assert_eq!((warning.kind, warning.count, warning.first_line), (XesWarningKind::GeneratedCaseId, 2, 2));
}

#[test]
fn names_and_attributes_after_the_events_still_count() {
    let text = log(&format!("<trace>{}{}{}</trace>", events(&["a", "b"]), string(NAME, "late"), string("k", "v")));
    let table = read(&text);
    assert_eq!(table.names(), [("late", "a"), ("late", "b")]);
    assert_eq!(table.column("case k"), ["v", "v"]);
    // Too late once the first event has been handed over: the trace must not fall apart.
    let table = read_in(text.as_bytes(), &XesOptions::default(), 1).unwrap();
    assert_eq!(table.names(), [("trace 1", "a"), ("trace 1", "b")]);
    assert!(table.warnings.iter().any(|warning| warning.kind == XesWarningKind::LateCaseId));
}

#[test]
fn traces_may_span_chunks() {
    let inside =
        format!("<trace>{}{}{}</trace>", string(NAME, "c"), string("k", "v"), events(&["a", "b", "c", "d", "e"]));
    let text = log(&format!("{inside}{inside}"));
    let whole = read(&text);
    assert_eq!(whole.rows.len(), 10);
    for max_rows in 1..=10 {
        let parts = read_in(text.as_bytes(), &XesOptions::default(), max_rows).unwrap();
        assert_eq!(parts.rows, whole.rows, "{max_rows}");
    }
}

#[test]
fn group_is_the_role_only_where_there_are_no_roles() {
    let group = format!("<event>{}{}</event>", string(NAME, "a"), string("org:group", "g"));
    let role = format!("<event>{}{}</event>", string(NAME, "a"), string("org:role", "r"));
    let roles = |text: &str, max_rows| {
        let table = read_in(text.as_bytes(), &XesOptions::default(), max_rows).unwrap();
        let roles: Vec<_> = table.rows.iter().map(|row| row.role.clone()).collect();
        let groups: Vec<_> = table.column("event org:group").into_iter().map(str::to_owned).collect();
        (roles, groups, table.warnings.len())
    };
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(roles(&trace(&format!("{group}{group}")), 9), (owned(&["g", "g"]), owned(&["-", "-"]), 0));
    assert_eq!(roles(&trace(&format!("{group}{role}")), 9), (owned(&["", "r"]), owned(&["g", "-"]), 0));
    // The first chunk decides, or the globals do before it.
    assert_eq!(roles(&trace(&format!("{group}{role}")), 1), (owned(&["g", ""]), owned(&["-", "-"]), 1));
    let global = "<global scope='event'><string key='org:role' value='string'/></global>";
    let text = trace(&format!("{group}{role}")).replace("<trace>", &format!("{global}<trace>"));
    assert_eq!(roles(&text, 1), (owned(&["", "r"]), owned(&["g", "-"]), 0));
}

#[test]
fn event_globals_fill_gaps_unless_they_are_placeholders() {
    let check = |key: &str, value: &str, expected: (&str, &str)| {
        let global = format!("<global scope=\"event\">{}</global>", string(key, value));
        let table = read(&event("").replace("<trace>", &format!("{global}<trace>")));
        let row = &table.rows[0];
        assert_eq!((&*row.lifecycle, &*row.resource), expected, "{key} {value}");
    };
    check("lifecycle:transition", "complete", ("complete", ""));
    check("lifecycle:transition", "UNKNOWN", ("", ""));
    check("org:resource", "Pete", ("", "Pete"));
    check("org:resource", "resource", ("", ""));
    check("time:timestamp", "2019-01-01T00:00:00Z", ("", ""));
}

#[test]
fn classifiers_join_their_keys() {
    let text = event("<string key='lifecycle:transition' value='start'/>")
        .replace("<trace>", "<classifier name='Both' keys='concept:name lifecycle:transition'/><trace>");
    let check = |classifier: &str, expected: &str| {
        let options = XesOptions { classifier: Some(classifier.to_owned()), ..XesOptions::default() };
        let table = read_with(&text, &options);
        assert_eq!(table.rows[0].activity, expected);
    };
    check("Both", "a+start");
    check("concept:name+org:role", "a+");
    let options = XesOptions { classifier: Some("Neither".to_owned()), ..XesOptions::default() };
    let error = read_in(text.as_bytes(), &options, 9).unwrap_err().to_string();
    assert!(error.starts_with("no classifier \"Neither\" in the log: it has \"Both\""), "{error}");
    let options = XesOptions { classifier: Some("org:role+org:group".to_owned()), ..XesOptions::default() };
    assert_eq!(read_with(&text, &options).rejects[0].2, "org:role+org:group");
}

#[test]
fn rejects_say_what_where_and_why() {
    let text = log(concat!(
        "\n<trace><string key='concept:name' value='c'/>\n",
        "<event><string\n key='org:resource' value='r'/></event>\n",
        "<event><string key='concept:name' value='a'/><date key='time:timestamp' value='soon'/></event>\n",
        "<event><string key='concept:name' value='a'/><date key='start_timestamp' value='x'/></event>\n",
        "<event><string key='concept:name' value='a'/><string key='k' value=v/></event>\n",
        "<event\n/>\n</trace>\n<event><string key='concept:name' value='a'/></event>"
    ));
    let rejects: Vec<_> =
        read(&text).rejects.into_iter().map(|(reason, line, key, value, _)| (reason, line, key, value)).collect();
    let expected = [
        ("MissingActivity", 4, "concept:name", ""),
        ("UnparsableTimestamp", 6, "time:timestamp", "soon"),
        ("UnparsableTimestamp", 7, "start_timestamp", "x"),
        ("Malformed", 8, "", ""),
        ("MissingActivity", 9, "concept:name", ""),
        ("MissingCase", 12, "concept:name", ""),
    ];
    assert_eq!(rejects, expected.map(|(a, b, c, d)| (a.to_owned(), b, c.to_owned(), d.to_owned())));
    let raw = "<event><string  key='org:resource' value='r'/></event>";
    assert_eq!(read(&text).rejects[0].4, raw);
    let long = format!("<event>{}</event>", string("k", &"ä".repeat(5000)));
    assert!(read(&trace(&long)).rejects[0].4.len() < 4100);
}

#[test]
fn missing_times_are_accepted() {
    for value in ["", "?", "NaT", "null"] {
        let table = read(&event(&string("time:timestamp", value)));
        assert_eq!((table.rows[0].end, table.rejects.len()), (None, 0), "{value}");
    }
}

#[test]
fn nested_attributes_are_flattened() {
    let inside = concat!(
        "<string key='a' value='1'><string key='b' value='2'><int key='c' value='3'/></string><x><y/></x></string>",
        "<string key='a' value='9'></string><string key='e' value=''/>"
    );
    let table = read(&event(inside));
    let attributes: Vec<_> = table.rows[0].attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(attributes, ["event a=9", "event a/b=2", "event a/b/c=3"]);
    assert_eq!(table.warnings[0].kind, XesWarningKind::UnknownElement);
}

#[test]
fn lists_become_json() {
    let check = |inside: &str, expected: &str| {
        for text in [event(inside), trace(&format!("{inside}{}", events(&["a"])))] {
            let table = read(&text);
            let cell = table.rows[0].attributes.values().next().map(String::as_str).unwrap_or_default();
            assert_eq!(cell, expected, "{inside}");
            assert!(serde_json::from_str::<serde_json::Value>(cell).is_ok());
        }
    };
    check("<list key='l'/>", "[]");
    check("<list key='l'><values/></list>", "[]");
    check("<list key='l'><values><string key='x' value='1'/><int value='2'/></values></list>", r#"["1","2"]"#);
    check("<list key='l'><string key='x' value='&quot;&#10;&amp;'/></list>", r#"["\"\n&"]"#);
    check(
        "<container key='l'><string key='x' value='1'/><int key='y' value='2'/></container>",
        r#"[{"x":"1"},{"y":"2"}]"#,
    );
    check(
        "<list key='l'><values><string key='k' value='v'><string key='n' value='w'/><int key='m' value='0'/></string>\
         <list key='i'><values><string value='x'/></values></list><container key='c'><list key='d'/></container></values></list>",
        r#"[["v",{"n":"w"},{"m":"0"}],["x"],[{"d":[]}]]"#,
    );
}

#[test]
fn xml_is_read_as_xml() {
    let check = |inside: &str, expected: &str| {
        let table = read(&event(inside));
        assert_eq!(table.column("event k"), [expected], "{inside}");
    };
    check("<string key='k' value='R&amp;D &#228;'/>", "R&D ä");
    check("<string value=\"it's\"\n\tkey = 'k' />", "it's");
    check("<xes:string key='k' value='>'/>", ">");
    check("<!-- <string key='k' value='no'/> --><string key='k' value='yes'/><![CDATA[<event>]]><?pi <event>?>", "yes");
    check("text & more &amp; &unknown; <string key='k' value='x'></string> text", "x");
    check("<string key='&#107;' value='x'/>", "x");
    check("<string key='k' value='a'/><string key='k' value='b'/>", "b");
    check("<string key='k' value='a'/><string key='k' value=''/>", "-");
    check("<string key='k' value='&foo; & x'/>", "&foo; & x");
    let doctype = "<!DOCTYPE log [<!ENTITY foo \"bar\">]>\n<xes:log xmlns:xes='u'>";
    let text = format!(
        "\u{feff}<?xml version='1.0'?>{doctype}<xes:trace><xes:event><xes:string key='concept:name' value='&foo;'/></xes:event></xes:trace></xes:log><!-- end -->"
    );
    let table = read(&text);
    assert_eq!(table.names(), [("trace 1", "&foo;")]);
    assert!(table.warnings.iter().any(|warning| warning.kind == XesWarningKind::UnknownEntity));
}

#[test]
fn encodings_are_decoded() {
    let text = event("<string key='ä' value='ö€'/>").replace("UTF-8", "windows-1252");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [latin.to_vec(), wide] {
        let table = read_in(&bytes, &XesOptions::default(), 9).unwrap();
        assert_eq!(table.column("event ä"), ["ö€"]);
    }
    // Latin 1 that calls itself UTF-8: the event is kept out, its neighbour is not.
    let bytes = trace(
        "<event><string key='concept:name' value='M#nchen'/></event><event><string key='concept:name' value='a'/></event>",
    );
    let bytes: Vec<u8> = bytes.bytes().map(|byte| if byte == b'#' { 0xfc } else { byte }).collect();
    let table = read_in(&bytes, &XesOptions::default(), 9).unwrap();
    let (reason, line, column, value, _) = &table.rejects[0];
    assert_eq!((reason.as_str(), *line, column.as_str(), value.as_str()), ("Malformed", 2, NAME, "M\u{fffd}nchen"));
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn header_is_known_before_the_rows() {
    let table = read(&log(concat!(
        "<string key='a' value='1'><int key='b' value='2'/></string><extension name='Concept' prefix='concept' uri='u'/>",
        "<classifier name='A' keys='x'/><global scope='trace'><string key='t' value='3'/></global>",
        "<global scope='event'><string key='e' value='4'><string key='f' value='5'/></string></global><list key='l'/>"
    )));
    let header = &table.header;
    let values = |values: &[crate::ingest::xes::XesValue]| {
        values.iter().map(|value| format!("{}={}", value.key, value.value)).collect::<Vec<_>>()
    };
    assert_eq!(values(&header.attributes), ["a=1", "a/b=2", "l=[]"]);
    assert_eq!(
        (values(&header.trace_globals), values(&header.event_globals)),
        (vec!["t=3".into()], vec!["e=4".into(), "e/f=5".into()])
    );
    assert_eq!((header.version.as_str(), header.extensions[0].prefix.as_str()), ("1.0", "concept"));
    assert_eq!(
        (header.classifiers[0].name.as_str(), header.classifiers[0].keys.as_slice()),
        ("A", ["x".to_owned()].as_slice())
    );
    assert!(table.rows.is_empty() && table.empty_cases == 0);
}

#[test]
fn what_is_no_log_is_told() {
    let check = |text: &str, expected: &str| {
        let error = error_of(text.as_bytes());
        assert!(error.contains(expected), "{text}: {error}");
    };
    check("", "the file is empty");
    check("case,activity\n1,a\n", "begins with text that is no XML");
    check(" <!-- only this -->", "there is no XML in the file");
    check(
        "<?xml version='1.0'?>\n<bpmn:definitions/>",
        "root element is <bpmn:definitions> in line 2, which looks like a BPMN model",
    );
    check("<log>\n<object-types/></log>", "object-centric logs are not supported yet");
    check("<log><global scope='event'/>\n<events><event/></events></log>", "line 2 has <events>");
    check("<log><logentry revision='1'><author/></logentry></log>", "<logentry> instead of traces");
    check("<log>\n<trace>\n<event>", "ends at line 3 inside <event>");
    check("<log>\n<trace", "ends at line 2 inside <log>");
    check("<log>\n<trace></log>", "malformed XML at line 2");
    check("<log>\n<trace><string key=k/></trace></log>", "malformed XML at line 2");
    check("<log></log>\n<log></log>", "malformed XML at line 2: there is something after the end");
}

#[test]
fn hours_that_the_clock_skips_or_repeats_are_counted() {
    let at =
        |time: &str| format!("<event>{}<date key=\"time:timestamp\" value=\"{time}\"/></event>", string(NAME, "a"));
    let times = ["2024-03-31T02:30:00", "2024-10-27T02:30:00", "2024-10-27T02:31:00", "2024-10-27T02:30:00+01:00"];
    let inside: String = times.into_iter().map(at).collect();
    let options = XesOptions { zone: Some(Zone::parse("Europe/Madrid").unwrap()), ..XesOptions::default() };
    let table = read_with(&trace(&inside), &options);
    assert_eq!((table.clock_gaps, table.clock_overlaps), (1, 2));
}
