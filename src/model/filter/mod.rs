//! Which cases a question is about: one type for the command line, the API and the pages, with one canonical text
//! form ([`text`]) for addresses. A filter chooses **cases**, never single events, so that the neighbours of an
//! event stay what they are.

mod both;
mod other;
mod text;
mod words;

pub use text::{FilterError, escape};
pub use words::Clause;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a case must lie relative to a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeriodBy {
    /// The case started in the period.
    #[default]
    Start,
    /// The case ended in the period.
    End,
    /// The whole case lies in the period.
    Contained,
    /// The case was under way at some moment of the period.
    Intersecting,
}

/// A half-open stretch of time, microseconds since 1970 UTC, in JSON RFC 3339; a missing bound is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// First instant that belongs to it.
    #[serde(default, with = "crate::model::time::text")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<i64>,
    /// First instant that no longer does.
    #[serde(default, with = "crate::model::time::text")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<i64>,
    /// How cases are held against it.
    pub by: PeriodBy,
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// One of the values.
    Is,
    /// None of the values; an empty cell is none of them.
    IsNot,
    /// Less than the value.
    Less,
    /// Less than or equal to the value.
    AtMost,
    /// Greater than the value.
    Greater,
    /// Greater than or equal to the value.
    AtLeast,
}

/// A condition on an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Condition {
    /// Column name of the attribute.
    pub attribute: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what; an empty text stands for an empty cell.
    pub values: Vec<String>,
}

/// Two activities, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Pair {
    /// The earlier one.
    pub from: String,
    /// The later one.
    pub to: String,
}

/// A long wait between two activities, the second directly after the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Slow {
    /// The earlier one.
    pub from: String,
    /// The later one.
    pub to: String,
    /// It began more than so many seconds after the earlier one had ended.
    pub than_s: f64,
}

/// Bounds of the cycle time in seconds, both inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Seconds {
    /// Least.
    pub min: Option<f64>,
    /// Greatest.
    pub max: Option<f64>,
}

/// Days of the week as filters name them.
pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// All conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// When the case happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Conditions on attributes of the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub case_attributes: Vec<Condition>,
    /// Each must hold for at least one event of the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_attributes: Vec<Condition>,
    /// Each must hold for the first event of the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_event: Vec<Condition>,
    /// The case started on one of these days of the week (English names, by UTC).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// For each group, the case contains at least one of its activities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Vec<String>>,
    /// The case contains none of these activities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// The case begins with one of these activities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// The case ends with one of these activities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// Each pair occurs as neighbours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub directly_follows: Vec<Pair>,
    /// No pair occurs as neighbours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_directly_follows: Vec<Pair>,
    /// Each of these waits occurs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slower: Vec<Slow>,
    /// Each pair occurs in this order, with anything in between.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eventually_follows: Vec<Pair>,
    /// Whether some activity occurs more than once in the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rework: Option<bool>,
    /// The case took one of these paths (ids as `variants` gives them).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// How long the case took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle_time_s: Option<Seconds>,
    /// The case differs from the official flow in one of these ways (ids as `deviations` gives them).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<String>,
    /// Only these cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
}

impl Filter {
    /// Whether it lets every case through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says anything about the path, which is decided once per variant instead of once per case.
    pub fn is_about_paths(&self) -> bool {
        let lists = [&self.without, &self.starts_with, &self.ends_with, &self.variants];
        !self.with.is_empty()
            || lists.iter().any(|list| !list.is_empty())
            || !self.directly_follows.is_empty()
            || !self.not_directly_follows.is_empty()
            || !self.eventually_follows.is_empty()
            || self.rework.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_text_in_json() {
        let filter: Filter = "start=2024-01-01..2024-04-01T12:00:00.5+02:00".parse().unwrap();
        let text = serde_json::to_value(&filter).unwrap();
        let period = json!({"from": "2024-01-01T00:00:00Z", "to": "2024-04-01T10:00:00.500Z", "by": "start"});
        assert_eq!(text, json!({ "period": period }));
        assert_eq!(serde_json::from_value::<Filter>(text).unwrap(), filter);
        let open: Filter = "end=..2024-01-01".parse().unwrap();
        let text = serde_json::to_value(&open).unwrap();
        assert_eq!(text["period"], json!({"from": null, "to": "2024-01-01T00:00:00Z", "by": "end"}));
        assert_eq!(serde_json::from_value::<Filter>(text).unwrap(), open);
        let half = json!({"period": {"to": "2024-01-01", "by": "end"}});
        assert_eq!(serde_json::from_value::<Filter>(half).unwrap(), open);
        assert!(serde_json::from_value::<Filter>(json!({"period": {"to": "soon", "by": "end"}})).is_err());
    }
}
