//! Conditions on what is known about a case: `discount > 0.10 and region in ('North', 'South')`.
//!
//! Comparisons, `and`, `or`, `not`, `in`, `is_null`; names with blanks stand in `` `back quotes` ``. What is not known makes a
//! comparison unknown, never false (Kleene's three values): `unknown or true` is true, `unknown and true` is unknown.

mod parse;

use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    expression: Expression,
}

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Compare(Operand, Comparison, Operand),
    In(Operand, Vec<Fact>),
    IsNull(Operand),
    /// The value of a column that is true or false.
    Is(Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Name(String),
    Value(Fact),
}

/// What is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// Where conditions look things up.
pub trait Facts {
    /// What is known under a name.
    fn fact(&self, name: &str) -> Fact;
}

impl<F: Fn(&str) -> Fact> Facts for F {
    fn fact(&self, name: &str) -> Fact {
        self(name)
    }
}

impl Condition {
    /// Reads one.
    ///
    /// # Errors
    /// Where, counted in characters from 0, and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        Ok(Self { text: text.trim().to_owned(), expression: parse::parse(text)? })
    }

    /// Whether it holds; nothing where that is not known.
    pub fn holds(&self, facts: &impl Facts) -> Option<bool> {
        self.expression.holds(facts)
    }

    /// The names that it speaks of, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.expression.names(&mut names);
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialSchema for Condition {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}

impl ToSchema for Condition {}

impl Expression {
    fn holds(&self, facts: &impl Facts) -> Option<bool> {
        match self {
            Self::All(parts) => several(parts.iter().map(|part| part.holds(facts)), false),
            Self::Any(parts) => several(parts.iter().map(|part| part.holds(facts)), true),
            Self::Not(part) => part.holds(facts).map(|holds| !holds),
            Self::Compare(left, how, right) => how.holds(&left.value(facts), &right.value(facts)),
            Self::In(operand, list) => {
                let value = operand.value(facts);
                several(list.iter().map(|item| Comparison::Equal.holds(&value, item)), true)
            }
            Self::IsNull(operand) => Some(operand.value(facts) == Fact::Null),
            Self::Is(operand) => match operand.value(facts) {
                Fact::Boolean(value) => Some(value),
                Fact::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
                Fact::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
        }
    }

    fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        let mut add = |operand: &'a Operand| {
            if let Operand::Name(name) = operand {
                names.push(name);
            }
        };
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.names(names)),
            Self::Not(part) => part.names(names),
            Self::Compare(left, _, right) => [left, right].into_iter().for_each(add),
            Self::In(operand, _) | Self::IsNull(operand) | Self::Is(operand) => add(operand),
        }
    }
}

/// `or` where `wins` is true, `and` where it is false: one such part decides; else one that is unknown.
fn several(parts: impl Iterator<Item = Option<bool>>, wins: bool) -> Option<bool> {
    let mut is_unknown = false;
    for part in parts {
        match part {
            Some(part) if part == wins => return Some(wins),
            None => is_unknown = true,
            Some(_) => {}
        }
    }
    (!is_unknown).then_some(!wins)
}

impl Operand {
    fn value(&self, facts: &impl Facts) -> Fact {
        match self {
            Self::Name(name) => facts.fact(name),
            Self::Value(value) => value.clone(),
        }
    }
}

impl Comparison {
    /// Numbers are compared as numbers, also where a log has them as text; values of other kinds cannot be compared.
    fn holds(self, left: &Fact, right: &Fact) -> Option<bool> {
        let number = |fact: &Fact| match fact {
            Fact::Number(number) => Some(*number),
            Fact::Text(text) => text.trim().parse::<f64>().ok(),
            _ => None,
        };
        let order = match (left, right) {
            (Fact::Null, _) | (_, Fact::Null) => return None,
            (Fact::Text(left), Fact::Text(right)) => left.cmp(right),
            (Fact::Boolean(left), Fact::Boolean(right)) => left.cmp(right),
            (Fact::Boolean(value), Fact::Text(text)) | (Fact::Text(text), Fact::Boolean(value)) => {
                text.to_lowercase().cmp(&value.to_string())
            }
            _ => number(left)?.partial_cmp(&number(right)?)?,
        };
        Some(match self {
            Self::Equal => order == Ordering::Equal,
            Self::Unequal => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::More => order == Ordering::Greater,
            Self::AtLeast => order != Ordering::Less,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str) -> Fact {
        match name {
            "discount" => Fact::Number(0.2),
            "amount" => Fact::Text("100".to_owned()),
            "region" => Fact::Text("North".to_owned()),
            "vip" => Fact::Boolean(true),
            "ship date" => Fact::Text("x".to_owned()),
            _ => Fact::Null,
        }
    }

    #[test]
    fn three_values() {
        let check = |text: &str, expected: Option<bool>| {
            assert_eq!(Condition::parse(text).unwrap().holds(&facts), expected, "{text}");
        };
        check("discount > 0.10", Some(true));
        check("discount >= 0.2 and discount <= 0.2", Some(true));
        check("amount < 20", Some(false));
        check("region = 'North'", Some(true));
        check("region != \"North\"", Some(false));
        check("region in ('South', 'North')", Some(true));
        check("not region in ['South']", Some(true));
        check("region not in ('South')", Some(true));
        check("vip and not (discount < 0.1)", Some(true));
        check("`ship date` = 'x'", Some(true));
        check("nothing > 1", None);
        check("nothing > 1 or vip", Some(true));
        check("nothing > 1 and vip", None);
        check("nothing > 1 and vip = false", Some(false));
        check("not nothing > 1", None);
        check("nothing in (1, 2)", None);
        check("is_null(nothing) and not is_null(region)", Some(true));
        check("nothing is_null", Some(true));
        check("region is not null", Some(true));
        check("region > 3", None);
        check("a = 1 or b = 2 and vip", None);
    }

    #[test]
    fn faults_are_placed() {
        let at = |text: &str| Condition::parse(text).unwrap_err();
        assert_eq!(at("discount >"), (10, "a name or a value is missing here".to_owned()));
        assert_eq!(at("discount > 0.1 0.2").0, 15);
        assert_eq!(at("(a = 1").0, 6);
        assert_eq!(at("a = 'x").0, 4);
        assert_eq!(at("a ? 1").0, 2);
        assert_eq!(at("a in 1").0, 5);
        assert_eq!(at("").0, 0);
        assert!(Condition::parse(&"(".repeat(10_000)).is_err());
    }

    #[test]
    fn names_are_told() {
        let condition = Condition::parse("b > a or not (`c d` in (1)) and b is_null").unwrap();
        assert_eq!(condition.names(), ["a", "b", "c d"]);
    }
}
