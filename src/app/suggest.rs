//! What is worth comparing in a flow, before anybody has said it: pairs of filters with a reason.

use crate::app::{App, AppError, Asked};
use crate::model::answers::{Durations, Stats};
use crate::model::filter::{Filter, Period, PeriodBy, Seconds};
use crate::query::Frame;
use std::collections::BTreeMap;

/// Two sides that are worth a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What is compared, in a few words.
    pub title: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The first side.
    pub a: Filter,
    /// The second: a filter as text, or one of the words.
    pub with: String,
}

/// An activity that fewer or more cases have splits a log into a whole and a remainder.
const SPLITTING: std::ops::RangeInclusive<f64> = 0.05..=0.95;
const DAY: i64 = 86_400_000_000;

impl App {
    /// Comparisons for the asked cases; `stats` are theirs.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn suggestions(&self, asked: &Asked, stats: &Stats) -> Result<Vec<Suggestion>, AppError> {
        let mut found = of_filter(asked);
        let filter = &asked.filter;
        if filter.period.is_none() && stats.cycle_time_s.is_some() {
            let weeks = self.ask(asked, "arrivals", &BTreeMap::new()).await?;
            found.extend(middle(&weeks).map(|at| halves(filter, at)));
        }
        if filter.cycle_time_s.is_none() {
            found.extend(stats.cycle_time_s.as_ref().and_then(|cycle| slowest(filter, cycle)));
        }
        if filter.rework.is_none() && !stats.rework.is_empty() {
            found.push(with_rework(filter));
        }
        if !filter.is_about_paths() {
            let map = self.map(asked).await?;
            let share = |cases: i64| cases as f64 / stats.cases.max(1) as f64;
            let splitting = map.activities.iter().filter(|one| SPLITTING.contains(&share(one.cases)));
            // The nearest to one half; the list is in a fixed order.
            let best = splitting
                .min_by(|one, other| (share(one.cases) - 0.5).abs().total_cmp(&(share(other.cases) - 0.5).abs()));
            found.extend(best.map(|one| with_and_without(filter, &one.activity)));
        }
        Ok(found)
    }
}

/// What follows from a filter that is there already.
fn of_filter(asked: &Asked) -> Vec<Suggestion> {
    let suggestion =
        |title, reason, with: &str| Suggestion { title, reason, a: asked.filter.clone(), with: with.to_owned() };
    let mut found = Vec::new();
    if asked.previous().is_some() {
        found.push(suggestion(
            "This period against the one before",
            "Has anything changed since a period of equal length?",
            "previous",
        ));
    }
    if asked.rest().is_some() {
        found.push(suggestion(
            "These cases against all others",
            "What is different about the cases of the filter?",
            "rest",
        ));
    } else if !asked.filter.is_empty() {
        found.push(suggestion(
            "These cases against all cases",
            "What is different about the cases of the filter?",
            "all",
        ));
    }
    found
}

/// The beginning of the week by which half of the cases have arrived.
fn middle(weeks: &Frame) -> Option<i64> {
    let cases = |row: usize| weeks.integer("cases", row).unwrap_or_default();
    let all: i64 = (0..weeks.rows).map(cases).sum();
    let mut before = 0;
    for row in 0..weeks.rows {
        // Both sides must have cases.
        if before > 0 && before + cases(row) / 2 >= all / 2 {
            return weeks.day("week", row).map(|day| i64::from(day) * DAY);
        }
        before += cases(row);
    }
    None
}

fn halves(filter: &Filter, at: i64) -> Suggestion {
    let side = |from, to| Filter { period: Some(Period { from, to, by: PeriodBy::Start }), ..filter.clone() };
    Suggestion {
        title: "The later half against the earlier one",
        reason: "Has the flow changed over time? Each half has about as many cases, by their start.",
        a: side(Some(at), None).canonical(),
        with: side(None, Some(at)).canonical().to_string(),
    }
}

/// The slowest tenth, and those that are faster.
fn slowest(filter: &Filter, cycle: &Durations) -> Option<Suggestion> {
    let side = |range| Filter { cycle_time_s: Some(range), ..filter.clone() }.canonical();
    let slow = Filter { cycle_time_s: Some(Seconds { min: Some(cycle.p90), max: None }), ..Filter::default() };
    let fast = slow.rest()?.cycle_time_s?;
    (cycle.p90 > cycle.median).then(|| Suggestion {
        title: "The slowest tenth against the others",
        reason: "Where do slow cases go another way, and where do they wait?",
        a: side(Seconds { min: Some(cycle.p90), max: None }),
        with: side(fast).to_string(),
    })
}

fn with_rework(filter: &Filter) -> Suggestion {
    let side = |rework| Filter { rework: Some(rework), ..filter.clone() }.canonical();
    Suggestion {
        title: "With and without rework",
        reason: "What does it cost to do something again?",
        a: side(true),
        with: side(false).to_string(),
    }
}

fn with_and_without(filter: &Filter, activity: &str) -> Suggestion {
    let with = Filter { with: vec![vec![activity.to_owned()]], ..filter.clone() };
    let without = Filter { without: vec![activity.to_owned()], ..filter.clone() };
    Suggestion {
        title: "With and without an activity",
        reason: "This one splits the cases most evenly.",
        a: with.canonical(),
        with: without.canonical().to_string(),
    }
}
