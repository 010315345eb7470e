//! The ranked differences as rows.

use crate::draw::figure::{count, duration, money, percent};
use crate::model::deviations::Deviation;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::spark::Spark;
use std::cmp::Ordering;

/// A difference as the list has it.
pub struct Row {
    pub id: String,
    pub href: String,
    /// The difference in a few words.
    pub headline: String,
    pub kind: String,
    pub sentence: String,
    pub cases: String,
    pub share: String,
    /// Length of the bar, of 100.
    pub bar: String,
    /// How much longer, or dearer, such cases are.
    pub time: Option<Effect>,
    pub cost: Option<Effect>,
    pub spark: Option<Spark>,
    pub course: String,
    pub status: &'static str,
    pub tone: &'static str,
    pub owner: Option<String>,
    pub returned: Option<String>,
    pub is_accepted: bool,
    pub is_open: bool,
    n: i64,
    seconds: Option<f64>,
    worth: Option<f64>,
}

/// Something that goes with a difference.
pub struct Effect {
    pub text: String,
    pub tone: &'static str,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Cases,
    Time,
    Cost,
}

/// An order to choose.
pub struct Choice {
    pub href: String,
    pub title: &'static str,
    pub on: bool,
}

impl Sort {
    /// What the address says.
    pub fn named(name: &str) -> Result<Self, ApiError> {
        match name {
            "" | "cases" => Ok(Self::Cases),
            "time" => Ok(Self::Time),
            "cost" => Ok(Self::Cost),
            other => {
                let detail = format!("the list cannot be sorted by `{other}`");
                Err(ApiError::bad_request("bad_parameter", detail, "sort by cases, time or cost"))
            }
        }
    }

    /// The same, but nothing for the usual one.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Cases => "",
            Self::Time => "time",
            Self::Cost => "cost",
        }
    }

    pub fn choices(self, address: &Address, priced: bool) -> Vec<Choice> {
        let all = [(Self::Cases, "Cases"), (Self::Time, "Time"), (Self::Cost, "Cost")];
        let choice = |(sort, title): (Self, _)| Choice {
            href: address.with(super::SORT, sort.parameter()).href(),
            title,
            on: sort == self,
        };
        all.into_iter().filter(|(sort, _)| priced || *sort != Self::Cost).map(choice).collect()
    }

    pub fn compare(self, a: &Row, b: &Row) -> Ordering {
        let largest = |a: Option<f64>, b: Option<f64>| b.unwrap_or(f64::MIN).total_cmp(&a.unwrap_or(f64::MIN));
        let by = match self {
            Self::Cases => Ordering::Equal,
            Self::Time => largest(a.seconds, b.seconds),
            Self::Cost => largest(a.worth, b.worth),
        };
        by.then_with(|| b.n.cmp(&a.n)).then_with(|| a.id.cmp(&b.id))
    }
}

impl Row {
    /// `list` is the page of the list, with its filter.
    pub fn of(deviation: &Deviation, list: &Address) -> Self {
        let (kind, headline) = headline(deviation);
        let path = format!("{}/{}", path_of(list), encoded(&deviation.id));
        let seconds = deviation.matched_difference_s.or(deviation.median_difference_s);
        let shares: Vec<Option<f64>> = deviation
            .trend
            .iter()
            .map(|one| (one.of_cases > 0).then(|| one.cases as f64 / one.of_cases as f64))
            .collect();
        let peak = shares.iter().flatten().copied().fold(0.0, f64::max);
        let (status, tone) = status(&deviation.status);
        Self {
            href: list.at(&path).href(),
            headline: capital(&headline),
            kind: kind.to_owned(),
            sentence: short(&deviation.sentence),
            cases: count(deviation.cases),
            share: percent(deviation.share),
            bar: format!("{:.1}", (100.0 * deviation.share).clamp(0.0, 100.0)),
            time: seconds.map(|seconds| effect(seconds, duration(seconds.abs()), 1.0)),
            cost: deviation.mean_cost_difference.map(|worth| effect(worth, money(worth.abs(), None), 0.005)),
            spark: Spark::of(&shares),
            course: format!("Share of cases by {}, at most {}", deviation.granularity, percent(peak)),
            status,
            tone,
            owner: deviation.owner.clone(),
            returned: deviation.returned.clone(),
            is_accepted: deviation.cases > 0 && deviation.accepted_cases == deviation.cases,
            is_open: is_open(deviation),
            n: deviation.cases,
            seconds,
            worth: deviation.mean_cost_difference,
            id: deviation.id.clone(),
        }
    }
}

/// The sentence without what goes with the difference: that stands beside it.
fn short(sentence: &str) -> String {
    sentence.split_once("; these cases").map_or_else(|| sentence.to_owned(), |(first, _)| format!("{first}."))
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

fn path_of(list: &Address) -> String {
    let href = list.href();
    href.split('?').next().unwrap_or_default().to_owned()
}

fn effect(value: f64, size: String, least: f64) -> Effect {
    match value {
        value if value.abs() < least => Effect { text: "no difference".to_owned(), tone: "" },
        value if value > 0.0 => Effect { text: format!("+{size}"), tone: "bad" },
        _ => Effect { text: format!("−{size}"), tone: "good" },
    }
}

/// Whether it is no fault: the cases are still under way.
pub fn is_open(deviation: &Deviation) -> bool {
    deviation.kind == "not_finished"
}

/// What was decided in words, and the tone of its chip.
pub fn status(status: &str) -> (&'static str, &'static str) {
    match status {
        "accepted" => ("accepted", "good"),
        "error" => ("error", "bad"),
        "to_formalise" => ("to formalise", "warn"),
        _ => ("new", ""),
    }
}

/// The kind of a difference, and the difference, in a few words.
pub fn headline(deviation: &Deviation) -> (&'static str, String) {
    let (name, other) = (format!("“{}”", deviation.activity), deviation.other.as_deref().unwrap_or_default());
    match deviation.kind.as_str() {
        "skipped" => ("Left out", format!("{name} left out")),
        "out_of_order" => ("Order", format!("{name} before “{other}”")),
        "extra" => ("Foreign", format!("{name} outside the flow")),
        "repeated_too_often" => ("Repeated", format!("{name} repeated")),
        "wrong_branch" => ("Wrong way", format!("{name} on the wrong way")),
        "undeclared_start" => ("Start", format!("beginning with {name}")),
        "undeclared_end" => ("End", format!("ending with {name}")),
        "not_finished" => ("Under way", format!("under way after {name}")),
        "too_late" => ("Late", format!("{name} too late")),
        "too_early" => ("Early", format!("{name} too early")),
        "same_person" => ("Control", format!("{name} by the same person")),
        "wrong_role" => ("Control", format!("{name} by the wrong role")),
        "wrong_system" => ("Control", format!("{name} in the wrong system")),
        "missing_data" => ("Data", format!("{name} without its data")),
        _ => ("Rule", format!("{name} against a rule")),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn deviation(kind: &str, activity: &str, other: Option<&str>, cases: i64) -> Deviation {
        Deviation {
            rule: None,
            found: None,
            of_cases: 100,
            id: format!("{kind}-1"),
            kind: kind.to_owned(),
            activity: activity.to_owned(),
            other: other.map(str::to_owned),
            cases,
            share: 0.2,
            share_low: 0.1,
            share_high: 0.3,
            unknown_order_cases: 0,
            not_observable_cases: 0,
            sentence: String::new(),
            sentence_es: String::new(),
            example_cases: Vec::new(),
            median_difference_s: Some(7_200.0),
            matched_difference_s: None,
            matched_on: None,
            mean_cost_difference: None,
            trend: Vec::new(),
            granularity: "month".to_owned(),
            first_seen_at: None,
            last_seen_at: None,
            status: "new".to_owned(),
            until: None,
            owner: None,
            accepted_cases: 0,
            returned_cases: 0,
            returned_at: None,
            returned: None,
        }
    }

    #[test]
    fn rows_lead_to_their_difference_and_can_be_sorted() {
        let list = Address::new("/flows/a/conformance").with("filter", "with=A");
        let slow = Row::of(&deviation("skipped", "A", None, 3), &list);
        assert_eq!(slow.href, "/flows/a/conformance/skipped-1?filter=with%3DA");
        assert_eq!((slow.headline.as_str(), slow.time.as_ref().unwrap().text.as_str()), ("“A” left out", "+2 h"));
        let mut quick = deviation("out_of_order", "A", Some("B"), 9);
        quick.median_difference_s = Some(-60.0);
        let quick = Row::of(&quick, &list);
        assert_eq!((quick.headline.as_str(), quick.time.as_ref().unwrap().tone), ("“A” before “B”", "good"));
        assert_eq!(Sort::Cases.compare(&quick, &slow), Ordering::Less);
        assert_eq!(Sort::Time.compare(&quick, &slow), Ordering::Greater);
        assert!(Sort::named("luck").is_err());
        assert_eq!(Row::of(&deviation("undeclared_end", "A", None, 1), &list).headline, "Ending with “A”");
        assert_eq!(short("A was skipped; these cases took long."), "A was skipped.");
    }
}
