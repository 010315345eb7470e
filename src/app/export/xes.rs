//! XES as IEEE 1849 has it, flat: a trace per case, an event per event. An event that has a start carries it as
//! `start_timestamp` beside `time:timestamp`, as other tools do, so that it stays one event.

use super::Form;
use super::fields::{Field, Fields, Head, Meaning};
use crate::model::tables::AttributeType;
use std::io::{Result, Write};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value="__INVALID__"/></global>
<global scope="event"><string key="concept:name" value="__INVALID__"/></global>
<classifier name="Activity" scope="event" keys="concept:name"/>
"#;

/// An attribute as it is written: what stands before the value, and whether there is room for it.
#[derive(Debug, Clone)]
struct Tag(Option<String>);

/// See the module.
pub struct Xes {
    title: String,
    of_case: Vec<Tag>,
    of_event: Vec<Tag>,
}

impl Xes {
    /// For a log with these columns.
    pub fn new(fields: &Fields, head: Head) -> Self {
        let mut keys = vec!["concept:name".to_owned()];
        let of_case = fields.of_case.iter().map(|field| tag(field, &head, &mut keys)).collect();
        let mut keys: Vec<String> = fields.of_event.iter().filter_map(|field| own_key(field, &head)).collect();
        let of_event = fields.of_event.iter().map(|field| tag(field, &head, &mut keys)).collect();
        Self { title: head.title, of_case, of_event }
    }
}

/// The key that the standard has for a column.
fn own_key(field: &Field, head: &Head) -> Option<String> {
    let key = match field.meaning {
        Meaning::Activity => "concept:name",
        Meaning::Start => "start_timestamp",
        Meaning::End => "time:timestamp",
        Meaning::Resource => "org:resource",
        Meaning::Role => "org:role",
        Meaning::System => "system",
        Meaning::Lifecycle => "lifecycle:transition",
        Meaning::Position if head.unfinished => "concept:instance",
        Meaning::Position | Meaning::Attribute(_) => return None,
    };
    Some(key.to_owned())
}

/// A key is in an event or trace once: an attribute of the log gives way to what the log's columns say.
fn tag(field: &Field, head: &Head, taken: &mut Vec<String>) -> Tag {
    if let Some(key) = own_key(field, head) {
        let kind = if matches!(field.meaning, Meaning::Start | Meaning::End) { "date" } else { "string" };
        return Tag(Some(format!("<{kind} key=\"{}\" value=\"", escaped(&key))));
    }
    let Meaning::Attribute(kind) = field.meaning else { return Tag(None) };
    if taken.contains(&field.name) {
        return Tag(None);
    }
    taken.push(field.name.clone());
    let kind = match kind {
        AttributeType::Boolean => "boolean",
        AttributeType::Integer => "int",
        AttributeType::Number => "float",
        AttributeType::Time => "date",
        AttributeType::Text => "string",
    };
    Tag(Some(format!("<{kind} key=\"{}\" value=\"", escaped(&field.name))))
}

/// A text between double quotes. Readers would turn line ends and tabs into blanks unless they are written as numbers;
/// for other control signs XML has no place at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}

fn push(out: &mut String, tags: &[Tag], cells: &[Option<String>]) {
    for (tag, cell) in tags.iter().zip(cells) {
        if let (Tag(Some(begin)), Some(value)) = (tag, cell) {
            out.push_str(begin);
            out.push_str(&escaped(value));
            out.push_str("\"/>");
        }
    }
}

impl Form for Xes {
    fn begin(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(HEAD.as_bytes())?;
        writeln!(out, "<string key=\"concept:name\" value=\"{}\"/>", escaped(&self.title))
    }

    fn case(&self, cells: &[Option<String>]) -> Vec<u8> {
        let mut text = String::new();
        if let Some((id, rest)) = cells.split_first() {
            let id = escaped(id.as_deref().unwrap_or_default());
            text = format!("<trace>\n<string key=\"concept:name\" value=\"{id}\"/>");
            push(&mut text, &self.of_case, rest);
            text.push('\n');
        }
        text.into_bytes()
    }

    fn open_case(&self, case: &[u8], out: &mut dyn Write) -> Result<()> {
        out.write_all(case)
    }

    fn event(&self, _: &[u8], cells: &[Option<String>], out: &mut dyn Write) -> Result<()> {
        let mut text = String::from("<event>");
        push(&mut text, &self.of_event, cells);
        text.push_str("</event>\n");
        out.write_all(text.as_bytes())
    }

    fn close_case(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(b"</trace>\n")
    }

    fn end(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(b"</log>\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_once_and_values_are_escaped() {
        let field = |name: &str, meaning| Field { column: name.to_owned(), name: name.to_owned(), meaning };
        let text = Meaning::Attribute(AttributeType::Text);
        let fields = Fields {
            of_case: vec![field("concept:name", text), field("amount", Meaning::Attribute(AttributeType::Number))],
            of_event: vec![
                field("activity", Meaning::Activity),
                field("ended_at", Meaning::End),
                field("position", Meaning::Position),
                field("org:resource", text),
                field("resource", Meaning::Resource),
                field("concept:instance", text),
            ],
        };
        let head = |unfinished| Head { title: "a & b".to_owned(), unfinished };
        let some = |text: &str| Some(text.to_owned());
        let write = |unfinished| {
            let xes = Xes::new(&fields, head(unfinished));
            let mut out = Vec::new();
            xes.begin(&mut out).unwrap();
            xes.open_case(&xes.case(&[some("1<2"), some("dropped"), some("12.5")]), &mut out).unwrap();
            let cells = [some("Pay"), some("2024-01-01T00:00:00Z"), some("3"), some("x"), some("A\n\u{1}B"), some("i")];
            xes.event(&[], &cells, &mut out).unwrap();
            xes.close_case(&mut out).unwrap();
            xes.end(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let plain = write(false);
        assert!(plain.contains("value=\"a &amp; b\"/>\n<trace>\n<string key=\"concept:name\" value=\"1&lt;2\"/>"));
        assert!(plain.contains("<float key=\"amount\" value=\"12.5\"/>") && !plain.contains("dropped"), "{plain}");
        assert!(plain.contains("<string key=\"org:resource\" value=\"A&#10;\u{fffd}B\"/>"), "{plain}");
        assert_eq!(plain.matches("org:resource").count(), 1);
        assert!(plain.contains("<string key=\"concept:instance\" value=\"i\"/>"));
        assert!(
            write(true).contains("<string key=\"concept:instance\" value=\"3\"/>") && !write(true).contains("\"i\"")
        );
    }
}
