//! What a definition demands of a case besides its path: its rules, and what its steps demand of themselves, all in one
//! form. Steps are called as the log calls them.

use super::limit::{Limit, has_week, nth_of_month, with_week};
use crate::model::official::{Branch, Calendar, Condition, Definition, Rule, RuleKind, Step};
use chrono::{NaiveTime, Timelike};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One thing that is demanded.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name: that of the rule, or step and field, e.g. `invoice.role`.
    pub id: String,
    /// The kind of rule, or the field.
    pub kind: String,
    /// What it demands, in words.
    pub words: String,
    /// Its steps as the log calls them.
    pub activities: Vec<String>,
    /// For which cases it holds; for all unless given.
    pub when: Option<Condition>,
    /// How it is looked at.
    pub demand: Demand,
}

/// How a demand is looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// The path of the case decides: kind, and for rules that count at least and at most so often.
    Path(RuleKind, Option<u32>, Option<u32>),
    /// One person for all of the steps, or for none twice.
    Persons {
        /// Which.
        same: bool,
    },
    /// The step is done in one of these roles.
    Role(Vec<String>),
    /// The step is done in this system.
    System(String),
    /// From the first `from` to the first `to` after it.
    Time {
        /// At most so long, or at least.
        at_most: bool,
        /// How long.
        limit: Limit,
    },
    /// Each time, from the end of the event before it.
    Within(Limit),
    /// Each time, until this minute of the day in this time zone.
    Until {
        /// Counted from midnight.
        minute: u32,
        /// By its IANA name.
        zone: String,
        /// Where it says when people work, the time of day counts only on days on which they do.
        calendar: Option<Arc<Calendar>>,
    },
    /// Each time, until the next such day of a month after the event before it.
    Due {
        /// The n-th working day; counted from the end of the month where it is below zero.
        day: i32,
        /// Whose days.
        calendar: Arc<Calendar>,
    },
    /// Columns are filled when the step is done for the first time.
    Data(Vec<String>),
    /// One of the steps is done where the condition holds, and none where it does not.
    Guard(Condition),
    /// It cannot be looked at, and why.
    Not(String),
}

/// Everything that a definition demands, rules first.
pub fn checks(definition: &Definition) -> Vec<Check> {
    let calendar = definition.calendar.clone().map(Arc::new);
    let calendar = calendar.as_ref();
    let mut found: Vec<Check> = definition.rules.iter().map(|rule| of_rule(definition, rule, calendar)).collect();
    if definition.path.is_none()
        && let Some(case) = &definition.case
    {
        let ends: Vec<String> = case.end.iter().chain(&case.cancel).cloned().collect();
        for (kind, steps) in [(RuleKind::Starts, &case.start), (RuleKind::Ends, &ends)] {
            if !steps.is_empty() {
                let activities: Vec<String> = steps.iter().map(|step| definition.activity(step).to_owned()).collect();
                let words = words(kind, &activities, &Details::default());
                let id = format!("case.{}", if kind == RuleKind::Starts { "start" } else { "end" });
                let demand = Demand::Path(kind, None, None);
                found.push(Check { id, kind: kind.word().to_owned(), words, activities, when: None, demand });
            }
        }
    }
    for step in &definition.steps {
        of_step(definition, step, calendar, &mut found);
    }
    if let Some(path) = &definition.path {
        let all = times(&path.steps());
        for branch in path.guarded() {
            of_branch(definition, branch, &all, &mut found);
        }
    }
    name_apart(&mut found);
    found
}

/// Two ways may begin with one step, and a rule may be called like what a step demands: the later ones get a number.
fn name_apart(checks: &mut [Check]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for check in checks {
        if !taken.insert(check.id.clone()) {
            let free = (2..).map(|number: u64| format!("{}#{number}", check.id)).find(|id| !taken.contains(id));
            check.id = free.unwrap_or_default();
            taken.insert(check.id.clone());
        }
    }
}

/// How often each step is there.
fn times<'a>(steps: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut times = BTreeMap::new();
    steps.iter().for_each(|step| *times.entry(*step).or_default() += 1);
    times
}

fn of_rule(definition: &Definition, rule: &Rule, calendar: Option<&Arc<Calendar>>) -> Check {
    let activities: Vec<String> = rule.steps.iter().map(|step| definition.activity(step).to_owned()).collect();
    let limit = || match rule.limit.as_ref() {
        Some(span) => Limit::of(span, calendar),
        None => Err("the rule has no limit".to_owned()),
    };
    let time = |at_most: bool| limit().map_or_else(Demand::Not, |limit| Demand::Time { at_most, limit });
    let demand = match rule.kind {
        RuleKind::DifferentPerson => Demand::Persons { same: false },
        RuleKind::SamePerson => Demand::Persons { same: true },
        RuleKind::RoleIn => Demand::Role(rule.roles.clone()),
        RuleKind::MaxTime => time(true),
        RuleKind::MinTime => time(false),
        RuleKind::RequiredData => Demand::Data(rule.needs.clone()),
        kind => Demand::Path(kind, rule.min, rule.max),
    };
    let details = Details {
        limit: rule.limit.as_ref().map(ToString::to_string).unwrap_or_default(),
        names: if rule.kind == RuleKind::RoleIn { rule.roles.clone() } else { rule.needs.clone() },
        bounds: (rule.min, rule.max),
    };
    let mut words = words(rule.kind, &activities, &details);
    if let Some(when) = &rule.when {
        words = format!("{words}, where {when}");
    }
    let kind = rule.kind.word().to_owned();
    Check { id: rule.id.clone(), kind, words, activities, when: rule.when.clone(), demand }
}

fn of_step(definition: &Definition, step: &Step, calendar: Option<&Arc<Calendar>>, found: &mut Vec<Check>) {
    let activity = definition.activity(&step.name).to_owned();
    let mut add = |field: &str, words: String, demand: Demand| {
        let id = format!("{}.{field}", step.name);
        let activities = vec![activity.clone()];
        found.push(Check { id, kind: field.to_owned(), words, activities, when: None, demand });
    };
    let name = quoted(&activity);
    if !step.role.is_empty() {
        add("role", format!("{name} is done by {}", either(&step.role)), Demand::Role(step.role.clone()));
    }
    if let Some(system) = &step.system {
        add("system", format!("{name} is done in {}", quoted(system)), Demand::System(system.clone()));
    }
    if !step.needs.is_empty() {
        add("needs", format!("{name} needs {}", step.needs.join(", ")), Demand::Data(step.needs.clone()));
    }
    if let Some(sla) = &step.sla {
        let demand = Limit::of(sla, calendar).map_or_else(Demand::Not, Demand::Within);
        add("sla", format!("{name} takes at most {sla} from the end of the step before it"), demand);
    }
    if let (Some(cutoff), Some(calendar)) = (&step.cutoff, calendar) {
        let time = NaiveTime::parse_from_str(cutoff, "%H:%M").ok();
        let until = |time: NaiveTime| Demand::Until {
            minute: time.hour() * 60 + time.minute(),
            zone: calendar.zone.clone(),
            calendar: Some(calendar).filter(|calendar| has_week(calendar)).cloned(),
        };
        let demand = time.map_or_else(|| Demand::Not(format!("`{cutoff}` is no time of day")), until);
        add("cutoff", format!("{name} is done until {cutoff} ({})", calendar.zone), demand);
    }
    if let Some(due) = &step.due {
        let unreadable = || format!("not evaluated: `{due}` is no day of a month; write e.g. bd+5_of_month");
        let day = nth_of_month(due).ok_or_else(unreadable);
        let demand = day.and_then(|day| Ok(Demand::Due { day, calendar: with_week(calendar)? }));
        add("due", format!("{name} is due {due}"), demand.unwrap_or_else(Demand::Not));
    }
    if let Some(when) = &step.when {
        add("when", format!("{name} is done where {when}, and only there"), Demand::Guard(when.clone()));
    }
}

fn of_branch(definition: &Definition, branch: &Branch, all: &BTreeMap<&str, usize>, found: &mut Vec<Check>) {
    let Some(when) = &branch.when else { return };
    let steps = branch.body.steps();
    let here = times(&steps);
    // A step that is elsewhere, too, does not show that this way was taken.
    let own: Vec<&str> = steps.iter().copied().filter(|step| here.get(step) == all.get(step)).collect();
    let activities: Vec<String> = own.iter().map(|step| definition.activity(step).to_owned()).collect();
    let Some(first) = steps.first() else { return };
    let words = format!("the way of {} is taken where {when}, and only there", quoted(definition.activity(first)));
    // What a step says of itself need not be said twice.
    let is_said = |other: &Check| {
        activities.first() == other.activities.first() && matches!(&other.demand, Demand::Guard(said) if said == when)
    };
    if found.iter().any(is_said) {
        return;
    }
    let demand = if own.is_empty() {
        Demand::Not(
            "all steps on this way are elsewhere on the path, too, so they do not show which way was taken".to_owned(),
        )
    } else {
        Demand::Guard(when.clone())
    };
    found.push(Check { id: format!("path.{first}"), kind: "when".to_owned(), words, activities, when: None, demand });
}

/// What rules besides their steps speak of.
#[derive(Default)]
struct Details {
    limit: String,
    names: Vec<String>,
    bounds: (Option<u32>, Option<u32>),
}

fn words(kind: RuleKind, activities: &[String], details: &Details) -> String {
    let names: Vec<String> = activities.iter().map(|name| quoted(name)).collect();
    let [first, then] = [0, 1].map(|at| names.get(at).cloned().unwrap_or_default());
    let (limit, (min, max)) = (&details.limit, details.bounds);
    let times = |n: u32| if n == 1 { "once".to_owned() } else { format!("{n} times") };
    match kind {
        RuleKind::Absent if max == Some(0) => format!("{first} never happens"),
        RuleKind::Absent => format!("{first} happens at most {}", times(max.unwrap_or_default())),
        RuleKind::Exactly => format!("{first} happens {}", times(max.unwrap_or_default())),
        RuleKind::Between => match max {
            Some(max) => format!("{first} happens {} to {max} times", min.unwrap_or_default()),
            None => format!("{first} happens at least {}", times(min.unwrap_or_default())),
        },
        RuleKind::Starts => format!("the case begins with {}", either(activities)),
        RuleKind::Ends => format!("the case ends with {}", either(activities)),
        RuleKind::Precedence => format!("{first} comes before {then}"),
        RuleKind::Response => format!("after {first} comes {then}"),
        RuleKind::Succession => format!("{first} comes before {then}, and after {first} comes {then}"),
        RuleKind::RespondedExistence => format!("with {first} goes {then}"),
        RuleKind::And => format!("{first} and {then} both happen, or neither"),
        RuleKind::Xor => format!("{first} and {then} do not both happen"),
        RuleKind::DifferentPerson => format!("different people do {}", names.join(" and ")),
        RuleKind::SamePerson => format!("one person does {}", names.join(" and ")),
        RuleKind::RoleIn => format!("{first} is done by {}", either(&details.names)),
        RuleKind::MaxTime => format!("from {first} to {then} it takes at most {limit}"),
        RuleKind::MinTime => format!("from {first} to {then} it takes at least {limit}"),
        RuleKind::RequiredData => format!("{first} needs {}", details.names.join(", ")),
        RuleKind::NoEventAfter => format!("nothing happens after {first}"),
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}

fn either(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" or ")
}
