//! Reading the members of a map: what is missing, of the wrong kind or unknown is told with its place.

use super::node::{At, Node, Value};
use super::{Fault, check::Mentions};
use crate::model::official::{Condition, Span};

/// So many faults are kept; a text with more of them is something else than was meant.
const KEPT: usize = 1_000;
/// So many names are compared in search of what was meant, in all.
const COMPARED: usize = 100_000;
/// Names that are longer are not compared: it takes as long as both are long.
const LONGEST: usize = 80;
/// Names that are listed where none is near.
const LISTED: usize = 3;

/// What a reading has found besides values: faults, and mentions of things that have to be somewhere.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub faults: Vec<Fault>,
    /// Faults that are not kept.
    pub more: usize,
    pub mentions: Mentions,
    compared: usize,
}

impl Notes {
    pub(super) fn fault(&mut self, at: At, what: impl Into<String>, cure: impl Into<String>) {
        if self.faults.len() < KEPT {
            self.faults.push(at.fault(what, cure));
        } else {
            self.more += 1;
        }
    }

    /// A fault about a word that is not known; the cure is what was probably meant, or what there is.
    pub(super) fn unknown<'a>(
        &mut self,
        at: At,
        what: impl Into<String>,
        word: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        if self.faults.len() >= KEPT {
            self.more += 1;
            return;
        }
        let known: Vec<&str> = known.collect();
        self.compared += known.len();
        let cure = nearest(word, &known, self.compared <= COMPARED);
        self.faults.push(at.fault(what, cure));
    }
}

/// The members of a map, taken one by one.
pub(super) struct Fields<'a> {
    of: String,
    pub at: At,
    members: Vec<Option<(&'a super::node::Name, &'a Node)>>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// `of` says what the map is, e.g. `step invoice`. Anything else than a map is a fault, and then has no members.
    pub(super) fn of(node: &'a Node, of: impl Into<String>, notes: &mut Notes) -> Self {
        let of = of.into();
        let members = match &node.value {
            Value::Map(members) => members.iter().map(|(name, node)| Some((name, node))).collect(),
            // `step:` without anything below it.
            Value::Null => Vec::new(),
            _ => {
                notes.fault(node.at, format!("{of} is {}", node.kind()), "write it as a map of names and values");
                Vec::new()
            }
        };
        Self { of, at: node.at, members, asked: Vec::new() }
    }

    /// A member, if it is there and not empty.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.asked.push(name);
        let found = self.members.iter_mut().find(|member| member.is_some_and(|(own, _)| own.text == name))?;
        found.take().map(|(_, node)| node).filter(|node| node.value != Value::Null)
    }

    pub(super) fn text(&mut self, name: &'static str, notes: &mut Notes) -> Option<String> {
        let node = self.take(name)?;
        let text = node.text();
        if text.is_none() {
            notes.fault(node.at, format!("`{name}` of {} is {}", self.of, node.kind()), "write a text");
        }
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A text or a list of texts, each with its place.
    pub(super) fn texts(&mut self, name: &'static str, notes: &mut Notes) -> Vec<(At, String)> {
        let Some(node) = self.take(name) else { return Vec::new() };
        let items: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut found = Vec::new();
        for item in items {
            match item.text() {
                Some(text) => found.push((item.at, text.trim().to_owned())),
                None => {
                    let what = format!("`{name}` of {} holds {}", self.of, item.kind());
                    notes.fault(item.at, what, "write a text or a list of texts");
                }
            }
        }
        found
    }

    pub(super) fn words(&mut self, name: &'static str, notes: &mut Notes) -> Vec<String> {
        self.texts(name, notes).into_iter().map(|(_, text)| text).collect()
    }

    pub(super) fn number(&mut self, name: &'static str, notes: &mut Notes) -> Option<f64> {
        let node = self.take(name)?;
        match &node.value {
            Value::Number(number) if *number >= 0.0 => Some(*number),
            _ => {
                notes.fault(node.at, format!("`{name}` of {} is no number from 0 on", self.of), "write a number");
                None
            }
        }
    }

    /// Where a member that has not been taken yet stands; where it is missing, the map.
    pub(super) fn at_of(&self, name: &str) -> At {
        self.members.iter().flatten().find(|(own, _)| own.text == name).map_or(self.at, |(_, node)| node.at)
    }

    pub(super) fn whole(&mut self, name: &'static str, notes: &mut Notes) -> Option<u32> {
        let at = self.at_of(name);
        let number = self.number(name, notes)?;
        if number.fract() != 0.0 || number > f64::from(u32::MAX) {
            notes.fault(at, format!("`{name}` of {} is no whole number", self.of), "write a whole number");
            return None;
        }
        Some(number as u32)
    }

    pub(super) fn flag(&mut self, name: &'static str, notes: &mut Notes) -> Option<bool> {
        let node = self.take(name)?;
        match &node.value {
            Value::Boolean(value) => Some(*value),
            _ => {
                notes.fault(node.at, format!("`{name}` of {} is {}", self.of, node.kind()), "write true or false");
                None
            }
        }
    }

    pub(super) fn span(&mut self, name: &'static str, notes: &mut Notes) -> Option<Span> {
        let node = self.take(name)?;
        match Span::parse(&node.text().unwrap_or_default()) {
            Ok(span) => {
                if span.is_business() {
                    notes.mentions.business.push((node.at, format!("`{name}: {span}` of {}", self.of)));
                }
                Some(span)
            }
            Err(what) => {
                notes.fault(node.at, format!("`{name}` of {}: {what}", self.of), "e.g. 30m, 8h, 2d, 8bh or 3bd");
                None
            }
        }
    }

    pub(super) fn condition(&mut self, name: &'static str, notes: &mut Notes) -> Option<Condition> {
        let node = self.take(name)?;
        let text = node.text().unwrap_or_default();
        match Condition::parse(&text) {
            Ok(condition) => Some(condition),
            Err((place, what)) => {
                let what = format!("`{name}` of {}, at its character {}: {what}", self.of, place + 1);
                notes.fault(node.at, what, "e.g. discount > 0.10 and region = 'North'");
                None
            }
        }
    }

    /// What is left is unknown.
    pub(super) fn end(self, notes: &mut Notes) {
        for (name, _) in self.members.into_iter().flatten() {
            let what = format!("{} has no `{}`", self.of, name.text);
            notes.unknown(name.at, what, &name.text, self.asked.iter().copied());
        }
    }
}

fn nearest(word: &str, known: &[&str], may_compare: bool) -> String {
    let length = word.chars().count();
    let is_comparable = |name: &&&str| may_compare && word.len() <= LONGEST && name.len() <= LONGEST;
    let near = known.iter().filter(is_comparable).min_by_key(|name| strsim::damerau_levenshtein(word, name));
    match near {
        Some(near) if strsim::damerau_levenshtein(word, near) <= 1 + length / 3 => format!("did you mean `{near}`?"),
        _ if known.is_empty() => String::new(),
        _ if known.len() <= 2 * LISTED => format!("there is {}", known.join(", ")),
        _ => format!("there is {} and {} more", known[..LISTED].join(", "), known.len() - LISTED),
    }
}
