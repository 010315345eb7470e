//! Writes a net in the dialect of ProM and PM4Py: final marking and silent transitions in their own words.

use crate::mining::net::{Marking, Net};
use std::fmt::Write;

/// The net as PNML. Reading it again gives a net of the same runs.
pub fn write(net: &Net) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pnml>\n");
    let kind = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel";
    line(&mut out, 1, &format!("<net id=\"net\" type=\"{kind}\">"));
    line(&mut out, 2, &named(&net.name));
    line(&mut out, 2, "<page id=\"page\">");
    for (number, place) in net.places.iter().enumerate() {
        let tokens = match net.initial.of(number) {
            0 => String::new(),
            tokens => format!("<initialMarking><text>{tokens}</text></initialMarking>"),
        };
        line(&mut out, 3, &format!("<place id=\"p{number}\">{}{tokens}</place>", named(&place.name)));
    }
    for (number, transition) in net.transitions.iter().enumerate() {
        let (name, mark) = match &transition.label {
            Some(label) => (label, ""),
            None => (&transition.name, "<toolspecific tool=\"ProM\" version=\"6.4\" activity=\"$invisible$\"/>"),
        };
        line(&mut out, 3, &format!("<transition id=\"t{number}\">{}{mark}</transition>", named(name)));
    }
    let mut arcs = 0;
    for (number, transition) in net.transitions.iter().enumerate() {
        for (place, weight) in &transition.inputs {
            arc(&mut out, &mut arcs, (&format!("p{place}"), &format!("t{number}")), *weight);
        }
        for (place, weight) in &transition.outputs {
            arc(&mut out, &mut arcs, (&format!("t{number}"), &format!("p{place}")), *weight);
        }
    }
    line(&mut out, 2, "</page>");
    line(&mut out, 2, &format!("<finalmarkings><marking>{}</marking></finalmarkings>", tokens(&net.last)));
    out.push_str("  </net>\n</pnml>\n");
    out
}

fn line(out: &mut String, depth: usize, text: &str) {
    let _ = writeln!(out, "{:width$}{text}", "", width = depth * 2);
}

fn named(name: &str) -> String {
    format!("<name><text>{}</text></name>", quick_xml::escape::escape(name))
}

fn arc(out: &mut String, arcs: &mut usize, (source, target): (&str, &str), weight: u32) {
    let inscription = match weight {
        1 => String::new(),
        weight => format!("<inscription><text>{weight}</text></inscription>"),
    };
    line(out, 3, &format!("<arc id=\"a{arcs}\" source=\"{source}\" target=\"{target}\">{inscription}</arc>"));
    *arcs += 1;
}

fn tokens(marking: &Marking) -> String {
    let place = |(place, count)| format!("<place idref=\"p{place}\"><text>{count}</text></place>");
    marking.tokens().map(place).collect()
}
