//! Which column is the case, the activity, the time and so on: names propose, values decide.

use super::DetectError;
use super::columns::{Column, ColumnKind, Table};
use super::evidence::{are_transitions, changes_within_cases, in_order};
use super::overrides::list;
use super::refuse::one_row_per_case;
use super::shape::{Role, Roles};
use super::synonyms::{Meaning, Words};
use crate::model::measure;

/// Below this a case or an activity is not believed.
const LEAST_SURE: f64 = 0.5;
/// Below this a person is asked to look.
const SURE: f64 = 0.7;

/// Everything that is weighed.
struct Weighing<'a> {
    table: &'a Table<'a>,
    columns: &'a [Column],
    words: Vec<Words>,
    /// What each name weighs for each meaning, in the order of `Meaning::ALL`.
    weights: Vec<[f64; Meaning::ALL.len()]>,
    named: &'a [(Meaning, usize)],
    unwanted: &'a [Meaning],
    taken: Vec<usize>,
}

/// A column and how well it fits.
type Fit = (usize, f64);

/// Gives each part to a column. `named` are the columns that a person named, `unwanted` the parts that none is to play; `line` is that of the header.
pub(super) fn assign(
    table: &Table<'_>,
    columns: &[Column],
    named: &[(Meaning, usize)],
    unwanted: &[Meaning],
    line: u64,
) -> Result<(Roles, Vec<String>), DetectError> {
    let words: Vec<Words> = columns.iter().map(|column| Words::of(&column.header)).collect();
    let weights = words.iter().map(|words| Meaning::ALL.map(|meaning| words.weight(meaning))).collect();
    let taken = named.iter().map(|(_, column)| *column).collect();
    let mut weighing = Weighing { table, columns, words, weights, named, unwanted, taken };
    let case = weighing.pick(Meaning::Case, LEAST_SURE, |w, at| w.case_fit(at));
    let case_at = case.as_ref().map(|role| role.column);
    let activity = weighing.pick(Meaning::Activity, LEAST_SURE, |w, at| w.activity_fit(at, case_at));
    let all_named =
        [Meaning::Case, Meaning::Activity, Meaning::End].iter().all(|meaning| weighing.name_of(*meaning).is_some());
    if !all_named {
        one_row_per_case(table, columns, &weighing.words, case_at, activity.is_some())?;
    }
    let (case, activity) = match (case, activity) {
        (Some(case), Some(activity)) => (case, activity),
        (case, activity) => {
            let missing = match (case, activity) {
                (None, None) => "the case and which the activity",
                (None, _) => "the case",
                _ => "the activity",
            };
            return Err(DetectError::RolesNotFound { missing, line, columns: list(columns) });
        }
    };
    let mut warnings = Vec::new();
    let (timestamp, start) = weighing.times(case.column, &mut warnings)?;
    let lifecycle = weighing.pick(Meaning::Lifecycle, 0.6, |w, at| w.lifecycle_fit(at));
    let resource = weighing.pick(Meaning::Resource, LEAST_SURE, |w, at| w.person_fit(at, Meaning::Resource));
    let role = weighing.pick(Meaning::Role, LEAST_SURE, |w, at| w.person_fit(at, Meaning::Role));
    let system = weighing.pick(Meaning::System, 0.55, |w, at| w.system_fit(at));
    let case_at = Some(case.column);
    let cost = weighing.pick(Meaning::Cost, LEAST_SURE, |w, at| w.cost_fit(at, case_at));
    let automated = weighing.pick(Meaning::Automated, LEAST_SURE, |w, at| w.automated_fit(at));
    for (role, option) in [(Some(&case), "case"), (Some(&activity), "activity"), (timestamp.as_ref(), "timestamp")] {
        if let Some(role) = role.filter(|role| role.confidence < SURE) {
            let name = &columns[role.column].name;
            warnings.push(format!(
                "column \"{name}\" is taken for the {option} without being sure, otherwise give --{option}"
            ));
        }
    }
    Ok((Roles { case, activity, timestamp, start, resource, role, system, lifecycle, cost, automated }, warnings))
}

impl Weighing<'_> {
    fn name_of(&self, meaning: Meaning) -> Option<usize> {
        self.named.iter().find(|(named, _)| *named == meaning).map(|(_, column)| *column)
    }

    /// The named column, or the free one that fits best if it fits well enough. It is taken from then on.
    fn pick(&mut self, meaning: Meaning, least: f64, fit: impl Fn(&Self, usize) -> f64) -> Option<Role> {
        if let Some(column) = self.name_of(meaning) {
            return Some(Role { column, confidence: 1.0, reason: "named by the user".to_owned() });
        }
        if self.unwanted.contains(&meaning) {
            return None;
        }
        let fits = self.free().map(|at| (at, fit(self, at)));
        let (column, confidence) = best(fits).filter(|(_, fit)| *fit >= least)?;
        self.taken.push(column);
        Some(Role { column, confidence: confidence.min(0.99), reason: self.reason(column, meaning) })
    }

    fn free(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|at| !self.taken.contains(at))
    }

    fn reason(&self, at: usize, meaning: Meaning) -> String {
        let column = &self.columns[at];
        let by_name = if self.raw(at, meaning) > 0.0 {
            format!("its name \"{}\"", column.name)
        } else {
            "its values, its name says nothing".to_owned()
        };
        match meaning {
            Meaning::Case | Meaning::Activity => {
                format!("{by_name}; {} different values in {} rows", column.distinct, self.table.rows)
            }
            Meaning::End | Meaning::Start => match column.times() {
                Some(times) => format!("{by_name}; {}", times.reason),
                None => by_name,
            },
            _ => format!("{by_name}; {} different values", column.distinct),
        }
    }

    /// The weight of the name.
    fn raw(&self, at: usize, meaning: Meaning) -> f64 {
        self.weights[at][meaning as usize]
    }

    /// The weight of the name, unless it means something else even more.
    fn weight(&self, at: usize, meaning: Meaning) -> f64 {
        let weight = self.raw(at, meaning);
        let rivals = Meaning::ALL.iter().filter(|other| **other != meaning && **other != Meaning::Lifecycle);
        let rival = rivals.map(|other| self.raw(at, *other)).fold(0.0, f64::max);
        if rival > weight { weight * 0.5 } else { weight }
    }

    fn filled(&self, at: usize) -> usize {
        ((1.0 - self.columns[at].empty_share) * self.table.rows as f64).round() as usize
    }

    fn case_fit(&self, at: usize) -> f64 {
        let column = &self.columns[at];
        let weight = self.weight(at, Meaning::Case);
        let strong = weight >= 0.9;
        let by_kind = match column.kind {
            ColumnKind::Timestamp(_) | ColumnKind::Boolean => 0.0,
            ColumnKind::Number { .. } => mildly(strong, 0.8, 0.3),
            _ => 1.0,
        };
        let filled = self.filled(at);
        let by_content = if column.empty_share > 0.5 || column.longest > 200 { 0.3 } else { 1.0 };
        let by_repeats = match column.distinct {
            _ if filled < 2 => 1.0,
            distinct if distinct == filled => mildly(strong, 0.85, 0.4),
            // A file of a single case is rare, a column that never changes is not.
            1 if weight < 0.9 => mildly(weight >= 0.75, 0.8, 0.4),
            1 => 0.9,
            _ if weight > 0.0 => (weight + 0.1).min(0.99) / weight,
            _ => 1.0,
        };
        weight * by_kind * by_content * by_repeats
    }

    fn activity_fit(&self, at: usize, case: Option<usize>) -> f64 {
        let column = &self.columns[at];
        let weight = self.weight(at, Meaning::Activity);
        if weight <= 0.0 {
            return 0.0;
        }
        let filled = self.filled(at).max(1);
        let variety = column.distinct as f64 / filled as f64;
        let by_kind = match column.kind {
            ColumnKind::Timestamp(_) | ColumnKind::Boolean => 0.0,
            ColumnKind::Number { .. } => 0.2,
            ColumnKind::Integer if filled >= 20 && variety > 0.2 => 0.3,
            _ => 1.0,
        };
        let by_variety = if filled >= 20 && variety > 0.5 { 0.3 } else { 1.0 };
        let by_content = if column.empty_share > 0.5 || column.longest > 300 { 0.4 } else { 1.0 };
        let changes = case.filter(|case| *case != at).and_then(|case| changes_within_cases(self.table, case, at));
        let fit = weight * by_kind * by_variety * by_content;
        match changes {
            Some(share) if share < 0.05 => fit * 0.5,
            Some(share) if share > 0.5 && fit > 0.0 => fit + 0.1,
            _ => fit,
        }
    }

    /// End and start of events, and what is odd about them.
    fn times(&mut self, case: usize, warnings: &mut Vec<String>) -> Result<(Option<Role>, Option<Role>), DetectError> {
        let alone = self.free().filter(|at| self.columns[*at].times().is_some()).count() == 1;
        let mut end = self.pick(Meaning::End, 0.3, |w, at| w.time_fit(at, case, Meaning::End, alone));
        let mut start = self.pick(Meaning::Start, LEAST_SURE, |w, at| w.time_fit(at, case, Meaning::Start, false));
        if end.is_none() {
            // A single time is the time of the event, whatever it is called.
            end = start.take();
        }
        let Some(end) = end else {
            self.refuse_unreadable()?;
            warnings.push(
                "the file has no column of times, so the rows keep their order and nothing can be timed".to_owned(),
            );
            return Ok((None, None));
        };
        if let Some(start) = &start {
            let order = in_order(self.table, self.columns, start.column, end.column);
            if let Some(order) = order.filter(|order| order.share < 0.5) {
                let (a, b) = (&self.columns[start.column].name, &self.columns[end.column].name);
                let share = ((1.0 - order.share) * 100.0).round();
                warnings
                    .push(format!("the start \"{a}\" is later than the end \"{b}\" in {share} % of the sample rows"));
            }
            return Ok((Some(end), Some(start.clone())));
        }
        let pair = if self.unwanted.contains(&Meaning::Start) { None } else { self.unnamed_pair(&end, case) };
        match pair {
            Some((end, start)) => Ok((Some(end), Some(start))),
            None => Ok((Some(end), None)),
        }
    }

    fn time_fit(&self, at: usize, case: usize, meaning: Meaning, alone: bool) -> f64 {
        let column = &self.columns[at];
        if column.times().is_none() {
            return 0.0;
        }
        let other = if meaning == Meaning::End { Meaning::Start } else { Meaning::End };
        let (mut weight, rival) = (self.raw(at, meaning), self.raw(at, other));
        if meaning == Meaning::End {
            weight = if alone { (weight + 0.1).max(0.6) } else { weight.max(0.35) };
        }
        if rival > weight && !alone {
            return 0.0;
        }
        let by_changes = match changes_within_cases(self.table, case, at) {
            Some(share) if share < 0.05 && !alone => 0.5,
            _ => 1.0,
        };
        weight * by_changes * (1.0 - 0.5 * column.empty_share)
    }

    /// Two time columns whose names do not tell which is the start: the earlier one is, if it always is.
    fn unnamed_pair(&mut self, end: &Role, case: usize) -> Option<(Role, Role)> {
        if self.name_of(Meaning::End).is_some() {
            return None;
        }
        let milestone = |at: usize| self.words[at].is_milestone();
        let others: Vec<usize> = self
            .free()
            .filter(|at| self.columns[*at].times().is_some() && self.columns[*at].empty_share < 0.5)
            .collect();
        let [other] = others.as_slice() else { return None };
        let weights = [end.column, *other].map(|at| self.raw(at, Meaning::End));
        let constant = changes_within_cases(self.table, case, *other).is_some_and(|share| share < 0.05);
        if (weights[0] - weights[1]).abs() > 0.1 || milestone(*other) || milestone(end.column) || constant {
            return None;
        }
        let always = |first, second| {
            in_order(self.table, self.columns, first, second)
                .is_some_and(|order| order.share > 0.98 && order.any_earlier)
        };
        let (start, last) = if always(*other, end.column) {
            (*other, end.column)
        } else if always(end.column, *other) {
            (end.column, *other)
        } else {
            return None;
        };
        self.taken.push(*other);
        let role = |column: usize, word: &str, rival: usize| Role {
            column,
            confidence: 0.6,
            reason: format!("never {word} than \"{}\" in the sample rows", self.columns[rival].name),
        };
        Some((role(last, "earlier", start), role(start, "later", last)))
    }

    /// A column that is called a time and is none is a format that is not known, not a log without times.
    fn refuse_unreadable(&self) -> Result<(), DetectError> {
        let named = |at: &usize| self.raw(*at, Meaning::End) >= 0.9 || self.raw(*at, Meaning::Start) >= 0.9;
        let text = |at: &usize| self.columns[*at].kind == ColumnKind::Text && self.columns[*at].empty_share < 0.9;
        let Some(at) = self.free().find(|at| named(at) && text(at)) else { return Ok(()) };
        let column = &self.columns[at];
        Err(DetectError::UnreadableTimes {
            column: column.name.clone(),
            example: column.samples.first().cloned().unwrap_or_default(),
            cure: "give --timestamp-format, for example %d/%m/%Y %H:%M:%S".to_owned(),
        })
    }

    fn lifecycle_fit(&self, at: usize) -> f64 {
        let column = &self.columns[at];
        let weight = self.raw(at, Meaning::Lifecycle);
        if !matches!(column.kind, ColumnKind::Text) || column.distinct == 0 {
            return 0.0;
        }
        let known = weight > 0.0 && are_transitions(self.table, at, column.distinct);
        if known { (weight + 0.4).clamp(0.7, 1.0) } else { weight }
    }

    fn person_fit(&self, at: usize, meaning: Meaning) -> f64 {
        let column = &self.columns[at];
        let weight = self.weight(at, meaning);
        let by_kind = match column.kind {
            ColumnKind::Timestamp(_) | ColumnKind::Boolean => 0.0,
            ColumnKind::Number { .. } => mildly(weight >= 1.0, 0.9, 0.3),
            _ => 1.0,
        };
        let by_content = if column.longest > 120 || column.distinct == 0 { 0.3 } else { 1.0 };
        weight * by_kind * by_content
    }

    fn system_fit(&self, at: usize) -> f64 {
        let column = &self.columns[at];
        let few = column.distinct <= 50.max(self.table.rows / 20);
        let text = matches!(column.kind, ColumnKind::Text);
        if text && few && column.distinct > 0 { self.weight(at, Meaning::System) } else { 0.0 }
    }

    /// Numbers; those that never change within a case are what the case is worth, not what its events cost.
    fn cost_fit(&self, at: usize, case: Option<usize>) -> f64 {
        let column = &self.columns[at];
        if !matches!(column.kind, ColumnKind::Integer | ColumnKind::Number { .. }) {
            return 0.0;
        }
        let changes = case.and_then(|case| changes_within_cases(self.table, case, at));
        let of_case = column.distinct > 1 && changes.is_some_and(|share| share == 0.0);
        if of_case { 0.0 } else { self.weight(at, Meaning::Cost) }
    }

    fn automated_fit(&self, at: usize) -> f64 {
        let said = || self.table.cells[at].iter().filter(|cell| !cell.is_empty());
        let fits = match self.columns[at].kind {
            ColumnKind::Integer => said().all(|cell| matches!(cell.as_ref(), "0" | "1")),
            ColumnKind::Boolean | ColumnKind::Text => said().all(|cell| measure::automated(cell).is_some()),
            _ => false,
        };
        if fits && self.columns[at].distinct > 0 { self.weight(at, Meaning::Automated) } else { 0.0 }
    }
}

/// One factor where a name is strong enough to overrule what the values say, the other where it is not.
fn mildly(strong: bool, then: f64, otherwise: f64) -> f64 {
    if strong { then } else { otherwise }
}

/// The best fit; of equals the first column.
fn best(fits: impl Iterator<Item = Fit>) -> Option<Fit> {
    fits.fold(None, |best: Option<Fit>, fit| match best {
        Some(best) if best.1 >= fit.1 => Some(best),
        _ => Some(fit),
    })
}
