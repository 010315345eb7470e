//! Arrivals, throughput, responses, cycle times.

use super::log::{Case, DAY, Grain, end, start};
use super::{Rows, mean, percentile, quotient, seconds};
use chrono::NaiveDate;
use serde_json::{Value, json};

const WEEK: Grain = Grain::Week;

/// How many of the instants lie in it.
fn within(times: &[i64], (from, to): (i64, i64)) -> usize {
    times.iter().filter(|at| (from..to).contains(*at)).count()
}

/// First starts and last ends.
fn borders(cases: &[Case]) -> (Vec<i64>, Vec<i64>) {
    (cases.iter().map(start).collect(), cases.iter().map(end).collect())
}

fn all(grain: Grain, starts: &[i64], ends: &[i64]) -> Vec<NaiveDate> {
    grain.all(starts.iter().chain(ends).copied())
}

fn first(period: NaiveDate) -> Value {
    json!(period.to_string())
}

pub fn arrival_rate(cases: &[Case]) -> Rows {
    let (starts, ends) = borders(cases);
    let (from, to) = (*starts.iter().min().unwrap(), *ends.iter().max().unwrap());
    let one = |period: NaiveDate| {
        let bounds = WEEK.bounds(period);
        let days = (bounds.1 - bounds.0) / DAY;
        let (arrived, done) = (within(&starts, bounds), within(&ends, bounds));
        let whole = bounds.0 >= from && bounds.1 <= to;
        let per_day = |count: usize| whole.then(|| count as f64 / days as f64);
        vec![
            first(period),
            json!(days),
            json!(arrived),
            json!(done),
            json!(per_day(arrived)),
            json!(per_day(done)),
            json!(whole),
        ]
    };
    all(WEEK, &starts, &ends).into_iter().map(one).collect()
}

pub fn flow_balance(cases: &[Case]) -> Rows {
    let (starts, ends) = borders(cases);
    let share = |came: usize, went: usize| quotient(came as f64 - went as f64, came as f64);
    let one = |period: NaiveDate| {
        let (from, to) = WEEK.bounds(period);
        let (came, went) = (within(&starts, (from, to)), within(&ends, (from, to)));
        let (all_came, all_went) = (within(&starts, (i64::MIN, to)), within(&ends, (i64::MIN, to)));
        vec![first(period), json!(came), json!(went), json!(share(came, went)), json!(share(all_came, all_went))]
    };
    all(WEEK, &starts, &ends).into_iter().map(one).collect()
}

/// Here each case is asked how long it was there; the query adds up who came and went.
pub fn littles_law(cases: &[Case]) -> Rows {
    let grain = Grain::Month;
    let (starts, ends) = borders(cases);
    let spans: Vec<(i64, i64)> = starts.iter().copied().zip(ends.iter().copied()).collect();
    let age = |at: i64| {
        let ages: Vec<f64> =
            spans.iter().filter(|(from, to)| *from < at && *to >= at).map(|(from, _)| seconds(at - from)).collect();
        mean(&ages)
    };
    let one = |period: NaiveDate| {
        let (from, to) = grain.bounds(period);
        let there: i64 = spans.iter().map(|(begun, done)| (done.min(&to) - begun.max(&from)).max(0)).sum();
        let in_progress = there as f64 / (to - from) as f64;
        let times: Vec<f64> = spans
            .iter()
            .filter(|(_, done)| (from..to).contains(done))
            .map(|(begun, done)| seconds(done - begun))
            .collect();
        let per_day = times.len() as f64 / ((to - from) as f64 / DAY as f64);
        let expected = mean(&times).map(|cycle| per_day * cycle / 86400.0);
        let (came, went) = (within(&starts, (from, to)) as i64, times.len() as i64);
        let is_level = (came - went).abs() * 10 <= came.max(went);
        let ages = age(from).zip(age(to));
        let steady = is_level && ages.is_some_and(|(before, after)| (after - before).abs() <= 0.1 * before);
        vec![
            first(period),
            json!(in_progress),
            json!(per_day),
            json!(mean(&times)),
            json!(expected),
            json!(expected.and_then(|expected| quotient(in_progress, expected))),
            json!(steady),
        ]
    };
    all(grain, &starts, &ends).into_iter().map(one).collect()
}

pub fn first_response(cases: &[Case]) -> Rows {
    let answered = |case: &Case| {
        let by_person = case.iter().skip(1).filter(|event| event.automated == Some(false));
        by_person.map(|event| event.began()).min().map(|at| (at, seconds(at - start(case))))
    };
    let found: Vec<(i64, f64)> = cases.iter().filter_map(answered).collect();
    let one = |period: NaiveDate| {
        let times: Vec<f64> = found.iter().filter(|(at, _)| WEEK.of(*at) == period).map(|(_, time)| *time).collect();
        let tail = percentile(&times, 0.9).filter(|_| times.len() >= 29);
        vec![first(period), json!(times.len()), json!(percentile(&times, 0.5)), json!(tail), json!(mean(&times))]
    };
    WEEK.all(found.iter().map(|(at, _)| *at)).into_iter().map(one).collect()
}

pub fn predictability(cases: &[Case]) -> Rows {
    let (_, ends) = borders(cases);
    let one = |period: NaiveDate| {
        let ended = cases.iter().filter(|case| WEEK.of(end(case)) == period);
        let times: Vec<f64> = ended.map(|case| seconds(end(case) - start(case))).collect();
        let median = percentile(&times, 0.5);
        let tail = percentile(&times, 0.85).filter(|_| times.len() >= 29);
        let ratio = tail.zip(median).and_then(|(tail, median)| quotient(tail, median));
        vec![first(period), json!(times.len()), json!(median), json!(tail), json!(ratio)]
    };
    WEEK.all(ends.iter().copied()).into_iter().map(one).collect()
}
