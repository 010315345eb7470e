//! Rework, yields, and what the log lacks.

use super::flow::paths;
use super::log::{Case, DAY, Event};
use super::{Rows, quotient, rate, row};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What is so of an activity that is done again in a case.
#[derive(Debug, Default, Clone, Copy)]
struct Again {
    once: bool,
    later: bool,
    other: bool,
    same: bool,
}

/// The activities of a case that are done more than once: each execution beside all that came before it.
fn repeated(case: &Case) -> BTreeMap<&str, Again> {
    let mut found: BTreeMap<&str, Again> = BTreeMap::new();
    for (at, event) in case.iter().enumerate() {
        let before: Vec<usize> = (0..at).filter(|other| case[*other].activity == event.activity).collect();
        let Some(last) = before.last() else { continue };
        let again = found.entry(&event.activity).or_default();
        if last + 1 == at {
            again.once = true;
        } else {
            again.later = true;
        }
        let people = before.iter().filter_map(|other| case[*other].resource.as_ref().zip(event.resource.as_ref()));
        for (one, other) in people {
            again.same |= one == other;
            again.other |= one != other;
        }
    }
    found
}

fn names_people(cases: &[Case]) -> bool {
    cases.iter().flatten().any(|event| event.resource.is_some())
}

pub fn rework_cases(cases: &[Case]) -> Rows {
    vec![rate(cases.iter().filter(|case| !repeated(case).is_empty()).count(), cases.len())]
}

pub fn rework_kinds(cases: &[Case]) -> Rows {
    let all: Vec<Vec<Again>> = cases.iter().map(|case| repeated(case).into_values().collect()).collect();
    let count = |is: fn(&Again) -> bool| all.iter().filter(|case| case.iter().any(is)).count();
    let mut kinds = vec![("at_once", count(|again| again.once)), ("later", count(|again| again.later))];
    if names_people(cases) {
        kinds.push(("by_another_person", count(|again| again.other)));
        kinds.push(("by_the_same_person", count(|again| again.same)));
    }
    kinds.into_iter().map(|(kind, with)| row(&[&[json!(kind)], &rate(with, cases.len())])).collect()
}

pub fn rework_kinds_steps(cases: &[Case]) -> Rows {
    let mut found: BTreeMap<&str, Vec<Again>> = BTreeMap::new();
    for (activity, again) in cases.iter().flat_map(repeated) {
        found.entry(activity).or_default().push(again);
    }
    let is_known = names_people(cases);
    let one = |(activity, again): (&str, Vec<Again>)| {
        let with = cases.iter().filter(|case| case.iter().any(|event| event.activity == activity)).count();
        let count = |is: fn(&Again) -> bool| again.iter().filter(|again| is(again)).count();
        let (once, later) = (count(|again| again.once), count(|again| again.later));
        let other = is_known.then(|| count(|again| again.other));
        row(&[&[json!(activity)], &rate(again.len(), with), &[json!(once), json!(later), json!(other)]])
    };
    found.into_iter().map(one).collect()
}

pub fn rework_effort(cases: &[Case]) -> Rows {
    let mut found: BTreeMap<&str, (usize, Vec<f64>, f64)> = BTreeMap::new();
    for case in cases {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for event in case {
            let counted = found.entry(&event.activity).or_default();
            counted.2 += event.touch().unwrap_or_default();
            if !seen.insert(&event.activity) {
                counted.0 += 1;
                counted.1.extend(event.touch());
            }
        }
    }
    let one = |(activity, (repeats, times, all)): (&str, (usize, Vec<f64>, f64))| {
        let effort = (!times.is_empty()).then(|| times.iter().sum::<f64>());
        let share = effort.and_then(|effort| quotient(effort, all));
        vec![json!(activity), json!(repeats), json!(times.len()), json!(effort), json!(share)]
    };
    found.into_iter().filter(|(_, counted)| counted.0 > 0).map(one).collect()
}

pub fn reopened(cases: &[Case], ends: &[&str]) -> Rows {
    let (mut closed, mut again) = (0, 0);
    for case in cases {
        let (mut is_closed, mut is_reopened) = (false, false);
        for event in case {
            if ends.contains(&event.activity.as_str()) {
                is_closed = true;
            } else {
                is_reopened |= is_closed;
            }
        }
        closed += usize::from(is_closed);
        again += usize::from(is_reopened);
    }
    vec![rate(again, closed)]
}

pub fn error_rate(cases: &[Case], markers: &[&str]) -> Rows {
    let is_error = |event: &&Event| markers.contains(&event.activity.as_str());
    let errors: Vec<usize> = cases.iter().map(|case| case.iter().filter(is_error).count()).collect();
    let with = errors.iter().filter(|count| **count > 0).count();
    let events = cases.iter().map(Vec::len).sum();
    vec![row(&[&rate(with, cases.len()), &rate(errors.iter().sum(), events)])]
}

/// By activity, the cases that do it exactly once and those that do it.
fn yields(cases: &[Case]) -> BTreeMap<&str, (usize, usize)> {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in cases {
        let again = repeated(case);
        for activity in case.iter().map(|event| event.activity.as_str()).collect::<BTreeSet<&str>>() {
            let counted = found.entry(activity).or_default();
            counted.0 += usize::from(!again.contains_key(activity));
            counted.1 += 1;
        }
    }
    found
}

pub fn first_pass_yield(cases: &[Case]) -> Rows {
    yields(cases).into_iter().map(|(activity, (right, all))| row(&[&[json!(activity)], &rate(right, all)])).collect()
}

pub fn rolled_yield(cases: &[Case]) -> Rows {
    let paths = paths(cases);
    let (count, path) = &paths[0];
    let steps: BTreeSet<&str> = path.iter().copied().collect();
    let yields = yields(cases);
    let (mut product, mut lowest) = (1.0, ("", f64::INFINITY));
    for step in &steps {
        let (right, all) = yields[step];
        let share = right as f64 / all as f64;
        product *= share;
        if share < lowest.1 {
            lowest = (*step, share);
        }
    }
    let (activity, share) = lowest;
    vec![vec![json!(steps.len()), json!(count), json!(cases.len()), json!(product), json!(activity), json!(share)]]
}

const PLACEHOLDERS: [&str; 15] =
    ["", "-", "--", "?", ".", "n/a", "na", "none", "null", "nil", "unknown", "tbd", "x", "xx", "xxx"];

/// A field of events, as text.
type Field = (&'static str, fn(&Event) -> Option<String>);

pub fn completeness(cases: &[Case]) -> Rows {
    let events: Vec<&Event> = cases.iter().flatten().collect();
    let fields: [Field; 6] = [
        ("resource", |event| event.resource.clone()),
        ("role", |event| event.role.clone()),
        ("system", |event| event.system.clone()),
        ("start", |event| event.started.map(|at| at.to_string())),
        ("end", |event| Some(event.ended.to_string())),
        ("automated", |event| event.automated.map(|by| by.to_string())),
    ];
    let mut rows = Rows::new();
    for (field, of) in fields {
        let values: Vec<String> = events.iter().filter_map(|event| of(event)).collect();
        let is_empty = |value: &&String| PLACEHOLDERS.contains(&value.trim().to_lowercase().as_str());
        let empty = values.iter().filter(is_empty).count();
        if !values.is_empty() {
            rows.push(row(&[&[json!(field)], &rate(values.len() - empty, events.len()), &[json!(empty)]]));
        }
    }
    rows
}

pub fn duplicate_events(cases: &[Case]) -> Rows {
    let says = |event: &Event| {
        let names = [Some(event.activity.clone()), event.resource.clone(), event.role.clone(), event.system.clone()];
        (names, event.began())
    };
    let repeats = |case: &Case| case.windows(2).filter(|pair| says(&pair[0]) == says(&pair[1])).count();
    let found: Vec<usize> = cases.iter().map(repeats).collect();
    let with = found.iter().filter(|count| **count > 0).count();
    let events = cases.iter().map(Vec::len).sum();
    vec![row(&[&rate(found.iter().sum(), events), &[json!(with)]])]
}

pub fn time_precision(cases: &[Case]) -> Rows {
    let units = [
        ("day", DAY),
        ("hour", 3_600_000_000),
        ("minute", 60_000_000),
        ("second", 1_000_000),
        ("millisecond", 1_000),
        ("microsecond", 1),
    ];
    let mut found: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for event in cases.iter().flatten() {
        found.entry(&event.activity).or_default().push(event.ended);
    }
    let one = |(activity, times): (&str, Vec<i64>)| -> Vec<Value> {
        let fits = |(_, unit): &&(&str, i64)| times.iter().all(|at| at % unit == 0);
        let unit = units.iter().find(fits).map(|(name, _)| *name);
        let midnight = times.iter().filter(|at| *at % DAY == 0).count();
        let share = midnight as f64 / times.len() as f64;
        vec![json!(activity), json!(times.len()), json!(unit), json!(midnight), json!(share)]
    };
    found.into_iter().map(one).collect()
}
