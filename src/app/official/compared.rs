//! In what two versions of an official flow differ. Definitions are compared part by part; across notations, steps with their
//! roles and with what comes before and after them are what both have.

use super::OfficialModel;
use crate::app::AppError;
use crate::mining::net::{Marking, Net, Transition};
use crate::model::official::{FlowChange, changes};
use crate::model::time::rfc3339;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The parts that differ; nothing stands for no version at all.
pub(super) fn differing(
    before: Option<&OfficialModel>,
    after: Option<&OfficialModel>,
) -> Result<Vec<FlowChange>, AppError> {
    let sides = [before, after];
    let are_definitions = sides.into_iter().flatten().all(|side| side.definition().is_some());
    let value = |side: Option<&OfficialModel>| -> Result<Value, AppError> {
        match side.map(|side| (side, side.definition())) {
            None => Ok(json!({})),
            Some((_, Some(definition))) if are_definitions => {
                serde_json::to_value(definition.as_ref()).map_err(|error| AppError::Internal(error.to_string()))
            }
            Some((side, _)) => plain(side),
        }
    };
    Ok(changes(&value(before)?, &value(after)?))
}

/// What all notations have. A step that is there several times is one, with all that may come before and after it.
fn plain(model: &OfficialModel) -> Result<Value, AppError> {
    let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in model.steps()? {
        roles.entry(step.activity).or_default().extend(step.role);
    }
    let net = model.path_net(&[])?.map(|(net, _)| net);
    let order = net.as_ref().map(|net| (Side::after(net).all(), Side::before(net).all()));
    let step = |(name, role): (String, BTreeSet<String>)| {
        let mut step = json!({"name": name, "role": role});
        if let Some((after, before)) = &order {
            step["comes_before"] = json!(after.get(name.as_str()));
            step["comes_after"] = json!(before.get(name.as_str()));
        }
        step
    };
    let steps: Vec<Value> = roles.into_iter().map(step).collect();
    let valid_from = model.valid_from.map(rfc3339);
    Ok(json!({"notation": model.notation(), "steps": steps, "valid_from": valid_from}))
}

/// Places with the tokens that move there or away.
type Arcs = Vec<(usize, u32)>;

/// A net as it is walked onward, or backward.
struct Side<'a> {
    net: &'a Net,
    /// By transition, the places that it leads to, and by place, the transitions.
    places: Vec<Vec<usize>>,
    transitions: Vec<Vec<usize>>,
    /// Whether a run may end in a place, and how that is called.
    ends: Vec<bool>,
    end: &'static str,
}

impl<'a> Side<'a> {
    fn after(net: &'a Net) -> Self {
        Self::walked(net, &net.last, "(end)", |t| (&t.inputs, &t.outputs))
    }

    fn before(net: &'a Net) -> Self {
        Self::walked(net, &net.initial, "(begin)", |t| (&t.outputs, &t.inputs))
    }

    /// `arcs` are those from which a transition is walked, and those to which.
    fn walked(net: &'a Net, ends: &Marking, end: &'static str, arcs: impl Fn(&Transition) -> (&Arcs, &Arcs)) -> Self {
        let mut transitions = vec![Vec::new(); net.places.len()];
        for (number, t) in net.transitions.iter().enumerate() {
            arcs(t).0.iter().for_each(|(place, _)| transitions[*place].push(number));
        }
        let places = net.transitions.iter().map(|t| arcs(t).1.iter().map(|(place, _)| *place).collect()).collect();
        let ends = (0..net.places.len()).map(|place| ends.of(place) > 0).collect();
        Self { net, places, transitions, ends, end }
    }

    /// By step, what is next to it: a word for each way that is open at the same time, with its choices.
    fn all(&self) -> BTreeMap<&'a str, BTreeSet<String>> {
        let mut all: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (number, t) in self.net.transitions.iter().enumerate() {
            if let Some(label) = &t.label {
                let next = self.places[number].iter().map(|place| self.choices(*place, &mut BTreeSet::new()));
                all.entry(label).or_default().extend(next.map(words));
            }
        }
        all
    }

    /// What is next to a place, through silent moves: steps, or ways open at the same time in brackets.
    fn choices(&self, place: usize, seen: &mut BTreeSet<usize>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![place];
        while let Some(place) = waiting.pop() {
            if !seen.insert(place) {
                continue;
            }
            if self.ends[place] {
                found.insert(self.end.to_owned());
            }
            for number in &self.transitions[place] {
                match (&self.net.transitions[*number].label, self.places[*number].as_slice()) {
                    (Some(label), _) => drop(found.insert(label.clone())),
                    (None, [only]) => waiting.push(*only),
                    (None, several) => {
                        // Each way begins anew: what one of them has seen is not hidden from the others.
                        let ways = several.iter().map(|place| words(self.reached(*place, seen)));
                        let mut ways: Vec<String> = ways.collect();
                        ways.sort();
                        found.insert(format!("({})", ways.join(" and ")));
                    }
                }
            }
        }
        found
    }

    /// The steps that silent moves lead to from a place, without telling ways from choices.
    fn reached(&self, place: usize, before: &BTreeSet<usize>) -> BTreeSet<String> {
        let (mut found, mut seen, mut waiting) = (BTreeSet::new(), before.clone(), vec![place]);
        while let Some(place) = waiting.pop() {
            if !seen.insert(place) {
                continue;
            }
            if self.ends[place] {
                found.insert(self.end.to_owned());
            }
            for number in &self.transitions[place] {
                match &self.net.transitions[*number].label {
                    Some(label) => drop(found.insert(label.clone())),
                    None => waiting.extend(&self.places[*number]),
                }
            }
        }
        found
    }
}

fn words(choices: BTreeSet<String>) -> String {
    choices.into_iter().collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<String> {
        let drawn = |path: &str| {
            let text = format!("steps: {{a: {{}}, b: {{}}, c: {{}}}}\npath: {path}\n");
            let model = OfficialModel::read("f.yaml", text.as_bytes()).unwrap();
            OfficialModel::read("f.bpmn", model.bpmn().unwrap().as_bytes()).unwrap()
        };
        let found = differing(Some(&drawn(before)), Some(&drawn(after))).unwrap();
        let side = |side: Option<String>| side.unwrap_or_else(|| "–".to_owned());
        found.into_iter().map(|one| format!("{}: {} > {}", one.part, side(one.before), side(one.after))).collect()
    }

    #[test]
    fn diagrams_differ_by_their_order_too() {
        assert!(told("[a, b, c]", "[a, b, c]").is_empty());
        let turned = told("[a, b, c]", "[b, a, c]");
        for part in ["steps.a.comes_before: b > c", "steps.a.comes_after: (begin) > b", "steps.c.comes_after: b > a"] {
            assert!(turned.iter().any(|one| one == part), "{part}: {turned:?}");
        }
        // A choice is not the same as doing both.
        let both = told("[a, {xor: [b, c]}]", "[a, {par: [b, c]}]");
        assert!(both.iter().any(|one| one.starts_with("steps.a.comes_before: b or c > ")), "{both:?}");
        assert!(!told("[a, {opt: b}, c]", "[a, b, c]").is_empty());
        assert!(!told("[{loop: {body: [a]}}, b, c]", "[a, b, c]").is_empty());
    }
}
