//! The parameters of a catalogued question: texts of the request become typed values.

use crate::query::QueryError;
use crate::query::catalogue::Query;
use crate::query::header::{choices, is_optional};
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::scalar::ScalarValue;
use std::collections::{BTreeMap, HashMap};

/// Texts of the request as typed values; a missing optional one is a typed null.
pub fn bind(query: &Query, given: &BTreeMap<String, String>) -> Result<HashMap<String, ScalarAndMetadata>, QueryError> {
    let fault =
        |name: &str, what: String| QueryError::Parameter { query: query.id.clone(), name: name.to_owned(), what };
    if let Some(name) = given.keys().find(|name| !query.header.params.contains_key(*name)) {
        let known: Vec<&str> = query.header.params.keys().map(String::as_str).collect();
        return Err(fault(name, format!("there is no such parameter; it has {known:?}")));
    }
    let mut values = HashMap::new();
    for (name, declared) in &query.header.params {
        let kind = declared.trim_end_matches('?');
        let text = given.get(name).map(String::as_str).filter(|text| !text.is_empty());
        if text.is_none() && !is_optional(declared) {
            return Err(fault(name, "it is missing".to_owned()));
        }
        if let Some(known) = choices(declared) {
            let chosen = text.or(known.first().copied()).unwrap_or_default();
            if !known.contains(&chosen) {
                return Err(fault(name, format!("there is no `{chosen}`; choose {}", known.join(", "))));
            }
            values.insert(name.clone(), ScalarAndMetadata::from(ScalarValue::Utf8(Some(chosen.to_owned()))));
            continue;
        }
        let wrong = |text: &str| fault(name, format!("`{text}` is no {kind}"));
        let value = match kind {
            "count" => {
                let number = text.map(|text| text.parse::<i64>().map_err(|_| wrong(text))).transpose()?;
                ScalarValue::Int64(number)
            }
            "number" => {
                ScalarValue::Float64(text.map(|text| text.parse::<f64>().map_err(|_| wrong(text))).transpose()?)
            }
            "timestamp" | "date" => {
                let micros = text.map(|text| crate::model::time::parse(text).map_err(|what| fault(name, what)));
                ScalarValue::TimestampMicrosecond(micros.transpose()?, Some("UTC".into()))
            }
            _ => ScalarValue::Utf8(text.map(str::to_owned)),
        };
        values.insert(name.clone(), ScalarAndMetadata::from(value));
    }
    Ok(values)
}
