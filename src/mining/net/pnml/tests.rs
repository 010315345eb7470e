//! What tools write, and what is made of it.

use super::{read, write};
use crate::mining::net::{Marking, NetError};

/// `P` place, `T` transition; the rest is given as it is.
fn text(inside: &str) -> String {
    format!("<pnml><net id='n'><page id='g'>{inside}</page></net></pnml>")
}

fn place(id: &str, tokens: u32) -> String {
    format!(
        "<place id='{id}'><name><text>{id}</text></name><initialMarking><text>{tokens}</text></initialMarking></place>"
    )
}

fn step(id: &str, name: &str, from: &str, to: &str) -> String {
    format!(
        "<transition id='{id}'><name><text>{name}</text></name></transition>\
         <arc id='{id}i' source='{from}' target='{id}'/><arc id='{id}o' source='{id}' target='{to}'/>"
    )
}

fn refusal(inside: &str) -> String {
    read(&text(inside)).expect_err("refused").to_string()
}

#[test]
fn a_missing_final_marking_is_where_no_arc_leads_away_from() {
    let inside = [place("p", 1), place("q", 0), step("a", "A", "p", "q")].concat();
    let (net, remarks) = read(&text(&inside)).expect("a net");
    assert_eq!(net.last, Marking::one(1));
    assert_eq!((remarks[0].element.as_str(), remarks.len()), ("q", 1));
}

#[test]
fn several_ends_lead_to_one() {
    let inside =
        [place("p", 1), place("q", 0), place("r", 0), step("a", "A", "p", "q"), step("b", "B", "p", "r")].concat();
    let (net, remarks) = read(&text(&inside)).expect("a net");
    assert_eq!((remarks.len(), net.transitions.len(), net.last), (2, 4, Marking::one(3)));
}

#[test]
fn silent_steps_are_known_by_mark_by_name_or_by_none() {
    let marked = "<transition id='m'><name><text>Pay</text></name><toolspecific tool='ProM' version='6.4' activity='$invisible$'/></transition>";
    let said = "<transition id='s' invisible='true'><name><text>Pay</text></name></transition>";
    let nameless = "<transition id='x'/>";
    let inside =
        [place("p", 1), place("q", 0), step("i", "Inv1", "p", "q"), marked.into(), said.into(), nameless.into()];
    let (net, remarks) = read(&text(&inside.concat())).expect("a net");
    assert!(net.labels().is_empty() && net.transitions.len() == 4);
    assert_eq!(remarks[0].element, "Inv1");
}

#[test]
fn conditions_are_told_and_left_out() {
    let guard = "<transition id='g' guard='(amount&gt;50)'><name><text>Check</text></name></transition>";
    let inside = [place("p", 1), place("q", 0), step("a", "A", "p", "q"), guard.into()].concat();
    let (net, remarks) = read(&text(&inside)).expect("a net");
    assert_eq!(net.labels(), ["A", "Check"]);
    assert!(remarks.iter().any(|r| r.element == "Check" && r.what.contains("condition")));
}

#[test]
fn references_weights_and_colours_of_other_tools() {
    let inside = "<place id='p'><initialMarking><value>Default,2</value></initialMarking></place><place id='q'/>\
        <referencePlace id='r2' ref='r'/><referencePlace id='r' ref='q'/>\
        <transition id='a'><name><text>A</text></name></transition>\
        <arc id='x' source='p' target='a'><inscription><value>Default,2</value></inscription></arc>\
        <arc id='y' source='a' target='r2'/>";
    let (net, _) = read(&text(inside)).expect("a net");
    assert_eq!(net.transitions[0].inputs, [(0, 2)]);
    assert_eq!(net.transitions[0].outputs, [(1, 1)]);
    assert_eq!(net.initial, Marking::from_iter([(0, 2)]));
}

#[test]
fn what_cannot_be_used_is_named() {
    assert_eq!(refusal("<arc id='x' source='p' target='q'/>"), "`x` is an arc whose source `p` does not exist");
    let two = [place("p", 1), place("q", 0), "<arc id='x' source='p' target='q'/>".to_owned()].concat();
    assert_eq!(refusal(&two), "`x` is an arc between two places or between two transitions");
    assert_eq!(refusal(&[place("p", 1), place("p", 1)].concat()), "`p` is the id of two elements");
    assert_eq!(refusal(&place("p", 1)), "there is no <transition> in the net");
    let many =
        [place("p", 0), place("p2", 0), place("q", 0), step("a", "A", "p", "q"), step("b", "B", "p2", "q")].concat();
    assert_eq!(refusal(&many), "`` has no initial marking, and both `p` and `p2` could be the beginning");
    assert!(matches!(read("<bpmn/>"), Err(NetError::OtherFile { .. })));
}

#[test]
fn what_is_written_reads_the_same() {
    let silent = "<transition id='t'/><arc id='ti' source='q' target='t'/><arc id='to' source='t' target='r'/>";
    let inside =
        [place("p", 2), place("q", 0), place("r", 0), step("a", "A &lt;1&gt;", "p", "q"), silent.into()].concat();
    let (net, _) = read(&text(&inside)).expect("a net");
    let (again, remarks) = read(&write(&net)).expect("a net");
    assert!(remarks.is_empty());
    assert_eq!(again, net);
}
