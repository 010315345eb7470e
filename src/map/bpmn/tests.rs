//! The document is read back and held against the map that it was made of.

use super::*;
use crate::map::abstraction::{Caps, Sliders, abstracted};
use crate::map::graph::{coded, of_words};
use crate::map::skeleton::Skeleton;
use proptest::prelude::*;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{BTreeMap, BTreeSet};

/// What a reader of the document finds.
#[derive(Debug, Default)]
struct Read {
    /// Kind and name by id.
    nodes: BTreeMap<String, (String, String)>,
    /// Source and target by id.
    flows: BTreeMap<String, (String, String)>,
    /// Bounds by the element that they are of.
    shapes: BTreeMap<String, [f64; 4]>,
    waypoints: BTreeMap<String, Vec<[f64; 2]>>,
    labels: BTreeMap<String, [f64; 4]>,
    ids: Vec<String>,
    incoming: BTreeSet<(String, String)>,
    outgoing: BTreeSet<(String, String)>,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.attributes().map(Result::unwrap).find(|attribute| attribute.key.as_ref() == name);
    found
        .map_or_else(String::new, |attribute| attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
}

fn numbers<const N: usize>(tag: &BytesStart<'_>, names: [&str; N]) -> [f64; N] {
    names.map(|name| attribute(tag, name).parse().unwrap())
}

fn read(text: &str) -> Read {
    let mut reader = Reader::from_str(text);
    let (mut found, mut element, mut drawn, mut in_label) = (Read::default(), String::new(), String::new(), false);
    let mut word = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let id = attribute(&tag, "id");
                if !id.is_empty() {
                    found.ids.push(id.clone());
                }
                match name.as_str() {
                    "startEvent" | "endEvent" | "task" | "exclusiveGateway" => {
                        found.nodes.insert(id.clone(), (name.clone(), attribute(&tag, "name")));
                        element = id;
                    }
                    "sequenceFlow" => {
                        found.flows.insert(id, (attribute(&tag, "sourceRef"), attribute(&tag, "targetRef")));
                    }
                    "bpmndi:BPMNShape" | "bpmndi:BPMNEdge" => drawn = attribute(&tag, "bpmnElement"),
                    "bpmndi:BPMNLabel" => in_label = true,
                    "dc:Bounds" => {
                        let bounds = numbers(&tag, ["x", "y", "width", "height"]);
                        let of = if in_label { &mut found.labels } else { &mut found.shapes };
                        assert!(of.insert(drawn.clone(), bounds).is_none());
                    }
                    "di:waypoint" => found.waypoints.entry(drawn.clone()).or_default().push(numbers(&tag, ["x", "y"])),
                    _ => {}
                }
                word = name;
            }
            Event::Text(text) => {
                let flow = text.to_string();
                match word.as_str() {
                    "incoming" => drop(found.incoming.insert((element.clone(), flow))),
                    "outgoing" => drop(found.outgoing.insert((element.clone(), flow))),
                    _ => {}
                }
            }
            Event::End(tag) => {
                in_label &= tag.name().as_ref() != "bpmndi:BPMNLabel";
                word.clear();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// A drawn map of these paths.
fn drawn(words: &[(&str, i64)], percent: f64) -> (Graph, Scene) {
    let (graph, known) = of_words(words);
    let (names, paths) = coded(words);
    let again = paths.iter().map(|(path, cases)| (path.as_slice(), *cases));
    let skeleton = Skeleton::new(&graph, &known, &names, again, None).unwrap();
    let sliders = Sliders { activities: Some(100.0), paths: Some(percent) };
    let part = abstracted(&graph, sliders, &skeleton.backbone, Caps::default()).graph;
    let scene = Scene::new(&part, &skeleton, None).unwrap();
    (part, scene)
}

/// Which names follow each other when gateways are passed through.
fn pairs(read: &Read) -> BTreeSet<(String, String)> {
    let name = |id: &str| read.nodes[id].1.clone();
    let mut pairs = BTreeSet::new();
    for (id, (kind, _)) in read.nodes.iter().filter(|(_, (kind, _))| kind != "exclusiveGateway" && kind != "endEvent") {
        assert!(matches!(kind.as_str(), "task" | "startEvent"));
        let mut open = vec![id.clone()];
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            for (_, to) in read.flows.values().filter(|(from, _)| *from == at) {
                if read.nodes[to].0 != "exclusiveGateway" {
                    pairs.insert((name(id), name(to)));
                } else if seen.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
    }
    pairs
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    const EVEN: f64 = 0.11;
    a[0] + EVEN < b[0] + b[2] && b[0] + EVEN < a[0] + a[2] && a[1] + EVEN < b[1] + b[3] && b[1] + EVEN < a[1] + a[3]
}

fn check(graph: &Graph, scene: &Scene) {
    let text = bpmn("A & B", graph, scene, Metric::Cases);
    assert_eq!(text, bpmn("A & B", graph, scene, Metric::Cases));
    let read = read(&text);
    let ids: BTreeSet<&String> = read.ids.iter().collect();
    assert_eq!(ids.len(), read.ids.len(), "ids are unique");
    assert!(ids.iter().all(|id| id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.contains(' ')), "{ids:?}");
    for (id, (from, to)) in &read.flows {
        assert!(read.nodes.contains_key(from) && read.nodes.contains_key(to), "{id} hangs in the air");
        assert!(
            read.outgoing.contains(&(from.clone(), id.clone())) && read.incoming.contains(&(to.clone(), id.clone()))
        );
    }
    assert_eq!((read.incoming.len(), read.outgoing.len()), (read.flows.len(), read.flows.len()));
    assert!(read.nodes.keys().eq(read.shapes.keys()), "every element has a shape");
    assert!(read.flows.keys().eq(read.waypoints.keys()), "every flow has a way");
    let expected: BTreeSet<(String, String)> = graph
        .edges
        .iter()
        .map(|edge| (graph.nodes[edge.from].name.clone(), graph.nodes[edge.to].name.clone()))
        .collect();
    assert_eq!(pairs(&read), expected, "the language is that of the map");
    for (id, (kind, _)) in read.nodes.iter().filter(|(_, (kind, _))| kind == "exclusiveGateway") {
        let (ins, outs) = (count_of(&read.incoming, id), count_of(&read.outgoing, id));
        assert!((ins == 1) != (outs == 1), "{kind} {id} has {ins} ways in and {outs} out");
    }
    let shapes: Vec<(&String, &[f64; 4])> = read.shapes.iter().collect();
    for (at, (id, a)) in shapes.iter().enumerate() {
        for (other, b) in shapes[at + 1..].iter().map(|(id, bounds)| (*id, *bounds)).chain(read.labels.iter()) {
            assert!(!overlap(a, b), "{id} lies on {other}: {a:?} {b:?}");
        }
    }
    for (id, way) in &read.waypoints {
        let (from, to) = &read.flows[id];
        assert!(way.len() >= 2, "{id}");
        assert!(on_border(&read.shapes[from], way[0]), "{id} begins off {from}: {way:?} {:?}", read.shapes[from]);
        assert!(on_border(&read.shapes[to], way[way.len() - 1]), "{id} ends off {to}: {way:?} {:?}", read.shapes[to]);
        for pair in way.windows(2) {
            for (shape, bounds) in &shapes {
                assert!(!crosses(pair[0], pair[1], bounds), "{id} runs through {shape}: {way:?} {bounds:?}");
            }
        }
    }
}

fn count_of(ends: &BTreeSet<(String, String)>, id: &str) -> usize {
    ends.iter().filter(|(node, _)| node == id).count()
}

fn on_border(shape: &[f64; 4], at: [f64; 2]) -> bool {
    const EVEN: f64 = 0.11;
    let [x, y, width, height] = *shape;
    let within = |value: f64, low: f64, long: f64| value >= low - EVEN && value <= low + long + EVEN;
    let near = |a: f64, b: f64| (a - b).abs() < EVEN;
    let upright = (near(at[0], x) || near(at[0], x + width)) && within(at[1], y, height);
    let level = (near(at[1], y) || near(at[1], y + height)) && within(at[0], x, width);
    upright || level
}

/// Whether a straight piece runs through the inside of a shape.
fn crosses(from: [f64; 2], to: [f64; 2], shape: &[f64; 4]) -> bool {
    const INSIDE: f64 = 0.5;
    let steps = 2 + (to[0] - from[0]).hypot(to[1] - from[1]) as usize;
    (0..=steps).any(|step| {
        let t = step as f64 / steps as f64;
        let (x, y) = (from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t);
        x > shape[0] + INSIDE
            && x < shape[0] + shape[2] - INSIDE
            && y > shape[1] + INSIDE
            && y < shape[1] + shape[3] - INSIDE
    })
}

#[test]
fn a_straight_line_needs_no_gateway() {
    let (graph, scene) = drawn(&[("a b c", 3)], 100.0);
    check(&graph, &scene);
    let text = bpmn("x", &graph, &scene, Metric::Cases);
    assert!(!text.contains("Gateway") && text.contains("<task id=\"activity_1\" name=\"a\">"), "{text}");
    assert!(text.contains("<sequenceFlow id=\"flow_1\" name=\"3\" sourceRef=\"start\" targetRef=\"activity_1\">"));
    // The shapes stand where the map has them.
    for node in &scene.nodes {
        let (x, y) = (node.x - node.width / 2.0, node.y - node.height / 2.0);
        assert!(text.contains(&format!("<dc:Bounds x=\"{x}\" y=\"{y}\" ")), "{node:?}");
    }
}

#[test]
fn choices_loops_and_returns() {
    let words = [("a b c d", 9), ("a c b d", 4), ("a b b d", 3), ("a b c a b d", 2), ("d", 1), ("b c b c b d a", 1)];
    for percent in [0.0, 50.0, 100.0] {
        let (graph, scene) = drawn(&words, percent);
        check(&graph, &scene);
    }
}

#[test]
fn names_of_any_kind_are_escaped() {
    let (mut graph, scene) = drawn(&[("a b", 2)], 100.0);
    graph.nodes[2].name = "<R&D> \"x\" \u{1}\u{feff}日本".to_owned();
    let read = read(&bpmn("\u{0}<", &graph, &scene, Metric::Share));
    assert_eq!(read.nodes["activity_1"].1, "<R&D> \"x\" \u{fffd}\u{feff}日本");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_map_becomes_a_sound_model(
        paths in prop::collection::vec((prop::collection::vec(0_usize..9, 1..9), 1_i64..50), 1..9),
        percent in 0.0_f64..100.0,
    ) {
        let text = |path: &[usize]| path.iter().map(|at| format!("n{at}")).collect::<Vec<_>>().join(" ");
        let words: Vec<(String, i64)> = paths.iter().map(|(path, cases)| (text(path), *cases)).collect();
        let words: Vec<(&str, i64)> = words.iter().map(|(path, cases)| (path.as_str(), *cases)).collect();
        let (graph, scene) = drawn(&words, percent);
        check(&graph, &scene);
    }
}
