//! The model as XML: the process first, then its diagram.

use super::{Element, Flow, Model, Part};
use crate::draw::svg::{Attributes, close, element, empty, open};

const MODEL: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const DIAGRAM: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const SHAPES: &str = "http://www.omg.org/spec/DD/20100524/DI";
const BOUNDS: &str = "http://www.omg.org/spec/DD/20100524/DC";

/// The whole document.
pub(super) fn write(title: &str, model: &Model) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let root = Attributes::new()
        .text("xmlns", MODEL)
        .text("xmlns:bpmndi", DIAGRAM)
        .text("xmlns:di", SHAPES)
        .text("xmlns:dc", BOUNDS)
        .text("id", "definitions")
        .text("targetNamespace", "urn:throughline:process")
        .text("exporter", "Throughline")
        .text("exporterVersion", env!("CARGO_PKG_VERSION"));
    open(&mut out, "definitions", &root);
    line(&mut out, 1);
    let process = Attributes::new().text("id", "process").text("name", title).text("isExecutable", "false");
    open(&mut out, "process", &process);
    for part in &model.elements {
        element_of(&mut out, part, model);
    }
    for flow in &model.flows {
        flow_of(&mut out, flow, model);
    }
    line(&mut out, 1);
    close(&mut out, "process");
    diagram(&mut out, model);
    out.push('\n');
    close(&mut out, "definitions");
    out.push('\n');
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn element_of(out: &mut String, part: &Element, model: &Model) {
    let name = match part.part {
        Part::Start => "startEvent",
        Part::End => "endEvent",
        Part::Task => "task",
        Part::Split | Part::Join => "exclusiveGateway",
    };
    let mut attributes = Attributes::new().text("id", &part.id);
    if !part.name.is_empty() {
        attributes = attributes.text("name", &part.name);
    }
    attributes = match part.part {
        Part::Split => attributes.text("gatewayDirection", "Diverging"),
        Part::Join => attributes.text("gatewayDirection", "Converging"),
        _ => attributes,
    };
    line(out, 2);
    open(out, name, &attributes);
    documentation(out, &part.documentation);
    for (word, flows) in [("incoming", &part.incoming), ("outgoing", &part.outgoing)] {
        for flow in flows {
            line(out, 3);
            element(out, word, &Attributes::new(), &model.flows[*flow].id);
        }
    }
    line(out, 2);
    close(out, name);
}

fn documentation(out: &mut String, words: &str) {
    if !words.is_empty() {
        line(out, 3);
        element(out, "documentation", &Attributes::new(), words);
    }
}

fn flow_of(out: &mut String, flow: &Flow, model: &Model) {
    let mut attributes = Attributes::new().text("id", &flow.id);
    if !flow.name.is_empty() {
        attributes = attributes.text("name", &flow.name);
    }
    let (from, to) = (&model.elements[flow.from].id, &model.elements[flow.to].id);
    let attributes = attributes.text("sourceRef", from).text("targetRef", to);
    line(out, 2);
    if flow.documentation.is_empty() {
        empty(out, "sequenceFlow", &attributes);
        return;
    }
    open(out, "sequenceFlow", &attributes);
    documentation(out, &flow.documentation);
    line(out, 2);
    close(out, "sequenceFlow");
}

fn diagram(out: &mut String, model: &Model) {
    line(out, 1);
    open(out, "bpmndi:BPMNDiagram", &Attributes::new().text("id", "diagram"));
    line(out, 2);
    open(out, "bpmndi:BPMNPlane", &Attributes::new().text("id", "plane").text("bpmnElement", "process"));
    for part in &model.elements {
        let mut shape = Attributes::new().text("id", &format!("shape_{}", part.id)).text("bpmnElement", &part.id);
        if matches!(part.part, Part::Split | Part::Join) {
            shape = shape.text("isMarkerVisible", "true");
        }
        line(out, 3);
        open(out, "bpmndi:BPMNShape", &shape);
        line(out, 4);
        bounds(out, &part.bounds);
        line(out, 3);
        close(out, "bpmndi:BPMNShape");
    }
    for flow in &model.flows {
        let edge = Attributes::new().text("id", &format!("edge_{}", flow.id)).text("bpmnElement", &flow.id);
        line(out, 3);
        open(out, "bpmndi:BPMNEdge", &edge);
        for point in &flow.waypoints {
            line(out, 4);
            empty(out, "di:waypoint", &Attributes::new().number("x", point.x).number("y", point.y));
        }
        if let Some(label) = &flow.label {
            line(out, 4);
            open(out, "bpmndi:BPMNLabel", &Attributes::new());
            bounds(out, label);
            close(out, "bpmndi:BPMNLabel");
        }
        line(out, 3);
        close(out, "bpmndi:BPMNEdge");
    }
    line(out, 2);
    close(out, "bpmndi:BPMNPlane");
    line(out, 1);
    close(out, "bpmndi:BPMNDiagram");
}

fn bounds(out: &mut String, bounds: &super::Bounds) {
    let size = Attributes::new().number("x", bounds.x).number("y", bounds.y);
    empty(out, "dc:Bounds", &size.number("width", bounds.width).number("height", bounds.height));
}
