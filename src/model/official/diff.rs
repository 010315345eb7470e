//! In what two versions of an official flow differ.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// In what two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlowDiff {
    /// The version before; 0 for none.
    pub from: u32,
    /// The version after.
    pub to: u32,
    /// What differs; empty where only the wording of the files does.
    pub changes: Vec<FlowChange>,
}

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlowChange {
    /// Which, e.g. `steps.invoice.role`.
    pub part: String,
    /// How it was; null where it was not there.
    pub before: Option<String>,
    /// How it is; null where it is gone.
    pub after: Option<String>,
}

/// The parts in which two values differ, in the order of their names. Members of a list that have a name or an id are
/// held against each other by it, other lists as a whole.
pub fn changes(before: &Value, after: &Value) -> Vec<FlowChange> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(part: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<FlowChange>) {
    if before == after {
        return;
    }
    let (old, new) = (before.and_then(members), after.and_then(members));
    // What is there on one side only is told as a whole, below the outermost names.
    let is_whole = (before.is_none() || after.is_none()) && part.contains('.');
    match (old, new) {
        (old, new) if !is_whole && (old.is_some() || before.is_none()) && (new.is_some() || after.is_none()) => {
            let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
            let mut names: Vec<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
            names.sort();
            names.dedup();
            for name in names {
                let of = |side: &[(String, Value)]| side.iter().find(|(own, _)| own == name).map(|(_, v)| v.clone());
                let (old, new) = (of(&old), of(&new));
                let inner = if part.is_empty() { name.clone() } else { format!("{part}.{name}") };
                compare(&inner, old.as_ref(), new.as_ref(), found);
            }
        }
        _ => found.push(FlowChange { part: part.to_owned(), before: before.map(shown), after: after.map(shown) }),
    }
}

/// The members of a map, or of a list of named things.
fn members(value: &Value) -> Option<Vec<(String, Value)>> {
    match value {
        Value::Object(map) => Some(map.iter().map(|(name, value)| (name.clone(), value.clone())).collect()),
        Value::Array(items) => {
            let named = |item: &Value| {
                let mut map = item.as_object()?.clone();
                let key = ["name", "id"].into_iter().find(|key| map.get(*key).is_some_and(Value::is_string))?;
                let name = map.remove(key)?.as_str()?.to_owned();
                Some((name, Value::Object(map)))
            };
            (!items.is_empty()).then(|| items.iter().map(named).collect::<Option<Vec<_>>>()).flatten()
        }
        _ => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parts_are_named_and_told_before_and_after() {
        let before = json!({"flow": "a", "steps": [{"name": "x", "role": ["sales"]}, {"name": "y", "system": "erp"}],
            "path": [{"step": "x"}]});
        let after = json!({"steps": [{"name": "x", "role": ["sales", "desk"]}, {"name": "z"}],
            "path": [{"step": "x"}, {"step": "z"}], "flow": "a"});
        let told: Vec<(String, Option<String>, Option<String>)> =
            changes(&before, &after).into_iter().map(|change| (change.part, change.before, change.after)).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("path".to_owned(), some("[{\"step\":\"x\"}]"), some("[{\"step\":\"x\"},{\"step\":\"z\"}]")),
                ("steps.x.role".to_owned(), some("sales"), some("sales, desk")),
                ("steps.y".to_owned(), some("{\"system\":\"erp\"}"), None),
                ("steps.z".to_owned(), None, some("{}")),
            ]
        );
        assert_eq!(changes(&before, &before), []);
    }
}
