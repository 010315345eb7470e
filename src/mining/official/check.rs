//! What a definition says in one place has to be so in another: steps, roles and the calendar that are spoken of.

use super::fields::Notes;
use super::node::At;
use crate::model::official::{Definition, Step};
use std::collections::{BTreeMap, BTreeSet};

/// What is spoken of, and where.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Steps of the path.
    pub path: Vec<(At, String)>,
    /// Steps elsewhere, with what speaks of them.
    pub steps: Vec<(At, String, String)>,
    /// Roles, with what speaks of them.
    pub roles: Vec<(At, String, String)>,
    /// Times that only a calendar can tell, in words.
    pub business: Vec<(At, String)>,
    /// Times of day, which only a calendar's zone makes clear, in words.
    pub times_of_day: Vec<(At, String)>,
    /// Where each step is defined.
    pub defined: Vec<(At, String)>,
    /// Exceptions that steps name.
    pub exceptions: Vec<(At, String, String)>,
}

/// Adds a fault for everything that is spoken of and not there, or there and never reached.
pub(super) fn check(definition: &Definition, notes: &mut Notes) {
    let mentions = std::mem::take(&mut notes.mentions);
    let defined: BTreeSet<&str> = definition.steps.iter().map(|step| step.name.as_str()).collect();
    let names = || definition.steps.iter().map(|step| step.name.as_str());
    let whole_path = mentions.path.iter().map(|(at, name)| (*at, name.clone(), "the path".to_owned()));
    for (at, name, by) in whole_path.chain(mentions.steps.iter().cloned()) {
        // A list of rules alone speaks of the log's activities.
        if !definition.steps.is_empty() && !defined.contains(name.as_str()) {
            let what = format!("{by} has a step `{name}` that is not among the steps");
            notes.unknown(at, what, &name, names());
        }
    }
    if definition.steps.is_empty() && definition.path.is_some() {
        let at = mentions.path.first().map_or(At::START, |(at, _)| *at);
        notes.fault(at, "there is a path, and no step is defined", "list its steps under `steps:`");
    }
    activities(definition, &mentions, notes);
    unreachable(definition, &mentions, notes);
    roles(definition, &mentions, notes);
    if definition.calendar.is_none() {
        for (at, what) in &mentions.business {
            let what = format!("{what} counts business time, and there is no calendar");
            notes.fault(*at, what, "add `calendar: {zone: …, week: {mon-fri: [\"09:00-17:00\"]}}`, or use h or d");
        }
        for (at, what) in &mentions.times_of_day {
            let what = format!("{what} is a time of day, and no calendar says in which zone");
            notes.fault(*at, what, "add `calendar: {zone: Europe/Madrid}` with your zone");
        }
    }
    for (at, name, by) in &mentions.exceptions {
        if !definition.exceptions.contains_key(name) {
            let known = definition.exceptions.keys().map(String::as_str);
            notes.unknown(*at, format!("{by} has an exception `{name}` that is not defined"), name, known);
        }
    }
}

/// What two steps demand of one activity would both be held against each event of it.
fn activities(definition: &Definition, mentions: &Mentions, notes: &mut Notes) {
    let places: BTreeMap<&str, At> = mentions.defined.iter().map(|(at, name)| (name.as_str(), *at)).collect();
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for step in &definition.steps {
        let activity = step.activity.as_deref().unwrap_or(&step.name);
        if let Some(other) = taken.get(activity) {
            let at = places.get(step.name.as_str()).copied().unwrap_or(At::START);
            let what = format!("steps `{other}` and `{}` are both the activity `{activity}`", step.name);
            notes.fault(at, what, "make one step of them; the path may have it several times");
        } else {
            taken.insert(activity, &step.name);
        }
    }
}

fn unreachable(definition: &Definition, mentions: &Mentions, notes: &mut Notes) {
    let Some(path) = &definition.path else { return };
    let mut reached: BTreeSet<&str> = path.steps().into_iter().collect();
    if let Some(case) = &definition.case {
        reached.extend(case.start.iter().chain(&case.end).chain(&case.cancel).map(String::as_str));
    }
    for (at, name) in &mentions.defined {
        if !reached.contains(name.as_str()) {
            let what = format!("step `{name}` can never be reached: neither the path nor `case` has it");
            notes.fault(*at, what, "put it into the path, into `case.cancel`, or leave it out");
        }
    }
}

fn roles(definition: &Definition, mentions: &Mentions, notes: &mut Notes) {
    let of_steps = definition.steps.iter().flat_map(|step: &Step| &step.role);
    let is_listed = !definition.roles.is_empty();
    let mut known: BTreeSet<&str> = definition.roles.iter().map(String::as_str).collect();
    if !is_listed {
        known.extend(of_steps.map(String::as_str));
        let owner = definition.owner.iter();
        known.extend(owner.flat_map(|owner| std::iter::once(owner.role.as_str()).chain(owner.deputy.as_deref())));
    }
    // Rules of a list without steps bring their roles with them.
    if !is_listed && definition.steps.is_empty() {
        return;
    }
    for (at, role, by) in &mentions.roles {
        let by_step = by.starts_with("step ") || by.starts_with("owner") || by.starts_with("exception ");
        if !known.contains(role.as_str()) && (is_listed || !by_step) {
            notes.unknown(*at, format!("{by} has an unknown role `{role}`"), role, known.iter().copied());
        }
    }
}
