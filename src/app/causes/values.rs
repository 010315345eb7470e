//! Values of attributes in words and as filters.

use crate::mining::causes::{band_of, bands};
use crate::model::filter::{Comparison, Condition, Filter, Period, PeriodBy};
use chrono::{DateTime, Datelike, NaiveDate};

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// None for an empty cell.
    pub text: Option<String>,
    /// Words behind "cases".
    pub words: String,
    /// Its cases; none where no filter can say it.
    pub filter: Option<Filter>,
    /// All other cases.
    pub rest: Option<Filter>,
}

fn condition(name: &str, comparison: Comparison, value: &str) -> Condition {
    Condition { attribute: name.to_owned(), comparison, values: vec![value.to_owned()] }
}

fn having(conditions: Vec<Condition>) -> Option<Filter> {
    Some(Filter { case_attributes: conditions, ..Filter::default() })
}

/// Cases with exactly this value; an empty text in a filter stands for an empty cell.
pub(super) fn equal(name: &str, text: Option<String>) -> Value {
    let value = text.as_deref().unwrap_or_default();
    Value {
        words: match &text {
            Some(text) => format!("with {name} = {text}"),
            None => format!("without {name}"),
        },
        filter: having(vec![condition(name, Comparison::Is, value)]),
        rest: having(vec![condition(name, Comparison::IsNot, value)]),
        text,
    }
}

/// Numbers as values of their own, where there are few, else as bands.
pub(super) fn numbered(name: &str, numbers: &[f64]) -> (Vec<Value>, Vec<u32>, bool) {
    let Some(bounds) = bands(numbers) else {
        let mut different: Vec<f64> = Vec::new();
        for number in numbers.iter().filter(|number| !number.is_nan()) {
            if !different.contains(number) {
                different.push(*number);
            }
        }
        different.sort_unstable_by(f64::total_cmp);
        let code = |number: &f64| different.iter().position(|known| known == number).unwrap_or(different.len()) as u32;
        let values = different.iter().map(|number| equal(name, Some(number.to_string()))).chain([equal(name, None)]);
        return (values.collect(), numbers.iter().map(code).collect(), false);
    };
    let empty = bounds.len() + 1;
    let code = |number: &f64| if number.is_nan() { empty } else { band_of(*number, &bounds) } as u32;
    let values = (0..=bounds.len()).map(|at| band(name, &bounds, at)).chain([equal(name, None)]);
    (values.collect(), numbers.iter().map(code).collect(), true)
}

fn band(name: &str, bounds: &[f64], at: usize) -> Value {
    let low = at.checked_sub(1).map(|at| bounds[at]);
    let high = bounds.get(at).copied();
    let shown = |bound: f64| crate::draw::figure::plain(bound, 4);
    let words = match (low, high) {
        (Some(low), Some(high)) => format!("{} to below {}", shown(low), shown(high)),
        (Some(low), None) => format!("{} or more", shown(low)),
        (None, Some(high)) => format!("below {}", shown(high)),
        (None, None) => "any number".to_owned(),
    };
    let least = low.map(|low| condition(name, Comparison::AtLeast, &low.to_string()));
    let most = high.map(|high| condition(name, Comparison::Less, &high.to_string()));
    Value {
        words: format!("with {name} {words}"),
        text: Some(words),
        filter: having(least.into_iter().chain(most).collect()),
        rest: None,
    }
}

pub(super) fn month_of(day: i64) -> (i32, u32) {
    let seconds = day.saturating_mul(86_400);
    DateTime::from_timestamp(seconds, 0).map_or((0, 1), |time| (time.year(), time.month()))
}

pub(super) fn started_in((year, month): (i32, u32)) -> Value {
    let first = |(year, month): (i32, u32)| {
        let day = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
    };
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let period = Period { from: first((year, month)), to: first(next), by: PeriodBy::Start };
    let text = format!("{year:04}-{month:02}");
    Value {
        words: format!("that start in {text}"),
        text: Some(text),
        filter: Some(Filter { period: Some(period), ..Filter::default() }),
        rest: None,
    }
}

/// Cases that begin with this activity.
pub(super) fn beginning_with(activity: &str) -> Value {
    Value {
        text: Some(activity.to_owned()),
        words: format!("that begin with {activity}"),
        filter: Some(Filter { starts_with: vec![activity.to_owned()], ..Filter::default() }),
        rest: None,
    }
}

/// Cases whose first event has this resource, role or system; given are its kind, the attribute's name, and words before it.
pub(super) fn begun((kind, name, words): (&str, &str, &str), text: Option<&str>) -> Value {
    let first = |comparison| {
        let condition = condition(kind, comparison, text.unwrap_or_default());
        Some(Filter { first_event: vec![condition], ..Filter::default() })
    };
    Value {
        words: text.map_or_else(|| format!("without a {name}"), |text| format!("{words} {text}")),
        filter: first(Comparison::Is),
        rest: first(Comparison::IsNot),
        text: text.map(str::to_owned),
    }
}

/// Cases that start on this day of the week.
pub(super) fn on_day(name: &str) -> Value {
    Value {
        text: Some(name.to_owned()),
        words: format!("that start on a {name}"),
        filter: Some(Filter { weekdays: vec![name.to_owned()], ..Filter::default() }),
        rest: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lead_to_their_cases() {
        let text = |filter: &Option<Filter>| filter.as_ref().map(ToString::to_string);
        let north = equal("region", Some("North".to_owned()));
        assert_eq!(text(&north.filter).as_deref(), Some("case.region=North"));
        assert_eq!(text(&north.rest).as_deref(), Some("case.region!=North"));
        assert_eq!(text(&equal("region", None).filter).as_deref(), Some("case.region="));
        let middle = band("amount", &[10.0, 20.5], 1);
        assert_eq!(
            (middle.words.as_str(), middle.text.as_deref()),
            ("with amount 10 to below 20.5", Some("10 to below 20.5"))
        );
        assert_eq!(text(&middle.filter).as_deref(), Some("case.amount<20.5;case.amount>=10"));
        assert_eq!(band("amount", &[10.0], 0).words, "with amount below 10");
        assert_eq!(band("amount", &[10.0], 1).words, "with amount 10 or more");
        let desk = begun(("role", "role of the first event", "begun by role"), Some("Desk"));
        assert_eq!(
            (desk.words.as_str(), text(&desk.filter).as_deref()),
            ("begun by role Desk", Some("first.role=Desk"))
        );
        assert_eq!(text(&desk.rest).as_deref(), Some("first.role!=Desk"));
        assert_eq!(text(&on_day("Monday").filter).as_deref(), Some("weekday=Monday"));
        assert_eq!(text(&beginning_with("Receive").filter).as_deref(), Some("starts=Receive"));
        let december = started_in((2024, 12));
        let period = "start=2024-12-01T00:00:00Z..2025-01-01T00:00:00Z";
        assert_eq!(text(&december.filter).as_deref(), Some(period));
        assert_eq!((month_of(0), month_of(-1), month_of(19_723)), ((1970, 1), (1969, 12), (2024, 1)));
    }

    #[test]
    fn few_numbers_are_values_and_many_are_bands() {
        let (values, codes, is_banded) = numbered("n", &[5.0, f64::NAN, 0.5, 5.0]);
        let texts: Vec<Option<&str>> = values.iter().map(|value| value.text.as_deref()).collect();
        assert_eq!((texts, codes, is_banded), (vec![Some("0.5"), Some("5"), None], vec![1, 2, 0, 1], false));
        let many: Vec<f64> = (0..100).map(f64::from).chain([f64::NAN]).collect();
        let (values, codes, is_banded) = numbered("n", &many);
        assert_eq!((values.len(), codes[0], codes[99], codes[100], is_banded), (6, 0, 4, 5, true));
    }
}
