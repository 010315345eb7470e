//! Handoffs, concentration, bursts, and what programs do.

use super::log::{Case, DAY, Event, Grain, end};
use super::{Rows, quotient, rate, row};
use chrono::{DateTime, Months, NaiveDate};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Kind = (&'static str, fn(&Event) -> Option<&str>);

const KINDS: [Kind; 3] = [
    ("resource", |event| event.resource.as_deref()),
    ("role", |event| event.role.as_deref()),
    ("system", |event| event.system.as_deref()),
];

/// From whom to whom a case passes, one after the other.
fn passes(case: &Case, of: fn(&Event) -> Option<&str>) -> Vec<(&str, &str)> {
    let pairs = case.windows(2).filter_map(|pair| of(&pair[0]).zip(of(&pair[1])));
    pairs.filter(|(from, to)| from != to).collect()
}

fn is_named(cases: &[Case], of: fn(&Event) -> Option<&str>) -> bool {
    cases.iter().flatten().any(|event| of(event).is_some())
}

pub fn handoffs_kinds(cases: &[Case]) -> Rows {
    let one = |(kind, of): &Kind| {
        let passed: Vec<usize> = cases.iter().map(|case| passes(case, *of).len()).collect();
        let all: usize = passed.iter().sum();
        let with = passed.iter().filter(|count| **count > 0).count();
        let head = [json!(kind), json!(all), json!(all as f64 / cases.len() as f64)];
        row(&[&head, &rate(with, cases.len())])
    };
    KINDS.iter().filter(|(_, of)| is_named(cases, *of)).map(one).collect()
}

pub fn handoffs_per_case(cases: &[Case]) -> Rows {
    let (_, of) = KINDS[0];
    let all: usize = cases.iter().map(|case| passes(case, of).len()).sum();
    let known = is_named(cases, of).then_some(all);
    vec![vec![json!(known), json!(cases.len()), json!(known.map(|all| all as f64 / cases.len() as f64))]]
}

pub fn resource_count(cases: &[Case]) -> Rows {
    let found: BTreeSet<&str> = cases.iter().flatten().filter_map(|event| event.resource.as_deref()).collect();
    vec![vec![json!(found.len())]]
}

pub fn ping_pong(cases: &[Case]) -> Rows {
    let activity: Kind = ("activity", |event| Some(event.activity.as_str()));
    let one = |(kind, of): &Kind| {
        let back = |case: &Case| {
            let passed = passes(case, *of);
            passed.windows(2).filter(|pair| pair[0].0 == pair[1].1 && pair[0].1 == pair[1].0).count()
        };
        let bounces: Vec<usize> = cases.iter().map(back).collect();
        let with = bounces.iter().filter(|count| **count > 0).count();
        row(&[&[json!(kind), json!(bounces.iter().sum::<usize>())], &rate(with, cases.len())])
    };
    KINDS.iter().chain([&activity]).filter(|(_, of)| is_named(cases, *of)).map(one).collect()
}

pub fn reassignments(cases: &[Case]) -> Rows {
    let (_, of) = KINDS[0];
    let named: Vec<usize> = cases
        .iter()
        .filter(|case| case.iter().any(|event| event.resource.is_some()))
        .map(|case| passes(case, of).len())
        .collect();
    let share = |wanted: &dyn Fn(usize) -> bool| {
        named.iter().filter(|count| wanted(**count)).count() as f64 / named.len() as f64
    };
    let one = |times: usize| {
        let cases = named.iter().filter(|count| **count == times).count();
        vec![json!(times), json!(cases), json!(share(&|count| count == times)), json!(share(&|count| count <= times))]
    };
    named.iter().copied().collect::<BTreeSet<usize>>().into_iter().map(one).collect()
}

pub fn concentration(cases: &[Case]) -> Rows {
    let now = cases.iter().map(end).max().unwrap();
    let since = (DateTime::from_timestamp_micros(now).unwrap() - Months::new(6)).timestamp_micros();
    let mut found: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for event in cases.iter().flatten().filter(|event| event.ended >= since) {
        if let Some(person) = event.person() {
            *found.entry(&event.activity).or_default().entry(person).or_default() += 1;
        }
    }
    let one = |(activity, people): (&str, BTreeMap<&str, usize>)| {
        let mut counts: Vec<usize> = people.values().copied().collect();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let all: usize = counts.iter().sum();
        let pairs: usize = counts.iter().map(|count| count * (count - 1)).sum();
        let index = (all >= 30).then(|| pairs as f64 / (all * (all - 1)) as f64);
        let mut sum = 0;
        let needed = counts.iter().take_while(|count| {
            let is_needed = 2 * sum < all;
            sum += **count;
            is_needed
        });
        let needed = needed.count();
        let band = match needed {
            1 => "1",
            2 | 3 => "2-3",
            _ => "4+",
        };
        vec![
            json!(activity),
            json!(all),
            json!(counts.len()),
            json!(index),
            json!(index.and_then(|index| quotient(1.0, index))),
            json!(index.map(|_| needed)),
            json!(index.map(|_| band)),
        ]
    };
    found.into_iter().map(one).collect()
}

pub fn throughput_per_person(cases: &[Case]) -> Rows {
    let grain = Grain::Month;
    let mut active: BTreeMap<NaiveDate, BTreeSet<&str>> = BTreeMap::new();
    for event in cases.iter().flatten() {
        if let Some(person) = event.person() {
            active.entry(grain.of(event.ended)).or_default().insert(person);
        }
    }
    let worked = cases.iter().flatten().filter(|event| event.person().is_some()).map(|event| event.ended);
    let one = |period: NaiveDate| {
        let done = cases.iter().filter(|case| grain.of(end(case)) == period).count();
        let people = active.get(&period).map_or(0, BTreeSet::len);
        let each = (people >= 5).then(|| done as f64 / people as f64);
        vec![json!(period.to_string()), json!(done), json!(people), json!(each)]
    };
    grain.all(worked).into_iter().map(one).collect()
}

/// Here every event after an idle hour is asked for what follows it; the query marks and counts.
pub fn batching(cases: &[Case]) -> Rows {
    let mut by_person: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for event in cases.iter().flatten().filter(|event| event.ended % DAY != 0) {
        if let Some(person) = event.person() {
            by_person.entry(person).or_default().push((event.ended, &event.activity));
            found.entry(&event.activity).or_default().1 += 1;
        }
    }
    for events in by_person.values_mut() {
        events.sort_by_key(|(at, _)| *at);
        for first in 1..events.len() {
            let begun = events[first].0;
            if begun - events[first - 1].0 >= 3_600_000_000 {
                let burst: Vec<&str> = events[first..]
                    .iter()
                    .take_while(|(at, _)| at - begun <= 120_000_000)
                    .map(|(_, activity)| *activity)
                    .collect();
                for activity in burst.iter().filter(|_| burst.len() >= 5) {
                    found.entry(*activity).or_default().0 += 1;
                }
            }
        }
    }
    found.into_iter().map(|(activity, (in_bursts, all))| row(&[&[json!(activity)], &rate(in_bursts, all)])).collect()
}

/// Events by a program, events by a person, and others.
fn told<'a>(events: impl Iterator<Item = &'a Event>) -> (usize, usize, usize) {
    let (mut program, mut person, mut unknown) = (0, 0, 0);
    for event in events {
        match event.automated {
            Some(true) => program += 1,
            Some(false) => person += 1,
            None => unknown += 1,
        }
    }
    (program, person, unknown)
}

pub fn automation_rate(cases: &[Case]) -> Rows {
    let (program, person, unknown) = told(cases.iter().flatten());
    vec![row(&[&rate(program, program + person), &[json!(unknown)]])]
}

pub fn automation_activities(cases: &[Case]) -> Rows {
    let mut found: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in cases.iter().flatten() {
        found.entry(&event.activity).or_default().push(event);
    }
    if cases.iter().flatten().all(|event| event.automated.is_none()) {
        return Rows::new();
    }
    let one = |(activity, events): (&str, Vec<&Event>)| {
        let (program, person, unknown) = told(events.into_iter());
        let share: Vec<Value> = rate(program, program + person);
        row(&[&[json!(activity), json!(program), json!(person)], &share[1..], &[json!(unknown)]])
    };
    found.into_iter().map(one).collect()
}

pub fn automation_over_time(cases: &[Case]) -> Rows {
    let grain = Grain::Week;
    let known: Vec<&Event> = cases.iter().flatten().filter(|event| event.automated.is_some()).collect();
    let one = |period: NaiveDate| {
        let (program, person, _) = told(known.iter().copied().filter(|event| grain.of(event.ended) == period));
        let rate = rate(program, program + person);
        row(&[&[json!(period.to_string()), json!(program + person), json!(program)], &rate[2..]])
    };
    grain.all(known.iter().map(|event| event.ended)).into_iter().map(one).collect()
}

pub fn straight_through(cases: &[Case]) -> Rows {
    let (mut untouched, mut touched, mut unknown) = (0, 0, 0);
    for case in cases {
        match told(case.iter()) {
            (_, 0, 0) => untouched += 1,
            (_, 0, _) => unknown += 1,
            _ => touched += 1,
        }
    }
    vec![row(&[&rate(untouched, untouched + touched), &[json!(unknown)]])]
}

pub fn straight_through_over_time(cases: &[Case]) -> Rows {
    let grain = Grain::Week;
    let is_known = |case: &&Case| matches!(told(case.iter()), (_, 1.., _) | (_, _, 0));
    let known: Vec<&Case> = cases.iter().filter(is_known).collect();
    let one = |period: NaiveDate| {
        let ended: Vec<&Case> = known.iter().copied().filter(|case| grain.of(end(case)) == period).collect();
        let untouched = ended.iter().filter(|case| told(case.iter()).1 == 0).count();
        let rate = rate(untouched, ended.len());
        row(&[&[json!(period.to_string()), json!(ended.len()), json!(untouched)], &rate[2..]])
    };
    grain.all(known.iter().map(|case| end(case))).into_iter().map(one).collect()
}
