//! A list of rules as CSV: `rule,step,other` and, where rules need them, `n min max limit roles needs when penalty id note`.
//! Several roles or columns in a cell are joined by `|`.

use super::fields::Notes;
use super::node::At;
use super::rules::{Given, MOST, TOO_MANY, kind_of};
use crate::model::official::{Condition, Definition, Rule, Span};
use std::collections::BTreeSet;

const COLUMNS: [&str; 13] =
    ["rule", "step", "other", "n", "min", "max", "limit", "roles", "needs", "when", "penalty", "id", "note"];

/// Whether a text looks like such a list: its first line has the columns that it cannot do without.
pub(super) fn is_table(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let mut cells = first.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"').to_lowercase());
    let first = cells.next();
    first.as_deref() == Some("rule") && cells.any(|cell| cell == "step")
}

/// The rules of a list.
pub(super) fn read(text: &str, notes: &mut Notes) -> Definition {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(|c| head.matches(*c).count()).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter as u8).flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(|name| name.trim().to_lowercase()).collect(),
        Err(error) => {
            notes.fault(At::START, error.to_string(), "save the list as CSV in UTF-8");
            return Definition::default();
        }
    };
    for (column, name) in headers.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(&name.as_str())) {
        let at = At { line: 1, column: width(&headers[..column]) };
        notes.unknown(at, format!("a list of rules has no column `{name}`"), name, COLUMNS.into_iter());
    }
    let mut rules: Vec<Rule> = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, |position| position.line() as usize);
                notes.fault(At { line, column: 1 }, error.to_string(), "mend the line");
                continue;
            }
        };
        let line = record.position().map_or(1, |position| position.line() as usize);
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rules.len() == MOST {
            notes.fault(At { line, column: 1 }, format!("there are more than {MOST} rules"), TOO_MANY);
            break;
        }
        let row = Row { line, headers: &headers, cells: &cells };
        if let Some(rule) = row.rule(notes) {
            // Without names of their own, two alike are told apart by their number.
            let mut id = rule.id.clone();
            if ids.contains(&id) {
                id = format!("{id}#{}", rules.len() + 1);
            }
            ids.insert(id.clone());
            rules.push(Rule { id, ..rule });
        }
    }
    Definition { rules, ..Definition::default() }
}

fn width(cells: &[String]) -> usize {
    cells.iter().map(|cell| cell.chars().count() + 1).sum::<usize>() + 1
}

struct Row<'a> {
    line: usize,
    headers: &'a [String],
    cells: &'a [String],
}

impl Row<'_> {
    fn cell(&self, name: &str) -> Option<(At, String)> {
        let column = self.headers.iter().position(|own| own == name)?;
        let text = self.cells.get(column)?.trim().to_owned();
        let at = At { line: self.line, column: width(&self.cells[..column]) };
        (!text.is_empty()).then_some((at, text))
    }

    fn list(&self, name: &str) -> Vec<(At, String)> {
        let Some((at, text)) = self.cell(name) else { return Vec::new() };
        text.split('|').map(|part| (at, part.trim().to_owned())).filter(|(_, part)| !part.is_empty()).collect()
    }

    fn read<T>(&self, name: &str, notes: &mut Notes, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let (at, text) = self.cell(name)?;
        read(&text).map_err(|what| notes.fault(at, format!("`{name}`: {what}"), "mend the cell")).ok()
    }

    fn rule(&self, notes: &mut Notes) -> Option<Rule> {
        let at = At { line: self.line, column: 1 };
        let kind = kind_of(at, self.cell("rule"), notes)?;
        let whole = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no whole number"));
        let number = |text: &str| text.parse::<f64>().map_err(|_| format!("`{text}` is no number"));
        let condition =
            |text: &str| Condition::parse(text).map_err(|(place, what)| format!("at character {}: {what}", place + 1));
        let limit = self.read("limit", notes, Span::parse);
        if let (Some(limit), Some((at, _))) = (limit.as_ref().filter(|limit| limit.is_business()), self.cell("limit")) {
            notes.mentions.business.push((at, format!("`limit` {limit}")));
        }
        let given = Given {
            id: self.cell("id").map(|(_, id)| id),
            kind,
            at,
            steps: ["step", "other"].into_iter().flat_map(|name| self.list(name)).collect(),
            n: self.read("n", notes, whole),
            min: self.read("min", notes, whole),
            max: self.read("max", notes, whole),
            roles: self.list("roles"),
            rule: Rule {
                id: String::new(),
                kind,
                steps: Vec::new(),
                min: None,
                max: None,
                limit,
                roles: Vec::new(),
                needs: self.list("needs").into_iter().map(|(_, name)| name).collect(),
                when: self.read("when", notes, condition),
                penalty: self.read("penalty", notes, number),
                note: self.cell("note").map(|(_, note)| note),
            },
        };
        given.settle(&format!("rule `{}`", kind.word()), notes)
    }
}
