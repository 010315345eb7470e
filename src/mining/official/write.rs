//! A definition as YAML, laid out for people: one line for each step and rule. Read again, it is the same definition.

use crate::model::official::{
    Block, Branch, Calendar, Definition, ExceptionPath, Holiday, Holidays, Rule, RuleKind, Step, WeekFrom,
};
use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// The definition as YAML.
pub fn write(definition: &Definition) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    line("flow", definition.flow.as_deref().map(text));
    line("version", definition.version.map(|number| number.to_string()));
    line("valid_from", definition.valid_from.as_deref().map(text));
    line(
        "case",
        definition.case.as_ref().map(|case| {
            Map::new()
                .text("key", case.key.as_deref())
                .list("start", &case.start)
                .list("end", &case.end)
                .list("cancel", &case.cancel)
                .text("stall_after", case.stall_after.as_ref())
                .end()
        }),
    );
    line("calendar", definition.calendar.as_ref().map(of_calendar));
    let owner = definition.owner.as_ref();
    line(
        "owner",
        owner.map(|own| Map::new().text("role", Some(&own.role)).text("deputy", own.deputy.as_deref()).end()),
    );
    line("criticality", definition.criticality.map(|level| level.to_string()));
    line("regulated", definition.regulated.map(|value| value.to_string()));
    line("roles", Some(&definition.roles).filter(|roles| !roles.is_empty()).map(|roles| list(roles)));
    if !definition.steps.is_empty() {
        out.push_str("steps:\n");
        for step in &definition.steps {
            let _ = writeln!(out, "  {}: {}", text(&step.name), of_step(step));
        }
    }
    if let Some(path) = &definition.path {
        out.push_str("path:\n");
        let parts = match path {
            Block::Seq(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        for part in parts {
            let _ = writeln!(out, "  - {}", block(part));
        }
        if parts.is_empty() {
            out.push_str("  []\n");
        }
    }
    if !definition.rules.is_empty() {
        out.push_str("rules:\n");
        for rule in &definition.rules {
            let _ = writeln!(out, "  - {}", of_rule(rule));
        }
    }
    if !definition.exceptions.is_empty() {
        out.push_str("exceptions:\n");
        for (name, path) in &definition.exceptions {
            let _ = writeln!(out, "  {}: {}", text(name), of_exception(path));
        }
    }
    if let Some(costs) = &definition.costs {
        let mut map = Map::new().plain("hour", costs.hour).plain("breach", costs.breach);
        if !costs.error.is_empty() {
            let error: Vec<String> = costs.error.iter().map(|(step, cost)| format!("{}: {cost}", text(step))).collect();
            map.0.push(format!("error: {{{}}}", error.join(", ")));
        }
        let _ = writeln!(out, "costs: {}", map.end());
    }
    out
}

fn of_calendar(calendar: &Calendar) -> String {
    let mut map = Map::new().text("zone", Some(&calendar.zone));
    if !calendar.week.is_empty() {
        map.0.push(format!("week: {}", hours(&calendar.week)));
    }
    map.0.extend(calendar.holidays.as_ref().map(|holidays| format!("holidays: {}", of_holidays(holidays))));
    if !calendar.extra.is_empty() {
        map.0.push(format!("extra: {}", hours(&calendar.extra)));
    }
    let version = |version: &WeekFrom| {
        let mut map = Map::new().text("valid_from", Some(&version.valid_from));
        map.0.push(format!("week: {}", hours(&version.week)));
        map.end()
    };
    if !calendar.versions.is_empty() {
        map.0.push(format!("versions: [{}]", calendar.versions.iter().map(version).collect::<Vec<_>>().join(", ")));
    }
    map.end()
}

fn of_holidays(holidays: &Holidays) -> String {
    if let Some(file) = &holidays.file {
        return text(file);
    }
    let day = |holiday: &Holiday| match holiday.off.is_empty() {
        true => text(&holiday.day),
        false => Map::new().text("day", Some(&holiday.day)).list("off", &holiday.off).end(),
    };
    let days = format!("[{}]", holidays.days.iter().map(day).collect::<Vec<_>>().join(", "));
    if holidays.country.is_none() {
        return days;
    }
    let mut map = Map::new().text("country", holidays.country.as_ref()).text("region", holidays.region.as_ref());
    if !holidays.days.is_empty() {
        map.0.push(format!("days: {days}"));
    }
    map.end()
}

fn hours(by_day: &BTreeMap<String, Vec<String>>) -> String {
    let hours: Vec<String> = by_day.iter().map(|(days, hours)| format!("{}: {}", text(days), list(hours))).collect();
    format!("{{{}}}", hours.join(", "))
}

fn of_step(step: &Step) -> String {
    Map::new()
        .text("activity", step.activity.as_deref())
        .text("system", step.system.as_deref())
        .list("role", &step.role)
        .text("sla", step.sla.as_ref())
        .list("needs", &step.needs)
        .text("tag", step.tag.as_deref())
        .text("party", step.party.as_deref())
        .plain("pause_sla", step.pause_sla)
        .text("exception", step.exception.as_deref())
        .list("decision", &step.decision)
        .text("when", step.when.as_ref())
        .text("cutoff", step.cutoff.as_deref())
        .text("due", step.due.as_deref())
        .plain("automated", step.automated)
        .end()
}

fn of_rule(rule: &Rule) -> String {
    let map = Map::new().text("id", Some(&rule.id)).text("kind", Some(rule.kind.word())).list("steps", &rule.steps);
    let map = match rule.kind {
        RuleKind::Absent | RuleKind::Exactly => map.plain("n", rule.max),
        _ => map.plain("min", rule.min).plain("max", rule.max),
    };
    map.text("limit", rule.limit.as_ref())
        .list("roles", &rule.roles)
        .list("needs", &rule.needs)
        .text("when", rule.when.as_ref())
        .plain("penalty", rule.penalty)
        .text("note", rule.note.as_deref())
        .end()
}

fn of_exception(path: &ExceptionPath) -> String {
    Map::new()
        .text("step", path.step.as_deref())
        .text("action", path.action.as_deref())
        .text("escalate_after", path.escalate_after.as_ref())
        .text("to", path.to.as_deref())
        .end()
}

fn block(of: &Block) -> String {
    let blocks = |parts: &[Block]| parts.iter().map(block).collect::<Vec<_>>().join(", ");
    match of {
        Block::Step(name) => text(name),
        Block::Seq(parts) => format!("[{}]", blocks(parts)),
        Block::Par(parts) => format!("{{par: [{}]}}", blocks(parts)),
        Block::AnyOrder(parts) => format!("{{any_order: [{}]}}", blocks(parts)),
        Block::Xor(branches) => {
            format!("{{xor: [{}]}}", branches.iter().map(branch).collect::<Vec<_>>().join(", "))
        }
        Block::Opt(way) => format!("{{opt: {}}}", branch(way)),
        Block::Loop { body, back, max } => {
            let back = back.as_ref().map(|back| format!(", back: {}", block(back))).unwrap_or_default();
            let max = max.map(|max| format!(", max: {max}")).unwrap_or_default();
            format!("{{loop: {{body: {}{back}{max}}}}}", block(body))
        }
    }
}

fn branch(way: &Branch) -> String {
    match &way.when {
        None => block(&way.body),
        Some(when) => format!("{{when: {}, body: {}}}", text(&when.to_string()), block(&way.body)),
    }
}

/// A map in one line.
struct Map(Vec<String>);

impl Map {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn text(mut self, name: &str, value: Option<impl Display>) -> Self {
        self.0.extend(value.map(|value| format!("{name}: {}", text(&value.to_string()))));
        self
    }

    fn plain(mut self, name: &str, value: Option<impl Display>) -> Self {
        self.0.extend(value.map(|value| format!("{name}: {value}")));
        self
    }

    fn list(mut self, name: &str, values: &[String]) -> Self {
        if !values.is_empty() {
            self.0.push(format!("{name}: {}", list(values)));
        }
        self
    }

    fn end(self) -> String {
        format!("{{{}}}", self.0.join(", "))
    }
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", "))
}

/// A text, in quotes unless it is plainly one.
fn text(value: &str) -> String {
    let mut chars = value.chars();
    let begins = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let is_plain = begins && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'));
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word));
    if is_plain && !is_word { value.to_owned() } else { serde_json::Value::from(value).to_string() }
}
