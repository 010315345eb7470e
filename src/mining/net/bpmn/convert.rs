//! From a [`Diagram`] to a net: a place for each arrow, or one for all arrows into a node that do not wait for each other.

use super::diagram::{Diagram, Gate, Kind};
use super::inclusive::settle_joins;
use super::scope::Scope;
use crate::mining::net::{Marking, Net, NetError, Remark};
use std::collections::{BTreeMap, BTreeSet};

/// Markings looked at to find how many ends a part has.
const LOOKED_AT: usize = 5_000;

impl Diagram {
    /// The net of the diagram, and what was understood in its own way. `known` says whether the log has an activity of
    /// this name: an event with a name is a step only then.
    ///
    /// # Errors
    /// When the diagram has nothing that could begin.
    pub fn net(&self, known: &dyn Fn(&str) -> bool) -> Result<(Net, Vec<Remark>), NetError> {
        let net = Net { name: self.name.clone(), ..Net::default() };
        let mut converter = Converter {
            diagram: self,
            known,
            net,
            remarks: self.remarks.clone(),
            arrival: BTreeMap::new(),
            entry: BTreeMap::new(),
        };
        if self.inside(None).is_empty() {
            return Err(NetError::Empty { what: "there is no step in the process".to_owned() });
        }
        let part = converter.scope(None);
        converter.net.initial = Marking::one(part.start);
        converter.net.last = match part.ends {
            Some(ends) => Marking::from_iter([(part.end, ends)]),
            None => {
                // So many ends as there happen to be: the process is done when nothing is left to do.
                converter.net.silent("end", &[part.end], &[]);
                Marking::default()
            }
        };
        Ok((converter.net, converter.remarks))
    }
}

/// A process or sub-process in the net.
pub(super) struct Part {
    pub start: usize,
    pub end: usize,
    /// How many tokens lie in `end` when it is done; none where that varies.
    pub ends: Option<u32>,
    /// The numbers of its own places.
    pub places: std::ops::Range<usize>,
}

/// See the module.
pub(super) struct Converter<'a> {
    pub diagram: &'a Diagram,
    pub known: &'a dyn Fn(&str) -> bool,
    pub net: Net,
    pub remarks: Vec<Remark>,
    /// Where an arrow puts its token.
    pub arrival: BTreeMap<usize, usize>,
    /// Where a node that does not wait takes its token from.
    pub entry: BTreeMap<usize, usize>,
}

impl Converter<'_> {
    pub(super) fn remark(&mut self, node: usize, what: &str) {
        self.remarks.push(Remark::new(self.diagram.nodes[node].shown(), what));
    }

    /// The part that a process (`None`) or a sub-process makes up.
    pub(super) fn scope(&mut self, parent: Option<usize>) -> Part {
        let diagram = self.diagram;
        let first = self.net.places.len();
        let mut scope = Scope::of(diagram, parent);
        for node in settle_joins(diagram, &mut scope) {
            self.remark(node, "cannot tell what to wait for: whatever arrives there goes on alone");
        }
        for node in diagram.inside(parent) {
            if !scope.reached.contains(&node) {
                self.remark(node, "is left out: nothing leads to it");
            }
        }
        let name = parent.map_or(self.net.name.clone(), |node| diagram.nodes[node].shown().to_owned());
        let (start, end) = (self.net.place(format!("{name}: start")), self.net.place(format!("{name}: end")));
        let stopped = self.net.place(format!("{name}: stopped"));
        self.places_of(&scope);
        self.begin(&scope, start);
        for node in scope.reached.clone() {
            self.node(&scope, node, end, stopped);
        }
        let places = first..self.net.places.len();
        let ends = self.finish(&scope, &Part { start, end, ends: None, places: places.clone() }, stopped);
        Part { start, end, ends, places: first..self.net.places.len() }
    }

    fn places_of(&mut self, scope: &Scope) {
        for &node in &scope.reached {
            let name = self.diagram.nodes[node].shown().to_owned();
            if let Some(groups) = scope.joins.get(&node) {
                for group in groups {
                    let place = self.net.place(format!("before {name}"));
                    self.arrival.extend(group.iter().map(|flow| (*flow, place)));
                }
                continue;
            }
            let place = self.net.place(format!("before {name}"));
            self.entry.insert(node, place);
            let arriving = scope.arriving(self.diagram, node);
            self.arrival.extend(arriving.into_iter().map(|flow| (flow, place)));
        }
    }

    fn begin(&mut self, scope: &Scope, start: usize) {
        let entries: Vec<usize> = scope.begins.iter().filter_map(|node| self.entry.get(node).copied()).collect();
        if scope.begins_together {
            if scope.begins.len() > 1 {
                let names: Vec<String> =
                    scope.begins.iter().map(|node| format!("`{}`", self.diagram.nodes[*node].shown())).collect();
                let what = "is one of several beginnings; without a start event, all of them begin together";
                self.remarks.push(Remark::new(names.join(", "), what));
            }
            self.net.silent("start", &[start], &entries);
        } else {
            for entry in entries {
                self.net.silent("start", &[start], &[entry]);
            }
        }
    }

    fn node(&mut self, scope: &Scope, node: usize, end: usize, stopped: usize) {
        let diagram = self.diagram;
        let shown = diagram.nodes[node].shown().to_owned();
        let from = self.inputs(scope, node);
        match &diagram.nodes[node].kind {
            Kind::Task => self.task(scope, node, end),
            Kind::SubProcess { any_order } => self.sub_process(scope, node, end, *any_order),
            Kind::Gateway(Gate::Exclusive) => {
                let flows = diagram.out_of(node);
                if flows.is_empty() {
                    self.net.silent(shown, &from, &[end]);
                    return;
                }
                for flow in flows {
                    let to = self.arrival[flow];
                    self.net.silent(shown.clone(), &from, &[to]);
                }
            }
            Kind::End { at_once } => {
                let label = self.event_label(node);
                self.labelled(node, label, &from, &[if *at_once { stopped } else { end }]);
            }
            Kind::Gateway(_) => {
                let targets = self.targets(scope, node, end);
                self.net.silent(shown, &from, &targets);
            }
            Kind::Start | Kind::Between | Kind::Boundary { .. } => {
                let targets = self.targets(scope, node, end);
                let label = self.event_label(node);
                self.labelled(node, label, &from, &targets);
            }
        }
    }

    /// The places a node takes its tokens from.
    pub(super) fn inputs(&self, scope: &Scope, node: usize) -> Vec<usize> {
        match scope.joins.get(&node) {
            Some(groups) => groups.iter().filter_map(|group| self.arrival.get(group.first()?).copied()).collect(),
            None => self.entry.get(&node).copied().into_iter().collect(),
        }
    }

    /// Where a node that is done puts its tokens. It is asked once for each node: inclusive choices are built with it.
    pub(super) fn targets(&mut self, scope: &Scope, node: usize, end: usize) -> Vec<usize> {
        let flows = self.diagram.out_of(node).to_vec();
        let is_gateway = matches!(self.diagram.nodes[node].kind, Kind::Gateway(_));
        let inclusive = self.diagram.nodes[node].kind == Kind::Gateway(Gate::Inclusive);
        if flows.is_empty() {
            return vec![end];
        }
        let default = self.diagram.nodes[node].default.as_deref();
        let depends = |flow: &usize| {
            let flow = &self.diagram.flows[*flow];
            inclusive || (!is_gateway && (flow.conditional || default == Some(flow.id.as_str())))
        };
        let always: Vec<usize> = flows.iter().copied().filter(|flow| !depends(flow)).collect();
        let mut targets: Vec<usize> = always.iter().map(|flow| self.arrival[flow]).collect();
        if flows.len() > 1 && always.len() < flows.len() {
            targets.push(self.some_of(scope, node, &always));
        } else if flows.len() == 1 {
            targets = vec![self.arrival[&flows[0]]];
        }
        targets
    }

    /// The name of an event, where the log knows it as an activity.
    fn event_label(&self, node: usize) -> Option<String> {
        self.diagram.nodes[node].name.clone().filter(|name| (self.known)(name))
    }

    /// A transition of a node, with its role.
    pub(super) fn labelled(&mut self, node: usize, label: Option<String>, from: &[usize], to: &[usize]) {
        let made = self.net.transition(self.diagram.nodes[node].shown(), label, from, to);
        self.net.transitions[made].role = self.diagram.nodes[node].role.clone();
    }

    /// How many tokens the end has in the end; ends that stop everything are built here.
    fn finish(&mut self, scope: &Scope, part: &Part, stopped: usize) -> Option<u32> {
        let stops = self.net.transitions.iter().any(|t| t.outputs.iter().any(|(place, _)| *place == stopped));
        let ends = if scope.parallel { self.ends(part, stopped) } else { Some(1) };
        if stops {
            if scope.parallel {
                for place in part.places.clone().filter(|place| *place != stopped) {
                    self.net.silent("stop", &[stopped, place], &[stopped]);
                }
            }
            let end = vec![part.end; ends.unwrap_or(1) as usize];
            self.net.silent("stop", &[stopped], &end);
        }
        ends
    }

    /// The number of tokens in the end whenever nothing else is left, if it is always the same.
    fn ends(&self, part: &Part, stopped: usize) -> Option<u32> {
        let mut seen = BTreeSet::from([Marking::one(part.start)]);
        let mut waiting: Vec<Marking> = seen.iter().cloned().collect();
        let mut ends = BTreeSet::new();
        while let Some(marking) = waiting.pop() {
            if marking.tokens().all(|(place, _)| place == part.end || place == stopped) {
                ends.insert(marking.of(part.end) + marking.of(stopped));
            }
            for transition in 0..self.net.transitions.len() {
                if let Some(after) = self.net.fire(&marking, transition)
                    && seen.len() < LOOKED_AT
                    && seen.insert(after.clone())
                {
                    waiting.push(after);
                }
            }
        }
        match (ends.len(), seen.len() < LOOKED_AT) {
            (1, true) => ends.first().copied(),
            _ => None,
        }
    }
}
