//! Which cases a row of an answer is about: the `cases` line of a header with the row's values in the place of their
//! columns, e.g. `directly={from_activity}>{to_activity}`. `{period+}` is where the period ends that the column begins,
//! as long as the parameter `granularity` says.

use crate::model::filter::{Filter, escape};
use crate::query::frame::Frame;
use crate::query::functions::period_after;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The template in pieces: texts, and columns between braces.
fn pieces(template: &str) -> Vec<(&str, Option<&str>)> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (column, behind) = after.split_once('}').unwrap_or((after, ""));
        found.push((before, Some(column)));
        rest = behind;
    }
    found.push((rest, None));
    found
}

/// The columns that a template names.
pub fn columns(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).into_iter().filter_map(|(_, column)| column).map(|column| column.trim_end_matches('+'))
}

/// The template with a value for each column, which is asked for with its `+`; none if one is missing.
pub fn filled<'a>(template: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> Option<String> {
    let mut text = String::new();
    for (before, column) in pieces(template) {
        text.push_str(before);
        if let Some(column) = column {
            text.push_str(&escape(&value(column)?));
        }
    }
    Some(text)
}

/// The filter of a row of an answer to these parameters; none where a value is missing, which no filter can name.
pub fn cases_of(template: &str, frame: &Frame, row: usize, parameters: &BTreeMap<String, String>) -> Option<Filter> {
    let grain = parameters.get("granularity").map_or("week", String::as_str);
    let value = |name: &str| {
        let column = name.trim_end_matches('+');
        let at = frame.columns.iter().position(|known| known.name == column)?;
        let text = frame.plain(at, row);
        let text = if name.ends_with('+') { period_after(&text, grain)? } else { text };
        (!text.is_empty()).then_some(text.into())
    };
    filled(template, value)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;
    use crate::query::{Column, Values};

    #[test]
    fn rows_become_filters() {
        let text = |values: &[Option<&str>]| Values::Text(values.iter().map(|v| v.map(str::to_owned)).collect());
        let column = |name: &str, values| Column { name: name.to_owned(), kind: Kind::Category, values };
        let frame = Frame {
            columns: vec![
                column("a", text(&[Some("Pay; now"), None])),
                column("b", text(&[Some("A>B"), Some("c")])),
                Column { name: "week".to_owned(), kind: Kind::Date, values: Values::Date(vec![Some(19_723), None]) },
            ],
            rows: 2,
            truncated: false,
        };
        let none = BTreeMap::new();
        let of = |template: &str, row| cases_of(template, &frame, row, &none).map(|filter| filter.to_string());
        assert_eq!(of("directly={a}>{b}", 0).as_deref(), Some("directly=Pay%3B now>A%3EB"));
        assert_eq!(of("with={b}", 1).as_deref(), Some("with=c"));
        assert_eq!(of("start={week}..", 0).as_deref(), Some("start=2024-01-01T00:00:00Z.."));
        assert_eq!(of("end={week}..{week+}", 0).as_deref(), Some("end=2024-01-01T00:00:00Z..2024-01-08T00:00:00Z"));
        let monthly = [("granularity".to_owned(), "month".to_owned())].into();
        let month = cases_of("start=..{week+}", &frame, 0, &monthly).map(|filter| filter.to_string());
        assert_eq!(month.as_deref(), Some("start=..2024-02-01T00:00:00Z"));
        assert_eq!((of("directly={a}>{b}", 1), of("with={none}", 0), of("start={week}..", 1)), (None, None, None));
        assert_eq!(columns("directly={a}>{b}").collect::<Vec<_>>(), ["a", "b"]);
    }
}
