//! Broken, cut and malicious input: an answer or an error, never a panic.

use super::table::{Table, add, error_of, event, log, read, read_in, trace};
use crate::ingest::xes::{XesOptions, XesReader, XesWarningKind};
use proptest::prelude::*;
use std::io::{BufReader, Read};

const VALID: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- c --><!DOCTYPE log [<!ENTITY e 'x'>]>
<log xes.version='1.0'><extension name='Concept' prefix='concept' uri='u'/><global scope='event'>
<string key='concept:name' value='__INVALID__'/></global><classifier name='A' keys='concept:name \"x y\"'/>
<string key='a' value='1'><int key='b' value='2'/></string><trace><string key='concept:name' value='ä&amp;'/>
<event><string key='concept:name' value='é'/><date key='time:timestamp' value='2020-01-01T00:00:00+01:00'/>
<list key='l'><values><string key='' value='v'><string key='n' value='w'/></string><container key='c'/></values></list>
<string key='org:group' value='&#x1F600;'/></event><event/><![CDATA[x]]><?pi y?></trace><trace/></log>";

/// Attributes of an event in the usual form and in others.
const EVENT: &str =
    "<string key=\"concept:name\" value=\"a\"/>\n\t<date key=\"time:timestamp\" value=\"2020-01-01T00:00:00Z\" />
<int key=\"k\" value=\"1\"></int>x &amp; y <float key=\"l\" value=\"&lt;\"/><id key='m' value='2'/><!-- c -->
<boolean key=\"n\" value=\"true\"><id key=\"o\" value=\"3\"/></boolean>text<string key=\"p\" value=\"4\"/>";

/// Rows, rejects, warnings and the error, for comparison.
fn outcome(bytes: &[u8], at_a_time: usize) -> String {
    let mut reader = match XesReader::new(BufReader::with_capacity(at_a_time, bytes), &XesOptions::default()) {
        Ok(reader) => reader,
        Err(error) => return error.to_string(),
    };
    let mut table = Table::default();
    let end = loop {
        match reader.next_chunk(1) {
            Ok(Some(chunk)) => add(chunk, &mut table),
            Ok(None) => break String::new(),
            Err(error) => break error.to_string(),
        }
    };
    format!("{:#?} {:#?} {:#?} {end}", table.rows, table.rejects, reader.warnings())
}

/// Reads on whatever happens, in chunks of two.
fn survive(bytes: &[u8]) {
    let options = XesOptions { case: Some("org:group".to_owned()), ..XesOptions::default() };
    for options in [XesOptions::default(), options] {
        let Ok(mut reader) = XesReader::new(BufReader::with_capacity(5, bytes), &options) else { continue };
        let mut chunks = 0;
        loop {
            match reader.next_chunk(2) {
                Ok(None) => break,
                Ok(Some(_)) => chunks += 1,
                Err(_) => assert!(matches!(reader.next_chunk(2), Ok(None))),
            }
            assert!(chunks <= bytes.len());
        }
    }
}

#[test]
fn valid_text_is_valid() {
    let table = read(VALID);
    assert_eq!((table.names(), table.rejects.len(), table.empty_cases), (vec![("ä&", "é")], 1, 1));
    assert_eq!(table.rows[0].role, "😀");
}

#[test]
fn every_cut_is_survived_and_told() {
    let whole = VALID.trim_end();
    for end in 0..whole.len() {
        let cut = &whole.as_bytes()[..end];
        survive(cut);
        assert!(read_in(cut, &XesOptions::default(), 1000).is_err(), "{end}");
    }
}

#[test]
fn depth_is_limited() {
    let nested =
        |levels: usize, open: &str, close: &str| event(&format!("{}{}", open.repeat(levels), close.repeat(levels)));
    for (open, close) in [
        ("<string key='k' value='v'>", "</string>"),
        ("<list key='l'>", "</list>"),
        ("<container key='l'>", "</container>"),
        ("<list key='l'><values>", "</values></list>"),
        ("<unknown>", "</unknown>"),
    ] {
        let error = error_of(nested(65, open, close).as_bytes());
        assert!(error.contains("nested deeper than 64 at line 2"), "{error}");
    }
    for (open, close, levels) in
        [("<container key='l'>", "</container>", 64), ("<list key='l'><values>", "</values></list>", 32)]
    {
        let table = read(&nested(levels, open, close));
        let cell = table.column("event l")[0];
        assert!(serde_json::from_str::<serde_json::Value>(cell).is_ok(), "{cell}");
    }
}

#[test]
fn keys_are_limited() {
    let attributes: String = (0..3000).map(|key| format!("<string key='k{key}' value='v'/>")).collect();
    let table = read(&event(&attributes));
    assert!((1900..=2000).contains(&table.rows[0].attributes.len()));
    assert_eq!(table.warnings[0].kind, XesWarningKind::TooManyKeys);
}

#[test]
fn endless_elements_are_refused() {
    let check = |start: &str, piece: &str, expected: &str| {
        let text = format!("{start}{}", piece.repeat((80 << 20) / piece.len()));
        let error = match XesReader::new(text.as_bytes(), &XesOptions::default()) {
            Ok(mut reader) => reader.next_chunk(9).err(),
            Err(error) => Some(error),
        };
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(expected), "{start}: {error}");
    };
    check("", "a", "does not begin like XML");
    check("<log>\n<!--", "a", "begins at line 2 is larger than 64 MiB");
    check("<log>\n<trace>\n<event>", "<string key='a' value='0123456789'/>", "begins at line 3 is larger than 64 MiB");
    let piece = format!("<string key='a' value='{}'/>", "0123456789".repeat(30));
    check("<log>\n<trace>", &piece, "larger than 64 MiB");
}

#[test]
fn large_attributes_of_a_trace_make_small_chunks() {
    let large = "x".repeat(20 << 20);
    let events = "<event><string key='concept:name' value='a'/></event>".repeat(10);
    let text = trace(&format!("<string key='k' value='{large}'/>{events}"));
    let mut reader = XesReader::new(text.as_bytes(), &XesOptions::default()).unwrap();
    let mut rows = Vec::new();
    while let Some(chunk) = reader.next_chunk(1000).unwrap() {
        rows.push(chunk.rows());
    }
    assert_eq!(rows, [4, 4, 2]);
}

#[test]
fn a_failing_source_is_reported_with_its_line() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk gone"))
        }
    }
    let text = log(&"<trace>\n</trace>".repeat(1000));
    let input = text.as_bytes().take(8000).chain(Failing);
    let mut reader = XesReader::new(BufReader::new(input), &XesOptions::default()).unwrap();
    let error = reader.next_chunk(9).unwrap_err();
    assert!(error.to_string().starts_with("could not read on at line"), "{error}");
    assert!(matches!(reader.next_chunk(9), Ok(None)));
}

proptest! {
    #[test]
    fn mutations_are_survived(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..12)) {
        let mut bytes = VALID.as_bytes().to_vec();
        for (index, byte, change) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"<>/\"'&=? "[usize::from(byte) % 9]),
                _ => bytes.truncate(at.max(1)),
            }
        }
        survive(&bytes);
    }

    /// Plain tags go past the XML reader where they are at hand as a whole, and through it where the bytes come one
    /// by one; that must not show.
    #[test]
    fn both_ways_through_a_log_agree(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)) {
        // The bytes in which the encoding is sought are always at hand.
        let start = format!("<?xml version='1.0'?><!--{}--><log>", " ".repeat(1100));
        let mut inside = format!("<event>{EVENT}</event><event>{EVENT}</event></trace></log>").into_bytes();
        for (index, byte) in changes {
            let at = index.index(inside.len());
            inside[at] = b"<>/\"'&=? \n\xff"[usize::from(byte) % 11];
        }
        let bytes = [start.as_bytes(), b"<trace>", &inside].concat();
        prop_assert_eq!(outcome(&bytes, 1), outcome(&bytes, 1 << 16));
    }

    #[test]
    fn noise_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0..3usize) {
        let start: &[u8] = [&b""[..], b"<log>", b"<log><trace><event>"][start];
        survive(&[start, &bytes].concat());
    }
}
