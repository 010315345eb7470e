//! CSV: a header, and one row per event with the attributes of its case behind its own.

use super::Form;
use super::fields::{Fields, Meaning};
use std::io::{Result, Write};

/// See the module.
pub struct Csv {
    header: Vec<String>,
    /// Which cells of an event are written.
    shown: Vec<bool>,
}

impl Csv {
    /// For a log with these columns.
    pub fn new(fields: &Fields) -> Self {
        let mut header = vec!["case".to_owned()];
        let mut shown = Vec::new();
        let mut add = |name: &str| {
            let is_free = |wanted: &str| !header.iter().any(|known: &String| known.eq_ignore_ascii_case(wanted));
            let numbered = || (2..).map(|number| format!("{name}_{number}")).find(|wanted| is_free(wanted));
            let own = if is_free(name) { Some(name.to_owned()) } else { numbered() };
            header.push(own.unwrap_or_default());
        };
        for field in &fields.of_event {
            shown.push(field.meaning != Meaning::Position);
            match field.meaning {
                Meaning::Position => {}
                Meaning::Start => add("start"),
                Meaning::End => add("timestamp"),
                _ => add(&field.name),
            }
        }
        fields.of_case.iter().for_each(|field| add(&field.name));
        Self { header, shown }
    }
}

/// A cell; quoted where it has to be.
fn push(line: &mut Vec<u8>, cell: &str) {
    let plain = !cell.contains(['"', ',', '\n', '\r']) && cell.trim().len() == cell.len();
    if plain {
        line.extend_from_slice(cell.as_bytes());
    } else {
        line.push(b'"');
        line.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    }
}

fn row<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut line = Vec::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            line.push(b',');
        }
        push(&mut line, cell);
    }
    line
}

impl Form for Csv {
    fn begin(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(&row(self.header.iter().map(String::as_str)))?;
        out.write_all(b"\n")
    }

    /// The id, a line of its own as its length says, and the attributes.
    fn case(&self, cells: &[Option<String>]) -> Vec<u8> {
        let text = |cell: &'_ Option<String>| cell.clone().unwrap_or_default();
        let (id, rest) = cells.split_first().map_or((String::new(), &[][..]), |(id, rest)| (text(id), rest));
        let id = row(std::iter::once(id.as_str()));
        let mut kept = (id.len() as u64).to_le_bytes().to_vec();
        kept.extend(id);
        for cell in rest {
            kept.push(b',');
            push(&mut kept, cell.as_deref().unwrap_or_default());
        }
        kept
    }

    fn open_case(&self, _: &[u8], _: &mut dyn Write) -> Result<()> {
        Ok(())
    }

    fn event(&self, case: &[u8], cells: &[Option<String>], out: &mut dyn Write) -> Result<()> {
        let (length, rest) = case.split_at(case.len().min(8));
        let length = length.try_into().map_or(0, u64::from_le_bytes) as usize;
        let (id, attributes) = rest.split_at(length.min(rest.len()));
        out.write_all(id)?;
        let mut line = Vec::new();
        for (cell, _) in cells.iter().zip(&self.shown).filter(|(_, shown)| **shown) {
            line.push(b',');
            push(&mut line, cell.as_deref().unwrap_or_default());
        }
        out.write_all(&line)?;
        out.write_all(attributes)?;
        out.write_all(b"\n")
    }

    fn close_case(&self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }

    fn end(&self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::Field;
    use super::*;
    use crate::model::tables::AttributeType;

    fn field(name: &str, meaning: Meaning) -> Field {
        Field { column: name.to_owned(), name: name.to_owned(), meaning }
    }

    #[test]
    fn rows_are_quoted_where_they_must_be() {
        let text = Meaning::Attribute(AttributeType::Text);
        let fields = Fields {
            of_case: vec![field("case", text)],
            of_event: vec![
                field("activity", Meaning::Activity),
                field("ended_at", Meaning::End),
                field("position", Meaning::Position),
                field("note", text),
            ],
        };
        let csv = Csv::new(&fields);
        let some = |text: &str| Some(text.to_owned());
        let mut out = Vec::new();
        csv.begin(&mut out).unwrap();
        let case = csv.case(&[some("a,1"), some(" x")]);
        csv.event(&case, &[some("Pay"), some("2024-01-01T00:00:00Z"), some("1"), some("say \"hi\"\nnow")], &mut out)
            .unwrap();
        csv.event(&case, &[some("Ship"), None, some("2"), None], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "case,activity,timestamp,note,case_2\n\
            \"a,1\",Pay,2024-01-01T00:00:00Z,\"say \"\"hi\"\"\nnow\",\" x\"\n\"a,1\",Ship,,,\" x\"\n";
        assert_eq!(text, expected);
    }
}
