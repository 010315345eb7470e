//! From the moves of an alignment to differences. A step of the model without an event and an event of the same name
//! without a step are one step in the wrong place; a missing step before the last event was skipped, after it the case
//! was not finished; an event too many is foreign to the flow, one repetition too many, or on the wrong way.

use super::kind::{Kind, What};
use crate::mining::align::{Alignment, Answer, Move};
use std::collections::{BTreeMap, BTreeSet};

/// What alignments speak of: the names behind their numbers.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// Names of activities, by number.
    activities: &'a [&'a str],
    /// The log's name for each transition, or its own.
    transitions: Vec<&'a str>,
    /// Activities that the model knows.
    known: BTreeSet<&'a str>,
    /// Activities that it may begin with.
    starts: BTreeSet<&'a str>,
}

impl<'a> Evidence<'a> {
    /// Of the answer that has the alignments.
    pub fn of(answer: &'a Answer, activities: &'a [&'a str]) -> Self {
        let own = |label: &'a str| activities.get(answer.names.number(label) as usize).copied().unwrap_or(label);
        let transitions: Vec<&str> = answer
            .net
            .transitions
            .iter()
            .map(|transition| own(transition.label.as_deref().unwrap_or_default()))
            .collect();
        let starts = answer.starts.iter().map(|start| own(start)).collect();
        Self { activities, known: transitions.iter().copied().collect(), transitions, starts }
    }

    fn name(&self, activity: i32) -> &'a str {
        usize::try_from(activity).ok().and_then(|at| self.activities.get(at)).copied().unwrap_or_default()
    }
}

/// One way in which a path differs from the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub what: What,
    /// For two steps in the wrong order, the positions of their events, earlier first: were both at the same time, nobody
    /// knows their order.
    pub order: Vec<(u32, u32)>,
    /// For a step that is missing, the positions of the events around the place where the flow has it: were its source
    /// silent between the two, nobody knows whether it was done.
    pub between: Vec<Between>,
}

/// The positions of the events before and after a place of the flow, where there are any.
pub type Between = (Option<u32>, Option<u32>);

/// The step that a move is about.
struct Step<'a> {
    name: &'a str,
    event: Option<u32>,
    in_model: bool,
}

/// Whether the path stops before the flow does: after its last step in place, the flow wants more than was done elsewhere.
pub fn is_unfinished(path: &[i32], alignment: &Alignment, evidence: &Evidence<'_>) -> bool {
    let steps: Vec<Step<'_>> = alignment.moves.iter().map(|each| step(*each, path, evidence)).collect();
    let matched = pairs(&steps);
    let last = steps.iter().rposition(|step| step.in_model && step.event.is_some());
    let after = last.map_or(0, |last| last + 1);
    (after..steps.len()).any(|at| steps[at].event.is_none() && !matched.contains_key(&at))
}

/// The differences of a path, each once.
pub fn differences(path: &[i32], alignment: &Alignment, evidence: &Evidence<'_>) -> Vec<Difference> {
    let steps: Vec<Step<'_>> = alignment.moves.iter().map(|each| step(*each, path, evidence)).collect();
    let mut found: BTreeMap<What, Difference> = BTreeMap::new();
    let mut add = |kind: Kind, activity: &str, other: Option<&str>, order: Option<(u32, u32)>| {
        let what = What { kind, activity: activity.to_owned(), other: other.map(str::to_owned) };
        let fresh = Difference { what: what.clone(), order: Vec::new(), between: Vec::new() };
        let difference = found.entry(what).or_insert(fresh);
        difference.order.extend(order);
    };
    let mut between: BTreeMap<&str, Vec<Between>> = BTreeMap::new();
    let matched = pairs(&steps);
    // Only a later step that was done in its place shows that something before it was left out.
    let last = steps.iter().rposition(|step| step.in_model && step.event.is_some());
    let mut is_unfinished = false;
    for (at, step) in steps.iter().enumerate() {
        match (step.event, matched.get(&at)) {
            (None, None) if last.is_some_and(|last| at < last) => {
                let before = steps[..at].iter().filter_map(|step| step.event).max();
                let after = steps[at..].iter().filter_map(|step| step.event).min();
                between.entry(step.name).or_default().push((before, after));
                add(Kind::Skipped, step.name, None, None);
            }
            (None, None) => is_unfinished = true,
            (Some(_), Some(place)) if !step.in_model => {
                if let Some((first, second, order)) = swapped(&steps, at, *place) {
                    add(Kind::OutOfOrder, first, Some(second), order);
                }
            }
            (Some(event), None) if !step.in_model => {
                add(too_many(&steps, event, evidence), step.name, None, None);
            }
            _ => {}
        }
    }
    if let (true, Some(activity)) = (is_unfinished, path.last()) {
        add(Kind::UndeclaredEnd, evidence.name(*activity), None, None);
    }
    for difference in found.values_mut().filter(|difference| difference.what.kind == Kind::Skipped) {
        difference.between = between.remove(difference.what.activity.as_str()).unwrap_or_default();
    }
    found.into_values().collect()
}

fn step<'a>(each: Move, path: &[i32], evidence: &Evidence<'a>) -> Step<'a> {
    let name = |event: u32| evidence.name(path[event as usize]);
    match each {
        Move::Both { event, .. } => Step { name: name(event), event: Some(event), in_model: true },
        Move::Log { event } => Step { name: name(event), event: Some(event), in_model: false },
        Move::Model { transition } => {
            Step { name: evidence.transitions[transition as usize], event: None, in_model: true }
        }
    }
}

/// Events without a step and steps without an event that have one name: each with the nearest other one.
fn pairs(steps: &[Step<'_>]) -> BTreeMap<usize, usize> {
    let mut pairs = BTreeMap::new();
    let events: Vec<usize> = (0..steps.len()).filter(|at| !steps[*at].in_model).collect();
    let places: Vec<usize> = (0..steps.len()).filter(|at| steps[*at].event.is_none()).collect();
    for event in events {
        let free = |at: &usize| !pairs.contains_key(at) && steps[*at].name == steps[event].name;
        let nearest = places.iter().copied().filter(free).min_by_key(|at| (at.abs_diff(event), *at));
        if let Some(place) = nearest {
            pairs.insert(event, place);
            pairs.insert(place, event);
        }
    }
    pairs
}

type Swapped<'a> = (&'a str, &'a str, Option<(u32, u32)>);

/// Which step came before which, though it should have come after: the nearest common one between where the event is and
/// where the flow has its step.
fn swapped<'a>(steps: &[Step<'a>], event: usize, place: usize) -> Option<Swapped<'a>> {
    let common = |at: &usize| steps[*at].in_model && steps[*at].event.is_some() && steps[*at].name != steps[event].name;
    let moved = steps[event].event?;
    if event < place {
        let other = (event + 1..place).rev().find(common)?;
        return Some((steps[event].name, steps[other].name, steps[other].event.map(|other| (moved, other))));
    }
    let other = (place + 1..event).find(common)?;
    Some((steps[other].name, steps[event].name, steps[other].event.map(|other| (other, moved))))
}

/// What an event is that has no place in the flow.
fn too_many(steps: &[Step<'_>], event: u32, evidence: &Evidence<'_>) -> Kind {
    let Some(own) = steps.iter().find(|step| step.event == Some(event)) else { return Kind::Extra };
    let is_done = |step: &Step<'_>| step.in_model && step.event.is_some() && step.name == own.name;
    if !evidence.known.contains(own.name) {
        Kind::Extra
    } else if steps.iter().any(is_done) {
        Kind::RepeatedTooOften
    } else if event == 0 && !evidence.starts.contains(own.name) {
        Kind::UndeclaredStart
    } else {
        Kind::WrongBranch
    }
}
