//! Touch time, paths, and where cases stand.

use super::log::{Case, Event, Grain, end, start};
use super::{Rows, mean, percentile, quotient, rate, row, seconds};
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn activity_frequency(cases: &[Case]) -> Rows {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in cases {
        for (at, event) in case.iter().enumerate() {
            let counted = found.entry(&event.activity).or_default();
            counted.0 += 1;
            counted.1 += usize::from(case[..at].iter().all(|before| before.activity != event.activity));
        }
    }
    found
        .into_iter()
        .map(|(activity, (times, of_cases))| vec![json!(activity), json!(times), json!(of_cases)])
        .collect()
}

pub fn touch_time(cases: &[Case]) -> Rows {
    let mut found: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    for event in cases.iter().flatten() {
        found.entry(&event.activity).or_default().push(event.touch());
    }
    let mut rows = Rows::new();
    for (activity, all) in found {
        let times: Vec<f64> = all.iter().flatten().copied().collect();
        if !times.is_empty() {
            rows.push(vec![
                json!(activity),
                json!(all.len()),
                json!(times.len()),
                json!(times.iter().sum::<f64>()),
                json!(mean(&times)),
                json!(percentile(&times, 0.5)),
                json!(percentile(&times, 0.9).filter(|_| times.len() >= 29)),
            ]);
        }
    }
    rows
}

/// The time that a case was worked on: its stretches in the order of their starts, each from where the last one ended.
fn worked(case: &Case) -> i64 {
    let mut stretches: Vec<(i64, i64)> = case.iter().map(|event| (event.began(), event.ended)).collect();
    stretches.sort_unstable();
    let (mut until, mut sum) = (i64::MIN, 0);
    for (from, to) in stretches {
        sum += (to - from.max(until)).max(0);
        until = until.max(to);
    }
    sum
}

fn is_timed(case: &&Case) -> bool {
    case.iter().all(|event| event.started.is_some())
}

/// Cases, time worked on and time taken.
fn efficiency<'a>(cases: impl Iterator<Item = &'a Case>) -> (usize, f64, f64) {
    let (mut count, mut touch, mut cycle) = (0, 0, 0);
    for case in cases.filter(is_timed) {
        count += 1;
        touch += worked(case);
        cycle += end(case) - start(case);
    }
    (count, seconds(touch), seconds(cycle))
}

pub fn flow_efficiency(cases: &[Case]) -> Rows {
    let (count, touch, cycle) = efficiency(cases.iter());
    let known = |value: f64| json!((count > 0).then_some(value));
    let share = quotient(touch, cycle);
    vec![vec![json!(count), json!(cases.len()), known(touch), known(cycle - touch), known(cycle), json!(share)]]
}

pub fn flow_efficiency_over_time(cases: &[Case]) -> Rows {
    let grain = Grain::Week;
    let timed: Vec<&Case> = cases.iter().filter(is_timed).collect();
    let one = |period: NaiveDate| {
        let (count, touch, cycle) = efficiency(timed.iter().copied().filter(|case| grain.of(end(case)) == period));
        let known = |value: f64| json!((count > 0).then_some(value));
        vec![json!(period.to_string()), json!(count), known(touch), known(cycle), json!(quotient(touch, cycle))]
    };
    grain.all(timed.iter().map(|case| end(case))).into_iter().map(one).collect()
}

/// Cases by path, most first.
pub fn paths(cases: &[Case]) -> Vec<(usize, Vec<&str>)> {
    let mut found: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for case in cases {
        *found.entry(case.iter().map(|event| event.activity.as_str()).collect()).or_default() += 1;
    }
    let mut paths: Vec<(usize, Vec<&str>)> = found.into_iter().map(|(path, count)| (count, path)).collect();
    paths.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    paths
}

pub fn variant_spread(cases: &[Case]) -> Rows {
    let paths = paths(cases);
    let (n, variants) = (cases.len(), paths.len());
    let top: usize = paths.iter().take(10).map(|(count, _)| count).sum();
    let single = paths.iter().filter(|(count, _)| *count == 1).count();
    let part = |(count, _): &(usize, Vec<&str>)| {
        let share = *count as f64 / n as f64;
        -share * share.log2()
    };
    let bits: f64 = paths.iter().map(part).sum();
    let more = (variants - 1) as f64 / (2.0 * n as f64 * std::f64::consts::LN_2);
    let share = rate(top, n);
    vec![vec![
        json!(n),
        json!(variants),
        json!(top),
        share[2].clone(),
        share[3].clone(),
        share[4].clone(),
        json!(single),
        json!(bits),
        json!(bits + more),
        json!(bits.exp2()),
    ]]
}

fn has(case: &Case, named: &[&str]) -> bool {
    case.iter().any(|event| named.contains(&event.activity.as_str()))
}

/// Three times the 95th percentile of the gaps between events.
fn limit<'a>(cases: impl Iterator<Item = &'a Case>) -> Option<f64> {
    let gap = |pair: &[Event]| seconds(pair[1].began() - pair[0].ended).max(0.0);
    let gaps: Vec<f64> = cases.flat_map(|case| case.windows(2).map(gap)).collect();
    percentile(&gaps, 0.95).map(|gap| 3.0 * gap)
}

pub fn case_states(cases: &[Case], ends: &[&str]) -> Rows {
    let now = cases.iter().map(end).max().unwrap();
    let limit = limit(cases.iter().filter(|case| has(case, ends)));
    let closed = cases.iter().filter(|case| has(case, ends)).count();
    let is_stalled = |case: &&Case| !has(case, ends) && limit.is_some_and(|limit| seconds(now - end(case)) > limit);
    let stalled = cases.iter().filter(is_stalled).count();
    let open = cases.len() - closed - stalled;
    let as_of = DateTime::from_timestamp_micros(now).unwrap().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let states = [("closed", closed), ("cancelled", 0), ("open", open), ("stalled", stalled)];
    let one = |(state, count): (&str, usize)| {
        row(&[&[json!(state)], &rate(count, cases.len()), &[json!(limit), json!(as_of)]])
    };
    states.into_iter().map(one).collect()
}

pub fn open_cases(cases: &[Case], ends: &[&str]) -> Rows {
    let now = cases.iter().map(end).max().unwrap();
    let ended: Vec<&Case> = cases.iter().filter(|case| has(case, ends)).collect();
    let limit = limit(ended.iter().copied());
    let times: Vec<f64> = ended.iter().map(|case| seconds(end(case) - start(case))).collect();
    let usual = percentile(&times, 0.85).filter(|_| times.len() >= 29);
    let mut found: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for case in cases.iter().filter(|case| !has(case, ends)) {
        let ages = (seconds(now - start(case)), seconds(now - end(case)));
        found.entry(&case[case.len() - 1].activity).or_default().push(ages);
    }
    let one = |(activity, ages): (&str, Vec<(f64, f64)>)| {
        let old: Vec<f64> = ages.iter().map(|(age, _)| *age).collect();
        let idle: Vec<f64> = ages.iter().map(|(_, idle)| *idle).collect();
        let above = |values: &[f64], limit: f64| values.iter().filter(|value| **value > limit).count();
        let stalled = match limit {
            Some(limit) => rate(above(&idle, limit), idle.len()),
            None => vec![Value::Null; 5],
        };
        vec![
            json!(activity),
            json!(ages.len()),
            json!(percentile(&old, 0.5)),
            json!(percentile(&old, 1.0)),
            json!(percentile(&idle, 0.5)),
            json!(usual.map(|usual| above(&old, usual))),
            stalled[0].clone(),
            stalled[2].clone(),
            stalled[3].clone(),
            stalled[4].clone(),
            json!(limit),
        ]
    };
    found.into_iter().map(one).collect()
}
