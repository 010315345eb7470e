//! The attributes of one event, one trace or the log: nested ones flattened, lists as JSON, the last of a key wins.
//!
//! It walks with a stack of its own, never by recursion, so a hostile file cannot exhaust the call stack.

use super::error::XesWarningKind;
use super::keys::{KeyId, Keys, Mark};
use super::tag::{self, KeyValue, Kind};

/// Levels of nested attributes that are followed.
pub(super) const MAX_DEPTH: usize = 64;

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
enum Span {
    /// As it is, in the text of the element.
    Source(usize, usize),
    /// Put together here.
    Made(usize, usize),
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
struct Entry {
    key: KeyId,
    value: Span,
}

/// What is open within the element.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// A plain attribute; the length of `path` to go back to.
    Plain { path: usize },
    /// An element that is left out with all it holds.
    Skipped,
    /// `<values>`.
    Values,
    /// A list or container, written as a JSON array.
    Array { keyed: bool, empty: bool, wrapped: bool },
    /// A plain attribute inside an array; its value was written at `at`.
    Item { at: usize, children: bool, wrapped: bool },
}

/// Why an element cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nested too deep.
    Depth,
    /// Attributes of the tag are malformed.
    Syntax,
    /// Nothing wrong with the element, but it calls for a warning.
    Warn(XesWarningKind),
}

/// Which of the two marks of a key a collector uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Attributes of the open event; values are looked up in the text of the element.
    Event = 0,
    /// Attributes of the open trace or of the log; values are copied, since their text is gone by the time of use.
    Outer = 1,
}

/// Attributes of one element after another.
#[derive(Debug)]
pub(super) struct Collector {
    list: List,
    stamp: u64,
    entries: Vec<Entry>,
    made: String,
    frames: Vec<Frame>,
    /// Key of the open plain attributes, joined by `/`.
    path: String,
    /// Key and start of the JSON text of the outermost open array.
    array: Option<(Option<KeyId>, usize)>,
}

impl Collector {
    /// Empty, for elements of one kind.
    pub(super) fn new(list: List) -> Self {
        Self {
            list,
            stamp: 1,
            entries: Vec::new(),
            made: String::new(),
            frames: Vec::new(),
            path: String::new(),
            array: None,
        }
    }

    /// Forgets everything: a new element begins.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.stamp += 1;
        self.entries.clear();
        self.made.clear();
        self.frames.clear();
        self.path.clear();
        self.array = None;
    }

    /// Whether an attribute is open.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Bytes held for values.
    pub(super) fn size(&self) -> usize {
        self.made.len()
    }

    /// Keys and values in the order of the keys' first appearance; `text` is the text of the element.
    #[inline]
    pub(super) fn iter<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (KeyId, &'a str)> {
        self.entries.iter().map(move |entry| (entry.key, self.resolve(entry.value, text)))
    }

    /// The value of a key, if there is one and it is not empty.
    #[inline]
    pub(super) fn value<'a>(&'a self, keys: &Keys, key: KeyId, text: &'a str) -> Option<&'a str> {
        let mark = keys.mark(key, self.list as usize);
        if mark.stamp != self.stamp {
            return None;
        }
        let entry = self.entries.get(mark.entry as usize)?;
        Some(self.resolve(entry.value, text)).filter(|value| !value.is_empty())
    }

    #[inline]
    fn resolve<'a>(&'a self, span: Span, text: &'a str) -> &'a str {
        match span {
            Span::Source(from, to) => text.get(from..to),
            Span::Made(from, to) => self.made.get(from..to),
        }
        .unwrap_or_default()
    }

    /// Takes the tag of an element without content. `from` is where its attributes begin in `text`.
    #[inline]
    pub(super) fn empty(&mut self, keys: &mut Keys, kind: Kind, text: &[u8], from: usize) -> Result<(), Fault> {
        if kind == Kind::Plain && self.frames.is_empty() {
            let found = tag::key_value(text, from).ok_or(Fault::Syntax)?;
            return self.plain(keys, text, found);
        }
        let opened = self.open(keys, kind, text, from);
        if opened != Err(Fault::Depth) {
            self.close(keys);
        }
        opened
    }

    /// Takes the opening tag of an element with content. Unless it is too deep, its closing tag must follow.
    pub(super) fn open(&mut self, keys: &mut Keys, kind: Kind, text: &[u8], from: usize) -> Result<(), Fault> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Fault::Depth);
        }
        if matches!(self.frames.last(), Some(Frame::Skipped)) {
            self.frames.push(Frame::Skipped);
            return Ok(());
        }
        if kind == Kind::Values && self.array.is_some() {
            self.frames.push(Frame::Values);
            return Ok(());
        }
        let found = tag::key_value(text, from);
        let Some(found) = found.filter(|_| kind.is_attribute()) else {
            self.frames.push(Frame::Skipped);
            return Err(if kind.is_attribute() { Fault::Syntax } else { Fault::Warn(XesWarningKind::UnknownElement) });
        };
        match (self.array.is_some(), kind) {
            (true, _) => self.open_in_array(kind, text, found),
            (false, Kind::Plain) => {
                let taken = self.plain(keys, text, found);
                let path = self.path.len();
                self.extend_path(text, found);
                self.frames.push(Frame::Plain { path });
                taken
            }
            (false, _) => {
                let key = self.key(keys, text, found);
                self.array = Some((key.ok(), self.made.len()));
                self.made.push('[');
                self.frames.push(Frame::Array { keyed: kind == Kind::Container, empty: true, wrapped: false });
                key.map(|_| ())
            }
        }
    }

    /// Takes the closing tag of whatever is open.
    pub(super) fn close(&mut self, keys: &mut Keys) {
        let wrapped = match self.frames.pop() {
            Some(Frame::Plain { path }) => return self.path.truncate(path),
            Some(Frame::Skipped | Frame::Values) | None => return,
            Some(Frame::Array { wrapped, .. }) => {
                self.made.push(']');
                wrapped
            }
            Some(Frame::Item { children, wrapped, .. }) => {
                if children {
                    self.made.push(']');
                }
                wrapped
            }
        };
        if wrapped {
            self.made.push('}');
        }
        let inside = self.frames.iter().any(|frame| matches!(frame, Frame::Array { .. }));
        if !inside && let Some((key, start)) = self.array.take() {
            match key {
                Some(key) => self.put(keys, key, Span::Made(start, self.made.len())),
                None => self.made.truncate(start),
            }
        }
    }

    /// Takes a plain attribute of which key and value have been found in `text`.
    #[inline]
    pub(super) fn plain(&mut self, keys: &mut Keys, text: &[u8], found: KeyValue) -> Result<(), Fault> {
        let key = self.key(keys, text, found)?;
        let (from, to) = found.value.unwrap_or_default();
        let value = &text[from..to];
        if tag::is_literal(value) {
            if self.list == List::Event {
                self.put(keys, key, Span::Source(from, to));
                return Ok(());
            }
            let start = self.made.len();
            self.made.push_str(&String::from_utf8_lossy(value));
            self.put(keys, key, Span::Made(start, self.made.len()));
            return Ok(());
        }
        let start = self.made.len();
        let known = tag::unescape(&String::from_utf8_lossy(value), &mut self.made);
        self.put(keys, key, Span::Made(start, self.made.len()));
        if known { Ok(()) } else { Err(Fault::Warn(XesWarningKind::UnknownEntity)) }
    }

    /// Number of the full key, that of the open attributes in front.
    #[inline]
    fn key(&mut self, keys: &mut Keys, text: &[u8], found: KeyValue) -> Result<KeyId, Fault> {
        let Some((from, to)) = found.key.filter(|(from, to)| from < to) else {
            return Err(Fault::Warn(XesWarningKind::MissingKey));
        };
        let number = if self.frames.is_empty() {
            keys.number(&text[from..to])
        } else {
            let path = self.path.len();
            self.extend_path(text, found);
            let number = keys.number(self.path.as_bytes());
            self.path.truncate(path);
            number
        };
        number.ok_or(Fault::Warn(XesWarningKind::TooManyKeys))
    }

    fn extend_path(&mut self, text: &[u8], found: KeyValue) {
        if !self.frames.is_empty() {
            self.path.push('/');
        }
        let (from, to) = found.key.unwrap_or_default();
        self.path.push_str(&String::from_utf8_lossy(&text[from..to]));
    }

    #[inline]
    fn put(&mut self, keys: &mut Keys, key: KeyId, value: Span) {
        let mark = keys.mark(key, self.list as usize);
        if mark.stamp == self.stamp
            && let Some(entry) = self.entries.get_mut(mark.entry as usize)
        {
            entry.value = value;
            return;
        }
        let mark = Mark { stamp: self.stamp, entry: self.entries.len() as u32 };
        keys.set_mark(key, self.list as usize, mark);
        self.entries.push(Entry { key, value });
    }

    /// Writes the beginning of a child of the open array: comma, key where keys matter, value.
    fn open_in_array(&mut self, kind: Kind, text: &[u8], found: KeyValue) -> Result<(), Fault> {
        let made = &mut self.made;
        let wrapped = match self.frames.iter_mut().rev().find(|frame| !matches!(frame, Frame::Values)) {
            Some(Frame::Array { keyed, empty, .. }) => {
                if !std::mem::replace(empty, false) {
                    made.push(',');
                }
                *keyed
            }
            Some(Frame::Item { at, children, .. }) => {
                // Only now is it known that the value is not alone: it becomes the first of an array.
                if !std::mem::replace(children, true) {
                    made.insert(*at, '[');
                }
                made.push(',');
                true
            }
            _ => false,
        };
        let mut known = true;
        if wrapped {
            made.push('{');
            known &= push_json(made, text, found.key);
            made.push(':');
        }
        let at = made.len();
        self.frames.push(if kind == Kind::Plain {
            known &= push_json(made, text, found.value);
            Frame::Item { at, children: false, wrapped }
        } else {
            made.push('[');
            Frame::Array { keyed: kind == Kind::Container, empty: true, wrapped }
        });
        if known { Ok(()) } else { Err(Fault::Warn(XesWarningKind::UnknownEntity)) }
    }
}

/// Appends a piece of the tag as a JSON string. Says whether all its entities were known.
fn push_json(out: &mut String, text: &[u8], span: Option<(usize, usize)>) -> bool {
    let (from, to) = span.unwrap_or_default();
    let mut value = String::new();
    let known = tag::unescape(&String::from_utf8_lossy(&text[from..to]), &mut value);
    out.push_str(&serde_json::Value::String(value).to_string());
    known
}
