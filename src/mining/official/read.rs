//! From the text of a definition to its value.

use super::fields::{Fields, Notes};
use super::node::{At, Node, of_toml};
use super::yaml::of_yaml;
use super::{Fault, Faults, calendar, check, path, rules, steps, table};
use crate::model::official::Definition;
use crate::model::time;

/// How a definition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// JSON.
    Json,
    /// A list of rules.
    Csv,
}

impl Notation {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// What a text is: its file's ending says so, or its content.
    fn of(file: &str, text: &str) -> Self {
        let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
        let begun = text.trim_start();
        match ending.as_str() {
            "yaml" | "yml" => Self::Yaml,
            "toml" => Self::Toml,
            "json" => Self::Json,
            "csv" | "tsv" => Self::Csv,
            _ if begun.starts_with('{') => Self::Json,
            _ if table::is_table(text) => Self::Csv,
            // A line of TOML assigns by `=` before any colon, or is the head of a table.
            _ if begun.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).is_some_and(is_toml) => {
                Self::Toml
            }
            _ => Self::Yaml,
        }
    }
}

fn is_toml(line: &str) -> bool {
    let line = line.trim();
    let assigned = line.find('=').is_some_and(|at| !line[..at].contains(':'));
    assigned || (line.starts_with('[') && line.ends_with(']'))
}

/// Reads a definition; `file` is what its file is called.
///
/// # Errors
/// All faults, in the order of the text.
pub fn read(file: &str, text: &str) -> Result<(Notation, Definition), Faults> {
    let notation = Notation::of(file, text);
    let mut notes = Notes::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let definition = match notation {
        Notation::Csv => Some(table::read(text, &mut notes)),
        Notation::Toml => {
            of_toml(text).map(|node| definition(&node, &mut notes)).map_err(|f| notes.faults.push(f)).ok()
        }
        Notation::Yaml | Notation::Json => {
            of_yaml(text).map(|node| definition(&node, &mut notes)).map_err(|fault| notes.faults.push(fault)).ok()
        }
    };
    if let Some(definition) = &definition {
        let is_broken = !notes.faults.is_empty();
        check::check(definition, &mut notes);
        if !is_broken && definition.path.is_none() && definition.rules.is_empty() && definition.steps.is_empty() {
            notes.fault(At::START, "there is neither a path nor a rule in it", "add `path:`, `rules:` or both");
        }
    }
    let mut faults: Vec<Fault> = notes.faults;
    faults.sort();
    faults.dedup();
    match definition {
        Some(definition) if faults.is_empty() => Ok((notation, definition)),
        _ => Err(Faults { file: file.to_owned(), faults, more: notes.more }),
    }
}

fn definition(node: &Node, notes: &mut Notes) -> Definition {
    let mut fields = Fields::of(node, "the definition", notes);
    let valid_from = fields.texts("valid_from", notes).into_iter().next();
    if let Some((at, text)) = &valid_from
        && let Err(what) = time::parse(text)
    {
        notes.fault(*at, format!("`valid_from`: {what}"), "write a day: 2026-01-01");
    }
    let criticality_at = fields.at;
    let criticality = fields.whole("criticality", notes);
    if criticality.is_some_and(|level| !(1..=5).contains(&level)) {
        notes.fault(
            criticality_at,
            "`criticality` is not between 1 and 5",
            "write 1, hardly matters, to 5, must not fail",
        );
    }
    let definition = Definition {
        flow: fields.text("flow", notes),
        version: fields.whole("version", notes).map(u64::from),
        valid_from: valid_from.map(|(_, text)| text),
        case: fields.take("case").map(|node| steps::case(node, notes)),
        calendar: fields.take("calendar").map(|node| calendar::calendar(node, notes)),
        owner: fields.take("owner").map(|node| steps::owner(node, notes)),
        criticality: criticality.map(u64::from),
        regulated: fields.flag("regulated", notes),
        roles: fields.words("roles", notes),
        steps: fields.take("steps").map(|node| steps::steps(node, notes)).unwrap_or_default(),
        path: fields.take("path").and_then(|node| path::block(node, 0, notes)),
        rules: fields.take("rules").map(|node| rules::rules(node, notes)).unwrap_or_default(),
        exceptions: fields.take("exceptions").map(|node| steps::exceptions(node, notes)).unwrap_or_default(),
        costs: fields.take("costs").map(|node| steps::costs(node, notes)),
    };
    fields.end(notes);
    definition
}
