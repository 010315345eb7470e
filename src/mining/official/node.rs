//! A text as a tree whose parts know where they stand.

use super::Fault;

/// Where something stands: line and character, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub line: usize,
    pub column: usize,
}

impl At {
    /// Where a text begins.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// Of a byte of a text.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &text[..byte];
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }

    pub(super) fn fault(self, what: impl Into<String>, cure: impl Into<String>) -> Fault {
        Fault { line: self.line, column: self.column, what: what.into(), cure: cure.into() }
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub at: At,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Name, Node)>),
}

/// The name of a member of a map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub at: At,
    pub text: String,
}

impl Node {
    /// A single value as text: what people write without quotes may look like a number.
    pub(super) fn text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Boolean(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Boolean(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// A TOML document.
///
/// # Errors
/// The fault, with its place.
pub(super) fn of_toml(text: &str) -> Result<Node, Fault> {
    let table = toml::de::DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(At::START, |span| At::of(text, span.start));
        at.fault(error.message().trim(), "mend the TOML")
    })?;
    let at = At::of(text, table.span().start);
    Ok(Node { at, value: members(text, table.get_ref()) })
}

fn members(text: &str, table: &toml::de::DeTable<'_>) -> Value {
    let mut members: Vec<(Name, Node)> = Vec::new();
    for (name, value) in table.iter() {
        let at = At::of(text, name.span().start);
        let name = Name { at, text: name.get_ref().clone().into_owned() };
        members.push((name, of_value(text, value)));
    }
    Value::Map(members)
}

fn of_value(text: &str, value: &toml::Spanned<toml::de::DeValue<'_>>) -> Node {
    use toml::de::DeValue;
    let at = At::of(text, value.span().start);
    let number =
        |digits: &str| digits.replace('_', "").parse::<f64>().map_or(Value::Text(digits.to_owned()), Value::Number);
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Integer(digits) if digits.radix() == 10 => number(digits.as_str()),
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
            .map_or(Value::Null, |value| Value::Number(value as f64)),
        DeValue::Float(digits) => number(digits.as_str()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| of_value(text, item)).collect()),
        DeValue::Table(table) => members(text, table),
    };
    Node { at, value }
}
