//! Steps, and what goes with them.

use super::fields::{Fields, Notes};
use super::node::{At, Node, Value};
use super::rules::TOO_MANY;
use crate::model::official::{CaseWords, Costs, ExceptionPath, Owner, Step};
use chrono::NaiveTime;
use std::collections::{BTreeMap, BTreeSet};

/// Steps of a definition, at most.
const MOST: usize = 2_000;

/// The steps, a map from their names.
pub(super) fn steps(node: &Node, notes: &mut Notes) -> Vec<Step> {
    let Value::Map(members) = &node.value else {
        notes.fault(
            node.at,
            format!("`steps` is {}", node.kind()),
            "write `name: {system: …, role: […]}` for each step",
        );
        return Vec::new();
    };
    let mut found: Vec<Step> = Vec::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (name, node) in members {
        if found.len() == MOST {
            notes.fault(name.at, format!("there are more than {MOST} steps"), TOO_MANY);
            break;
        }
        if !names.insert(&name.text) {
            notes.fault(name.at, format!("step `{}` is defined twice", name.text), "leave one of them out");
            continue;
        }
        notes.mentions.defined.push((name.at, name.text.clone()));
        found.push(step(&name.text, node, notes));
    }
    found
}

fn step(name: &str, node: &Node, notes: &mut Notes) -> Step {
    let of = format!("step {name}");
    let mut fields = Fields::of(node, &of, notes);
    let roles = fields.texts("role", notes);
    notes.mentions.roles.extend(roles.iter().map(|(at, role)| (*at, role.clone(), of.clone())));
    let cutoff = fields.texts("cutoff", notes).into_iter().next();
    if let Some((at, text)) = &cutoff {
        time_of_day(*at, text, notes);
        notes.mentions.times_of_day.push((*at, format!("`cutoff: {text}` of {of}")));
    }
    let due = fields.texts("due", notes).into_iter().next();
    if let Some((at, text)) = &due {
        notes.mentions.business.push((*at, format!("`due: {text}` of {of}")));
    }
    let exception = fields.texts("exception", notes).into_iter().next();
    notes.mentions.exceptions.extend(exception.iter().map(|(at, name)| (*at, name.clone(), of.clone())));
    let step = Step {
        name: name.to_owned(),
        activity: fields.text("activity", notes),
        system: fields.text("system", notes),
        role: roles.into_iter().map(|(_, role)| role).collect(),
        sla: fields.span("sla", notes),
        needs: fields.words("needs", notes),
        tag: fields.text("tag", notes),
        party: fields.text("party", notes),
        pause_sla: fields.flag("pause_sla", notes),
        exception: exception.map(|(_, name)| name),
        decision: fields.words("decision", notes),
        when: fields.condition("when", notes),
        cutoff: cutoff.map(|(_, text)| text),
        due: due.map(|(_, text)| text),
        automated: fields.flag("automated", notes),
    };
    fields.end(notes);
    step
}

/// A time of day: `16:00`.
fn time_of_day(at: At, text: &str, notes: &mut Notes) {
    if NaiveTime::parse_from_str(text, "%H:%M").is_err() {
        notes.fault(at, format!("`{text}` is no time of day"), "write hours and minutes in quotes: \"16:00\"");
    }
}

pub(super) fn case(node: &Node, notes: &mut Notes) -> CaseWords {
    let mut fields = Fields::of(node, "`case`", notes);
    let key = fields.text("key", notes);
    let steps = |name: &'static str, fields: &mut Fields<'_>, notes: &mut Notes| -> Vec<String> {
        let found = fields.texts(name, notes);
        let by = format!("`case.{name}`");
        notes.mentions.steps.extend(found.iter().map(|(at, step)| (*at, step.clone(), by.clone())));
        found.into_iter().map(|(_, step)| step).collect()
    };
    let (start, end) = (steps("start", &mut fields, notes), steps("end", &mut fields, notes));
    let cancel = steps("cancel", &mut fields, notes);
    let case = CaseWords { key, start, end, cancel, stall_after: fields.span("stall_after", notes) };
    fields.end(notes);
    case
}

pub(super) fn owner(node: &Node, notes: &mut Notes) -> Owner {
    if let Some(role) = node.text() {
        return Owner { role, deputy: None };
    }
    let mut fields = Fields::of(node, "`owner`", notes);
    let roles = |name: &'static str, fields: &mut Fields<'_>, notes: &mut Notes| {
        let found = fields.texts(name, notes).into_iter().next();
        notes.mentions.roles.extend(found.iter().map(|(at, role)| (*at, role.clone(), format!("owner's {name}"))));
        found.map(|(_, role)| role)
    };
    let role = roles("role", &mut fields, notes);
    let deputy = roles("deputy", &mut fields, notes);
    if role.is_none() {
        notes.fault(node.at, "the owner has no `role`", "e.g. `owner: {role: head_of_operations}`");
    }
    fields.end(notes);
    Owner { role: role.unwrap_or_default(), deputy }
}

pub(super) fn exceptions(node: &Node, notes: &mut Notes) -> BTreeMap<String, ExceptionPath> {
    let Value::Map(members) = &node.value else {
        notes.fault(node.at, format!("`exceptions` is {}", node.kind()), "write `name: {step: …, to: …}` for each");
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (name, node) in members {
        let of = format!("exception {}", name.text);
        let mut fields = Fields::of(node, &of, notes);
        let step = fields.texts("step", notes).into_iter().next();
        notes.mentions.steps.extend(step.iter().map(|(at, step)| (*at, step.clone(), of.clone())));
        let to = fields.texts("to", notes).into_iter().next();
        notes.mentions.roles.extend(to.iter().map(|(at, role)| (*at, role.clone(), of.clone())));
        let path = ExceptionPath {
            step: step.map(|(_, step)| step),
            action: fields.text("action", notes),
            escalate_after: fields.span("escalate_after", notes),
            to: to.map(|(_, role)| role),
        };
        fields.end(notes);
        found.insert(name.text.clone(), path);
    }
    found
}

pub(super) fn costs(node: &Node, notes: &mut Notes) -> Costs {
    let mut fields = Fields::of(node, "`costs`", notes);
    let (hour, breach) = (fields.number("hour", notes), fields.number("breach", notes));
    let mut error = BTreeMap::new();
    if let Some(Node { value: Value::Map(members), .. }) = fields.take("error") {
        for (name, node) in members {
            notes.mentions.steps.push((name.at, name.text.clone(), "`costs.error`".to_owned()));
            match node.value {
                Value::Number(cost) => {
                    error.insert(name.text.clone(), cost);
                }
                _ => notes.fault(
                    node.at,
                    format!("the cost of an error in {} is no number", name.text),
                    "write a number",
                ),
            }
        }
    }
    fields.end(notes);
    Costs { hour, breach, error }
}
