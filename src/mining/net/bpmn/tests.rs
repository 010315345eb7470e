//! Small diagrams and the runs that they stand for.

use super::Diagram;
use crate::mining::net::{Marking, Net, reduce};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// All recorded runs of at most so many steps, as text.
fn runs(net: &Net, longest: usize) -> Vec<String> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting: Vec<(Marking, Vec<&str>)> = vec![(net.initial.clone(), Vec::new())];
    while let Some((marking, path)) = waiting.pop() {
        if !seen.insert((marking.clone(), path.clone())) {
            continue;
        }
        if marking == net.last {
            found.insert(path.join(" "));
        }
        for (number, transition) in net.transitions.iter().enumerate() {
            let Some(after) = net.fire(&marking, number) else { continue };
            let path: Vec<&str> = path.iter().copied().chain(transition.label.as_deref()).collect();
            if path.len() <= longest && after.tokens().all(|(_, n)| n < 4) {
                waiting.push((after, path));
            }
        }
    }
    found.into_iter().collect()
}

/// A diagram in short: `task A`, `xor x`, `A -> x`; attributes and inner elements may follow the kind's name.
fn diagram(lines: &[&str]) -> Diagram {
    Diagram::read(&document(lines)).expect("a diagram")
}

fn document(lines: &[&str]) -> String {
    let mut xml = String::from("<bpmn:definitions xmlns:bpmn='x'><bpmn:process id='p' name='Test'>");
    for (number, line) in lines.iter().enumerate() {
        if let Some((from, to)) = line.split_once(" -> ") {
            let (to, condition) = to.strip_suffix(" if").map_or((to, ""), |to| (to, "<bpmn:conditionExpression/>"));
            xml += &format!(
                "<bpmn:sequenceFlow id='f{number}' sourceRef='{from}' targetRef='{to}'>{condition}</bpmn:sequenceFlow>"
            );
            continue;
        }
        if line.starts_with('<') {
            xml += line;
            continue;
        }
        let (kind, rest) = line.split_once(' ').expect("kind and id");
        let (id, more) = rest.split_once(' ').unwrap_or((rest, ""));
        let element = match kind {
            "xor" => "exclusiveGateway",
            "and" => "parallelGateway",
            "or" => "inclusiveGateway",
            "start" => "startEvent",
            "end" => "endEvent",
            "edge" => "boundaryEvent",
            _ => "userTask",
        };
        let name = if kind == "task" { format!("name='{id}'") } else { String::new() };
        xml += &format!("<bpmn:{element} id='{id}' {name} {more}/>");
    }
    xml += "</bpmn:process></bpmn:definitions>";
    xml
}

fn check(lines: &[&str], expected: &[&str], remarks: &[&str]) {
    let (net, told) = diagram(lines).net(&|_| false).expect("a net");
    assert_eq!(runs(&net, 6), expected, "{lines:?}");
    assert_eq!(runs(&reduce(&net), 6), expected, "reduced: {lines:?}");
    let told: Vec<String> = told.iter().map(|r| format!("{} {}", r.element, r.what)).collect();
    assert_eq!(told.len(), remarks.len(), "{told:?}");
    for (told, remark) in told.iter().zip(remarks) {
        assert!(told.contains(remark), "{told}");
    }
}

#[test]
fn gateways() {
    check(&["start s", "task A", "end e", "s -> A", "A -> e"], &["A"], &[]);
    let xor = [
        "start s", "xor x", "task A", "task B", "xor y", "end e", "s -> x", "x -> A", "x -> B", "A -> y", "B -> y",
        "y -> e",
    ];
    check(&xor, &["A", "B"], &[]);
    let and = [
        "start s", "and x", "task A", "task B", "and y", "end e", "s -> x", "x -> A", "x -> B", "A -> y", "B -> y",
        "y -> e",
    ];
    check(&and, &["A B", "B A"], &[]);
    let or = [
        "start s", "or x", "task A", "task B", "or y", "end e", "s -> x", "x -> A", "x -> B", "A -> y", "B -> y",
        "y -> e",
    ];
    check(&or, &["A", "A B", "B", "B A"], &[]);
}

#[test]
fn an_inclusive_gateway_with_a_default_and_a_longer_branch() {
    let default = [
        "start s",
        "or x default='f8'",
        "task A",
        "task B",
        "task C",
        "or y",
        "s -> x",
        "x -> A",
        "x -> B",
        "A -> y",
        "B -> y",
        "y -> C",
    ];
    check(&default, &["A C", "B C"], &[]);
    let inner = [
        "start s", "or x", "xor i", "task A", "task B", "task C", "task D", "or y", "s -> x", "x -> i", "i -> A",
        "i -> B", "x -> C", "A -> y", "B -> y", "C -> y", "y -> D",
    ];
    check(&inner, &["A C D", "A D", "B C D", "B D", "C A D", "C B D", "C D"], &[]);
}

#[test]
fn an_inclusive_gateway_that_only_joins() {
    let lines = [
        "start s", "xor x", "task A", "task B", "or y", "task C", "s -> x", "x -> A", "x -> B", "A -> y", "B -> y",
        "y -> C",
    ];
    check(&lines, &["A C", "B C"], &[]);
    let parallel = [
        "start s", "and x", "task A", "task B", "or y", "task C", "s -> x", "x -> A", "x -> B", "A -> y", "B -> y",
        "y -> C",
    ];
    check(&parallel, &["A B C", "B A C"], &[]);
}

#[test]
fn missing_gateways_starts_and_ends() {
    // Two arrows out of a step are both followed, two into one each start it; ends count together.
    let lines = ["start s", "task A", "task B", "task C", "s -> A", "A -> B", "A -> C"];
    check(&lines, &["A B C", "A C B"], &[]);
    check(&["task A", "task B", "A -> B"], &["A B"], &[]);
    check(&["start s", "start t", "task A", "task B", "s -> A", "t -> B"], &["A", "B"], &[]);
    check(&["task A", "task B"], &["A B", "B A"], &["`A`, `B` is one of several beginnings"]);
    check(&["start s", "task A", "task B", "task C", "s -> A", "B -> C"], &["A"], &["B is left out", "C is left out"]);
    // A condition makes following an arrow a choice.
    let some = ["start s", "task A", "task B", "task C", "s -> A", "A -> B if", "A -> C if"];
    check(&some, &["A B", "A B C", "A C", "A C B"], &[]);
}

#[test]
fn ends_that_stop_everything() {
    let lines = [
        "start s",
        "and x",
        "task A",
        "task B",
        "s -> x",
        "x -> A",
        "x -> B",
        "<bpmn:endEvent id='e'><bpmn:terminateEventDefinition/></bpmn:endEvent>",
        "A -> e",
    ];
    let (net, _) = diagram(&lines).net(&|_| false).expect("a net");
    let found = runs(&net, 3);
    assert!(["A", "A B", "B A"].iter().all(|run| found.iter().any(|found| found == run)), "{found:?}");
    assert!(!found.contains(&"B".to_owned()));
}

#[test]
fn events_at_the_edge() {
    let cut = ["start s", "task A", "task B", "task C", "edge t attachedToRef='A'", "s -> A", "A -> B", "t -> C"];
    check(&cut, &["A B", "A C", "C"], &[]);
    let beside = ["start s", "task A", "task B", "edge t attachedToRef='A' cancelActivity='false'", "s -> A", "t -> B"];
    check(&beside, &["A", "A B", "B A"], &[]);
}

#[test]
fn sub_processes() {
    let inner = "<bpmn:subProcess id='P' name='Part'><bpmn:startEvent id='is'/><bpmn:task id='A' name='A'/>\
        <bpmn:task id='B' name='B'/><bpmn:sequenceFlow id='i1' sourceRef='is' targetRef='A'/>\
        <bpmn:sequenceFlow id='i2' sourceRef='A' targetRef='B'/></bpmn:subProcess>";
    check(&["start s", inner, "task C", "s -> P", "P -> C"], &["A B C"], &[]);
    let cut = ["start s", inner, "task C", "task D", "edge t attachedToRef='P'", "s -> P", "P -> C", "t -> D"];
    check(&cut, &["A B C", "A B D", "A D", "D"], &[]);
    // A log that knows only the whole has it as one step.
    let (net, _) =
        diagram(&["start s", inner, "task C", "s -> P", "P -> C"]).net(&|name| name == "Part").expect("a net");
    assert_eq!(runs(&net, 6), ["Part C"]);
    let free =
        "<bpmn:adHocSubProcess id='P'><bpmn:task id='A' name='A'/><bpmn:task id='B' name='B'/></bpmn:adHocSubProcess>";
    let (net, _) = diagram(&["start s", free, "s -> P"]).net(&|_| false).expect("a net");
    assert_eq!(runs(&net, 2), ["", "A", "A A", "A B", "B", "B A", "B B"]);
}

#[test]
fn repeated_steps_links_and_events() {
    let again = "<bpmn:task id='A' name='A'><bpmn:standardLoopCharacteristics/></bpmn:task>";
    let (net, _) = diagram(&["start s", again, "s -> A"]).net(&|_| false).expect("a net");
    assert_eq!(runs(&net, 3), ["A", "A A", "A A A"]);
    let link = [
        "start s",
        "task A",
        "task B",
        "s -> A",
        "A -> th",
        "<bpmn:intermediateThrowEvent id='th'><bpmn:linkEventDefinition name='far'/></bpmn:intermediateThrowEvent>",
        "<bpmn:intermediateCatchEvent id='ca'><bpmn:linkEventDefinition name='far'/></bpmn:intermediateCatchEvent>",
        "ca -> B",
    ];
    check(&link, &["A B"], &[]);
    let event = ["<bpmn:startEvent id='s' name='Order came in'/>", "task A", "s -> A"];
    let (net, _) = diagram(&event).net(&|name| name == "Order came in").expect("a net");
    assert_eq!(runs(&net, 3), ["Order came in A"]);
}

#[test]
fn other_files_are_refused_by_name() {
    let error = Diagram::read("<Package/>").expect_err("XPDL").to_string();
    assert_eq!(
        error,
        "the file begins with <Package>; a BPMN 2.0 diagram begins with <definitions>; export it as BPMN 2.0 XML"
    );
    assert!(Diagram::read("<definitions><process id='p'/></definitions>").is_err());
}

/// A large drawing of many blocks is read in no time, inclusive gateways and all.
#[test]
fn large_diagrams_take_no_time() {
    let mut lines = vec!["start s".to_owned()];
    let mut before = "s".to_owned();
    for block in 0..150 {
        let gate = ["xor", "and", "or"][block % 3];
        lines.push(format!("{gate} g{block}"));
        lines.push(format!("{gate} j{block}"));
        for branch in ["a", "b", "c"] {
            lines.push(format!("task t{block}{branch}"));
            lines.push(format!("g{block} -> t{block}{branch}"));
            lines.push(format!("t{block}{branch} -> j{block}"));
        }
        lines.push(format!("{before} -> g{block}"));
        before = format!("j{block}");
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let begun = std::time::Instant::now();
    let (net, remarks) = diagram(&lines).net(&|_| false).expect("a net");
    let reduced = reduce(&net);
    assert!(remarks.is_empty() && reduced.labels().len() == 450);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

proptest! {
    /// Whatever becomes of a file on its way, it is read or refused.
    #[test]
    fn broken_files_never_panic(cuts in prop::collection::vec((0usize..2_000, 0usize..60, "[a-z<>/'=: ]{0,12}"), 1..5)) {
        let inner = "<bpmn:subProcess id='P' name='Part'><bpmn:task id='Q' name='Q'/></bpmn:subProcess>";
        let lines = ["start s", "or x", "and y", "task A", "task B", inner, "edge t attachedToRef='A'", "edge u attachedToRef='P' cancelActivity='false'",
            "or z", "end e", "s -> x", "x -> A", "x -> P", "A -> z", "P -> z", "z -> y", "y -> B if", "y -> e", "t -> e", "u -> B"];
        let mut text = document(&lines);
        for (at, length, put) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, &put);
            }
        }
        if let Ok((net, _)) = Diagram::read(&text).and_then(|diagram| diagram.net(&|_| false)) {
            let reduced = reduce(&net);
            prop_assert!(reduced.transitions.len() <= net.transitions.len());
        }
        let _ = crate::mining::net::pnml::read(&text);
    }
}
