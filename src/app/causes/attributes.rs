//! What is known of cases before they are judged: their attributes, who, which role and which system began them, and when.
//! Nothing that is a part of the target itself: neither number of events nor end nor path, and no number that goes up and down
//! with the cycle time.

use super::Known;
use super::target::{Labels, Target};
use super::values::{Value, beginning_with, begun, equal, month_of, numbered, on_day, started_in};
use crate::app::Asked;
use crate::mining::causes::{Column, LEAST_CASES};
use crate::model::tables::{AttributeColumn, AttributeType};
use crate::query::Coded;
use std::collections::BTreeMap;

/// Texts with more different values tell cases apart, not kinds of cases.
pub(super) const MOST_VALUES: usize = 10_000;
/// A number that goes with the cycle time like this is the cycle time by another name.
const SAME: f64 = 0.95;
/// Microseconds of a day.
const DAY: f64 = 86_400e6;
/// What is known of the first event, in the order of the columns of `case_origins`: the kind of name, the attribute's name,
/// and words before the name. Who did it is not among them: a person is no kind of case, and nobody is to be ranked here.
pub(super) const ORIGINS: [(&str, &str, &str); 2] =
    [("role", "role of the first event", "begun by role"), ("system", "system of the first event", "begun in system")];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// An attribute with its values by number.
#[derive(Debug)]
pub(super) struct Attribute {
    pub name: String,
    pub values: Vec<Value>,
    pub is_banded: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// What they are.
    pub used: Vec<Attribute>,
    /// By the same number: the value of each case that is looked at.
    pub columns: Vec<Column>,
    /// What is not looked at, and why.
    pub left_out: Vec<(String, String)>,
}

impl Attributes {
    pub(super) fn of(of: &Target, asked: &Asked, known: &Known, origins: &[Vec<f64>], labels: &Labels) -> Self {
        let mut found = Self::default();
        let snapshot = &asked.target.snapshot;
        let cycle: Vec<f64> = labels.kept.iter().map(|row| known.cycle[*row as usize]).collect();
        for (name, coded) in &known.attributes {
            let column = snapshot.manifest.attributes.iter().find(|attribute| attribute.column == *name);
            let Some(column) = column else { continue };
            found.add_attribute(of, column, coded, &labels.kept, &cycle);
        }
        if let [cases, origins @ ..] = origins {
            for ((kind, name, words), column) in ORIGINS.into_iter().zip(origins) {
                let names: Vec<&str> = snapshot.names(kind).iter().flatten().collect();
                if !names.is_empty() {
                    let numbers = by_case(cases, column, known);
                    found.add_origin((kind, name, words), &names, &numbers, known, &labels.kept);
                }
            }
        }
        match of {
            Target::Deviation(_) => found.leave_out("first activity", "a wrong beginning is a difference itself"),
            _ => {
                let names: Vec<&str> = snapshot.names("activity").iter().flatten().collect();
                found.add_first_activity(&names, known, &labels.kept);
            }
        }
        if snapshot.manifest.has_times {
            found.add_start(known, &labels.kept);
        }
        found
    }

    fn leave_out(&mut self, name: &str, why: impl Into<String>) {
        self.left_out.push((name.to_owned(), why.into()));
    }

    fn add_attribute(&mut self, of: &Target, column: &AttributeColumn, coded: &Coded, kept: &[u32], cycle: &[f64]) {
        let name = &column.column;
        match coded {
            Coded::TooMany => {
                let most = crate::draw::figure::count(MOST_VALUES as i64);
                self.leave_out(
                    name,
                    format!("more than {most} different values: it tells cases apart, not kinds of cases"),
                );
            }
            Coded::Names { names, codes } => {
                let codes = kept.iter().map(|row| codes[*row as usize]).collect();
                let values = names.iter().map(|text| equal(name, text.clone())).collect();
                self.add(name, values, codes, false);
            }
            Coded::Numbers(_) if column.kind == AttributeType::Time => {
                self.leave_out(name, "a time is no kind of case; month and weekday of the start are looked at");
            }
            Coded::Numbers(numbers) => {
                let numbers: Vec<f64> = kept.iter().map(|row| numbers[*row as usize]).collect();
                let alike = correlation(&numbers, cycle).filter(|_| matches!(of, Target::Slow(_)));
                if let Some(alike) = alike.filter(|alike| alike.abs() >= SAME) {
                    let why = format!("it is the cycle time by another name: their correlation is {alike:.2}");
                    return self.leave_out(name, why);
                }
                let (values, codes, is_banded) = numbered(name, &numbers);
                self.add(name, values, codes, is_banded);
            }
        }
    }

    fn add_origin(
        &mut self,
        (kind, name, words): (&str, &str, &str),
        names: &[&str],
        numbers: &[Option<u32>],
        known: &Known,
        kept: &[u32],
    ) {
        let empty = names.len() as u32;
        let begun = |text: Option<&str>| begun((kind, name, words), text);
        let number = |row: &u32| numbers[known.numbers[*row as usize] as usize].unwrap_or(empty);
        let values = names.iter().map(|text| begun(Some(text))).chain([begun(None)]).collect();
        self.add(name, values, kept.iter().map(number).collect(), false);
    }

    fn add_first_activity(&mut self, names: &[&str], known: &Known, kept: &[u32]) {
        let codes = kept.iter().map(|row| known.first_activities[*row as usize]).collect();
        self.add("first activity", names.iter().map(|name| beginning_with(name)).collect(), codes, false);
    }

    /// Month and weekday of the start, by UTC.
    fn add_start(&mut self, known: &Known, kept: &[u32]) {
        let days = || kept.iter().map(|row| (known.started[*row as usize] / DAY).floor() as i64);
        let mut months: BTreeMap<(i32, u32), u32> = BTreeMap::new();
        let mut last = None;
        // Cases come about in the order of their starts, so the day rarely changes.
        for day in days().filter(|day| last.replace(*day) != Some(*day)) {
            months.entry(month_of(day)).or_default();
        }
        for (at, number) in months.values_mut().enumerate() {
            *number = at as u32;
        }
        let mut last = (i64::MIN, 0);
        let codes = days().map(|day| {
            if last.0 != day {
                last = (day, months[&month_of(day)]);
            }
            last.1
        });
        let codes = codes.collect();
        self.add("month of the start", months.keys().map(|month| started_in(*month)).collect(), codes, false);
        // The first of January 1970 was a Thursday.
        let weekdays = days().map(|day| (day + 3).rem_euclid(7) as u32).collect();
        self.add("weekday of the start", WEEKDAYS.iter().map(|name| on_day(name)).collect(), weekdays, false);
    }

    /// Takes an attribute up, if it tells kinds of cases apart.
    fn add(&mut self, name: &str, values: Vec<Value>, codes: Vec<u32>, is_banded: bool) {
        let mut cases = vec![0u64; values.len()];
        codes.iter().for_each(|code| cases[*code as usize] += 1);
        let different = cases.iter().filter(|cases| **cases > 0).count();
        let shared: u64 = cases.iter().filter(|cases| **cases >= LEAST_CASES).sum();
        if different <= 1 {
            self.leave_out(name, "it is the same in all cases");
        } else if shared * 2 < codes.len() as u64 {
            let different = crate::draw::figure::count(different as i64);
            let why = format!("{different} different values, most of them in fewer than {LEAST_CASES} cases");
            self.leave_out(name, why);
        } else {
            self.columns.push(Column { values: values.len(), codes });
            self.used.push(Attribute { name: name.to_owned(), values, is_banded });
        }
    }
}

/// Numbers of names by the number of the case; what is no number is no name.
fn by_case(cases: &[f64], names: &[f64], known: &Known) -> Vec<Option<u32>> {
    let most = known.numbers.iter().max().map_or(0, |most| *most as usize + 1);
    let mut numbers = vec![None; most];
    for (case, name) in cases.iter().zip(names).filter(|(_, name)| !name.is_nan()) {
        if let Some(place) = numbers.get_mut(*case as usize) {
            *place = Some(*name as u32);
        }
    }
    numbers
}

/// Pearson's, over the cases that have both.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = || a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let n = pairs().count() as f64;
    if n < 3.0 {
        return None;
    }
    let (sum_a, sum_b) = pairs().fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b));
    let (mean_a, mean_b) = (sum_a / n, sum_b / n);
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (a, b) in pairs() {
        let (a, b) = (a - mean_a, b - mean_b);
        (both, of_a, of_b) = (both + a * b, of_a + a * a, of_b + b * b);
    }
    (of_a > 0.0 && of_b > 0.0).then(|| both / (of_a.sqrt() * of_b.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_by_another_name_is_recognised() {
        let days = [1.0, 2.0, 3.0, f64::NAN, 5.0];
        let seconds = [86_400.0, 172_800.0, 259_200.0, 1.0, 432_000.0];
        assert!(correlation(&days, &seconds).unwrap() > 0.999);
        assert_eq!(correlation(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert!(correlation(&[1.0, 2.0, 1.0, 2.0], &[1.0, 1.0, 2.0, 2.0]).unwrap().abs() < 1e-12);
    }

    #[test]
    fn what_tells_cases_apart_is_left_out() {
        let mut found = Attributes::default();
        let value = |text: usize| equal("a", Some(text.to_string()));
        found.add("number", (0..100).map(value).collect(), (0..100).collect(), false);
        found.add("constant", vec![value(0), value(1)], vec![1; 100], false);
        found.add("kind", vec![value(0), value(1)], (0..100).map(|at| at % 2).collect(), false);
        let names: Vec<&str> = found.left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, found.used[0].name.as_str(), found.columns.len()), (vec!["number", "constant"], "kind", 1));
    }
}
