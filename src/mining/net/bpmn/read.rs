//! From XML to a [`Diagram`]: which process, which nodes, which arrows, which roles.

use super::diagram::{Diagram, Flow, Gate, Kind, Node, Repeat};
use crate::mining::net::NetError;
use crate::mining::net::xml::Element;
use std::collections::BTreeMap;

impl Diagram {
    /// Reads a BPMN 2.0 text.
    ///
    /// # Errors
    /// When it is no BPMN 2.0, or has no process with steps.
    pub fn read(text: &str) -> Result<Self, NetError> {
        let root = Element::parse(text)?;
        if root.name != "definitions" {
            let expected = "a BPMN 2.0 diagram begins with <definitions>; export it as BPMN 2.0 XML".to_owned();
            return Err(NetError::OtherFile { root: root.name, expected });
        }
        let mut processes: Vec<&Element> = root.all("process").filter(|process| steps(process) > 0).collect();
        // The sort is stable: of equally large processes the first of the file stays first.
        processes.sort_by_key(|process| std::cmp::Reverse(steps(process)));
        let Some((process, others)) = processes.split_first() else {
            return Err(NetError::Empty { what: "there is no <process> with steps in the file".to_owned() });
        };
        let pools: BTreeMap<&str, &str> = root
            .all("collaboration")
            .flat_map(|collaboration| collaboration.all("participant"))
            .filter_map(|pool| Some((pool.attribute("processRef")?, pool.attribute("name")?)))
            .collect();
        let named = |process: &Element| {
            let pool = pools.get(process.id()).copied();
            pool.or(process.attribute("name")).unwrap_or(process.id()).to_owned()
        };
        let mut diagram = Diagram { name: named(process), ..Diagram::default() };
        for other in others {
            diagram.remark(named(other), "is left out: of several pools with steps, the one with most of them is used");
        }
        let mut reader =
            Reader { diagram, numbers: BTreeMap::new(), flows: Vec::new(), attached: Vec::new(), links: Vec::new() };
        reader.scope(process, None)?;
        reader.attach();
        reader.connect();
        reader.link();
        reader.roles(process);
        reader.diagram.settle();
        Ok(reader.diagram)
    }
}

/// Elements that order steps, by local name.
fn kind(element: &Element) -> Option<Kind> {
    let has = |definition: &str| element.child(definition).is_some();
    Some(match element.name.as_str() {
        "task" | "userTask" | "manualTask" | "serviceTask" | "sendTask" | "receiveTask" | "scriptTask"
        | "businessRuleTask" | "callActivity" | "globalTask" => Kind::Task,
        "subProcess" | "transaction" => Kind::SubProcess { any_order: false },
        "adHocSubProcess" => Kind::SubProcess { any_order: true },
        "startEvent" => Kind::Start,
        "endEvent" => Kind::End { at_once: has("terminateEventDefinition") },
        "intermediateCatchEvent" | "intermediateThrowEvent" | "intermediateEvent" | "implicitThrowEvent" => {
            Kind::Between
        }
        // What it is attached to is settled when all nodes are known.
        "boundaryEvent" => {
            Kind::Boundary { at: usize::MAX, interrupts: element.attribute("cancelActivity") != Some("false") }
        }
        "exclusiveGateway" | "eventBasedGateway" => Kind::Gateway(Gate::Exclusive),
        "parallelGateway" => Kind::Gateway(Gate::Parallel),
        "inclusiveGateway" | "complexGateway" => Kind::Gateway(Gate::Inclusive),
        _ => return None,
    })
}

/// How many tasks are in a process, to find the one that matters.
fn steps(element: &Element) -> usize {
    let own = usize::from(matches!(kind(element), Some(Kind::Task | Kind::SubProcess { .. })));
    own + element.children.iter().map(steps).sum::<usize>()
}

/// A name without line breaks, which tools put in to make it fit its box.
fn name(element: &Element) -> Option<String> {
    let name = element.attribute("name")?.trim();
    let broken = name.contains(['\n', '\r', '\t']);
    Some(if broken { name.split_whitespace().collect::<Vec<_>>().join(" ") } else { name.to_owned() })
}

struct Reader<'a> {
    diagram: Diagram,
    numbers: BTreeMap<&'a str, usize>,
    flows: Vec<&'a Element>,
    /// Boundary events and the id of what they sit on.
    attached: Vec<(usize, &'a str)>,
    /// Link events by name: where they are thrown (true) or caught.
    links: Vec<(String, bool, usize)>,
}

impl<'a> Reader<'a> {
    fn scope(&mut self, inside: &'a Element, parent: Option<usize>) -> Result<(), NetError> {
        for element in &inside.children {
            if element.name == "sequenceFlow" {
                self.flows.push(element);
                continue;
            }
            let Some(kind) = kind(element) else { continue };
            let shown = element.attribute("name").unwrap_or(element.id()).to_owned();
            if element.attribute("isForCompensation") == Some("true") {
                self.diagram.remark(shown, "is left out: it undoes another step and is no part of the way");
                continue;
            }
            if element.attribute("triggeredByEvent") == Some("true") {
                self.diagram.remark(shown, "is left out: a sub-process that an event starts cannot be followed");
                continue;
            }
            if matches!(kind, Kind::Boundary { .. }) && element.child("compensateEventDefinition").is_some() {
                self.diagram.remark(shown, "is left out: compensation cannot be followed");
                continue;
            }
            self.node(element, kind, parent)?;
        }
        Ok(())
    }

    fn node(&mut self, element: &'a Element, kind: Kind, parent: Option<usize>) -> Result<(), NetError> {
        let number = self.diagram.nodes.len();
        if element.id().is_empty() {
            return Err(NetError::element(element.attribute("name").unwrap_or(&element.name), "has no id"));
        }
        if self.numbers.insert(element.id(), number).is_some() {
            return Err(NetError::element(element.id(), "is the id of two elements"));
        }
        let repeats = ["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"]
            .iter()
            .find_map(|loops| element.child(loops))
            .map(|loops| Repeat { may_be_skipped: loops.attribute("testBefore") == Some("true") });
        if let Some(at) = element.attribute("attachedToRef") {
            self.attached.push((number, at));
        }
        if let Some(link) = element.child("linkEventDefinition") {
            let link = link.attribute("name").or(element.attribute("name")).unwrap_or_default();
            self.links.push((link.to_owned(), element.name.contains("Throw"), number));
        }
        let (id, name) = (element.id().to_owned(), name(element));
        let default = element.attribute("default").map(str::to_owned);
        let is_group = matches!(kind, Kind::SubProcess { .. });
        let node = Node { id, name, kind, role: None, parent, repeats, default };
        self.notes_on(element, &node);
        self.diagram.nodes.push(node);
        if is_group { self.scope(element, Some(number)) } else { Ok(()) }
    }

    fn notes_on(&mut self, element: &Element, node: &Node) {
        let mut say = |what: &str| self.diagram.remark(node.shown(), what);
        match element.name.as_str() {
            "complexGateway" => say("is a complex gateway; it is taken as an inclusive one"),
            "callActivity" => say("calls another process; it is taken as one step"),
            "transaction" => say("is a transaction; what would undo it is left out"),
            _ if node.kind == Kind::Task && node.name.is_none() => {
                say("has no name, so nothing can be recorded for it")
            }
            _ => {}
        }
    }

    fn attach(&mut self) {
        for (event, at) in std::mem::take(&mut self.attached) {
            let known = self.numbers.get(at).copied();
            if let (Some(to), Kind::Boundary { at, .. }) = (known, &mut self.diagram.nodes[event].kind) {
                *at = to;
            }
        }
        // Without a step to sit on, an event is one that something may lead to.
        for node in &mut self.diagram.nodes {
            if matches!(node.kind, Kind::Boundary { at: usize::MAX, .. }) {
                node.kind = Kind::Between;
            }
        }
    }

    fn connect(&mut self) {
        for element in std::mem::take(&mut self.flows) {
            let end = |which: &str| element.attribute(which).and_then(|id| self.numbers.get(id)).copied();
            let (Some(from), Some(to)) = (end("sourceRef"), end("targetRef")) else {
                let end = if end("sourceRef").is_none() { "begins" } else { "ends" };
                let what =
                    format!("is an arrow that {end} nowhere, or at something that was left out; it is left out too");
                self.diagram.remark(element.attribute("name").unwrap_or(element.id()), what);
                continue;
            };
            if self.diagram.nodes[from].parent != self.diagram.nodes[to].parent {
                let what = "is an arrow across the edge of a sub-process; it is left out";
                self.diagram.remark(element.attribute("name").unwrap_or(element.id()), what);
                continue;
            }
            let conditional = element.child("conditionExpression").is_some();
            self.diagram.flows.push(Flow { id: element.id().to_owned(), from, to, conditional });
        }
    }

    /// A link is an arrow that would be too long to draw.
    fn link(&mut self) {
        let links = std::mem::take(&mut self.links);
        for (name, _, from) in links.iter().filter(|(_, thrown, _)| *thrown) {
            let caught = links.iter().find(|(other, thrown, _)| !thrown && other == name);
            match caught {
                Some(&(_, _, to)) => {
                    let id = format!("link {name}");
                    self.diagram.flows.push(Flow { id, from: *from, to, conditional: false });
                }
                None => self.diagram.remark(name, "is a link that leads nowhere; the way is taken to end there"),
            }
        }
    }

    /// The innermost lane is the role.
    fn roles(&mut self, inside: &'a Element) {
        for lanes in inside.children.iter().filter(|child| ["laneSet", "childLaneSet"].contains(&child.name.as_str())) {
            for lane in lanes.all("lane") {
                for node in lane.all("flowNodeRef").filter_map(|node| self.numbers.get(node.text.as_str())) {
                    self.diagram.nodes[*node].role = name(lane);
                }
                self.roles(lane);
            }
        }
        for child in inside.children.iter().filter(|child| child.name == "subProcess") {
            self.roles(child);
        }
        // Steps in a sub-process are done by whom the sub-process belongs to, unless it says otherwise.
        for node in 0..self.diagram.nodes.len() {
            if let (None, Some(parent)) = (&self.diagram.nodes[node].role, self.diagram.nodes[node].parent) {
                self.diagram.nodes[node].role = self.diagram.nodes[parent].role.clone();
            }
        }
    }
}
