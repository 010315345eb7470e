//! Reads a net. Pages are flattened, references resolved; what alignments cannot know of (conditions, colours, clocks) is
//! listed and left out.

use super::silent::{Silence, silence};
use crate::mining::net::xml::Element;
use crate::mining::net::{Marking, Net, NetError, Remark};
use std::collections::BTreeMap;

/// The net of a PNML text, and what was left out or understood in its own way.
///
/// # Errors
/// When it is no PNML, or an element of it cannot be used; the element is named.
pub fn read(text: &str) -> Result<(Net, Vec<Remark>), NetError> {
    let root = Element::parse(text)?;
    if root.name != "pnml" {
        let expected = "a Petri net begins with <pnml>".to_owned();
        return Err(NetError::OtherFile { root: root.name, expected });
    }
    let mut nets = root.all("net");
    let net = nets.next().ok_or_else(|| NetError::Empty { what: "there is no <net> in the file".to_owned() })?;
    let mut reader = Reader { net: Net::default(), nodes: BTreeMap::new(), arcs: Vec::new(), remarks: Vec::new() };
    reader.net.name = net.value("name").unwrap_or_default().to_owned();
    for other in nets {
        reader.remark(other.value("name").unwrap_or(other.id()), "is left out: only the first net of the file is used");
    }
    reader.nodes(net)?;
    reader.references(net)?;
    reader.connect()?;
    if reader.net.transitions.is_empty() {
        return Err(NetError::Empty { what: "there is no <transition> in the net".to_owned() });
    }
    reader.begin()?;
    reader.finish(net)?;
    Ok((reader.net, reader.remarks))
}

/// What an id stands for.
#[derive(Debug, Clone, Copy)]
enum Node {
    Place(usize),
    Transition(usize),
}

struct Reader<'a> {
    net: Net,
    nodes: BTreeMap<&'a str, Node>,
    arcs: Vec<&'a Element>,
    remarks: Vec<Remark>,
}

impl<'a> Reader<'a> {
    fn remark(&mut self, element: &str, what: &str) {
        self.remarks.push(Remark::new(element, what));
    }

    fn add(&mut self, id: &'a str, node: Node, name: &str) -> Result<(), NetError> {
        if id.is_empty() {
            return Err(NetError::element(name, "has no id"));
        }
        match self.nodes.insert(id, node) {
            None => Ok(()),
            Some(_) => Err(NetError::element(id, "is the id of two elements")),
        }
    }

    fn nodes(&mut self, inside: &'a Element) -> Result<(), NetError> {
        for element in &inside.children {
            let name = element.value("name").unwrap_or(element.id());
            match element.name.as_str() {
                "page" => self.nodes(element)?,
                "place" => {
                    let place = self.net.place(name);
                    self.add(element.id(), Node::Place(place), name)?;
                    let tokens = element.value("initialMarking").map(|text| count(name, text)).transpose()?;
                    self.net.initial.add(place, tokens.unwrap_or_default());
                }
                "transition" => self.transition(element)?,
                "arc" => self.arcs.push(element),
                _ => {}
            }
        }
        Ok(())
    }

    fn transition(&mut self, element: &'a Element) -> Result<(), NetError> {
        let own = element.value("name");
        let name = own.unwrap_or(element.id());
        let silence = silence(element, own);
        if silence == Some(Silence::Named) {
            self.remark(name, "is taken as a silent step because of its name");
        }
        if element.attribute("guard").is_some() || element.child("guard").is_some() {
            self.remark(
                name,
                "has a condition, which is not checked: it may happen whether or not the condition holds",
            );
        }
        let label = silence.is_none().then(|| name.split_whitespace().collect::<Vec<_>>().join(" "));
        // Blanks inside a name are kept where they are plain blanks: logs have them too.
        let label = label.map(|joined| if name.contains(['\n', '\r', '\t']) { joined } else { name.to_owned() });
        let transition = self.net.transition(name, label, &[], &[]);
        self.add(element.id(), Node::Transition(transition), name)
    }

    /// Stand-ins on other pages for a place or transition; they may stand for one another.
    fn references(&mut self, net: &'a Element) -> Result<(), NetError> {
        let mut waiting = Vec::new();
        let mut pages = vec![net];
        while let Some(page) = pages.pop() {
            pages.extend(page.all("page"));
            waiting.extend(page.all("referencePlace").chain(page.all("referenceTransition")));
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let (found, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|reference: &&Element| {
                reference.attribute("ref").is_some_and(|to| self.nodes.contains_key(to))
            });
            for reference in found {
                let node = reference.attribute("ref").and_then(|to| self.nodes.get(to)).copied();
                if let Some(node) = node {
                    self.add(reference.id(), node, reference.id())?;
                }
            }
            if let Some(lost) = rest.first().filter(|_| rest.len() == before) {
                return Err(NetError::element(lost.id(), "stands for an element that the file does not have"));
            }
            waiting = rest;
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<(), NetError> {
        let mut arcs: Vec<(Marking, Marking)> = vec![Default::default(); self.net.transitions.len()];
        for arc in std::mem::take(&mut self.arcs) {
            let end = |which: &str| {
                let id = arc.attribute(which).unwrap_or_default();
                let node = self.nodes.get(id).copied();
                node.ok_or_else(|| {
                    NetError::element(arc.id(), format!("is an arc whose {which} `{id}` does not exist"))
                })
            };
            let (source, target) = (end("source")?, end("target")?);
            let weight = arc.value("inscription").or_else(|| arc.value("weight"));
            let weight = weight.map_or(Ok(1), |text| count(arc.id(), text))?;
            let kind = arc.value("arctype").or_else(|| arc.child("type")?.attribute("value")).or(arc.attribute("type"));
            match (source, target, kind.unwrap_or("normal")) {
                (_, _, kind @ ("inhibitor" | "reset")) => {
                    self.remarks.push(Remark::new(arc.id(), format!("is left out: a {kind} arc cannot be checked")));
                }
                (Node::Place(place), Node::Transition(at), "read" | "test")
                | (Node::Transition(at), Node::Place(place), "read" | "test") => {
                    arcs[at].0.add(place, weight);
                    arcs[at].1.add(place, weight);
                }
                (Node::Place(place), Node::Transition(at), _) => arcs[at].0.add(place, weight),
                (Node::Transition(at), Node::Place(place), _) => arcs[at].1.add(place, weight),
                _ => {
                    let what = "is an arc between two places or between two transitions";
                    return Err(NetError::element(arc.id(), what));
                }
            }
        }
        for (transition, (inputs, outputs)) in self.net.transitions.iter_mut().zip(arcs) {
            transition.inputs = inputs.tokens().collect();
            transition.outputs = outputs.tokens().collect();
        }
        Ok(())
    }

    /// A net without tokens begins where no arc leads to.
    fn begin(&mut self) -> Result<(), NetError> {
        if !self.net.initial.is_empty() {
            return Ok(());
        }
        let sources = self.places_that(|net, place| !net.transitions.iter().any(|t| has(&t.outputs, place)));
        match sources.as_slice() {
            [source] => {
                self.net.initial = Marking::one(*source);
                let name = self.net.places[*source].name.clone();
                self.remark(&name, "is taken as the beginning, since the file has no initial marking");
                Ok(())
            }
            [] => Err(NetError::element(&self.net.name, "has no initial marking, and an arc leads to every place")),
            [one, two, ..] => {
                let (one, two) = (&self.net.places[*one].name, &self.net.places[*two].name);
                let what = format!("has no initial marking, and both `{one}` and `{two}` could be the beginning");
                Err(NetError::element(&self.net.name, what))
            }
        }
    }

    /// The final marking, as the file has it or else where no arc leads away from.
    fn finish(&mut self, net: &Element) -> Result<(), NetError> {
        let mut given = Vec::new();
        for marking in net.all("finalmarkings").flat_map(|all| all.all("marking")) {
            let mut tokens = Marking::default();
            for place in marking.all("place") {
                let id = place.attribute("idref").unwrap_or_default();
                let Some(Node::Place(at)) = self.nodes.get(id).copied() else {
                    return Err(NetError::element(id, "is in the final marking, but no place"));
                };
                tokens.add(at, place.value("text").map_or(Ok(0), |text| count(id, text))?);
            }
            if !tokens.is_empty() {
                given.push(tokens);
            }
        }
        given.dedup();
        if given.len() > 1 {
            let name = self.net.name.clone();
            self.remark(&name, "has several final markings; any of them ends a run");
        }
        if given.is_empty() {
            let sinks = self.places_that(|net, place| !net.transitions.iter().any(|t| has(&t.inputs, place)));
            for sink in &sinks {
                let name = self.net.places[*sink].name.clone();
                self.remark(&name, "is taken as an end, since the file has no final marking");
            }
            given = sinks.into_iter().map(Marking::one).collect();
        }
        match given.as_slice() {
            [] => {
                Err(NetError::element(&self.net.name, "has no final marking, and an arc leads away from every place"))
            }
            [only] => {
                self.net.last = only.clone();
                Ok(())
            }
            several => {
                // One silent step from each of them to a common end.
                let end = self.net.place("end");
                for marking in several {
                    let inputs: Vec<usize> =
                        marking.tokens().flat_map(|(place, n)| std::iter::repeat_n(place, n as usize)).collect();
                    self.net.silent("end", &inputs, &[end]);
                }
                self.net.last = Marking::one(end);
                Ok(())
            }
        }
    }

    /// Connected places for which something holds.
    fn places_that(&self, holds: impl Fn(&Net, usize) -> bool) -> Vec<usize> {
        let used = |place| self.net.transitions.iter().any(|t| has(&t.inputs, place) || has(&t.outputs, place));
        (0..self.net.places.len()).filter(|place| used(*place) && holds(&self.net, *place)).collect()
    }
}

fn has(arcs: &[(usize, u32)], place: usize) -> bool {
    arcs.iter().any(|(known, _)| *known == place)
}

/// A number of tokens; PIPE writes the colour before it (`Default,1`).
fn count(element: &str, text: &str) -> Result<u32, NetError> {
    let number = text.rsplit(',').next().unwrap_or(text).trim();
    let tokens: u32 = number.parse().map_err(|_| NetError::element(element, format!("has `{text}` tokens")))?;
    match tokens {
        0..=1_000 => Ok(tokens),
        _ => Err(NetError::element(element, format!("has {tokens} tokens; at most 1000 can be followed"))),
    }
}
