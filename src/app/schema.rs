//! The tables that SQL sees, with their columns: what the files of `queries/views` say of them, and the log's own
//! attributes.

use crate::app::{App, Target};
use crate::model::kind::Kind;
use crate::model::tables::{self, AttributeColumn, AttributeType};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaTable {
    /// Its name in SQL.
    pub name: String,
    /// What one row is.
    pub grain: String,
    /// Its columns in order.
    pub columns: Vec<SchemaColumn>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaColumn {
    /// Its name.
    pub name: String,
    /// Its name as SQL wants it: quoted where it is no plain word.
    pub quoted: String,
    /// Its unit.
    pub kind: Kind,
    /// What it says.
    pub about: String,
    /// Whether the log brought it.
    pub of_log: bool,
}

impl App {
    /// The tables of a log version.
    pub fn schema(&self, target: &Target) -> Vec<SchemaTable> {
        let attributes = &target.snapshot.manifest.attributes;
        let table = |(name, view): (&str, &crate::query::Query)| {
            let has = |attribute: &&AttributeColumn| match name {
                tables::EVENTS => attribute.in_events,
                tables::CASES => attribute.in_cases,
                _ => false,
            };
            let own: Vec<&AttributeColumn> = attributes.iter().filter(has).collect();
            let fixed = view.columns.iter().filter(|(column, _)| !own.iter().any(|one| one.column == *column));
            let fixed = fixed.map(|(column, kind)| {
                let about = view.header.about.get(column).cloned().unwrap_or_default();
                SchemaColumn { quoted: quoted(column), name: column.clone(), kind: *kind, about, of_log: false }
            });
            let grain = view.header.grain.clone();
            SchemaTable {
                name: name.to_owned(),
                grain,
                columns: fixed.chain(own.iter().map(|one| of_log(one))).collect(),
            }
        };
        self.engine().catalogue().tables().map(table).collect()
    }
}

fn of_log(attribute: &AttributeColumn) -> SchemaColumn {
    let kind = match attribute.kind {
        AttributeType::Boolean => Kind::Boolean,
        AttributeType::Integer => Kind::Count,
        AttributeType::Number => Kind::Number,
        AttributeType::Time => Kind::Timestamp,
        AttributeType::Text => Kind::Category,
    };
    let about = if attribute.column == attribute.source {
        "Attribute of the log".to_owned()
    } else {
        format!("Attribute of the log, there called {}", attribute.source)
    };
    let name = attribute.column.clone();
    SchemaColumn { quoted: quoted(&name), name, kind, about, of_log: true }
}

/// Words that SQL takes for itself and that logs like to call their columns.
const TAKEN: [&str; 24] = [
    "all", "and", "as", "by", "case", "cross", "else", "end", "from", "group", "having", "in", "join", "limit", "not",
    "null", "offset", "on", "or", "order", "select", "then", "when", "where",
];

/// A name that is no plain word in small letters is written in quotes.
fn quoted(name: &str) -> String {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let plain = name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_');
    if starts && plain && !TAKEN.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_sql_needs_it() {
        let check = |name: &str, expected: &str| assert_eq!(quoted(name), expected);
        check("region", "region");
        check("_x2", "_x2");
        check("Region", "\"Region\"");
        check("org:group", "\"org:group\"");
        check("order", "\"order\"");
        check("2nd", "\"2nd\"");
        check("a \"b\"", "\"a \"\"b\"\"\"");
        check("", "\"\"");
    }
}
