//! Writes a drawing as BPMN 2.0 XML with its diagram, as bpmn.io, Camunda and Signavio open it.

use super::drawing::{Drawing, Placed, Shape};
use std::fmt::Write;

/// The drawing as a BPMN 2.0 document.
pub fn write(name: &str, drawing: &Drawing) -> String {
    let name = escaped(name);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let spaces = [
        ("bpmn", "http://www.omg.org/spec/BPMN/20100524/MODEL"),
        ("bpmndi", "http://www.omg.org/spec/BPMN/20100524/DI"),
        ("dc", "http://www.omg.org/spec/DD/20100524/DC"),
        ("di", "http://www.omg.org/spec/DD/20100524/DI"),
    ];
    let spaces: String = spaces.iter().map(|(prefix, space)| format!(" xmlns:{prefix}=\"{space}\"")).collect();
    let target = "targetNamespace=\"http://www.omg.org/bpmn20\" exporter=\"Throughline\"";
    let _ = writeln!(out, "<bpmn:definitions{spaces} id=\"definitions\" {target}>");
    let _ = writeln!(out, "  <bpmn:process id=\"process\" name=\"{name}\" isExecutable=\"false\">");
    for (number, placed) in drawing.shapes.iter().enumerate() {
        element(&mut out, drawing, number, placed);
    }
    for (number, arrow) in drawing.arrows.iter().enumerate() {
        let (from, to) = (arrow.from, arrow.to);
        let ends = format!("sourceRef=\"node_{from}\" targetRef=\"node_{to}\"");
        let _ = writeln!(out, "    <bpmn:sequenceFlow id=\"flow_{number}\" {ends}/>");
    }
    out.push_str("  </bpmn:process>\n  <bpmndi:BPMNDiagram id=\"diagram\">\n");
    out.push_str("    <bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"process\">\n");
    for (number, placed) in drawing.shapes.iter().enumerate() {
        let (width, height) = placed.shape.size();
        let marker = if placed.shape == Shape::Exclusive { " isMarkerVisible=\"true\"" } else { "" };
        let of = format!("id=\"shape_{number}\" bpmnElement=\"node_{number}\"{marker}");
        let top = placed.middle - height / 2;
        let at = format!("x=\"{}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"", placed.x);
        let _ = writeln!(out, "      <bpmndi:BPMNShape {of}>\n        <dc:Bounds {at}/>\n      </bpmndi:BPMNShape>");
    }
    for (number, arrow) in drawing.arrows.iter().enumerate() {
        let _ = writeln!(out, "      <bpmndi:BPMNEdge id=\"edge_{number}\" bpmnElement=\"flow_{number}\">");
        for (x, y) in &arrow.points {
            let _ = writeln!(out, "        <di:waypoint x=\"{x}\" y=\"{y}\"/>");
        }
        out.push_str("      </bpmndi:BPMNEdge>\n");
    }
    out.push_str("    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n");
    out
}

fn element(out: &mut String, drawing: &Drawing, number: usize, placed: &Placed) {
    let (kind, name) = match &placed.shape {
        Shape::Start => ("startEvent", String::new()),
        Shape::End => ("endEvent", String::new()),
        Shape::Task(name) => ("task", format!(" name=\"{}\"", escaped(name))),
        Shape::Exclusive => ("exclusiveGateway", String::new()),
        Shape::Parallel => ("parallelGateway", String::new()),
    };
    let _ = writeln!(out, "    <bpmn:{kind} id=\"node_{number}\"{name}>");
    for (way, flows) in [
        ("incoming", drawing.arrows.iter().enumerate().filter(|(_, arrow)| arrow.to == number).collect::<Vec<_>>()),
        ("outgoing", drawing.arrows.iter().enumerate().filter(|(_, arrow)| arrow.from == number).collect()),
    ] {
        for (flow, _) in flows {
            let _ = writeln!(out, "      <bpmn:{way}>flow_{flow}</bpmn:{way}>");
        }
    }
    let _ = writeln!(out, "    </bpmn:{kind}>");
}

fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}
