//! The drawn map as BPMN 2.0 with a diagram, for tools that model processes.
//!
//! Every activity becomes a task. Where a node is left by several paths an exclusive gateway chooses between them, where
//! several meet it one joins them; each path of the map is one sequence flow between what stands at its ends. So the
//! model lets exactly those activities follow each other that do so on the map. Shapes stand where the map has them,
//! with room made for the gateways ([`geometry`]).

mod geometry;
#[cfg(test)]
mod tests;
mod xml;

use super::graph::{END, Edge, Graph, Node, START};
use super::layout::Point;
use super::metric::Metric;
use super::scene::Scene;
use crate::draw::figure::{count, duration, money, percent};
use geometry::{Bounds, Diagram};

/// What an element of the model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Where cases begin.
    Start,
    /// Where they end.
    End,
    /// An activity.
    Task,
    /// Chooses one of several paths.
    Split,
    /// Several paths meet.
    Join,
}

/// A shape of the model.
#[derive(Debug)]
struct Element {
    id: String,
    part: Part,
    name: String,
    documentation: String,
    bounds: Bounds,
    incoming: Vec<usize>,
    outgoing: Vec<usize>,
}

/// A sequence flow of the model.
#[derive(Debug)]
struct Flow {
    id: String,
    from: usize,
    to: usize,
    name: String,
    documentation: String,
    waypoints: Vec<Point>,
    label: Option<Bounds>,
}

/// What a node of the map became: its own element, and the gateways before and after it.
#[derive(Debug, Clone, Copy)]
struct Place {
    own: usize,
    join: Option<usize>,
    split: Option<usize>,
}

/// The model under way.
#[derive(Debug, Default)]
struct Model {
    elements: Vec<Element>,
    flows: Vec<Flow>,
}

/// The map as BPMN 2.0 in XML. The names of flows are the figures of the metric. The same map gives the same bytes.
pub fn bpmn(title: &str, graph: &Graph, scene: &Scene, metric: Metric) -> String {
    let diagram = Diagram::new(graph, scene);
    let mut model = Model::default();
    let places: Vec<Place> = (0..graph.nodes.len()).map(|at| model.place(at, graph, &diagram)).collect();
    for (at, edge) in graph.edges.iter().enumerate() {
        let (from, to) = (places[edge.from], places[edge.to]);
        let name = metric.of_edge(edge, graph).map(|value| metric.text(value, graph)).unwrap_or_default();
        let flow = Flow {
            id: format!("flow_{}", at + 1),
            from: from.split.unwrap_or(from.own),
            to: to.join.unwrap_or(to.own),
            label: (!name.is_empty()).then(|| diagram.label(at)),
            name,
            documentation: words_of_edge(edge),
            waypoints: diagram.route(at),
        };
        model.connect(flow);
    }
    xml::write(title, &model)
}

impl Model {
    /// Adds what a node becomes, from the gateway before it to that after it.
    fn place(&mut self, at: usize, graph: &Graph, diagram: &Diagram<'_>) -> Place {
        let node = &graph.nodes[at];
        let (part, id) = match at {
            START => (Part::Start, "start".to_owned()),
            END => (Part::End, "end".to_owned()),
            at => (Part::Task, format!("activity_{}", at - END)),
        };
        let gateway = |part: Part, id: String, bounds: Bounds| Element {
            id,
            part,
            name: String::new(),
            documentation: String::new(),
            bounds,
            incoming: Vec::new(),
            outgoing: Vec::new(),
        };
        let join = diagram.join(at).map(|bounds| self.add(gateway(Part::Join, format!("join_{id}"), bounds)));
        let own = self.add(Element {
            name: node.name.clone(),
            documentation: words_of_node(node, graph),
            ..gateway(part, id.clone(), diagram.node(at))
        });
        let split = diagram.split(at).map(|bounds| self.add(gateway(Part::Split, format!("split_{id}"), bounds)));
        let inner = [(join.map(|join| (join, own)), "into"), (split.map(|split| (own, split)), "out_of")];
        for (ends, word) in inner {
            let Some((from, to)) = ends else { continue };
            let waypoints = vec![self.elements[from].bounds.bottom(), self.elements[to].bounds.top()];
            let (name, documentation) = (String::new(), String::new());
            self.connect(Flow { id: format!("{word}_{id}"), from, to, name, documentation, waypoints, label: None });
        }
        Place { own, join, split }
    }

    fn add(&mut self, element: Element) -> usize {
        self.elements.push(element);
        self.elements.len() - 1
    }

    fn connect(&mut self, flow: Flow) {
        self.elements[flow.from].outgoing.push(self.flows.len());
        self.elements[flow.to].incoming.push(self.flows.len());
        self.flows.push(flow);
    }
}

fn words_of_node(node: &Node, graph: &Graph) -> String {
    let mut words = format!("{} cases, {} events", count(node.cases), count(node.events));
    if let Some(waits) = &node.waits {
        let durations = &waits.durations;
        words.push_str(&format!(
            "; waited for {} (median), {} (p90)",
            duration(durations.median),
            duration(durations.p90)
        ));
    }
    if let Some(cost) = node.cost {
        words.push_str(&format!("; cost {}", money(cost, graph.currency.as_deref())));
    }
    if let Some(automated) = node.automated {
        words.push_str(&format!("; {} by programs", percent(automated)));
    }
    words
}

fn words_of_edge(edge: &Edge) -> String {
    let mut words = format!("{} cases, {} times", count(edge.cases), count(edge.count));
    if let Some(waits) = &edge.duration {
        words.push_str(&format!("; wait {} (median), {} (p90)", duration(waits.median), duration(waits.p90)));
    }
    words
}
