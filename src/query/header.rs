//! The TOML header of a query file: lines that begin with `--!`.

use crate::model::kind::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::map::Map as TomlMap;
use utoipa::ToSchema;

/// How a query's result is best drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartHint {
    /// `line`, `bars`, `heatmap`, …
    pub kind: String,
    /// Column on the x axis.
    pub x: String,
    /// Columns that are drawn.
    pub y: Vec<String>,
}

/// Everything that a query says about itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// A few words.
    pub title: String,
    /// What it answers.
    #[serde(default)]
    pub question: String,
    /// The formula in words: population, clock, what counts and what does not.
    #[serde(default)]
    pub definition: String,
    /// Units of the result.
    #[serde(default)]
    pub unit: String,
    /// Tables that it reads.
    #[serde(default)]
    pub source: Vec<String>,
    /// What one row is.
    #[serde(default)]
    pub grain: String,
    /// Parameters and their types; `?` marks the optional ones.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Result columns and their kinds, in order.
    #[serde(default)]
    pub columns: TomlMap<String, toml::Value>,
    /// What each column says; only views describe theirs.
    #[serde(default)]
    pub about: BTreeMap<String, String>,
    /// Whether results of parts add up to that of the whole.
    #[serde(default)]
    pub additive: bool,
    /// How to draw it.
    #[serde(default)]
    pub chart: Option<ChartHint>,
    /// Which cases a row is about: a filter in its text form, `{column}` stands for the row's value.
    #[serde(default)]
    pub cases: Option<String>,
    /// Whether it only serves other answers and is no KPI of its own.
    #[serde(default)]
    pub internal: bool,
}

/// A fault of a header: line within the file, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

const KEYS: [&str; 13] = [
    "title",
    "question",
    "definition",
    "unit",
    "source",
    "grain",
    "params",
    "columns",
    "about",
    "additive",
    "chart",
    "cases",
    "internal",
];

/// Types that a parameter may have; besides them a choice, which lists its values: `week|day|month`.
pub const PARAMETER_TYPES: [&str; 5] = ["count", "number", "text", "timestamp", "date"];

impl Header {
    /// Splits a file into header and SQL and reads the header.
    pub fn parse(text: &str) -> Result<(Self, String), HeaderFault> {
        let mut toml = String::new();
        let mut sql = String::new();
        for line in text.lines() {
            match line.strip_prefix("--!") {
                // Empty lines keep the line numbers of both parts equal to those of the file.
                Some(rest) if sql.trim().is_empty() => {
                    toml.push_str(rest);
                    sql.push('\n');
                }
                _ => {
                    sql.push_str(line);
                    sql.push('\n');
                }
            }
            toml.push('\n');
        }
        let header: Self = toml::from_str(&toml).map_err(|error| {
            let before = error.span().map_or("", |span| toml.get(..span.start).unwrap_or_default());
            // A text that is never closed is at fault behind the last line.
            let line = (before.matches('\n').count() + 1).min(text.lines().count().max(1));
            HeaderFault { line, what: explain(error.message()) }
        })?;
        if sql.trim().is_empty() {
            return Err(HeaderFault { line: 1, what: "there is no SQL below the header".to_owned() });
        }
        header.kinds()?;
        for (name, kind) in &header.params {
            if choices(kind).is_none() && !PARAMETER_TYPES.contains(&kind.trim_end_matches('?')) {
                let types = PARAMETER_TYPES.join(", ");
                let what = format!("parameter `{name}` has type `{kind}`; types are {types}, or values joined by |");
                return Err(HeaderFault { line: 1, what });
            }
        }
        Ok((header, sql))
    }

    /// The result columns with their kinds.
    pub fn kinds(&self) -> Result<Vec<(String, Kind)>, HeaderFault> {
        let kind = |(name, value): (&String, &toml::Value)| {
            let kind = value.clone().try_into::<Kind>();
            kind.map(|kind| (name.clone(), kind)).map_err(|_| HeaderFault {
                line: 1,
                what: format!(
                    "column `{name}` has kind {value}; kinds are date, timestamp, category, count, number, share, \
                     duration_s, cost, boolean, list"
                ),
            })
        };
        self.columns.iter().map(kind).collect()
    }
}

/// The values of a parameter that is a choice; the first one is meant if nothing is said.
pub fn choices(kind: &str) -> Option<Vec<&str>> {
    kind.contains('|').then(|| kind.split('|').map(str::trim).collect())
}

/// Whether a parameter may be left out.
pub fn is_optional(kind: &str) -> bool {
    kind.ends_with('?') || choices(kind).is_some()
}

/// Adds a near name to complaints about unknown keys.
fn explain(message: &str) -> String {
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match unknown {
        None => message.to_owned(),
        Some(key) => {
            let near = KEYS.iter().min_by_key(|known| strsim::damerau_levenshtein(key, known)).unwrap_or(&KEYS[0]);
            format!("unknown key `{key}`, did you mean `{near}`?")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn header_and_sql_are_told_apart() {
        let text = "--! title = \"T\"\n--! columns = { b = \"count\", a = \"date\" }\n-- why\nSELECT 1\n";
        let (header, sql) = Header::parse(text).unwrap();
        assert_eq!(header.title, "T");
        assert_eq!(header.kinds().unwrap(), [("b".to_owned(), Kind::Count), ("a".to_owned(), Kind::Date)]);
        assert_eq!(sql.trim(), "-- why\nSELECT 1");
    }

    #[test]
    fn faults_name_line_and_cure() {
        let check = |text: &str, line: usize, what: &str| {
            let fault = Header::parse(text).unwrap_err();
            assert_eq!(fault.line, line, "{fault:?}");
            assert!(fault.what.contains(what), "{fault:?}");
        };
        check("--! title = \"T\"\n--! unti = \"s\"\nSELECT 1", 2, "did you mean `unit`");
        check("--!title=\"T\"\n--!unti=\"s\"\nSELECT 1", 2, "did you mean `unit`");
        check("--! title = \"T\"\n", 1, "no SQL");
        check("--! title = \"T\"\n--! columns = { a = \"meters\" }\nSELECT 1", 1, "kind");
        check("--! title = \"T\"\n--! params = { a = \"int\" }\nSELECT 1", 1, "types are");
        check("SELECT 1", 1, "title");
    }

    #[test]
    fn choices_are_told_from_types() {
        assert_eq!(choices("week|day | month"), Some(vec!["week", "day", "month"]));
        assert_eq!((choices("count?"), is_optional("count"), is_optional("count?")), (None, false, true));
        assert!(is_optional("a|b"));
        let text = "--! title = \"T\"\n--! params = { by = \"week|day\" }\n--! cases = \"with={a}\"\nSELECT 1";
        let (header, _) = Header::parse(text).unwrap();
        assert_eq!((header.params["by"].as_str(), header.cases.as_deref()), ("week|day", Some("with={a}")));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(--!)?\\PC{0,40}(\n(--! )?[a-z]{0,6} = \\PC{0,20}){0,4}") {
            let _ = Header::parse(&text);
        }
    }
}
