//! YAML, and with it JSON, as a tree of nodes.

use super::Fault;
use super::node::{At, Name, Node, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};
use std::fmt;

/// A YAML or JSON document.
///
/// # Errors
/// The fault, with its place.
pub(super) fn of_yaml(text: &str) -> Result<Node, Fault> {
    let mut options = Options::default();
    options.with_snippet = false;
    options.strict_booleans = true;
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    let read: Result<Spanned<Plain>, _> = serde_saphyr::from_str_with_options(text, options);
    match read {
        Ok(found) => Ok(node(found)),
        Err(error) => {
            let at = error.location().map_or(At::START, place);
            // The reader says the place in its own words, too.
            let told = error.to_string();
            let first = told.lines().next().unwrap_or_default();
            let what = first.strip_prefix("error: ").unwrap_or(first);
            let words = what.split_once(": ").filter(|(before, _)| before.starts_with("line "));
            Err(at.fault(words.map_or(what, |(_, rest)| rest), "mend the YAML"))
        }
    }
}

fn place(location: Location) -> At {
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX).max(1);
    At { line: number(location.line()), column: number(location.column()) }
}

fn node(spanned: Spanned<Plain>) -> Node {
    let at = place(spanned.referenced);
    let value = match spanned.value {
        Plain::Null => Value::Null,
        Plain::Boolean(value) => Value::Boolean(value),
        Plain::Number(value) => Value::Number(value),
        Plain::Text(text) => Value::Text(text),
        Plain::List(items) => Value::List(items.into_iter().map(node).collect()),
        Plain::Map(members) => {
            let name = |name: Spanned<String>| Name { at: place(name.referenced), text: name.value };
            Value::Map(members.into_iter().map(|(key, value)| (name(key), node(value))).collect())
        }
    };
    Node { at, value }
}

/// A value before its place is taken over.
#[derive(Debug)]
enum Plain {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Spanned<Plain>>),
    Map(Vec<(Spanned<String>, Spanned<Plain>)>),
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_none<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Plain, D::Error> {
        Plain::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Plain, E> {
        Ok(Plain::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Plain, E> {
        Ok(Plain::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plain, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Plain::List(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Plain, A::Error> {
        let mut found = Vec::new();
        while let Some(member) = members.next_entry()? {
            found.push(member);
        }
        Ok(Plain::Map(found))
    }
}
