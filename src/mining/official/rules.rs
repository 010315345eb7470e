//! Rules: their words, and what each kind needs.

use super::fields::{Fields, Notes};
use super::node::{At, Node, Value};
use crate::model::official::{Rule, RuleKind};
use std::collections::BTreeSet;

/// Rules of a definition, at most: each is looked at in every case.
pub(super) const MOST: usize = 2_000;
/// What to do about more of them.
pub(super) const TOO_MANY: &str = "divide the definition: each flow has its own";

/// The rules, a list of maps.
pub(super) fn rules(node: &Node, notes: &mut Notes) -> Vec<Rule> {
    let Value::List(items) = &node.value else {
        notes.fault(node.at, format!("`rules` is {}", node.kind()), "write a list: - {id: …, kind: …, …}");
        return Vec::new();
    };
    let mut found: Vec<Rule> = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for (number, item) in items.iter().enumerate() {
        if number == MOST {
            notes.fault(item.at, format!("there are more than {MOST} rules"), TOO_MANY);
            break;
        }
        let Some(rule) = rule(item, number + 1, notes) else { continue };
        if !ids.insert(rule.id.clone()) {
            notes.fault(item.at, format!("rule `{}` is there twice", rule.id), "give each rule an id of its own");
        }
        found.push(rule);
    }
    found
}

fn rule(node: &Node, number: usize, notes: &mut Notes) -> Option<Rule> {
    let mut fields = Fields::of(node, format!("rule {number}"), notes);
    let id = fields.text("id", notes);
    let kind = fields.texts("kind", notes).into_iter().next();
    let kind = kind_of(node.at, kind, notes)?;
    let by = format!("rule `{}`", id.as_deref().unwrap_or(kind.word()));
    // Each kind speaks of its steps in the words that read best.
    let mut steps = fields.texts("steps", notes);
    for name in ["step", "first", "from", "then", "to", "other"] {
        steps.extend(fields.texts(name, notes));
    }
    let limit = fields.span("limit", notes);
    let mut roles = fields.texts("roles", notes);
    roles.extend(fields.texts("role", notes));
    let n = fields.whole("n", notes);
    let rule = Given {
        id,
        kind,
        at: node.at,
        steps,
        n,
        min: fields.whole("min", notes),
        max: fields.whole("max", notes),
        roles,
        rule: Rule {
            id: String::new(),
            kind,
            steps: Vec::new(),
            min: None,
            max: None,
            limit,
            roles: Vec::new(),
            needs: fields.words("needs", notes),
            when: fields.condition("when", notes),
            penalty: fields.number("penalty", notes),
            note: fields.text("note", notes),
        },
    };
    fields.end(notes);
    rule.settle(&by, notes)
}

/// The kind by its word.
pub(super) fn kind_of(at: At, word: Option<(At, String)>, notes: &mut Notes) -> Option<RuleKind> {
    let words = || RuleKind::ALL.into_iter().map(RuleKind::word);
    let Some((at, word)) = word else {
        notes.fault(at, "a rule has no `kind`", format!("the kinds are {}", words().collect::<Vec<_>>().join(", ")));
        return None;
    };
    let kind = RuleKind::ALL.into_iter().find(|kind| kind.word() == word);
    if kind.is_none() {
        notes.unknown(at, format!("there is no kind of rule `{word}`"), &word, words());
    }
    kind
}

/// What was read of a rule, before it is known whether that is enough.
pub(super) struct Given {
    pub id: Option<String>,
    pub kind: RuleKind,
    pub at: At,
    pub steps: Vec<(At, String)>,
    pub n: Option<u32>,
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub roles: Vec<(At, String)>,
    pub rule: Rule,
}

impl Given {
    /// The rule, if nothing is missing.
    pub(super) fn settle(self, by: &str, notes: &mut Notes) -> Option<Rule> {
        let Self { id, kind, at, steps, n, min, max, roles, rule } = self;
        let before = notes.faults.len();
        let (least, most) = kind.steps();
        if steps.len() < least || steps.len() > most {
            let what = format!("{by} speaks of {} steps; `{}` needs {}", steps.len(), kind.word(), needed(kind));
            notes.fault(at, what, example(kind));
        }
        let (min, max) = match kind {
            RuleKind::Absent => (None, Some(n.or(max).unwrap_or(0))),
            RuleKind::Exactly => (Some(n.unwrap_or(1)), Some(n.unwrap_or(1))),
            RuleKind::Between => (min.or(Some(0)), max),
            _ => (None, None),
        };
        if kind == RuleKind::Between && min.unwrap_or(0) > max.unwrap_or(u32::MAX) {
            notes.fault(at, format!("{by} has a `min` above its `max`"), "exchange them");
        }
        let missing = match kind {
            RuleKind::MaxTime | RuleKind::MinTime if rule.limit.is_none() => Some("limit"),
            RuleKind::RoleIn if roles.is_empty() => Some("roles"),
            RuleKind::RequiredData if rule.needs.is_empty() => Some("needs"),
            _ => None,
        };
        if let Some(missing) = missing {
            notes.fault(at, format!("{by} has no `{missing}`"), example(kind));
        }
        let names: Vec<String> = steps.iter().map(|(_, name)| name.clone()).collect();
        notes.mentions.steps.extend(steps.into_iter().map(|(at, step)| (at, step, by.to_owned())));
        notes.mentions.roles.extend(roles.iter().map(|(at, role)| (*at, role.clone(), by.to_owned())));
        let named = || format!("{}({})", kind.word(), names.join(", "));
        let id = id.unwrap_or_else(named);
        let roles = roles.into_iter().map(|(_, role)| role).collect();
        (notes.faults.len() == before).then_some(Rule { id, steps: names, min, max, roles, ..rule })
    }
}

fn needed(kind: RuleKind) -> &'static str {
    match kind.steps() {
        (1, 1) => "one",
        (2, 2) => "two",
        _ => "two or more",
    }
}

fn example(kind: RuleKind) -> String {
    let rest = match kind {
        RuleKind::Absent | RuleKind::Exactly => "step: a, n: 1",
        RuleKind::Between => "step: a, min: 1, max: 2",
        RuleKind::Starts | RuleKind::Ends | RuleKind::NoEventAfter => "step: a",
        RuleKind::RoleIn => "step: a, roles: [sales]",
        RuleKind::RequiredData => "step: a, needs: [amount]",
        RuleKind::MaxTime | RuleKind::MinTime => "from: a, to: b, limit: 3d",
        RuleKind::DifferentPerson | RuleKind::SamePerson | RuleKind::And | RuleKind::Xor => "steps: [a, b]",
        _ => "first: a, then: b",
    };
    format!("e.g. {{kind: {}, {rest}}}", kind.word())
}
