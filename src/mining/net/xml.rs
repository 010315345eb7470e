//! A small XML document as a tree, by local names: prefixes differ from tool to tool and mean nothing here.

use super::NetError;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements inside each other, at most; diagrams need a dozen.
const DEEPEST: usize = 200;

/// An element with what is in it.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Attributes by name without prefix, in order.
    attributes: Vec<(String, String)>,
    /// Elements directly inside.
    pub children: Vec<Element>,
    /// Text directly inside, without the blanks around it.
    pub text: String,
}

impl Element {
    /// Reads a whole document.
    ///
    /// # Errors
    /// What is not well-formed, with its line.
    pub fn parse(text: &str) -> Result<Self, NetError> {
        Parser { text, reader: Reader::from_str(text), open: Vec::new(), root: None }.document()
    }

    /// The value of an attribute, unless it is empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// The first element of this name directly inside.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of this name directly inside.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of an element directly inside, as PNML writes values: `<name><text>…</text></name>`.
    pub fn value(&self, name: &str) -> Option<&str> {
        let child = self.child(name)?;
        let text = child.child("text").or_else(|| child.child("value")).unwrap_or(child);
        Some(text.text.as_str()).filter(|text| !text.is_empty())
    }

    /// What an `id` attribute says; elements without one get an empty id.
    pub fn id(&self) -> &str {
        self.attribute("id").unwrap_or_default()
    }
}

struct Parser<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Parser<'_> {
    fn document(mut self) -> Result<Element, NetError> {
        loop {
            let event = self.reader.read_event();
            match event.map_err(|error| self.fault(error.to_string()))? {
                Event::Start(tag) => {
                    let element = self.element(&tag)?;
                    if self.open.len() >= DEEPEST {
                        return Err(self.fault(format!("more than {DEEPEST} elements stand inside each other")));
                    }
                    self.open.push(element);
                }
                Event::Empty(tag) => {
                    let element = self.element(&tag)?;
                    self.close(element);
                }
                Event::End(_) => {
                    if let Some(element) = self.open.pop() {
                        self.close(element);
                    }
                }
                Event::Text(text) => self.put(&text.xml10_content()),
                Event::CData(text) => self.put(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| self.fault(error.to_string()))?;
                    let known = resolve_xml_entity(&reference);
                    match (character, known) {
                        (Some(character), _) => self.put(character.encode_utf8(&mut [0; 4])),
                        (None, Some(text)) => self.put(text),
                        // An entity of a document type of its own: what it stands for is nowhere near.
                        (None, None) => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        match (self.open.pop(), self.root.take()) {
            (Some(open), _) => Err(self.fault(format!("<{}> is never closed", open.name))),
            (None, Some(root)) => Ok(root),
            (None, None) => Err(self.fault("there is no XML in it".to_owned())),
        }
    }

    fn element(&self, tag: &BytesStart<'_>) -> Result<Element, NetError> {
        let mut element = Element { name: tag.local_name().as_ref().to_owned(), ..Element::default() };
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.fault(error.to_string()))?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            let value = value.map_err(|error| self.fault(error.to_string()))?;
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    fn close(&mut self, mut element: Element) {
        element.text = element.text.trim().to_owned();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = self.root.take().or(Some(element)),
        }
    }

    fn put(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn fault(&self, what: String) -> NetError {
        let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        let at = if at == 0 { usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX) } else { at };
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        NetError::Xml { line: 1 + before.iter().filter(|byte| **byte == b'\n').count(), what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_entities_and_sections_of_text() {
        let text =
            "<?xml version='1.0'?>\n<b:a x:id='1 &amp; 2'><c> A &lt;&#x42;&unknown; <![CDATA[<C>]]></c><d/></b:a>";
        let root = Element::parse(text).expect("well-formed");
        assert_eq!((root.name.as_str(), root.id()), ("a", "1 & 2"));
        assert_eq!(root.child("c").map(|c| c.text.as_str()), Some("A <B <C>"));
        assert_eq!(root.all("d").count(), 1);
    }

    #[test]
    fn faults_have_lines() {
        let line = |text: &str| match Element::parse(text) {
            Err(NetError::Xml { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line("<a>\n<b>\n</a>"), 3);
        assert_eq!(line("<a>\n<b/>\n"), 3);
        assert_eq!(line(""), 1);
        let deep = "<a>".repeat(1_000);
        assert_eq!(line(&deep), 1);
    }
}
